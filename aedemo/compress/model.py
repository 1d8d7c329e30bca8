"""A codec's networks: pictures to whole numbers and back, and how likely each number is, given its neighbours.

The transform is what JPEG's is, learned: a picture is cut into blocks of 16 x 16, and each becomes 320 numbers. A linear
part, begun as the principal components of blocks, sees 32 x 32 pixels and paints 48 x 48, so that blocks overlap (for the
faintest 128 numbers 16 x 16); beside it a network mends what a linear map cannot. The numbers are rounded at six steps of fineness (gains, arXiv 2003.02012).

How many bits a number costs is a matter of how well it is foreseen (Balle et al. 2018, arXiv 1802.01436; Minnen et al.
2018, arXiv 1809.02736): here from the numbers written before it, in ten steps over groups of channels and over the places
of a chequerboard (arXiv 2103.15306, 2203.10886). That network is made of whole numbers when it counts (`coder.py`), since
writer and reader must agree to the last bit on every machine.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

BLOCK = 16  # pixels along each side that one place of the code stands for
BROAD = 192  # channels that blocks overlap in
GROUPS = ((0, 8), (8, 32), (32, 96), (96, BROAD), (BROAD, 320))  # channels, written one group after the other, the strongest first
# of the four places in a square of 2 x 2, row by row, which are written when; the strongest channels gain most by waiting
ORDERS = (((0,), (3,), (1,), (2,)), *(((0, 3), (1, 2)),) * 4)
STEPS = tuple((group, places) for group, order in enumerate(ORDERS) for places in order)
MEANS = 2  # groups whose numbers are foreseen by a mean too, not by a spread alone
FINEST, COARSEST = 0.04, 80.0  # of the spreads
COARSE = (90.0, 60.0, 40.0, 27.0, 18.0, 12.0)  # rounding steps that the six qualities begin with, in grey levels of 255


def worth(coarse):
    """Bits that a squared error of one grey level of 255 may cost where numbers are rounded to steps of `coarse` levels.

    Where a number takes many bits, one more brings its error down to a quarter, and rounding makes an error of coarse^2 / 12.
    """
    return 6 / (math.log(2) * coarse**2)


@dataclass
class CodecConfig:
    channels: int = GROUPS[-1][1]  # of a block's 768 numbers: the others hardly ever round to anything but 0
    dim: int = 112  # at an eighth of the picture's size
    fine: int = 64  # at a quarter
    hidden: int = 64  # of the network that foresees
    qualities: int = len(COARSE)


class Exact(nn.Conv2d):
    """A convolution in single precision, also where the networks around it compute in half: it carries large numbers."""

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.float())


class Residual(nn.Module):
    """(B, dim, H, W) -> the same"""

    def __init__(self, dim: int):
        super().__init__()
        self.first, self.second = nn.Conv2d(dim, dim, 3, padding=1), nn.Conv2d(dim, dim, 3, padding=1)
        nn.init.normal_(self.second.weight, std=0.1 / (3 * dim**0.5))

    def forward(self, x):
        return x + self.second(F.leaky_relu(self.first(F.leaky_relu(x, 0.1)), 0.1))


class Analysis(nn.Module):
    """(B, 3, 16h, 16w), about zero -> (B, 320, h, w)"""

    def __init__(self, c: CodecConfig):
        super().__init__()
        self.linear, self.detail = Exact(3, BROAD, 2 * BLOCK, BLOCK, BLOCK // 2), Exact(3, c.channels - BROAD, BLOCK, BLOCK)
        self.bent = nn.Sequential(
            nn.PixelUnshuffle(8), nn.Conv2d(192, c.dim, 3, padding=1), Residual(c.dim), Residual(c.dim),
            nn.PixelUnshuffle(2), nn.Conv2d(4 * c.dim, c.dim, 1), Residual(c.dim), nn.Conv2d(c.dim, c.channels, 3, padding=1),
        )  # fmt: skip
        nn.init.zeros_(self.bent[-1].weight)
        nn.init.zeros_(self.bent[-1].bias)

    def forward(self, x):
        return torch.cat((self.linear(x), self.detail(x)), 1) + self.bent(x)


class Synthesis(nn.Module):
    """(B, 320, h, w), which quality (B,) -> (B, 3, 16h, 16w), about zero"""

    reach = 8  # places of the code around a place that what is painted there depends on

    def __init__(self, c: CodecConfig):
        super().__init__()
        self.linear, self.detail = Exact(BROAD, 3 * BLOCK**2, 3, padding=1), Exact(c.channels - BROAD, 3 * BLOCK**2, 1)
        self.register_buffer("spread", torch.ones(c.channels, 1, 1))  # of the channels as they begin
        self.enter, self.coarse = nn.Conv2d(c.channels, c.dim, 3, padding=1), Residual(c.dim)
        self.grow, self.middle = nn.Conv2d(c.dim, 4 * c.dim, 1), nn.Sequential(Residual(c.dim), Residual(c.dim))
        self.grow_again = nn.Conv2d(c.dim, 4 * c.fine, 1)
        self.join = nn.Conv2d(c.fine + 48, c.fine, 3, padding=1)
        self.by_quality = nn.Embedding(c.qualities, c.fine)  # fine rounding wants less mending
        self.finer = nn.Sequential(Residual(c.fine), Residual(c.fine), Residual(c.fine))
        self.leave = nn.Conv2d(c.fine, 48, 3, padding=1)
        for layer in (self.leave.weight, self.leave.bias, self.by_quality.weight):
            nn.init.zeros_(layer)

    def forward(self, y, quality):
        painted = F.pixel_shuffle(self.linear(y[:, :BROAD]) + self.detail(y[:, BROAD:]), BLOCK)
        x = self.coarse(self.enter(y / self.spread))  # (B, dim, h, w)
        x = self.middle(F.pixel_shuffle(self.grow(x), 2))  # (B, dim, 2h, 2w)
        x = F.pixel_shuffle(self.grow_again(x), 2)  # (B, fine, 4h, 4w)
        x = self.join(torch.cat((x, F.pixel_unshuffle(painted, 4)), 1)) + self.by_quality(quality)[:, :, None, None]
        return painted + F.pixel_shuffle(self.leave(self.finer(x)), 4)


class Foresee(nn.Module):
    """One step's network: from the numbers known so far, the mean and the spread of each of a group's."""

    def __init__(self, group: int, c: CodecConfig):
        super().__init__()
        (begin, self.end), self.with_mean = GROUPS[group], group < MEANS
        self.size = self.end - begin
        self.first = nn.Conv2d(self.end, c.hidden, 3, padding=1, bias=False)
        self.by_quality = nn.Embedding(c.qualities, c.hidden)
        self.second = nn.Conv2d(c.hidden, c.hidden, 1)
        self.leave = nn.Conv2d(c.hidden, self.size, 1)
        self.mean = Exact(self.end, self.size, 3, padding=1, bias=False) if self.with_mean else None
        nn.init.zeros_(self.by_quality.weight)
        nn.init.normal_(self.leave.weight, std=0.02)
        if self.mean is not None:
            nn.init.zeros_(self.mean.weight)

    def forward(self, known, quality):
        """known (B, end, h, w), zero where not yet known -> means, logs of spreads (B, size, h, w)"""
        x = self.first(torch.log2(1 + known.abs())) + self.by_quality(quality)[:, :, None, None]
        log = self.leave(F.relu(self.second(F.relu(x))))
        return (self.mean(known) if self.mean is not None else torch.zeros_like(log)), log


def places(which: tuple[int, ...], height: int, width: int, device=None) -> torch.Tensor:
    """(h, w) bool: those of a step, counted within squares of 2 x 2."""
    rows, columns = torch.arange(height, device=device) % 2, torch.arange(width, device=device) % 2
    square = 2 * rows[:, None] + columns
    return sum((square == one for one in which), torch.zeros_like(square, dtype=torch.bool))


def bits(distance: torch.Tensor, log_spread: torch.Tensor) -> torch.Tensor:
    """What a number costs that lies so far from its mean: Laplace's law over the interval of 1 around it."""
    b = log_spread.clamp(torch.tensor(FINEST).log().item(), torch.tensor(COARSEST).log().item()).exp()
    v = distance.abs()
    tail = -(v - 0.5) / b + torch.log(-0.5 * torch.expm1(-1 / b))
    near = torch.log1p(-0.5 * (torch.exp(-(0.5 - v.clamp(max=0.5)) / b) + torch.exp(-(0.5 + v) / b)).clamp(max=1.999))
    return -torch.where(v < 0.5, near, tail) * 1.442695


class Transform(nn.Module, PyTorchModelHubMixin):
    """Pictures (B, 3, 16h, 16w) in [0, 1] to numbers (B, 320, h, w), which are to be rounded, and back."""

    def __init__(self, config: CodecConfig):
        super().__init__()
        self.config = config
        self.analysis, self.synthesis = Analysis(config), Synthesis(config)
        gains = torch.tensor([255 / step for step in COARSE[: config.qualities]]).log()
        self.gain = nn.Parameter(gains[:, None].repeat(1, config.channels))  # logs
        self.gain_back = nn.Parameter(-gains[:, None].repeat(1, config.channels))

    def scaled(self, x: torch.Tensor, quality: torch.Tensor) -> torch.Tensor:
        """(B, 3, 16h, 16w), (B,) -> what is to be rounded (B, 320, h, w)"""
        return self.analysis(x - 0.5).float() * self.gain[quality].exp()[:, :, None, None]

    def paint(self, numbers: torch.Tensor, quality: torch.Tensor) -> torch.Tensor:
        """(B, 320, h, w), (B,) -> (B, 3, 16h, 16w)"""
        return self.synthesis(numbers * self.gain_back[quality].exp()[:, :, None, None], quality) + 0.5


class CodecNetwork(Transform):
    """What is trained: the transform, and beside it the networks that foresee its numbers."""

    def __init__(self, config: CodecConfig):
        super().__init__(config)
        self.foresee = nn.ModuleList(Foresee(group, config) for group, _ in STEPS)

    @torch.no_grad()
    def begin(self, patches: torch.Tensor) -> None:
        """The linear maps begin as the principal components of blocks (N, 3, 16, 16), about zero."""
        rows = patches.flatten(1).double()
        values, vectors = torch.linalg.eigh(rows.T @ rows / len(rows))
        channels = self.config.channels
        basis = vectors.flip(1)[:, :channels].T.float().reshape(channels, 3, BLOCK, BLOCK)
        spread = values.flip(0)[:channels].clamp(min=1e-8).sqrt().float()
        edge = BLOCK // 2
        for part in (self.analysis, self.synthesis):
            for layer in (part.linear, part.detail):
                layer.weight.zero_()
                layer.bias.zero_()
        self.analysis.linear.weight[:, :, edge:-edge, edge:-edge] = basis[:BROAD]
        self.analysis.detail.weight.copy_(basis[BROAD:])
        self.synthesis.linear.weight[:, :, 1, 1] = basis[:BROAD].flatten(1).T
        self.synthesis.detail.weight[:, :, 0, 0] = basis[BROAD:].flatten(1).T
        # no less than fine rounding leaves of a channel, or the faintest would come in by far the loudest
        self.synthesis.spread.copy_(spread.clamp(min=0.15)[:, None, None])
        for (group, _), step in zip(STEPS, self.foresee):  # spreads begin as those of the channels, at a middling quality
            step.leave.bias.copy_((spread[slice(*GROUPS[group])] * 0.5 * 255 / COARSE[2]).clamp(0.05, 50).log())

    def cost(self, scaled: torch.Tensor, numbers: torch.Tensor, quality: torch.Tensor) -> torch.Tensor:
        """Bits (B, 320, h, w) of numbers that are foreseen from whole ones and, to be smooth, counted with noise."""
        noisy = scaled + torch.rand_like(scaled) - 0.5 if self.training else numbers
        spent, known = [], torch.zeros_like(numbers)
        for (group, which), foresee in zip(STEPS, self.foresee):
            begin, end = GROUPS[group]
            mean, log = foresee(known[:, :end], quality)
            here = places(which, numbers.shape[2], numbers.shape[3], numbers.device)
            spent.append(bits(noisy[:, begin:end] - mean.float(), log.float()) * here)
            known = torch.cat((known[:, :begin], torch.where(here, numbers[:, begin:end], known[:, begin:end]), known[:, end:]), 1)
        groups = [sum(s for s, (g, _) in zip(spent, STEPS) if g == group) for group in range(len(GROUPS))]
        return torch.cat(groups, 1)

    def forward(self, x, quality):
        """-> rebuilt (B, 3, 16h, 16w), bits (B, 320, h, w); rounding passes gradients as if it did nothing"""
        scaled = self.scaled(x, quality)
        numbers = scaled + (scaled.round() - scaled).detach()
        return self.paint(numbers, quality).float(), self.cost(scaled, numbers, quality)
