"""The same sums as `aedemo.trees.chart`, in nested loops over spans, splits and symbols, and by writing out every tree."""

from __future__ import annotations

import numpy as np


def trees(begin: int, end: int):
    """Every binary tree over the words from `begin` to `end`, as nested pairs of positions."""
    if end - begin == 1:
        yield begin
    for split in range(begin + 1, end):
        for left in trees(begin, split):
            for right in trees(split, end):
                yield left, right


def yields(tree) -> tuple[int, int]:
    """Where a tree begins and ends."""
    return (tree, tree + 1) if isinstance(tree, int) else (yields(tree[0])[0], yields(tree[1])[1])


def spans(tree) -> set[tuple[int, int]]:
    """Of two words and more."""
    return set() if isinstance(tree, int) else {yields(tree)} | spans(tree[0]) | spans(tree[1])


def total_of_tree(tree, words, root, by_word, by_span) -> float:
    """p(words and this tree), summed over its symbols; words (n, T), the others as `inside` has them"""
    k = len(root)

    def up(node):
        if isinstance(node, int):
            return words[node]
        left, right = map(up, node)
        first = (by_word if isinstance(node[0], int) else by_span)[:k]
        second = (by_word if isinstance(node[1], int) else by_span)[k:]
        found = np.zeros(k)
        for parent in range(k):
            for i, x in enumerate(left):
                for j, y in enumerate(right):
                    found[parent] += first[parent, i] * x * second[parent, j] * y
        return found

    return float(up(tree) @ root)


def inside(words, root, by_word, by_span) -> dict[tuple[int, int], np.ndarray]:
    """Inside scores of every span, cell by cell."""
    n, k = len(words), len(root)
    chart = {(i, i + 1): words[i] for i in range(n)}
    for w in range(2, n + 1):
        for begin in range(n - w + 1):
            end = begin + w
            found = np.zeros(k)
            for split in range(begin + 1, end):
                first = (by_word if split - begin == 1 else by_span)[:k]
                second = (by_word if end - split == 1 else by_span)[k:]
                left, right = chart[begin, split], chart[split, end]
                for parent in range(k):
                    found[parent] += (first[parent] @ left) * (second[parent] @ right)
            chart[begin, end] = found
    return chart
