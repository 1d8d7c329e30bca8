"""Contrastive predictive coding (van den Oord et al. 2018, arXiv 1807.03748): a code is good if the future can be told from it.

A frame alone makes a code of what is heard in it (z), convolutions and a recurrent network a code of all that was heard so far
(c), two frames more than the one it is of. From c the z of each frame from there to twelve frames on is guessed, and the guess
has to pick the true one from among the other frames of the same clip: who speaks, in what room, is the same in all of them and
helps nothing; what is being said does. While it learns, what was heard and what is guessed sound as if of other throats and
through other microphones (`data.Voices`; other views of the same sound, as in Kharitonov et al. 2020, arXiv 2007.00991).

The plain auto-encoder beside it has the same network up to c, and rebuilds the frame from it.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from ..audio import N_MELS

SPREAD = 2.5  # of natural-log mel amplitudes about a clip's mean


@dataclass
class CpcConfig:
    width: int = 128  # of z
    latents: int = 256  # of c
    shared: int = 64  # dimensions in which guesses and codes are compared
    look: int = 2  # frames heard after the one that a code is of: a phone is known by how it ends, too
    ahead: int = 12  # frames of 16 ms after those


def centred(mel: torch.Tensor) -> torch.Tensor:
    """Less each band's mean over the clip, which is the microphone's and the throat's more than the words' (as recognisers do)."""
    return (mel - mel.mean(2, keepdim=True)) / SPREAD


class Step(nn.Module):
    """Convolution of three frames, one before and one after, beside what passes unchanged: (B, dim, T) -> the same"""

    def __init__(self, dim: int):
        super().__init__()
        self.conv = nn.Conv1d(dim, dim, 3, padding=1)

    def forward(self, x):
        return x + self.conv(F.silu(x))


class Cpc(nn.Module, PyTorchModelHubMixin):
    """Log-mel frames (B, 80, T) to codes (B, T, latents), and guesses of what comes."""

    def __init__(self, config: CpcConfig):
        super().__init__()
        self.config = c = config
        self.enter = nn.Conv1d(N_MELS, c.width, 1)
        self.now = nn.Conv1d(c.width, c.width, 1)
        self.steps = nn.Sequential(*(Step(c.width) for _ in range(c.look)))
        self.context = nn.GRU(c.width, c.latents, batch_first=True)
        self.of_codes = nn.Linear(c.width, c.shared)
        self.guesses = nn.Linear(c.latents, (c.look + c.ahead) * c.shared)

    def forward(self, mel, other=None):
        """-> z (B, T, shared) in which guesses are compared, of `other` if it is given; codes c (B, T, latents)"""
        heard = self.enter(centred(mel))
        now = heard if other is None else self.enter(centred(other))
        z = now + self.now(F.silu(now))
        return self.of_codes(F.silu(z).transpose(1, 2)), self.context(F.silu(self.steps(heard)).transpose(1, 2))[0]

    def scores(self, z: torch.Tensor, c: torch.Tensor, k: int) -> torch.Tensor:
        """How well each frame's guess of the frame `k` later fits each frame from `k` on: (B, T - k, T - k); the truth is on the diagonal."""
        s = self.config.shared
        guess = F.linear(c[:, :-k], self.guesses.weight[(k - 1) * s : k * s], self.guesses.bias[(k - 1) * s : k * s])
        return torch.einsum("bts,bus->btu", guess, z[:, k:]).float() / s**0.5

    def loss(self, mel: torch.Tensor, other: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """What was heard, and (`other`) what is to be guessed -> InfoNCE over the frames ahead, share of guesses that pick the true frame"""
        z, c = self(mel, other)
        losses, right = [], []
        for k in range(1, self.config.look + self.config.ahead + 1):  # what was heard is asked for as well: a code should say it
            scores = self.scores(z, c, k)
            own = torch.arange(scores.shape[1], device=mel.device).expand(len(mel), -1)
            losses.append(F.cross_entropy(scores.transpose(1, 2), own))
            right.append((scores.argmax(2) == own).float().mean())
        return torch.stack(losses).mean(), torch.stack(right).mean()


class MelDecoder(nn.Module):
    """Codes (B, T, latents) -> centred log-mel frames (B, 80, T): the plain auto-encoder's other half, needed in training alone"""

    def __init__(self, c: CpcConfig):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(c.latents, c.width), nn.SiLU(), nn.Linear(c.width, N_MELS))

    def forward(self, c):
        return self.layers(c).float().transpose(1, 2)
