"""Sentences a second by their length, beside the same sums in nested loops, in one run: python benchmarks/trees.py

The loops are those that the tests compare with (`tests/trees/plain.py`): over spans and splits, with NumPy's products of
vectors inside. Both compute inside scores in double precision; `parse` does the rest too: outside, chances, the best tree.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from aedemo import trees
from aedemo.trees import chart
from aedemo.trees.sentences import words_of
from benchmarks.clock import seconds
from tests.trees import plain

TEXT = "The company said on Monday that it will close two of its plants in the north of Italy after the price of oil has fallen by ten percent "
LENGTHS = (5, 10, 15, 20, 25, 30, 40)
BATCH = 10


def main() -> None:
    torch.set_num_threads(2)
    parser, text = trees.load(), words_of(TEXT * 2)
    rules = [rule.double() for rule in parser.network.rules()]
    plain_rules = [rule.numpy() for rule in rules]
    print(f"sentences a second\n{'words':>5s} {'loops':>9s} {'inside':>9s} {'times':>6s} {'parse':>9s} {f'{BATCH} at once':>10s} {'ms a parse':>10s}")
    for n in LENGTHS:
        words = text[:n]
        with torch.inference_mode():
            given = parser.network.emissions(torch.tensor([parser.vocabulary.encode(words)])).double()
            loops = seconds(lambda: plain.inside(given[0].numpy(), *plain_rules), 3)
            ours = seconds(lambda: chart.inside(given, *rules), 9)
        one = seconds(lambda: parser.parse(words), 9)
        many = seconds(lambda: parser.parse_all([words] * BATCH), 3) / BATCH
        print(f"{n:5d} {1 / loops:9.2f} {1 / ours:9.1f} {loops / ours:6.0f} {1 / one:9.1f} {1 / many:10.1f} {1000 * one:10.1f}")


if __name__ == "__main__":
    main()
