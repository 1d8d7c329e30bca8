"""A variational auto-encoder (Kingma & Welling 2013, arXiv 1312.6114), and the plain one beside it.

The encoder names a place in the code for each picture, and how unsure it is of it; the decoder must cope with any place
near by; and all places together must look like one Gaussian. So whatever is drawn from that Gaussian can be decoded. The
plain auto-encoder is the same network without the last two demands.

How strong the demands are is beta (beta-VAE, Higgins et al. 2017): one network is told which of three it is under
(as in Bae et al. 2022, arXiv 2212.03905), so the three share what they have learned.

Over a few thousand pictures the codes never quite fill the Gaussian, and what is drawn from its empty places looks like
nothing. So afterwards a flow (flow matching, Lipman et al. 2023, arXiv 2210.02747) learns where the codes are: a field of
velocities that carries Gaussian noise to codes, and back. What the package calls a code is that noise, on the flow's far
side: a Gaussian may be drawn from it, and every picture still has one.

A picture is compared with what was rebuilt as Haar wavelets of three levels under Laplace's law, each band with a spread
of its own that is learned: an orthonormal change of coordinates, so it is a likelihood of pixels still, and one for which
a missing edge is dear, where a Gaussian's of pixels would blur it away.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

THREE, MIDDLE = 3, 1  # betas of a network, and which of them is the usual one
LEVELS = 3  # of wavelets
STEP = 1 / 255  # grey levels are this far apart
WAVES, HEUN = 16, 16  # of the flow: of time, and steps from noise to code
LOG_VAR = (-12.0, 4.0)  # how sure, and how unsure, an encoder may be


@dataclass
class VaeConfig:
    channels: int = 3  # 1 grey, 3 colour
    latents: int = 64
    variational: bool = True  # False: the plain auto-encoder
    betas: tuple[float, ...] = (1 / 16, 1.0, 16.0)  # far apart, so that one sees what the demands do
    widths: tuple[int, ...] = (64, 96, 128)  # at 16, 8 and 4 pixels a side
    fine: int = 40  # at 32
    flow: int = 384  # width of the flow's network


class Residual(nn.Module):
    """(B, dim, H, W) -> the same; told which beta by a scale and a bias (FiLM, arXiv 1709.07871)."""

    def __init__(self, dim: int):
        super().__init__()
        self.norm = nn.GroupNorm(8, dim)
        self.first, self.second = nn.Conv2d(dim, dim, 3, padding=1), nn.Conv2d(dim, dim, 3, padding=1)
        self.by_beta = nn.Embedding(THREE, 2 * dim)
        nn.init.zeros_(self.by_beta.weight)
        nn.init.zeros_(self.second.weight)

    def forward(self, x, which):
        scale, bias = self.by_beta(which)[:, :, None, None].chunk(2, 1)
        y = self.first(F.silu(self.norm(x)))
        return x + self.second(F.silu(y * (1 + scale) + bias))


class Encoder(nn.Module):
    """(B, C, 64, 64) in [0, 1], which beta (B,) -> mean, log variance (B, latents)"""

    def __init__(self, c: VaeConfig):
        super().__init__()
        first, second, third = c.widths
        self.enter, self.fine = nn.Conv2d(16 * c.channels, first, 3, padding=1), Residual(first)
        self.shrink, self.middle = nn.Conv2d(4 * first, second, 1), Residual(second)
        self.shrink_again, self.coarse = nn.Conv2d(4 * second, third, 1), Residual(third)
        self.leave = nn.Linear(16 * third, 2 * c.latents)
        # each beta wants its codes at another scale, and knows them to another precision
        self.scale, self.precision = nn.Embedding(THREE, c.latents), nn.Embedding(THREE, c.latents)
        nn.init.zeros_(self.scale.weight)
        nn.init.zeros_(self.precision.weight)

    def forward(self, x, which):
        x = self.fine(self.enter(F.pixel_unshuffle(x - 0.5, 4)), which)  # (B, 64, 16, 16)
        x = self.middle(self.shrink(F.pixel_unshuffle(x, 2)), which)  # (B, 96, 8, 8)
        x = self.coarse(self.shrink_again(F.pixel_unshuffle(x, 2)), which)  # (B, 128, 4, 4)
        mean, log_var = self.leave(F.silu(x).flatten(1)).float().chunk(2, 1)
        return mean * self.scale(which).exp(), log_var + self.precision(which)


class Decoder(nn.Module):
    """(B, latents), which beta (B,) -> (B, C, 64, 64), about [0, 1]"""

    def __init__(self, c: VaeConfig):
        super().__init__()
        first, second, third = c.widths
        self.scale = nn.Embedding(THREE, c.latents)
        nn.init.zeros_(self.scale.weight)
        self.enter, self.coarse = nn.Linear(c.latents, 16 * third), Residual(third)
        self.grow, self.middle = nn.Conv2d(third, 4 * second, 1), nn.ModuleList((Residual(second), Residual(second)))
        self.grow_again, self.fine = nn.Conv2d(second, 4 * first, 1), nn.ModuleList((Residual(first), Residual(first)))
        self.grow_last, self.finest = nn.Conv2d(first, 4 * c.fine, 1), Residual(c.fine)
        self.leave = nn.Conv2d(c.fine, 4 * c.channels, 3, padding=1)

    def forward(self, z, which):
        x = self.coarse(self.enter(z * self.scale(which).exp()).unflatten(1, (-1, 4, 4)), which)
        x = F.pixel_shuffle(self.grow(x), 2)  # (B, 96, 8, 8)
        for block in self.middle:
            x = block(x, which)
        x = F.pixel_shuffle(self.grow_again(x), 2)  # (B, 64, 16, 16)
        for block in self.fine:
            x = block(x, which)
        x = self.finest(F.pixel_shuffle(self.grow_last(x), 2), which)  # (B, 40, 32, 32)
        return F.pixel_shuffle(self.leave(F.silu(x)), 2).float() + 0.5


class Flow(nn.Module):
    """Carries noise (B, latents) to codes, and codes to noise: says how fast to move at which place and time."""

    def __init__(self, c: VaeConfig):
        super().__init__()
        # places are counted in each beta's own mean and deviation
        self.mean, self.log_std = nn.Embedding(THREE, c.latents), nn.Embedding(THREE, c.latents)
        nn.init.zeros_(self.mean.weight)
        nn.init.zeros_(self.log_std.weight)
        self.enter, self.at, self.by_beta = nn.Linear(c.latents, c.flow), nn.Linear(2 * WAVES + 1, c.flow), nn.Embedding(THREE, c.flow)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(c.flow), nn.Linear(c.flow, c.flow), nn.SiLU(), nn.Linear(c.flow, c.flow)) for _ in range(3)
        )
        self.leave = nn.Linear(c.flow, c.latents)
        nn.init.zeros_(self.leave.weight)

    def velocity(self, place, time, which):
        """At places (B, latents) and times (B,) from 0, noise, to 1, codes"""
        angles = time[:, None] * math.pi * torch.arange(1, WAVES + 1, device=time.device)
        x = self.enter(place) + self.at(torch.cat((time[:, None], angles.sin(), angles.cos()), 1)) + self.by_beta(which)
        for block in self.blocks:
            x = x + block(x)
        return self.leave(x)

    def carried(self, place, which, begin: float, end: float):
        """Along the velocities from time `begin` to `end`, by Heun's steps"""
        step = (end - begin) / HEUN
        for i in range(HEUN):
            time = torch.full((len(place),), begin + i * step, device=place.device)
            first = self.velocity(place, time, which)
            second = self.velocity(place + step * first, time + step, which)
            place = place + step * (first + second) / 2
        return place

    def forward(self, z, which):
        return self.carried((z - self.mean(which)) * (-self.log_std(which)).exp(), which, 1.0, 0.0)

    def back(self, noise, which):
        return self.carried(noise, which, 0.0, 1.0) * self.log_std(which).exp() + self.mean(which)

    def loss(self, z, which):
        """Codes (B, latents) -> squared error of the velocity on the straight way from some noise to each"""
        end = (z - self.mean(which)) * (-self.log_std(which)).exp()
        begin, time = torch.randn_like(end), torch.rand(len(end), device=end.device)
        wanted = end - begin
        return (self.velocity(begin + time[:, None] * wanted, time, which) - wanted).square().mean()


def haar(x: torch.Tensor) -> list[torch.Tensor]:
    """Orthonormal Haar wavelets of (B, C, H, W): the details (B, C, 3, h, w) from fine to coarse, then what is left (B, C, h, w)."""
    bands = []
    for _ in range(LEVELS):
        a, b, c, d = F.pixel_unshuffle(x, 2).unflatten(1, (x.shape[1], 4)).unbind(2)
        bands.append(torch.stack((a - b + c - d, a + b - c - d, a - b - c + d), 2) / 2)
        x = (a + b + c + d) / 2
    return [*bands, x]


class Vae(nn.Module, PyTorchModelHubMixin):
    """Pictures (B, C, 64, 64) in [0, 1] to codes (B, latents) and back."""

    def __init__(self, config: VaeConfig):
        super().__init__()
        self.config = config
        self.encoder, self.decoder = Encoder(config), Decoder(config)
        self.flow = Flow(config) if config.variational else None
        # logs of the spreads of Laplace's law: of three details a level, and of what is left; for each beta
        self.spread = nn.Parameter(torch.full((THREE, 3 * LEVELS + 1), -2.5))

    def place(self, x: torch.Tensor, which: torch.Tensor) -> torch.Tensor:
        """Where pictures lie (B, latents): means of their codes, as noise where there is a flow."""
        mean = self.encoder(x, which)[0]
        return self.flow(mean, which) if self.flow else mean

    def picture(self, place: torch.Tensor, which: torch.Tensor) -> torch.Tensor:
        """What `place` names, (B, C, 64, 64)."""
        return self.decoder(self.flow.back(place, which) if self.flow else place, which)

    def nats(self, x: torch.Tensor, again: torch.Tensor, which: torch.Tensor) -> torch.Tensor:
        """(B,): -log p(x | z), as a density of pixels counted in grey levels of 1 / 255"""
        total = x.new_zeros(len(x))
        for level, band in enumerate(haar(x - again)):
            # no narrower than a grey level, or a density of what is whole numbers would grow without end
            log_b = self.spread[which, 3 * level : 3 * level + 3].clamp(min=math.log(STEP))  # (B, 3), of the last level (B, 1)
            shape = (len(x), 1, log_b.shape[1], 1, 1)
            band = band.reshape(len(x), band.shape[1], log_b.shape[1], *band.shape[-2:])
            law = band.abs() * (-log_b).exp().view(shape) + log_b.view(shape) + math.log(2)
            total = total + law.flatten(1).sum(1)
        return total - math.log(STEP) * x[0].numel()

    def drawn(self, mean: torch.Tensor, log_var: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Of what the encoder says, a code by chance and the KL of each latent, both (B, latents)"""
        log_var = log_var.clamp(*LOG_VAR)
        return mean + torch.randn_like(mean) * (0.5 * log_var).exp(), 0.5 * (mean.square() + log_var.exp() - 1 - log_var)

    def forward(self, x, which):
        """-> rebuilt (B, C, 64, 64), -log p(x | z) (B,), KL of each latent (B, latents), which is 0 for the plain one"""
        mean, log_var = self.encoder(x, which)
        if self.config.variational:
            z, kl = self.drawn(mean, log_var)
        else:
            z, kl = mean, torch.zeros_like(mean)
        again = self.decoder(z, which)
        return again, self.nats(x, again, which), kl
