"""Contrastive predictive coding (van den Oord et al. 2018, arXiv 1807.03748): a code is good if the future can be told from it.

A convolutional encoder makes a code of what is heard about now (z), a recurrent network a code of all that was heard so
far (c). From c the z of each of the next twelve frames is guessed, and the guess has to pick the true one from among the
other frames of the same clip: who speaks, in what room, is the same in all of them and helps nothing; what is being said does.

The plain auto-encoder beside it has the same network up to c, and rebuilds the frame from it.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from ..audio import N_MELS

TYPICAL, SPREAD = -5.0, 2.5  # of natural-log mel amplitudes


@dataclass
class CpcConfig:
    width: int = 128  # of z
    latents: int = 192  # of c
    shared: int = 64  # dimensions in which guesses and codes are compared
    ahead: int = 12  # frames of 16 ms


class Step(nn.Module):
    """Causal convolution of three frames beside what passes unchanged: (B, dim, T) -> the same"""

    def __init__(self, dim: int):
        super().__init__()
        self.conv = nn.Conv1d(dim, dim, 3)

    def forward(self, x):
        return x + self.conv(F.pad(F.silu(x), (2, 0)))


class Cpc(nn.Module, PyTorchModelHubMixin):
    """Log-mel frames (B, 80, T) to codes (B, T, latents), and guesses of what comes."""

    def __init__(self, config: CpcConfig):
        super().__init__()
        self.config = c = config
        self.enter = nn.Conv1d(N_MELS, c.width, 3)
        self.steps = nn.Sequential(*(Step(c.width) for _ in range(2)))
        self.context = nn.GRU(c.width, c.latents, batch_first=True)
        self.of_codes = nn.Linear(c.width, c.shared)
        self.guesses = nn.Linear(c.latents, c.ahead * c.shared)

    def forward(self, mel):
        """-> z (B, T, shared) in which guesses are compared, c (B, T, latents)"""
        x = self.steps(self.enter(F.pad((mel - TYPICAL) / SPREAD, (2, 0))))
        x = F.silu(x).transpose(1, 2)
        return self.of_codes(x), self.context(x)[0]

    def scores(self, z: torch.Tensor, c: torch.Tensor, k: int) -> torch.Tensor:
        """How well each frame's guess of the frame `k` later fits each frame from `k` on: (B, T - k, T - k); the truth is on the diagonal."""
        s = self.config.shared
        guess = F.linear(c[:, :-k], self.guesses.weight[(k - 1) * s : k * s], self.guesses.bias[(k - 1) * s : k * s])
        return torch.einsum("bts,bus->btu", guess, z[:, k:]).float() / s**0.5

    def loss(self, mel: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """-> InfoNCE over the frames ahead, share of guesses that pick the true frame"""
        z, c = self(mel)
        losses, right = [], []
        for k in range(1, self.config.ahead + 1):
            scores = self.scores(z, c, k)
            own = torch.arange(scores.shape[1], device=mel.device).expand(len(mel), -1)
            losses.append(F.cross_entropy(scores.transpose(1, 2), own))
            right.append((scores.argmax(2) == own).float().mean())
        return torch.stack(losses).mean(), torch.stack(right).mean()


class MelDecoder(nn.Module):
    """Codes (B, T, latents) -> log-mel frames (B, 80, T): the plain auto-encoder's other half, needed in training alone"""

    def __init__(self, c: CpcConfig):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(c.latents, c.width), nn.SiLU(), nn.Linear(c.width, N_MELS))

    def forward(self, c):
        return self.layers(c).float().transpose(1, 2) * SPREAD + TYPICAL
