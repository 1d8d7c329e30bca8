"""Figures of a parser on gold trees, which it never saw."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from . import brackets

LENGTHS = (10, 40)  # words at most, as is usual
ROUNDS = 20


def read_gold(file: str | Path) -> list[tuple]:
    """Trees of a file with one bracketing a line, without punctuation and traces; of 3 to 40 words."""
    trees = []
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        try:
            tree = brackets.read(line)
        except ValueError:  # a line of one word, or of punctuation
            continue
        if 3 <= len(brackets.words(tree)) <= max(LENGTHS):
            trees.append(tree)
    if not trees:
        raise ValueError(f"{file} holds no bracketings of 3 to {max(LENGTHS)} words, one a line.")
    return trees


def evaluate(parser, file: str | Path) -> dict[str, float]:
    """Mean unlabelled F1 of sentences in percent, whole-sentence spans left out, beside trees that know nothing of words."""
    gold = read_gold(file)
    sentences = [brackets.words(tree) for tree in gold]
    found = {
        "model": [parse.tree for parse in parser.parse_all(sentences)],
        "right_branching": [brackets.right_branching(words) for words in sentences],
        "left_branching": [brackets.left_branching(words) for words in sentences],
        "random": [brackets.random_tree(words, seed) for seed, words in enumerate(sentences)],
    }
    figures = {}
    for longest in LENGTHS:
        for name, trees in found.items():
            scores = [brackets.f1(g, tree)[0] for g, tree, words in zip(gold, trees, sentences) if len(words) <= longest]
            figures[f"f1_up_to_{longest}_{name}"] = 100 * float(np.mean(scores)) if scores else float("nan")
    words = (sentences[0] * 25)[:25]
    parser.parse(words)
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        parser.parse(words)
        taken.append(time.process_time() - start)
    figures["cpu_seconds_for_25_words"] = float(np.median(taken))
    return figures
