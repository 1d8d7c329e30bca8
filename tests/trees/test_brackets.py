from __future__ import annotations

import pytest

from aedemo.trees import brackets

PENN = "( (S (NP-SBJ (DT The) (NN cat) ) (, ,) (VP (VBD sat) (S (NP (-NONE- *-1) )) (PP-LOC (IN on) (NP (DT the) (NN mat) )))  (. .) ))"


def test_a_line_of_the_penn_treebank_is_read_without_punctuation_and_traces():
    assert brackets.read(PENN) == (("The", "cat"), ("sat", ("on", ("the", "mat"))))


def test_plain_brackets_are_read_as_they_stand():
    assert brackets.read("((the cat) (sat down))") == (("the", "cat"), ("sat", "down"))
    assert brackets.read("(a (b) ((c d) e))") == ("a", "b", (("c", "d"), "e"))
    assert brackets.read("((I LOVE) YOU)") == (("I", "LOVE"), "YOU") and brackets.read("((US) (AID CAME))") == ("US", ("AID", "CAME"))
    assert brackets.read("((le chat) (s’assied \U0001f431))") == (("le", "chat"), ("s’assied", "\U0001f431"))


def test_what_is_written_is_read_again():
    for seed in range(5):
        tree = brackets.random_tree("one two three four five six".split(), seed)
        assert brackets.read(brackets.write(tree)) == tree


def test_f1_counts_spans_but_for_the_whole_sentence():
    gold, tree = ("a", ("b", ("c", "d", "e"))), ("a", ("b", ("c", ("d", "e"))))
    found, both = brackets.f1(gold, tree)
    assert both == {(1, 5), (2, 5)} and found == pytest.approx(2 * (2 / 3) * 1 / (2 / 3 + 1))
    assert brackets.f1(gold, gold)[0] == 1 and brackets.f1(("a", "b"), ("a", "b"))[0] == 1
    assert brackets.f1(((("a", "b"), "c"), "d"), brackets.right_branching(list("abcd")))[0] == 0


def test_baselines_branch_as_they_say():
    assert brackets.right_branching(list("abc")) == ("a", ("b", "c")) and brackets.left_branching(list("abc")) == (("a", "b"), "c")
    trees = {brackets.random_tree(list("abcdef"), seed) for seed in range(60)}
    assert len(trees) > 20 and all(brackets.words(tree) == list("abcdef") and len(brackets.spans(tree)) == 5 for tree in trees)


@pytest.mark.parametrize(
    "text, said",
    [
        ("((the cat) sat", "do not match: 2 open and 1 close"),
        (")the cat(", "begins with a bracket"),
        ("(the cat)) (sat", "more than one"),
        ("", "is needed"),
        ("the cat sat", "is needed"),
        ("()", "two words"),
        ("((cat))", "two words"),
        ("(S (NP (-NONE- *)) (. .))", "two words"),
        ("(a b) (c d)", "more than one"),
        ("(" * 300 + "a b" + ")" * 300, "deep"),
    ],
)
def test_bad_brackets_are_refused_in_a_sentence(text, said):
    with pytest.raises(ValueError, match=said):
        brackets.read(text)


def test_other_things_than_brackets_are_refused():
    with pytest.raises(TypeError, match="not int"):
        brackets.read(5)
    with pytest.raises(ValueError, match="of 2 words"):
        brackets.f1(("a", "b"), ("a", "c"))
