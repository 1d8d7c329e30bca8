"""The vocoder's recipe: rebuild real speech from its mel and pitch, judged by spectrograms at four resolutions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import weight_norm

from .. import audio, training
from ..speech import Corpus, prepare_corpus
from .model import Vocoder, VocoderConfig

RESOLUTIONS = (256, 512, 1024, 2048)


def magnitude(wave: torch.Tensor, n_fft: int) -> torch.Tensor:
    window = torch.hann_window(n_fft, device=wave.device)
    return torch.stft(wave, n_fft, n_fft // 4, window=window, return_complex=True).abs().clamp_min(1e-5)


def spectral_loss(fake: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Distance of log and of square-root magnitudes (the first hears quiet parts, the second the loud ones)."""
    loss = 0.0
    for n_fft in RESOLUTIONS:
        a, b = magnitude(fake, n_fft), magnitude(real, n_fft)
        floor = 1e-3 * (n_fft / 1024) ** 0.5
        loss = loss + F.l1_loss((a + floor).log(), (b + floor).log()) + 2 * F.l1_loss(a.sqrt(), b.sqrt())
    mel = F.l1_loss(audio.log_mel(fake), audio.log_mel(real))
    return loss / len(RESOLUTIONS) + mel


class SpectrogramDiscriminator(nn.Module):
    """Real or made? Judged from patches of a spectrogram (multi-resolution discriminator, arXiv 2106.07889)."""

    def __init__(self, n_fft: int, channels: int = 16):
        super().__init__()
        self.n_fft = n_fft
        widths = [1, channels, channels, 2 * channels, 2 * channels]
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(i, o, (7, 5) if i == 1 else (5, 3), (2, 1), (3, 2) if i == 1 else (2, 1))) for i, o in zip(widths, widths[1:])
        )
        self.last = weight_norm(nn.Conv2d(widths[-1], 1, 3, padding=1))

    def forward(self, wave: torch.Tensor):  # (B, samples) -> (B, 1, bins / 16, frames), features
        x = (magnitude(wave, self.n_fft) + 1e-3).log()[:, None] / 3 + 1
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.1)
            features.append(x)
        return self.last(x), features


def batch_of(corpus: Corpus, size: int, frames: int, rng: np.random.Generator, long_enough: np.ndarray):
    clips = rng.choice(long_enough, size)
    parts = [corpus.crop(int(c), frames, rng=rng) for c in clips]
    wave = torch.from_numpy(np.stack([p[0] for p in parts]))  # (B, frames * 256)
    f0 = torch.from_numpy(np.stack([p[2] for p in parts]))  # (B, frames)
    return wave, f0


def train(
    data: str,
    name: str,
    steps: int,
    out: str,
    exclude: list[str],
    batch: int = 16,
    frames: int = 48,
    peak: float = 1e-3,
    start: Sequence[str] = (),
    through: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] | None = None,
) -> Path:
    """Train a vocoder on a folder of speech and write it to `out`/`name`.

    The first part of the run has spectral losses only; the last adds discriminators (least squares, arXiv 1611.04076,
    with feature matching), which take away the buzz that averages leave.

    `start`: other vocoders in `out` to take the first weights from, or their mean. `through`: what an auto-encoder makes
    of mel and pitch, (B, 80, T), (B, T) -> (B, 80, T); half of the spectrograms pass through it, so that the vocoder
    learns to give back the detail that such a decoder smooths away.
    """
    acc = training.accelerator()
    with acc.main_process_first():
        corpus = Corpus(prepare_corpus(data, "runs/cache", exclude))
    long_enough = np.flatnonzero(corpus.frames >= frames)
    if len(long_enough) == 0:
        raise ValueError(f"No clip under {data} is as long as {frames} frames ({frames * 0.016:.1f} s).")
    torch.manual_seed(0)  # the same first weights on every process
    model = Vocoder(VocoderConfig())
    training.begin_with(model, [Path(out) / one for one in start])
    model = model.to(acc.device)
    judges = nn.ModuleList(SpectrogramDiscriminator(n) for n in (512, 1024)).to(acc.device)
    optimizer = torch.optim.AdamW(model.parameters(), peak, betas=(0.8, 0.99))
    judge_optimizer = torch.optim.AdamW(judges.parameters(), peak, betas=(0.8, 0.99))
    loop = training.Loop(f"runs/{name}", steps, acc, model, [judges], peak)
    rng = np.random.default_rng(acc.process_index)
    for step in loop.over(optimizer, judge_optimizer):
        wave, f0 = (x.to(acc.device) for x in batch_of(corpus, batch, frames, rng, long_enough))
        with torch.no_grad():
            mel = audio.log_mel(wave)  # (B, 80, frames)
            if through is not None:
                mel[::2] = through(mel[::2], f0[::2])
        with acc.autocast():
            fake = model(mel, f0)
        loss = spectral_loss(fake, wave)
        loop.note(spectral=loss)
        if step >= (0.2 if start else 0.6) * steps:
            judge_loss = sum((1 - judge(wave)[0]).square().mean() + judge(fake.detach())[0].square().mean() for judge in judges)
            training.update(acc, judge_optimizer, judge_loss)
            for judge in judges:
                verdict, features = judge(fake)
                with torch.no_grad():
                    _, wanted = judge(wave)
                match = sum(F.l1_loss(a, b) for a, b in zip(features, wanted)) / len(features)
                loss = loss + 0.1 * (1 - verdict).square().mean() + 0.5 * match
            loop.note(judge=judge_loss)
        training.update(acc, optimizer, loss, clip=5.0)
    if acc.is_main_process:
        training.save_pretrained(loop.average.module, Path(out) / name)
    return Path(out) / name
