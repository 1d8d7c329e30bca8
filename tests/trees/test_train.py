"""The recipe on a few sentences: what it writes can be loaded, and tags make no difference."""

from __future__ import annotations

import gzip
import random

import numpy as np
import pytest

from aedemo import trees
from aedemo.trees import classes, data, train
from aedemo.trees.cards import write


def sentences(number: int) -> list[str]:
    """Of a small grammar: (the|a) noun verb (the|a) noun [in the noun]."""
    rng = random.Random(0)
    nouns, verbs = "dog cat man house tree boy".split(), "sees likes finds hears".split()
    phrase = lambda: f"{rng.choice(('the', 'a'))} {rng.choice(nouns)}"  # noqa: E731
    return [f"{phrase()} {rng.choice(verbs)} {phrase()}{f' in {phrase()}' if rng.random() < 0.5 else ''}" for _ in range(number)]


@pytest.mark.filterwarnings("ignore:Number of distinct clusters")
def test_what_the_recipe_writes_can_be_loaded_and_the_grammar_became_likelier(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AEDEMO_PRETRAINED", str(tmp_path / "out"))
    (tmp_path / "text.txt").write_text("\n".join(sentences(300)) + "\n")
    train.train([str(tmp_path / "text.txt")], "short", 1, "out/trees", batch=8, rules_first=1)
    train.train([str(tmp_path / "text.txt")], "long", 60, "out/trees", batch=16, rules_first=40)
    short, long = (trees.load(name=name) for name in ("short", "long"))
    told = "the dog sees a tree in the house".split()
    assert long.parse(told).score > short.parse(told).score
    card = (tmp_path / "out/trees/long/README.md").read_text()
    assert "--steps 60 --batch 16 --longest 20 --rules-first 40" in card and "text.txt" in card and str(tmp_path) not in card


def test_tags_and_punctuation_are_not_read(tmp_path):
    with gzip.open(tmp_path / "some_tagged.txt.gz", "wt") as file:
        file.write("Dogs/NOUN do/AUX n't/PART bark/VERB ,/PUNCT he/PRON said/VERB ./PUNCT\nand/or/CCONJ 5/NUM %/SYM\n")
    (tmp_path / "plain.txt").write_text('"Dogs don\'t bark," he said.\nHe paid $5.\n')
    tagged = [["Dogs", "do", "n't", "bark", "he", "said"], ["and/or", "5", "%"]]
    assert data.read([str(tmp_path / "some_tagged.txt.gz")], 10) == tagged
    assert data.read([str(tmp_path / "plain.txt"), str(tmp_path / "some_tagged.txt.gz")], 10) == [tagged[0], ["He", "paid", "5"], tagged[1]]
    assert data.read([str(tmp_path / "plain.txt")], 5) == [["He", "paid", "5"]]


@pytest.mark.parametrize(
    "text, words",
    [
        ("It's the U.S. dollar, isn't it?", "It 's the U.S. dollar is n't it"),
        ("Mr. Smith cannot pay $5.3 million (8%) at 10:40 p.m.", "Mr. Smith can not pay 5.3 million 8 % at 10:40 p.m."),
        ("The dogs' 55-year-old owner \u2014 J. O\u2019Hara \u2014 said I ' m \U0001f431.", "The dogs 55-year-old owner J. O'Hara said I 'm"),
    ],
)
def test_words_are_cut_as_the_penn_treebank_has_them(text, words):
    assert " ".join(data.words_of(text)) == words


def test_a_word_that_is_not_known_is_known_by_its_looks():
    vocabulary = data.Vocabulary([*data.KINDS, "the", "0", "1900"])
    kinds = vocabulary.encode("Zorgs the Zorg zorging 1,234 1987 zorg-like ZORGS".split())
    assert [vocabulary.words[i] for i in kinds] == ["<first>", "the", "<Name>", "<-ing>", "0", "1900", "<a-b>", "<Names>"]


def test_words_between_the_same_words_are_alike():
    vocabulary = data.Vocabulary.build(map(str.split, sentences(2000)), 100)
    encoded = [vocabulary.encode(s.split()) for s in sentences(2000)]
    vectors = classes.context_vectors(encoded, len(vocabulary), 8)
    dog, cat, sees, the, a = (vectors[vocabulary.encode([word])[0]] for word in ("dog", "cat", "sees", "the", "a"))
    assert dog @ cat > 0.95 and the @ a > 0.95 and dog @ sees < 0.5 and dog @ the < 0.5
    centres = classes.centres(vectors, np.ones(len(vectors)), 4, 0)
    assert np.allclose(np.linalg.norm(centres, axis=1), 1) and (centres @ dog).argmax() == (centres @ cat).argmax() != (centres @ the).argmax()


def test_the_card_holds_no_more_than_file_names(tmp_path):
    from aedemo.trees.model import GrammarConfig

    write(tmp_path, ["/somewhere/secret/a.txt"], "x", 1, 2, 3, 4, 0.1, 0, GrammarConfig(), 5)
    assert "secret" not in (tmp_path / "README.md").read_text()
