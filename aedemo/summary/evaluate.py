"""Figures of summaries on articles whose headlines are known, and were never learned from."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import numpy as np

KINDS = {"r1": "rouge1", "r2": "rouge2", "rl": "rougeL"}


class Characters:
    """A tokeniser for ROUGE of Chinese: every character counts."""

    def tokenize(self, text: str) -> list[str]:
        return [c for c in text if not c.isspace()]


def rouge(references: list[str], found: list[str], lang: str) -> dict[str, float]:
    """ROUGE-1, -2 and -L (F1, in percent; Lin 2004): of English on stemmed words, of Chinese on characters."""
    from rouge_score import rouge_scorer  # a development requirement

    scorer = rouge_scorer.RougeScorer(list(KINDS.values()), use_stemmer=lang == "en", tokenizer=Characters() if lang == "zh" else None)
    scores = [scorer.score(reference, text) for reference, text in zip(references, found, strict=True)]
    return {key: 100 * float(np.mean([score[kind].fmeasure for score in scores])) for key, kind in KINDS.items()}


def read_pairs(file: str | Path, number: int | None = None) -> list[tuple[str, str]]:
    """Articles and titles of a table (.tsv with the columns article and title), in an order by chance."""
    csv.field_size_limit(10**8)
    with open(file, encoding="utf-8", newline="") as opened:
        rows = [(row["article"], row["title"]) for row in csv.DictReader(opened, delimiter="\t")]
    random.Random(0).shuffle(rows)
    return rows[:number]
