"""Mel spectrogram and pitch to waveform: a source-filter vocoder with a Vocos-like backbone.

A ConvNeXt backbone reads the frames and an inverse STFT writes the sound (Vocos, arXiv 2306.00814). What it filters is
not left to be invented: as in neural source-filter models (arXiv 1904.12088) the voice's own source, a pulse train at
the pitch asked for, and white noise are given, and the network says for every frame and frequency how much of each
passes and how far the pulses are delayed. The pitch of the output is therefore exact from the first training step,
which is what makes a few million parameters and hours on a CPU enough.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
import torchaudio
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from .. import device
from ..audio import HOP, N_FFT, N_MELS, RATE


@dataclass
class VocoderConfig:
    dim: int = 256
    layers: int = 6
    expansion: int = 3


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution over time, then an MLP on each frame, scaled small at first (arXiv 2201.03545)."""

    def __init__(self, dim: int, expansion: int):
        super().__init__()
        self.depthwise = nn.Conv1d(dim, dim, 7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim)
        self.widen = nn.Linear(dim, dim * expansion)
        self.narrow = nn.Linear(dim * expansion, dim)
        self.scale = nn.Parameter(torch.full((dim,), 0.2))

    def forward(self, x):  # (B, dim, T)
        y = self.depthwise(x).transpose(1, 2)  # (B, T, dim)
        y = self.narrow(F.gelu(self.widen(self.norm(y))))
        return x + (self.scale * y).transpose(1, 2)


class Vocoder(nn.Module, PyTorchModelHubMixin):
    """log-mel (B, 80, T) and pitch (B, T) in Hz -> wave (B, T * 256) at 16 kHz."""

    def __init__(self, config: VocoderConfig):
        super().__init__()
        self.config = config
        dim = config.dim
        bins = N_FFT // 2 + 1
        self.enter = nn.Conv1d(N_MELS + 2, dim, 7, padding=3)
        self.blocks = nn.Sequential(*[ConvNeXtBlock(dim, config.expansion) for _ in range(config.layers)])
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, 3 * bins)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)
        self.register_buffer("window", torch.hann_window(N_FFT), persistent=False)
        filters = torchaudio.functional.melscale_fbanks(bins, 0.0, RATE / 2, N_MELS, RATE, "slaney", "slaney")  # (513, 80)
        spread = filters / filters.sum(1, keepdim=True).clamp_min(1e-8)
        spread[0], spread[-1] = spread[1], spread[-2]  # the two bins at the edge lie under no filter
        self.register_buffer("spread", spread, persistent=False)
        self.register_buffer("area", filters.sum(0).log(), persistent=False)

    def source(self, f0: torch.Tensor, generator: torch.Generator | None = None):
        """Pulse train (every harmonic below 7.6 kHz at equal strength) and white noise, both of unit power.

        (B, T) Hz -> two of (B, T * 256)
        """
        batch, frames = f0.shape
        f0 = F.interpolate(f0[:, None], scale_factor=HOP, mode="linear")[:, 0]
        start = torch.rand(batch, 1, device=f0.device) if self.training else torch.zeros(batch, 1, device=f0.device)
        turns = (start + torch.cumsum(f0.double() / RATE, 1)).remainder(1.0).float()  # phase in cycles
        harmonics = (7600.0 / f0).floor().clamp_min(1)
        # sum of cos(k x), k = 1..K, in closed form (Dirichlet's kernel), not as K sines
        half = torch.sin(torch.pi * turns)
        kernel = torch.sin((2 * harmonics + 1) * torch.pi * turns) / torch.where(half.abs() < 1e-4, 1e-4, half)
        pulses = torch.where(half.abs() < 1e-4, harmonics, (kernel - 1) / 2) * torch.sqrt(2 / harmonics)
        noise = torch.randn(batch, frames * HOP, device="cpu" if generator else f0.device, generator=generator)
        return pulses, noise.to(f0.device)

    def spectrum(self, wave: torch.Tensor) -> torch.Tensor:
        """(B, T * 256) -> (B, 513, T) complex: one frame a mel frame, centred as in `audio.log_mel`."""
        return torch.stft(wave, N_FFT, HOP, window=self.window, return_complex=True)[..., : wave.shape[-1] // HOP]

    def forward(self, mel: torch.Tensor, f0: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
        octave = torch.log2(f0 / 150)[:, None]
        x = torch.cat([(mel + 5) / 3, octave, octave.square()], 1)  # (B, 82, T)
        with device.autocast(x.device):
            x = self.head(self.norm(self.blocks(self.enter(x)).transpose(1, 2)))
        pulse_gain, noise_gain, delay = x.transpose(1, 2).float().chunk(3, 1)  # (B, 513, T) each
        # start from the spectrum that the mel bands say; the network only has to correct it
        envelope = torch.einsum("km,bmt->bkt", self.spread, mel.float() - self.area[:, None])
        envelope = envelope - 0.5 * torch.log(self.window.square().sum())
        envelope = envelope.clamp_min(-14)
        pulses, noise = self.source(f0.float(), generator)
        pulse_gain = torch.exp((envelope + 4 * pulse_gain - 0.3).clamp(-16, 4))
        noise_gain = torch.exp((envelope + 4 * noise_gain - 1.0).clamp(-16, 4))
        shaped = self.spectrum(pulses) * torch.polar(pulse_gain, 4 * delay) + self.spectrum(noise) * noise_gain
        shaped = F.pad(shaped, (0, 1))  # istft wants the frame that closes the last hop
        return torch.istft(shaped, N_FFT, HOP, window=self.window, length=mel.shape[-1] * HOP)
