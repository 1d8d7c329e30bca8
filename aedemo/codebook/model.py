"""The networks around a discrete code: one for pictures, one for speech, one for the lecture's flip book.

A picture becomes a grid of 16 x 16 codes and is rebuilt from them; speech becomes a string of codes, 31.25 a second, and
is rebuilt from them together with a speaker half (AdaIN, arXiv 1904.05742), so that the codes need not say who speaks.
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from ..audio import N_MELS
from ..halves import COMB_BANDS, HALF, MARGIN, STACK, TRAITS, Block, SpeakerEncoder, comb, instance_norm, join_pitch
from ..squares import SIDE
from .quantiser import Binary, OneHot, VectorQuantiser

PATCH = 4  # pixels along each side that one code stands for
GRID = SIDE // PATCH
METHODS = {"vq": VectorQuantiser, "one-hot": OneHot, "binary": Binary}


@dataclass
class ImageConfig:
    method: str = "vq"
    codes: int = 512
    code_dim: int = 16  # few: in many dimensions most keys lie far from every query and are never chosen
    dim: int = 96
    encoder_layers: int = 4  # 7 x 7 each: what a code says depends on the whole picture around it
    decoder_layers: int = 6


class Block2d(nn.Module):
    """ConvNeXt block over a picture (arXiv 2201.03545). (B, dim, H, W)"""

    def __init__(self, dim: int, kernel: int = 7, expansion: int = 3):
        super().__init__()
        self.depthwise = nn.Conv2d(dim, dim, kernel, padding=kernel // 2, groups=dim)
        self.norm = nn.GroupNorm(1, dim)
        self.widen = nn.Conv2d(dim, dim * expansion, 1)
        self.narrow = nn.Conv2d(dim * expansion, dim, 1)
        self.scale = nn.Parameter(torch.full((dim, 1, 1), 0.2))

    def forward(self, x):
        return x + self.scale * self.narrow(F.gelu(self.widen(self.norm(self.depthwise(x)))))


class ImageAutoencoder(nn.Module, PyTorchModelHubMixin):
    """Pictures (B, 3, 64, 64) in [0, 1] to codes (B, 16, 16) and back."""

    def __init__(self, config: ImageConfig):
        super().__init__()
        self.config = config
        dim, half = config.dim, config.dim // 2
        self.enter = nn.Conv2d(3 * PATCH**2, dim, 3, padding=1)
        self.encoder = nn.Sequential(*(Block2d(dim) for _ in range(config.encoder_layers)))
        self.leave = nn.Conv2d(dim, config.code_dim, 1)
        self.quantiser: Any = METHODS[config.method](config.codes, config.code_dim)
        self.enter_again = nn.Conv2d(config.code_dim, dim, 3, padding=1)
        self.decoder = nn.Sequential(*(Block2d(dim) for _ in range(config.decoder_layers)))
        self.grow = nn.Conv2d(dim, half * 4, 1)
        self.finer = nn.Sequential(*(Block2d(half, 5, 2) for _ in range(2)))
        self.leave_again = nn.Conv2d(half, 3 * 4, 3, padding=1)

    def latents(self, x: torch.Tensor) -> torch.Tensor:
        """(B, 3, 64, 64) -> the queries (B, 16, 16, D), each of length sqrt(D)"""
        x = self.enter(F.pixel_unshuffle(x - 0.5, PATCH))  # (B, dim, 16, 16)
        z = self.leave(self.encoder(x)).permute(0, 2, 3, 1)
        return F.layer_norm(z, (z.shape[-1],)) if self.config.method == "vq" else z

    def draw(self, vectors: torch.Tensor) -> torch.Tensor:
        """(B, h, w, D) -> (B, 3, 4h, 4w)"""
        x = self.decoder(self.enter_again(vectors.permute(0, 3, 1, 2)))  # (B, dim, h, w)
        x = self.finer(F.pixel_shuffle(self.grow(x), 2))  # (B, dim/2, 2h, 2w)
        return F.pixel_shuffle(self.leave_again(x), 2) + 0.5

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """(B, 3, 64, 64) -> (B, 16, 16) of 0..K-1"""
        return self.quantiser.codes(self.latents(x))

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """(B, h, w) -> (B, 3, 4h, 4w)"""
        return self.draw(self.quantiser.vectors(codes)).clamp(0, 1)

    def forward(self, x):
        """-> rebuilt (B, 3, 64, 64), codes (B, 16, 16), what the quantiser asks for ()"""
        quantised, codes, asked = self.quantiser(self.latents(x))
        return self.draw(quantised), codes, asked


@dataclass
class FlipConfig:
    method: str = "binary"
    codes: int = 512  # for the whole picture: 9 bits
    code_dim: int = 64
    dim: int = 64
    side: int = 32


class FlipAutoencoder(nn.Module, PyTorchModelHubMixin):
    """The lecture's small auto-encoder: a whole picture (B, 3, 32, 32) is one one-hot or binary code (B,)."""

    def __init__(self, config: FlipConfig):
        super().__init__()
        self.config = config
        dim, grid = config.dim, config.side // 8
        self.encoder = nn.Sequential(  # patches of 8 x 8 each for itself, then all together
            nn.PixelUnshuffle(4), nn.Conv2d(48, dim, 1), nn.GELU(), nn.Conv2d(dim, 2 * dim, 2, 2), nn.GELU(),
            nn.Flatten(), nn.Identity() if config.code_dim == 2 * dim * grid**2 else nn.Linear(2 * dim * grid**2, config.code_dim),
        )  # fmt: skip
        self.quantiser: Any = METHODS[config.method](config.codes, config.code_dim)
        self.decoder = nn.Sequential(
            nn.Linear(config.code_dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, 2 * dim * grid**2), nn.GELU(), nn.Unflatten(1, (2 * dim, grid, grid)),
            nn.ConvTranspose2d(2 * dim, dim, 2, 2), nn.GELU(), nn.Conv2d(dim, 48, 1), nn.PixelShuffle(4),
        )  # fmt: skip

    def encode(self, x):
        return self.quantiser.codes(self.encoder(x - 0.5))

    def decode(self, codes):
        return self._draw(self.quantiser.vectors(codes)).clamp(0, 1)

    def _draw(self, vectors):
        return self.decoder(vectors) + 0.5

    def forward(self, x):
        """-> rebuilt (B, 3, 32, 32), codes (B,), what the quantiser asks for ()"""
        chosen, codes, asked = self.quantiser(self.encoder(x - 0.5))
        return self._draw(chosen), codes, asked


@dataclass
class SpeechConfig:
    codes: int = 128
    code_dim: int = 32
    encoder_dim: int = 192
    encoder_layers: int = 6
    speaker_dim: int = 128  # as the voice demo's, whose weights it begins with
    decoder_dim: int = 192
    decoder_layers: int = 6


class SpeechAutoencoder(nn.Module, PyTorchModelHubMixin):
    """Log-mel (B, 80, 2T) to codes (B, T), and with a speaker half (B, 50) back."""

    def __init__(self, config: SpeechConfig):
        super().__init__()
        self.config = config
        dim, wide = config.encoder_dim, config.decoder_dim
        self.enter = nn.Conv1d(N_MELS, dim, 4, stride=STACK, padding=1)
        # as in the voice demo: every other block erases what does not change while somebody speaks
        self.encoder = nn.ModuleList(Block(dim, "instance" if i % 2 else "layer") for i in range(config.encoder_layers))
        self.leave = nn.Conv1d(dim, config.code_dim, 1)
        self.quantiser = VectorQuantiser(config.codes, config.code_dim)
        self.speaker_encoder = SpeakerEncoder(config.speaker_dim)
        self.register_buffer("average", torch.zeros(HALF))  # the training speakers' mean half: who reads codes that have no speaker
        self.quiet = nn.Parameter(torch.zeros(config.code_dim))  # what stands before and after every clip
        self.melody = nn.Sequential(nn.Conv1d(config.code_dim + HALF, 96, 9, padding=4), nn.GELU(), nn.Conv1d(96, 96, 9, padding=4), nn.GELU(), nn.Conv1d(96, 1, 1))  # fmt: skip
        self.enter_again = nn.Conv1d(config.code_dim + STACK * (COMB_BANDS + 1), wide, 5, padding=2)
        norms = ["instance" if i < config.decoder_layers // 2 else "layer" for i in range(config.decoder_layers)]
        self.decoder = nn.ModuleList(Block(wide, norm, conditioned=True) for norm in norms)
        self.speak = nn.Linear(HALF, wide)
        self.leave_again = nn.Linear(wide + STACK * COMB_BANDS, STACK * N_MELS)

    def latents(self, mel: torch.Tensor) -> torch.Tensor:
        """Clips set in quiet margins (B, 80, 2T) -> the queries (B, T - 8, D), margins cut off, each of length sqrt(D)"""
        x = self.enter(instance_norm((mel + 5) / 3))  # (B, dim, T)
        for block in self.encoder:
            x = block(x)
        z = self.leave(instance_norm(x)).transpose(1, 2)[:, MARGIN:-MARGIN]
        return F.layer_norm(z, (z.shape[-1],))

    def encode(self, mel: torch.Tensor) -> torch.Tensor:
        """Clips set in quiet margins (B, 80, 2T) -> (B, T - 8) of 0..K-1"""
        return self.quantiser.codes(self.latents(mel))

    def sing(self, vectors: torch.Tensor, speaker: torch.Tensor) -> torch.Tensor:
        """The melody that fits the codes: pitch freed of the speaker's height and range. (B, T, D), (B, 50) -> (B, T)"""
        x = vectors.transpose(1, 2)
        return self.melody(torch.cat([x, speaker[..., None].expand(-1, -1, x.shape[-1])], 1))[:, 0]

    def read(self, vectors: torch.Tensor, speaker: torch.Tensor, f0: torch.Tensor) -> torch.Tensor:
        """(B, T, D), (B, 50), (B, 2T) Hz -> log-mel (B, 80, 2T)"""
        batch, frames, _ = vectors.shape
        quiet = self.quiet.expand(batch, MARGIN, -1)
        x = torch.cat([quiet, vectors, quiet], 1).transpose(1, 2)  # (B, D, T + 8)
        f0 = F.pad(f0, (MARGIN * STACK, MARGIN * STACK), mode="replicate")
        voice = torch.cat([torch.log2(f0 / 150)[:, None], comb(f0)], 1)  # (B, 37, 2T + 16)
        voice = voice.view(batch, -1, frames + 2 * MARGIN, STACK).transpose(2, 3).reshape(batch, -1, frames + 2 * MARGIN)
        x = self.enter_again(torch.cat([x, voice], 1)) + self.speak(speaker)[..., None]
        for block in self.decoder:
            x = block(x, speaker)
        x = self.leave_again(torch.cat([x, voice[:, STACK:]], 1).transpose(1, 2))[:, MARGIN:-MARGIN]  # (B, T, 160)
        return x.reshape(batch, frames * STACK, N_MELS).transpose(1, 2) * 3 - 5

    def decode(self, codes: torch.Tensor, speaker: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(B, T), (B, 50) -> log-mel (B, 80, 2T), pitch (B, 2T) in Hz"""
        vectors = self.quantiser.vectors(codes)
        f0 = join_pitch(self.sing(vectors, speaker), speaker[:, TRAITS:])
        return self.read(vectors, speaker, f0), f0
