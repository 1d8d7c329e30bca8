"""Trees as nested tuples of words: written as brackets, read from them, compared."""

from __future__ import annotations

import re

import numpy as np

DEEPEST = 200  # brackets within brackets
PUNCTUATION = frozenset((",", ".", ":", "``", "''", "-LRB-", "-RRB-", "$", "#", "-NONE-"))  # tags that are left out of scores
_TOKEN, _LABEL = re.compile(r"[()]|[^\s()]+"), re.compile(r"[A-Z][A-Z0-9$=|+*-]*(?:[-=][A-Za-z0-9]+)*|[,.:$#]|``|''|-[A-Z]+-")


def words(tree, depth: int = 1) -> list[str]:
    """The words of a tree, in order. Raises TypeError for what is none, ValueError for one that is too deep."""
    if not isinstance(tree, (str, tuple, list)):
        raise TypeError(f"A tree is nested tuples of words, not {type(tree).__name__}.")
    if isinstance(tree, str):
        return [tree]
    if depth > DEEPEST:
        raise ValueError(f"The brackets are more than {DEEPEST} deep.")
    return [word for child in tree for word in words(child, depth + 1)]


def spans(tree) -> set[tuple[int, int]]:
    """Where each phrase of two words and more begins and ends (the position after its last word)."""
    found: set[tuple[int, int]] = set()

    def walk(node, begin: int) -> int:
        if isinstance(node, str):
            return begin + 1
        end = begin
        for child in node:
            end = walk(child, end)
        if end - begin > 1:
            found.add((begin, end))
        return end

    walk(tree, 0)
    return found


def f1(gold, tree) -> tuple[float, set[tuple[int, int]]]:
    """Unlabelled F1 of a tree's spans against gold ones, 0 to 1, and the spans that both have; the whole sentence left out.

    Raises ValueError where the trees are of different words.
    """
    ours, theirs = words(tree), words(gold)
    if [word.lower() for word in ours] != [word.lower() for word in theirs]:
        raise ValueError(f"The bracketing is of {len(theirs)} words, {' '.join(theirs)!r}; the tree is of {len(ours)}, {' '.join(ours)!r}.")
    wanted, found = (spans(one) - {(0, len(ours))} for one in (gold, tree))
    both = wanted & found
    precision = len(both) / len(found) if found else 1.0
    recall = len(both) / len(wanted) if wanted else 1.0
    return (2 * precision * recall / (precision + recall) if precision + recall else 0.0), both


def right_branching(sentence: list[str]):
    """Each word beside all that follows: what English mostly does."""
    return sentence[0] if len(sentence) == 1 else (sentence[0], right_branching(sentence[1:]))


def left_branching(sentence: list[str]):
    """All that went before beside each word."""
    return sentence[0] if len(sentence) == 1 else (left_branching(sentence[:-1]), sentence[-1])


def random_tree(sentence: list[str], seed: int = 0):
    """Split anywhere, and again."""
    rng = np.random.default_rng(seed)

    def split(begin, end):
        if end - begin == 1:
            return sentence[begin]
        middle = int(rng.integers(begin + 1, end))
        return split(begin, middle), split(middle, end)

    return split(0, len(sentence))


def subtrees(tree):
    """The tree and all below it, parents before children, left before right."""
    """Of words or of their positions: parents before children, left before right"""
    yield tree
    if isinstance(tree, tuple):
        for child in tree:
            yield from subtrees(child)


def extent(tree) -> tuple[int, int]:
    """Of a tree of positions, where it begins and ends."""
    first = last = tree
    while not isinstance(first, int):
        first = first[0]
    while not isinstance(last, int):
        last = last[-1]
    return first, last + 1


def named(tree, words):
    """A tree of positions as a tree of words."""
    return words[tree] if isinstance(tree, int) else tuple(named(child, words) for child in tree)


def numbered(tree):
    """A binary tree of words as a tree of positions."""
    place = -1

    def walk(node):
        nonlocal place
        if isinstance(node, str):
            place += 1
            return place
        if len(node) != 2:
            raise ValueError(f"A binary tree is needed; this has a phrase of {len(node)} parts.")
        return walk(node[0]), walk(node[1])

    return walk(tree)


def write(tree) -> str:
    """(the cat) sat -> ((the cat) sat)"""
    return tree if isinstance(tree, str) else f"({' '.join(map(write, tree))})"


def read(text: str):
    """A tree from brackets, `((the cat) (sat down))` or with labels as the Penn Treebank has them,
    `(S (NP (DT the) (NN cat)) (VP (VBD sat)))`; of those, punctuation and traces are left out, as where parsers are measured.

    Raises
    ------
    TypeError
        For what is no text.
    ValueError
        If brackets do not match, or there are fewer than two words.
    """
    if not isinstance(text, str):
        raise TypeError(f"A bracketing is a text, not {type(text).__name__}.")
    tokens = _TOKEN.findall(text)
    opened, closed = tokens.count("("), tokens.count(")")
    if opened != closed:
        raise ValueError(f"The brackets do not match: {opened} open and {closed} close.")
    if not opened:
        raise ValueError("A bracketing is needed, such as ((the cat) (sat down)).")
    place, labelled = 0, _labelled(tokens)

    def node(depth: int):
        nonlocal place
        if depth > DEEPEST:
            raise ValueError(f"The brackets are more than {DEEPEST} deep.")
        place += 1
        label = None
        if labelled and tokens[place] not in "()":
            label, place = tokens[place], place + 1
        children = []
        while tokens[place] != ")":
            if tokens[place] == "(":
                child = node(depth + 1)
                if child is not None:
                    children.append(child)
            else:
                if label not in PUNCTUATION:
                    children.append(tokens[place])
                place += 1
            if place == len(tokens):
                raise ValueError("The brackets do not match: one closes before it was opened.")
        place += 1
        return None if not children else children[0] if len(children) == 1 else tuple(children)

    if tokens[0] != "(":
        raise ValueError("A bracketing begins with a bracket, such as ((the cat) (sat down)).")
    tree = node(1)
    if place < len(tokens):
        raise ValueError("This is more than one bracketing: the first bracket closes before the end.")
    if tree is None or isinstance(tree, str):
        raise ValueError("A bracketing of at least two words is needed.")
    return tree


def _labelled(tokens: list[str]) -> bool:
    """Whether every bracket begins with a label, and words stand alone with theirs."""
    for i, token in enumerate(tokens[:-1]):
        after = tokens[i + 1]
        if token == "(" and after not in "()":
            if not _LABEL.fullmatch(after):
                return False
            if i + 2 < len(tokens) and tokens[i + 2] not in "()" and (i + 3 == len(tokens) or tokens[i + 3] != ")"):
                return False
    # (A B) alone may be words in capitals: labels are there only where a bracket holds a label and brackets
    return any(a == "(" and b not in "()" and c == "(" for a, b, c in zip(tokens, tokens[1:], tokens[2:]))
