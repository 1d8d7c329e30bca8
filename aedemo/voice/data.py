"""Batches of speech for the voice auto-encoder: crops, a second clip of the same speaker, warped inputs."""

from __future__ import annotations

import numpy as np
import torch

from ..audio import LOG_FLOOR, in_quiet
from ..disturb import random_filters, warp_matrices
from ..halves import MARGIN, STACK
from ..speech import Corpus


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


class Revoice:
    """Voices that nobody has, so that the speaker half learns more than the few hundred voices of a corpus.

    Half of the rows are heard through a random smooth filter and with a longer or shorter vocal tract: a clip, its pitch
    and the other clip of its speaker alike. (B, 80, T), (B, T) in Hz, (B, 80, T') -> the same and which are new (B,)
    """

    def __init__(self, device, widest: float = 1.15):
        self.factors = torch.from_numpy(np.geomspace(1 / widest, widest, 21).astype(np.float32)).to(device)
        self.warps = warp_matrices(21, widest).to(device)

    def __call__(self, mel, f0, other):
        device, voices = mel.device, len(mel)
        new = torch.rand(voices, device=device) < 0.5
        pick = torch.where(new, torch.randint(len(self.warps), (voices,), device=device), len(self.warps) // 2)
        filters = random_filters(voices, device) * new[:, None, None]
        floor = np.log(LOG_FLOOR)
        mel, other = ((torch.bmm(self.warps[pick], x) + filters).clamp_min(floor) for x in (mel, other))
        return mel, f0 / self.factors[pick, None], other, new
