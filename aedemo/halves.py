"""Parts of a speech auto-encoder that tells who speaks from what is said; the voice and the codebook demo are built of them.

The speaker half (50 numbers a clip) and the pitch that is split between the halves: see `voice.model`.
"""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import nn

from .audio import N_MELS

HALF = 50  # numbers in each half of a frame's code
STACK = 2  # mel frames in a code frame
TONES = HALF - 1  # content numbers beside the melody
TRAITS = HALF - 2  # speaker numbers beside pitch height and range
MARGIN = 4  # code frames of quiet set around every clip, so that a short word too is measured against silence
COMB_BANDS = 36  # mel bands narrow enough to show single harmonics (below about 1.3 kHz)


def instance_norm(x: torch.Tensor, eps: float = 1e-4) -> torch.Tensor:
    """Mean 0 and spread 1 over time, channel by channel. (B, C, T)"""
    mean = x.mean(-1, keepdim=True)
    return (x - mean) * torch.rsqrt((x - mean).square().mean(-1, keepdim=True) + eps)


class Block(nn.Module):
    """ConvNeXt block over time. With a speaker half, its normalisation is told the speaker's own scale and shift."""

    def __init__(self, dim: int, norm: str, conditioned: bool = False, expansion: int = 2):
        super().__init__()
        self.instance = norm == "instance"
        self.depthwise = nn.Conv1d(dim, dim, 7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim)
        self.widen = nn.Linear(dim, dim * expansion)
        self.narrow = nn.Linear(dim * expansion, dim)
        self.scale = nn.Parameter(torch.full((dim,), 0.2))
        self.style = nn.Linear(HALF, 2 * dim) if conditioned else None

    def forward(self, x, speaker=None):  # (B, dim, T), (B, 50)
        y = self.depthwise(x)
        y = instance_norm(y) if self.instance else self.norm(y.transpose(1, 2)).transpose(1, 2)
        if self.style is not None:
            gain, shift = self.style(speaker)[..., None].chunk(2, 1)  # (B, dim, 1) each
            y = y * (1 + gain) + shift
        y = self.narrow(F.gelu(self.widen(y.transpose(1, 2))))
        return x + (self.scale * y).transpose(1, 2)


class SpeakerEncoder(nn.Module):
    """mel (B, 80, T') -> (B, 48), of length sqrt(48): an average over the whole clip, so that words do not fit in."""

    def __init__(self, dim: int):
        super().__init__()
        self.enter = nn.Conv1d(N_MELS, dim, 4, stride=STACK, padding=1)
        self.blocks = nn.ModuleList(Block(dim, "layer") for _ in range(2))
        self.weigh = nn.Conv1d(dim, dim, 1)  # attentive statistics pooling, arXiv 1803.10963
        self.leave = nn.Linear(2 * dim, TRAITS)

    def hidden(self, mel):
        """Activations after each layer, (B, dim, T) each."""
        layers = [self.enter((mel + 5) / 3)]
        for block in self.blocks:
            layers.append(block(layers[-1]))
        return layers

    def forward(self, mel):
        return self.pool(self.hidden(mel)[-1])

    def pool(self, x):
        weight = self.weigh(x).softmax(-1)  # (B, dim, T)
        mean = (weight * x).sum(-1)
        spread = ((weight * x.square()).sum(-1) - mean.square()).clamp_min(1e-4).sqrt()
        return F.normalize(self.leave(torch.cat([mean, spread], 1)), dim=1) * TRAITS**0.5


def mel_centres() -> torch.Tensor:
    """Centre of each mel band in Hz (Slaney's scale, as in `audio.log_mel`)."""
    mels = torch.linspace(0, 15 + 27 * torch.log(torch.tensor(8.0)).item() / torch.log(torch.tensor(6.4)).item(), N_MELS + 2)[1:-1]
    return torch.where(mels < 15, mels * 200 / 3, 1000 * torch.exp((mels - 15) * torch.log(torch.tensor(6.4)) / 27))


@lru_cache(maxsize=4)
def _low_centres(device: str) -> torch.Tensor:
    with torch.inference_mode(False):  # a training step may be the next to use what an inference cached
        return mel_centres()[:COMB_BANDS, None].to(device)


def comb(f0: torch.Tensor) -> torch.Tensor:
    """How much of a harmonic falls in each low mel band: 1 on a harmonic, -1 between two. (B, T') -> (B, 36, T')"""
    return torch.cos(2 * torch.pi * _low_centres(str(f0.device)) / f0[:, None])


HEIGHT_SCALE, SPREAD_SCALE = 0.3, 0.1  # octaves: make the two pitch numbers of the speaker half as large as the others


def split_pitch(f0: torch.Tensor):
    """Pitch into its height and spread over the clip, and a melody of mean 0 and spread 1.

    (B, 2T) Hz -> (B, 1), (B, 1), (B, T)
    """
    octave = torch.log2(f0 / 150).view(len(f0), -1, STACK).mean(2)  # (B, T)
    # creaky ends of sentences are tracked an octave low; they must not drag the height and widen the spread
    middle = octave.median(1, keepdim=True).values
    octave = middle + (octave - middle).clamp(-0.5, 0.5)
    height = octave.mean(1, keepdim=True)
    spread = (octave - height).square().mean(1, keepdim=True).sqrt().clamp_min(0.02)
    return height / HEIGHT_SCALE, spread / SPREAD_SCALE, (octave - height) / spread


def join_pitch(melody: torch.Tensor, pitch_half: torch.Tensor) -> torch.Tensor:
    """melody (B, T) sung at another height and spread (B, 2) -> (B, 2T) Hz"""
    # a narrow-ranged clip's melody may swing wide: beyond an octave from the height it is no voice any more
    swing = (melody * pitch_half[:, 1:].clamp(0.02, 6) * SPREAD_SCALE).clamp(-1.0, 1.0)
    octave = pitch_half[:, :1] * HEIGHT_SCALE + swing
    octave = F.interpolate(octave[:, None], scale_factor=STACK, mode="linear")[:, 0]
    return (150 * 2**octave).clamp(50, 600)
