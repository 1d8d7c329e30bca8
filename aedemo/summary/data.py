"""Lines to batches. Articles and headlines come from two files and are never seen side by side: no article with its own
headline, since there is nothing that says which that would be."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from .tokens import END, PAD, UNKNOWN, Vocabulary, split

OPENERS = {".gz": gzip.open, ".xz": lzma.open}


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


def articles(files: Iterable[str | Path], longest: int, shortest: int = 12) -> Iterator[list[str]]:
    """Articles' openings, split: at most `longest` words of each with at least `shortest`."""
    for line in lines(files):
        words = split(line[: 12 * longest]).words[:longest]
        if len(words) >= shortest:
            yield words
