"""Lines to batches. Articles and headlines come from two files and are never seen side by side: no article with its own
headline, since there is nothing that says which that would be."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable, Iterable, Iterator
from itertools import count, islice
from pathlib import Path

import numpy as np
import torch

from .tokens import END, PAD, UNKNOWN, Vocabulary, split

OPENERS: dict[str, Callable] = {".gz": gzip.open, ".xz": lzma.open}


def lines(files: Iterable[str | Path]) -> Iterator[str]:
    """The lines of text files (.txt, .gz, .xz), one after the other, empty ones left out. Streamed: a file may be larger
    than memory."""
    for file in map(Path, files):
        with OPENERS.get(file.suffix, open)(file, "rt", encoding="utf-8", errors="replace") as opened:
            for line in opened:
                if line := line.strip():
                    yield line


def shuffled(items: Iterator, seed: int, held: int = 20_000) -> Iterator:
    """The items in nearly random order, of which at most `held` are in memory."""
    rng, kept = np.random.default_rng(seed), list(islice(items, held))
    for item in items:
        at = int(rng.integers(len(kept)))
        kept[at], item = item, kept[at]
        yield item
    rng.shuffle(kept)
    yield from kept


def padded(rows: list[list[int]]) -> torch.Tensor:
    """(B, longest) of whole numbers"""
    out = np.full((len(rows), max(map(len, rows), default=0)), PAD, np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return torch.from_numpy(out)


def with_targets(vocabulary: Vocabulary, sources: list[list[str]], targets: list[list[str]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Texts to read and words to write, as numbers: (B, S) with copies' own numbers, (B, T) ending with END. A word to write
    that is neither known nor in the text read is UNKNOWN."""
    read, write = [], []
    for source, target in zip(sources, targets, strict=True):
        ids, own = vocabulary.with_copies(source)
        numbers = {word: len(vocabulary) + i for i, word in enumerate(own)}
        read.append(ids)
        write.append([vocabulary.number.get(word, numbers.get(word, UNKNOWN)) for word in target] + [END])
    return padded(read), padded(write)


def drawn(items: Iterable, number: int, seed: int) -> list:
    """`number` of the items by chance, all equally likely, in one pass (reservoir sampling, Vitter 1985)."""
    rng, kept = np.random.default_rng(seed), []
    for i, item in enumerate(items):
        if i < number:
            kept.append(item)
        elif (at := int(rng.integers(i + 1))) < number:
            kept[at] = item
    rng.shuffle(kept)
    return kept


def openings(texts: Iterable[str], longest: int, shortest: int) -> Iterator[list[str]]:
    """Articles' openings, split: at most `longest` words of each with at least `shortest`."""
    for text in texts:
        words = split(text[: 12 * longest]).words[:longest]
        if len(words) >= shortest:
            yield words


def batches(begin: Callable[[int], Iterator], size: int, seed: int, held: int = 20_000) -> Iterator[list]:
    """Batches without end. `begin` (epoch) opens the stream anew each time it has run dry."""
    for epoch in count():
        for i, batch in enumerate(batched(shuffled(begin(epoch), seed + 7919 * epoch, held), size)):
            if len(batch) == size or i == 0:  # an epoch's last, smaller batch is left out, unless there is no other
                yield list(batch)


def batched(items: Iterable, size: int) -> Iterator[tuple]:
    items = iter(items)
    while batch := tuple(islice(items, size)):
        yield batch


class Noise:
    """A headline buried in an article's words: what a generator learns to dig out, and to put right (after Fevry & Phang 2018,
    arXiv 1809.02669). No article's own headline is needed.

    Chunks of an article go in between, words get the form back that articles have, common words are now and then missing, and
    sometimes the halves change places.

    common : words whose loss can be guessed
    before : a headline's words as an article would have them
    """

    LOST = 0.2

    def __init__(self, common: set[str], before: Callable[[list[str], np.random.Generator], list[str]] = lambda words, rng: words, longest=48):
        self.common, self.before, self.longest = common, before, longest

    def holes(self, words: list[str], rng: np.random.Generator) -> list[str]:
        """The words without some of the common ones: a generator that must guess them learns to write, not only to copy."""
        return [word for word, chance in zip(words, rng.random(len(words))) if word not in self.common or chance > self.LOST]

    def __call__(self, headline: list[str], article: list[str], rng: np.random.Generator) -> list[str]:
        kept = self.holes(self.before(headline, rng), rng)
        if len(kept) > 3 and rng.random() < 0.2:
            half = int(rng.integers(1, len(kept)))
            kept = kept[half:] + kept[:half]
        room, out = min(self.longest - len(kept), int(len(kept) * rng.uniform(0.5, 3))), []
        # what is put in between falls into a few places: most of a headline's neighbours stay neighbours
        places = np.sort(rng.integers(0, len(kept) + 1, size=int(rng.integers(1, 5))))
        share = np.bincount(places, minlength=len(kept) + 1) * (max(room, 0) // len(places))
        at = int(rng.integers(max(1, len(article) - room)))
        for i in range(len(kept) + 1):
            out += article[at : at + share[i]]
            at += int(share[i])
            out += kept[i : i + 1]
        return out
