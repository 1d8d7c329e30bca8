"""Batches of speech for the voice auto-encoder: crops, a second clip of the same speaker, warped inputs."""

from __future__ import annotations

import numpy as np
import torch

from ..audio import in_quiet
from ..speech import Corpus
from .model import MARGIN, STACK, mel_centres


class Batches:
    """Random batches of about `budget` code frames: short clips many at a time, long ones fewer.

    Short crops are there because a spoken digit is short too, and instance normalisation has to live with the
    statistics of half a second.
    """

    LENGTHS = ((24, 0.3), (40, 0.3), (64, 0.4))  # code frames (32 ms) with their margins, and how often

    def __init__(self, corpus: Corpus, budget: int, seed: int):
        self.corpus, self.budget, self.rng = corpus, budget, np.random.default_rng(seed)
        # less than by what there is: no reader of a thousand sentences drowns those of one
        weight = np.array([len(clips) ** 0.7 for clips in corpus.by_speaker])
        self.weight = weight / weight.sum()

    def draw(self):
        """mel, f0, mel of another clip of the speaker (B, 80, 2T), (B, 2T), (B, 80, 2T'); and the speakers (B,)."""
        lengths, odds = zip(*self.LENGTHS)
        length = int(self.rng.choice(lengths, p=odds))
        size = min(self.budget // length, self.budget // 32)
        speakers = self.rng.choice(len(self.weight), size, p=self.weight)
        mel, f0, other = [], [], []
        for speaker in speakers:
            clips = self.corpus.by_speaker[speaker]
            _, m, f, _ = self.corpus.crop(int(self.rng.choice(clips)), (length - 2 * MARGIN) * STACK, rng=self.rng)
            m, f = in_quiet(m, f, MARGIN * STACK, MARGIN * STACK)
            mel.append(m.T)
            f0.append(f)
            other.append(self.corpus.crop(int(self.rng.choice(clips)), max(length, 32) * STACK, rng=self.rng)[1].T)
        stacked = (torch.from_numpy(np.ascontiguousarray(np.stack(x))) for x in (mel, f0, other))
        return *stacked, torch.from_numpy(speakers)


def warp_matrices(count: int = 17, widest: float = 1.2) -> torch.Tensor:
    """Stretchings of the frequency axis, as by shorter and longer vocal tracts (VTLP, Jaitly and Hinton 2013).

    The content encoder hears every clip stretched at random while the decoder must rebuild it as it was, so the length
    of the vocal tract has to come from the speaker half. (count, 80, 80)
    """
    centres = mel_centres().numpy()
    matrices = []
    for factor in np.geomspace(1 / widest, widest, count):
        place = np.interp(centres * factor, centres, np.arange(len(centres)))
        low = np.floor(place).astype(int).clip(0, len(centres) - 2)
        matrix = np.zeros((len(centres), len(centres)), np.float32)
        matrix[np.arange(len(centres)), low] = 1 - (place - low)
        matrix[np.arange(len(centres)), low + 1] = place - low
        matrices.append(matrix)
    return torch.from_numpy(np.stack(matrices))
