"""From files to batches: pictures, a flip book of halves, crops of speech with their phones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .. import images
from ..audio import in_quiet
from ..halves import MARGIN, STACK
from ..phones import UNKNOWN
from ..speech import Corpus
from ..squares import SIDE, to_array, to_tensor

SHEET_CELL = 64  # pixels of a picture on a sheet of drawings


def read_sheet(file: str | Path) -> np.ndarray:
    """Drawings side by side on one sheet, 64 x 64 pixels each: (N, 64, 64, 3) uint8."""
    sheet = np.array(images.read(file).convert("RGB"))
    rows, columns = sheet.shape[0] // SHEET_CELL, sheet.shape[1] // SHEET_CELL
    cells = sheet.reshape(rows, SHEET_CELL, columns, SHEET_CELL, 3).swapaxes(1, 2)
    return cells.reshape(-1, SHEET_CELL, SHEET_CELL, 3)


class Pictures:
    """Batches of pictures, mirrored, moved, made larger or smaller, some with their colours exchanged."""

    def __init__(self, arrays: np.ndarray, seed: int):
        self.arrays, self.rng = arrays, np.random.default_rng(seed)

    def draw(self, size: int) -> torch.Tensor:
        """(B, 3, 64, 64) in [0, 1]"""
        rng = self.rng
        x = to_tensor(self.arrays[rng.integers(len(self.arrays), size=size)])
        mirror = np.where(rng.random(size) < 0.5, -1.0, 1.0)
        scale = np.where(rng.random(size) < 0.5, 1.0, np.exp(0.12 * rng.normal(size=size)))
        # whole pixels for those that keep their size, so that half of what is learned from is as sharp as it was
        move = rng.integers(-3, 4, (2, size)) * (2 / SIDE)
        turn = np.zeros((size, 2, 3), np.float32)
        turn[:, 0, 0], turn[:, 1, 1], turn[:, 0, 2], turn[:, 1, 2] = mirror * scale, scale, *move
        x = F.grid_sample(x - 1, F.affine_grid(torch.from_numpy(turn), x.shape, align_corners=False), align_corners=False) + 1  # white around
        for i in np.flatnonzero(rng.random(size) < 0.25):
            x[i] = x[i, torch.from_numpy(rng.permutation(3))]
        return x.clamp(0, 1)


def flip_book(arrays: np.ndarray, count: int = 16, side: int = 32, held: float = 0.2, seed: int = 0):
    """Every top half of `count` pictures over every bottom half, some pairs of which are held out.

    Returns
    -------
    pages : (count * count, side, side, 3) uint8; page i * count + j has the top of i and the bottom of j
    unseen : (count * count,) bool: the pairs never trained on; each half still occurs in others
    """
    if len(arrays) < count:
        raise ValueError(f"A flip book of {count} x {count} halves needs {count} pictures, not {len(arrays)}.")
    small = np.stack([to_array(Image.fromarray(a), side) for a in arrays[:count]])
    half = side // 2
    pages = np.stack([np.concatenate([top[:half], bottom[half:]]) for top in small for bottom in small])
    unseen = np.zeros((count, count), bool)
    each = round(held * count)  # so many of each row and of each column, along shuffled diagonals
    order = np.random.default_rng(seed).permutation(count)
    for k in range(1, each + 1):  # not the main diagonal: the whole pictures are trained on
        unseen[order, np.roll(order, k)] = True
    return pages, unseen.ravel()


class Crops:
    """Random crops of speech with another clip of the speaker and the phones, where they are known."""

    LENGTHS = ((24, 0.25), (48, 0.25), (80, 0.5))  # code frames (32 ms) with their margins, and how often

    def __init__(self, corpus: Corpus, labels: np.ndarray | None, budget: int, seed: int):
        self.corpus, self.labels, self.budget, self.rng = corpus, labels, budget, np.random.default_rng(seed)
        # less than by what there is: no reader of a thousand sentences drowns those of one
        weight = np.array([len(clips) ** 0.7 for clips in corpus.by_speaker])
        self.weight = weight / weight.sum()

    def draw(self):
        """mel (B, 80, 2T) set in quiet margins; without them f0 and whether voiced (B, 2T'), phones (B, T'); and the mel
        of another clip of the speaker (B, 80, 2T'')."""
        lengths, odds = zip(*self.LENGTHS)
        length = int(self.rng.choice(lengths, p=odds))
        edge, inner = MARGIN * STACK, (length - 2 * MARGIN) * STACK
        rows = []
        for speaker in self.rng.choice(len(self.weight), max(self.budget // length, 2), p=self.weight):
            clips = self.corpus.by_speaker[speaker]
            clip = int(self.rng.choice(clips))
            have = int(self.corpus.frames[clip])
            start = int(self.rng.integers(0, have - inner + 1)) if have > inner else 0
            _, mel, f0, voiced = self.corpus.crop(clip, inner, start)
            phones = np.full(inner, UNKNOWN, np.int8)
            if self.labels is not None:
                at, n = self.corpus.index[clip]["start"] + start, min(inner, have - start)
                phones[:n] = self.labels[at : at + n]
            other = self.corpus.crop(int(self.rng.choice(clips)), max(length, 32) * STACK, rng=self.rng)[1]
            # a code's own moment is the middle of its two frames, where the second begins
            rows.append((in_quiet(mel, f0, edge, edge)[0].T, f0, voiced, phones[1::STACK].astype(np.int64), other.T))
        return tuple(torch.from_numpy(np.ascontiguousarray(np.stack(column))) for column in zip(*rows))
