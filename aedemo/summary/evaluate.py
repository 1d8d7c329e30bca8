"""Figures of summaries on articles whose headlines are known, and were never learned from."""

from __future__ import annotations

import csv
import random
import time
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


def mean(values) -> float:
    return float(np.mean(list(values)))


def evaluate(model, tables: list[str], number: int = 500) -> dict[str, float]:
    """A summariser's figures on tables of articles and titles, each figure named after its table.

    r1, r2, rl, and those of the article's first words, as many as the summary has (lead); is_lead: how many summaries are
    just those; copied: share of words that are the article's; repeats: of words that were there before; realism, and the same
    of people's titles; told (nats a word); length and title_length; ms: of one article alone, the median.
    """
    figures: dict[str, float] = {}
    for table in tables:
        rows = read_pairs(table, number)
        found = model.summarize([article for article, _ in rows])
        units = [units_of(s.text, model.lang) for s in found]
        articles = [units_of(article, model.lang) for article, _ in rows]
        between = "" if model.lang == "zh" else " "
        titles = [title for _, title in rows]
        scores = rouge(titles, [s.text for s in found], model.lang)
        lead = rouge(titles, [between.join(article[: len(u)]) for article, u in zip(articles, units)], model.lang)
        scores |= {f"lead_{key}": value for key, value in lead.items()}
        scores["is_lead"] = mean([article[: len(u)] == u for article, u in zip(articles, units)])
        scores["copied"] = mean([mean([w in set(article) for w in u]) for article, u in zip(articles, units)])
        scores["repeats"] = mean([1 - len(set(u)) / len(u) for u in units])
        scores["length"], scores["title_length"] = (mean([len(u) for u in every]) for every in (units, [units_of(t, model.lang) for t in titles]))
        scores["realism"] = mean([s.realism for s in found])
        scores["realism_of_titles"] = mean([model.judge(article, title).realism for article, title in rows[:200]])
        scores["told"] = mean([s.told for s in found])
        took = []
        for article, _ in rows[:50]:
            begun = time.perf_counter()
            model.summarize([article])
            took.append(time.perf_counter() - begun)
        scores["ms"] = 1000 * np.median(took)
        figures |= {f"{Path(table).stem.removeprefix('dev_')}_{key}": float(value) for key, value in scores.items()}
    return figures


def units_of(text: str, lang: str) -> list[str]:
    """What is counted: of English the lower-cased words between spaces, of Chinese the characters."""
    return Characters().tokenize(text) if lang == "zh" else text.lower().split()
