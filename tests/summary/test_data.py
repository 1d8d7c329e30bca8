import gzip
import lzma

from aedemo.summary import data
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
