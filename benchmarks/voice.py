"""Seconds of computing for a second of sound: this swap against Griffin-Lim and against the AdaIN-VC paper's network.

    python benchmarks/voice.py

Every row is measured in this one run, interleaved, with the smallest of several times; the last column is the ratio to
this project's own path. The peer is a network of the published shape (arXiv 1904.05742, its public configuration:
128-channel convolution banks, 8x downsampling, 9 million parameters with its 512-bin output), with untrained weights,
since only its speed is of interest here.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import soundfile  # noqa: E402

from aedemo import audio, voice  # noqa: E402


class PublishedEncoder(nn.Module):
    """Convolution bank (kernels 1 to 8), then six pairs of convolutions, every other pair halving the time."""

    def __init__(self, out: int, dim: int = 128, bands: int = 512):
        super().__init__()
        self.bank = nn.ModuleList(nn.Conv1d(bands, dim, k, padding=k // 2) for k in range(1, 9))
        self.enter = nn.Conv1d(bands + 8 * dim, dim, 1)
        self.first = nn.ModuleList(nn.Conv1d(dim, dim, 5, padding=2) for _ in range(6))
        self.second = nn.ModuleList(nn.Conv1d(dim, dim, 5, stride=1 + i % 2, padding=2) for i in range(6))
        self.leave = nn.Conv1d(dim, out, 1)

    def forward(self, x):
        x = F.relu(self.enter(torch.cat([x, *(F.relu(c(x)[..., : x.shape[-1]]) for c in self.bank)], 1)))
        for i, (a, b) in enumerate(zip(self.first, self.second, strict=True)):
            y = F.relu(F.instance_norm(b(F.relu(F.instance_norm(a(x))))))
            x = y + (F.avg_pool1d(x, 2, ceil_mode=True) if i % 2 else x)
        return self.leave(x)


class PublishedDecoder(nn.Module):
    """Six pairs of convolutions with AdaIN, every other pair doubling the time."""

    def __init__(self, dim: int = 128, bands: int = 512):
        super().__init__()
        self.enter = nn.Conv1d(dim, dim, 1)
        self.first = nn.ModuleList(nn.Conv1d(dim, dim, 5, padding=2) for _ in range(6))
        self.second = nn.ModuleList(nn.Conv1d(dim, dim * (1 + i % 2), 5, padding=2) for i in range(6))
        self.style = nn.ModuleList(nn.Linear(dim, 2 * dim) for _ in range(12))
        self.leave = nn.Conv1d(dim, bands, 1)

    def norm(self, x, style, speaker):
        gain, shift = style(speaker)[..., None].chunk(2, 1)
        return F.instance_norm(x) * (1 + gain) + shift

    def forward(self, x, speaker):
        x = self.enter(x)
        for i in range(6):
            y = F.relu(self.norm(self.first[i](x), self.style[2 * i], speaker))
            y = self.second[i](y)
            if i % 2:  # pixel shuffle in time
                batch, channels, frames = y.shape
                y = y.view(batch, channels // 2, 2, frames).transpose(2, 3).reshape(batch, channels // 2, 2 * frames)
                x = F.interpolate(x, scale_factor=2)
            x = F.relu(self.norm(y, self.style[2 * i + 1], speaker)) + x
        return self.leave(x)


class Published(nn.Module):
    def __init__(self):
        super().__init__()
        self.content, self.speaker, self.decoder = PublishedEncoder(128), PublishedEncoder(128), PublishedDecoder()

    def forward(self, a, b):
        """Both ways: two contents and two speakers in, four spectrograms out."""
        contents, speakers = [self.content(x) for x in (a, b)], [self.speaker(x).mean(-1) for x in (a, b)]
        return [self.decoder(c, s) for c in contents for s in speakers]


def best(function, repeats: int = 5) -> float:
    function()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        function()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        times.append(time.perf_counter() - begun)
    return min(times)


@torch.inference_mode()
def main() -> None:
    clips = Path(__file__).resolve().parents[1] / "examples" / "voice"
    (wave_a, rate_a), (wave_b, rate_b) = (soundfile.read(clips / f, dtype="float32") for f in ("en-rms.wav", "en-slt.wav"))
    seconds = len(wave_a) / rate_a + len(wave_b) / rate_b
    for device, threads in [("cpu", 1), ("cpu", 2)] + ([("cuda", 2)] if torch.cuda.is_available() else []):
        torch.set_num_threads(threads)
        model = voice.load(device=device)
        peer = Published().eval().to(device)
        a, b = (torch.randn(1, 512, -(-int(len(w) / r * 80) // 8) * 8, device=device) for w, r in ((wave_a, rate_a), (wave_b, rate_b)))
        code_a, code_b = model.encode(wave_a, rate_a), model.encode(wave_b, rate_b)
        crossed = [model.cross(x, y) for x in (code_a, code_b) for y in (code_a, code_b)]
        mels = [(*model.mel(c), c) for c in crossed]

        def network():
            for wave, rate in ((wave_a, rate_a), (wave_b, rate_b)):
                model.encode(wave, rate)
            for code in crossed:
                model.mel(code)

        rows = {
            "swap, neural vocoder": lambda: model.swap(wave_a, rate_a, wave_b, rate_b),
            "  of it: codes and spectrograms": network,
            "  of it: neural vocoder": lambda: [model.render(m, f, c) for m, f, c in mels],
            "Griffin-Lim, 32 rounds": lambda: [model.render(m, f, c, "griffin-lim") for m, f, c in mels],
            "published AdaIN-VC shape, no vocoder": lambda: peer(a, b),
            "  with Griffin-Lim, 32 rounds": lambda: (peer(a, b), [audio.griffin_lim(torch.from_numpy(m).to(device)) for m, _, _ in mels]),
        }
        print(f"{device}, {threads} threads: seconds a second of input, both ways (four clips out)")
        measured = {name: best(function) / seconds for name, function in rows.items()}
        for name, value in measured.items():
            print(f"  {name:38s} {value:.4f}   x{value / measured['swap, neural vocoder']:.2f}")


if __name__ == "__main__":
    main()
