"""A small auto-encoder, plain or variational, of scikit-learn's digits, with two numbers as its code: trained while one looks on.

A run belongs to whoever began it: it holds its own network, optimiser and chance, and shares only the digits.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .. import threads

EPOCHS = 300  # after which a run is over
BATCH = 128
WARM = 25  # epochs over which the price of the code rises: a number that is not yet any use would be given up
SIDE = 8
GRID = 15  # decoded pictures along each side
RANGES = {"kl": (0.0, 4.0), "noise": (0.0, 0.5), "width": (8, 256), "rate": (0.0005, 0.02), "seed": (0, 9999)}


@dataclass(frozen=True)
class Knobs:
    """What can be turned before a run begins.

    kl : weight of the Kullback-Leibler divergence; 0 is a plain auto-encoder
    noise : deviation of what is added to the pictures that the encoder sees (Vincent et al. 2008)
    width : units of the hidden layers
    rate : learning rate
    seed : of the first weights, and of all chance
    """

    kl: float = 1.0
    noise: float = 0.0
    width: int = 96
    rate: float = 0.004
    seed: int = 0

    @classmethod
    def of(cls, **given) -> Knobs:
        """From anything a link or a form may hold: numbers are brought into their ranges, what is none is left as usual."""
        usual, kept = asdict(cls()), {}
        for key, (low, high) in RANGES.items():
            try:
                value = float(given[key])
                kept[key] = type(usual[key])(min(max(value, low), high)) if value == value else usual[key]
            except (KeyError, TypeError, ValueError):
                kept[key] = usual[key]
        return cls(**kept)


@lru_cache(maxsize=1)
def digits() -> tuple[torch.Tensor, np.ndarray]:
    """scikit-learn's 1,797 digits (N, 64) in [0, 1], and which each is (N,)."""
    from sklearn.datasets import load_digits

    found = load_digits()
    return torch.from_numpy((found.data / 16).astype(np.float32)), found.target


class Adam:
    """As `torch.optim.Adam` (Kingma & Ba 2015), which imports PyTorch's compiler when it is first used: over a second, while somebody waits for a page."""

    def __init__(self, weights: list[nn.Parameter], rate: float):
        self.weights, self.rate, self.steps = weights, rate, 0
        self.means, self.squares = ([torch.zeros_like(weight) for weight in weights] for _ in range(2))

    @torch.no_grad()
    def step(self) -> None:
        """Once, by the gradients that are there, which are gone then."""
        self.steps += 1
        first, second = 1 - 0.9**self.steps, 1 - 0.999**self.steps
        for weight, mean, square in zip(self.weights, self.means, self.squares, strict=True):
            slope, weight.grad = weight.grad, None
            mean.lerp_(slope, 0.1)
            square.mul_(0.999).addcmul_(slope, slope, value=0.001)
            weight.addcdiv_(mean, square.sqrt().div_(second**0.5).add_(1e-8), value=-self.rate / first)


class Run:
    """One training, from its first weights to `EPOCHS` times through the digits."""

    def __init__(self, knobs: Knobs):
        self.knobs, self.epoch = knobs, 0
        self.losses: list[tuple[float, float, float]] = []
        with threads.seeded(knobs.seed):
            self.encoder = nn.Sequential(
                nn.Linear(64, knobs.width), nn.ReLU(), nn.Linear(knobs.width, knobs.width), nn.ReLU(), nn.Linear(knobs.width, 4)
            )
            self.decoder = nn.Sequential(
                nn.Linear(2, knobs.width), nn.ReLU(), nn.Linear(knobs.width, knobs.width), nn.ReLU(), nn.Linear(knobs.width, 64)
            )
        self.optimizer = Adam([*self.encoder.parameters(), *self.decoder.parameters()], knobs.rate)
        self.chance = torch.Generator().manual_seed(knobs.seed)

    @property
    def over(self) -> bool:
        return self.epoch >= EPOCHS

    def step(self) -> None:
        """Once through the digits."""
        x, _ = digits()
        k, total, count = self.knobs, np.zeros(2), 0
        for part in torch.randperm(len(x), generator=self.chance).split(BATCH):
            clean = x[part]
            seen = clean + k.noise * torch.randn(clean.shape, generator=self.chance) if k.noise else clean
            mean, log_var = self.encoder(seen).chunk(2, 1)
            z, kl = mean, mean.new_zeros(len(part))
            if k.kl:
                log_var = log_var.clamp(-10, 4)
                z = mean + (0.5 * log_var).exp() * torch.randn(mean.shape, generator=self.chance)
                kl = 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum(1)
            error = F.binary_cross_entropy_with_logits(self.decoder(z), clean, reduction="none").sum(1)
            loss = (error + min(1.0, (self.epoch + 1) / WARM) * k.kl * kl).mean()
            loss.backward()
            self.optimizer.step()
            total += len(part) * np.array([error.mean().item(), kl.mean().item()])
            count += len(part)
        self.epoch += 1
        self.losses.append((self.epoch, *(total / count)))

    @torch.no_grad()
    def codes(self) -> np.ndarray:
        """Where each digit lies: (N, 2)"""
        return self.encoder(digits()[0])[:, :2].numpy()

    def reach(self, codes: np.ndarray) -> float:
        """Half the side of the square that is drawn: it holds nearly all codes, and at least the Gaussian's middle."""
        return float(max(3.0, np.quantile(np.abs(codes), 0.995) * 1.08))

    @torch.no_grad()
    def grid(self, reach: float) -> np.ndarray:
        """What the decoder makes of the whole plane: (GRID * 8, GRID * 8) in [0, 1], the first row at the top."""
        at = torch.linspace(-reach, reach, GRID)
        z = torch.stack(torch.meshgrid(-at, at, indexing="ij")[::-1], -1).reshape(-1, 2)
        pictures = self.decoder(z).sigmoid().reshape(GRID, GRID, SIDE, SIDE)
        return pictures.permute(0, 2, 1, 3).reshape(GRID * SIDE, GRID * SIDE).numpy()

    def neighbours_right(self) -> float:
        """Share of digits whose nearest other digit in the plane is the same number."""
        codes, (_, names) = torch.from_numpy(self.codes()), digits()
        apart = torch.cdist(codes, codes).fill_diagonal_(torch.inf)
        return float((names[apart.argmin(1).numpy()] == names).mean())
