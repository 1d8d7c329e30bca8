import gzip
import lzma

import numpy as np
import pytest
import torch

from aedemo.summary import data
from aedemo.summary.corpus import LANGUAGES, Corpus, supervised
from aedemo.summary.tokens import END, UNKNOWN, Vocabulary


def test_lines_are_read_from_all_kinds_of_files(tmp_path):
    (tmp_path / "a.txt").write_text("one\n\n two \n")
    gzip.open(tmp_path / "b.txt.gz", "wt").write("three\n")
    lzma.open(tmp_path / "c.txt.xz", "wt").write("four\n")
    assert list(data.lines(tmp_path / n for n in ("a.txt", "b.txt.gz", "c.txt.xz"))) == ["one", "two", "three", "four"]


def test_shuffling_loses_nothing_and_holds_little():
    taken = 0

    def source():
        nonlocal taken
        for i in range(1000):
            taken = i
            yield i

    stream = data.shuffled(source(), 0, held=50)
    first = [next(stream) for _ in range(100)]
    assert taken < 160 and first != sorted(first)
    assert sorted([*first, *stream]) == list(range(1000))


def test_targets_are_known_copied_or_given_up():
    vocabulary = Vocabulary.learn([["a", "b"]], 6)
    read, write = data.with_targets(vocabulary, [["a", "x", "b"], ["y"]], [["x", "z", "b"], ["y"]])
    assert read.tolist() == [[4, 6, 5], [6, 0, 0]]
    assert write.tolist() == [[6, UNKNOWN, 5, END], [6, END, 0, 0]]


def test_a_reservoir_holds_all_lines_equally_likely():
    found = [data.drawn(range(20), 5, seed) for seed in range(400)]
    assert all(len(set(kept)) == 5 for kept in found) and sorted(data.drawn(range(3), 5, 0)) == [0, 1, 2]
    often = np.bincount(np.concatenate(found), minlength=20)
    assert 60 < often.min() and often.max() < 140


def test_batches_never_end_not_even_of_few_lines():
    stream = data.batches(lambda epoch: iter(range(3)), 8, 0)
    assert [sorted(next(stream)) for _ in range(3)] == [[0, 1, 2]] * 3
    stream = data.batches(lambda epoch: iter(range(10)), 4, 0)
    assert all(len(next(stream)) == 4 for _ in range(9))


def test_noise_buries_a_headline_and_changes_its_verbs():
    def before(words, rng):
        return ["hit" if word == "hits" and rng.random() < 0.5 else word for word in words]

    noise = data.Noise({"coast"}, before, longest=12)
    rng, headline, article = np.random.default_rng(0), "storm hits coast".split(), [f"a{i}" for i in range(30)]
    found = [noise(headline, article, rng) for _ in range(200)]
    assert all(len(words) <= 12 for words in found)
    kept = [[word for word in words if not word.startswith("a")] for words in found]
    assert any("hit" in words for words in kept) and any("hits" in words for words in kept)
    assert all(set(words) <= {"storm", "hits", "hit", "coast"} for words in kept)
    assert all("storm" in words for words in kept) and 0.7 < np.mean(["coast" in words for words in kept]) < 0.9


@pytest.mark.parametrize("seed", [0, 1])
def test_no_article_is_ever_brought_together_with_its_own_headline(tmp_path, seed):
    """Line i of both files is one pair here; the loader must not care."""
    many = 300
    words = [f"w{chr(97 + i // 26 % 26)}{chr(97 + i % 26)}{chr(97 + i // 676)}" for i in range(many)]
    (tmp_path / "searched.txt").write_text("".join(f"{w} and so on it went for long\t{w} went\n" for w in words))
    (tmp_path / "headlines.txt").write_text("".join(f"{w} is the headline here\n" for w in words))
    vocabulary = Vocabulary.learn([[*words, *"and so on it went for long is the headline here".split()]], 400)
    corpus = Corpus(LANGUAGES["en"], vocabulary, tmp_path / "searched.txt", [str(tmp_path / "headlines.txt")], data.Noise(set()))
    batches, together, seen = supervised(corpus, torch.device("cpu"), seed, 32), 0, 0
    names = [vocabulary.number[w] for w in words]
    for _ in range(40):
        copies, target = next(batches)
        for row, headline in zip(copies.tolist(), target.tolist()):
            if vocabulary.number["headline"] in headline:
                own = next(n for n in headline if n in names)
                together += any(n == own for n in row if n in names and row.count(n) > 1)
                seen += 1
    assert seen > 500 and together <= 5, "no oftener than by chance"
