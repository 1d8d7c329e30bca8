"""Auto-encoders that know only normal pictures; what they rebuild badly is odd. Three ways to compare both:

`pixel`     The lecture's: a narrow code, and the squared difference of each pixel.
`whitened`  The same network, but its error is judged by what error is usual: small patches of it, at several sizes, are
            whitened with the covariance that they have on normal pictures, so a faint error of a rare kind outweighs a
            strong one that every picture has (Mahalanobis distance of patches, as in PaDiM, arXiv 2011.08785, but of the
            reconstruction error instead of a pretrained network's features). Where all pictures show the same thing in
            the same place, as faces do, the error of the whole picture is whitened too.
`restore`   A U-Net that has learned to rebuild a normal picture from one that was painted over, and a second, small head
            that compares the picture with what was rebuilt and says where something was (DRAEM, arXiv 2108.07610). What
            nobody thought of painting is caught by a second comparison, of features: those that the U-Net's encoder has
            learned are rebuilt from 20 numbers, and the error of that is added; and, where asked for, by the plain error
            of the pixels, and by how far each pixel is from the mean of the neighbourhood that was rebuilt, in units of
            that neighbourhood's spread: a speck in a calm place is odd, the same speck in a coarse texture is not.
"""

from copy import deepcopy
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .. import device, numbers

METHODS = ("restore", "whitened", "pixel")
PATCH = 7  # pixels of the patches whose error is whitened
STRIDE = 16  # sides of what enters the network are multiples of this


@dataclass
class AnomalyConfig:
    method: str = "restore"
    channels: int = 1  # 1 grey, 3 colour
    side: int = 256  # the longer side of a picture at the size that the network sees
    widths: tuple[int, ...] = (24, 40, 56, 80)
    code: int = 16  # numbers in the code for each 16 x 16 pixels (not for `restore`, whose code is its U-Net's)
    whole: int = 0  # side of the grid on which `whitened` whitens the error of the whole picture too; 0 if not
    levels: int = 1  # sizes of patches of `whitened`: 7 pixels, 14 and 28 if more
    weights: tuple[float, ...] = (2.0, 1.0)  # of `restore`'s comparisons: the head, features, pixels, neighbourhoods
    blur: int = 5  # pixels over which the heat is averaged
    pooled: tuple[float, ...] = (0.0,)  # shares of the hottest pixels whose means make the score: 0 the hottest alone, 1 all

    def __post_init__(self):
        """A file from anywhere says how large a network to make: within reason, or ValueError."""
        few = all(isinstance(many, (tuple, list)) and 1 <= len(many) <= 8 for many in (self.widths, self.weights, self.pooled))
        sizes = ((self.side, 16, 2048), (self.code, 1, 1024), (self.whole, 0, 128), (self.levels, 1, 4), (self.blur, 1, 99))
        if not (
            few
            and self.channels in (1, 3)
            and all(numbers.whole(size, low, high) for size, low, high in (*sizes, *((w, 1, 512) for w in self.widths)))
        ):
            raise ValueError(f"No detector is set up like this: {self!r}.")


def block(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def without_norms(network: nn.Module) -> nn.Module:
    """A copy for inference in which every normalisation is part of the convolution before it."""
    network = deepcopy(network).eval()
    for module in network.modules():
        if isinstance(module, nn.Sequential):
            for i in range(len(module) - 1):
                if isinstance(module[i + 1], nn.BatchNorm2d):
                    module[i], module[i + 1] = fuse_conv_bn_eval(module[i], module[i + 1]), nn.Identity()
    return network


def smooth(x: torch.Tensor, size: int) -> torch.Tensor:
    """Mean over squares of size x size pixels (odd), edges repeated: shifted copies are added up, which for one channel is
    several times as fast as pooling."""
    x = F.pad(x, (size // 2,) * 4, mode="replicate")
    for dim in (2, 3):
        length = x.shape[dim] - size + 1
        x = sum(x.narrow(dim, i, length) for i in range(size)) / size
    return x


def neighbourhood(x: torch.Tensor) -> torch.Tensor:
    """Each pixel's surroundings of about 24 pixels, averaged. (B, C, h, w) -> (B, C, h, w)"""
    y = F.avg_pool2d(x, 8, ceil_mode=True, count_include_pad=False)
    y = F.avg_pool2d(F.pad(y, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return F.interpolate(y, x.shape[2:], mode="bilinear", align_corners=False)


def local_contrast(x: torch.Tensor, normal: torch.Tensor | None = None) -> torch.Tensor:
    """Each pixel against the mean and spread of its neighbourhood, in the picture itself or in a `normal` one of the same
    thing, whose mean and spread no defect has moved: a faint scratch becomes plain."""
    normal = x if normal is None else normal
    middle = neighbourhood(normal)
    return 0.5 * (x - middle) / (neighbourhood((normal - middle).square()) + 1e-4).sqrt()


class Narrow(nn.Module):
    """The lecture's auto-encoder: (B, C, h, w) -> code (B, K, h/16, w/16) -> (B, C, h, w)"""

    def __init__(self, config: AnomalyConfig):
        super().__init__()
        c, (w0, w1, w2, w3) = config.channels, config.widths
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(2),  # (B, 4C, h/2, w/2): nothing is lost, and the first layers cost a quarter
            block(4 * c, w0), block(w0, w1, 2), block(w1, w2, 2), block(w2, w3, 2), block(w3, w3),
            nn.Conv2d(w3, config.code, 1),
        )  # fmt: skip
        double = nn.Upsample(scale_factor=2)
        self.decoder = nn.Sequential(
            block(config.code, w3), block(w3, w3), double, block(w3, w2), double, block(w2, w1), double, block(w1, w0),
            nn.Conv2d(w0, 4 * c, 1), nn.PixelShuffle(2),
        )  # fmt: skip

    def forward(self, x):
        return self.decoder(self.encoder(x - 0.5)) + 0.5


class Restorer(nn.Module):
    """A U-Net from the picture to what it should look like, (B, C, h, w), and a head that marks where it does not, as
    logits (B, 1, h, w)."""

    def __init__(self, config: AnomalyConfig):
        super().__init__()
        c, w = config.channels, config.widths
        inputs = (8 * c, *w)
        self.down = nn.ModuleList(nn.Sequential(block(inputs[i], w[i]), block(w[i], w[i])) for i in range(4))
        self.deep = block(w[3], w[3])
        self.up = nn.ModuleList(nn.Sequential(block(w[i] + w[i + 1], w[i]), block(w[i], w[i])) for i in range(3))
        self.rebuild = nn.Conv2d(w[0], 4 * c, 1)
        self.compare = nn.Sequential(block(w[0] + 8 * c, w[0]), nn.Conv2d(w[0], 4, 1))

    def forward(self, x):
        """What x should look like (B, C, h, w), where it does not as logits (B, 1, h, w), and the encoder's activations."""
        seen = F.pixel_unshuffle(x - 0.5, 2)  # (B, 4C, h/2, w/2)
        h, passed = torch.cat([seen, F.pixel_unshuffle(local_contrast(x), 2)], 1), []
        for i, stage in enumerate(self.down):
            h = stage(F.max_pool2d(h, 2) if i else h)  # (B, w_i, h/2^(i+1), w/2^(i+1))
            passed.append(h)
        h = self.deep(h)
        for i in (2, 1, 0):
            h = self.up[i](torch.cat([F.interpolate(h, scale_factor=2), passed[i]], 1))
        rebuilt = self.rebuild(h)  # (B, 4C, h/2, w/2)
        odd = self.compare(torch.cat([h, seen, seen - rebuilt], 1))  # (B, 4, h/2, w/2)
        return F.pixel_shuffle(rebuilt, 2) + 0.5, F.pixel_shuffle(odd, 2), passed


class FeatureCode(nn.Module):
    """A linear auto-encoder (PCA) of the U-Net's features at every fourth pixel: how badly 20 numbers rebuild them."""

    def __init__(self, config: AnomalyConfig, code: int = 20):
        super().__init__()
        size = sum(config.widths[:3])
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("scale", torch.ones(size))
        self.register_buffer("axes", torch.zeros(size, code))

    def features(self, passed):
        """Activations of the encoder's first three stages -> (B, D, h/4, w/4), each averaged over its neighbours."""
        first, second, third = (F.avg_pool2d(x, 3, 1, 1) for x in (F.avg_pool2d(passed[0], 2), passed[1], passed[2]))
        third = F.interpolate(third, second.shape[2:], mode="bilinear", align_corners=False)
        return torch.cat([first, second, third], 1)

    def fit(self, samples: torch.Tensor) -> None:
        """Set from features of normal pictures, (n, D)."""
        self.mean.copy_(samples.mean(0))
        self.scale.copy_(samples.std(0) + 1e-3)
        covariance = torch.cov(((samples - self.mean) / self.scale).double().T)
        self.axes.copy_(torch.linalg.eigh(covariance).eigenvectors[:, -self.axes.shape[1] :])

    def forward(self, passed):
        """(B, 1, h/4, w/4): squared error of the standardised features, about 1 or less a feature on normal pictures"""
        x = (self.features(passed) - self.mean[:, None, None]) / self.scale[:, None, None]
        code = torch.einsum("bdhw,dk->bkhw", x, self.axes)
        # orthonormal axes: what the code does not hold is what is left of the length
        return (x.square().sum(1) - code.square().sum(1)).clamp_min(0)[:, None] / len(self.mean)


class Whitening(nn.Module):
    """How unusual the patches of an error are: squared Mahalanobis distance over the number of dimensions, (B, 1, h, w),
    about 1 on normal pictures. One size of patch; `level` 1 looks at the picture at half its size, 2 at a quarter."""

    def __init__(self, channels: int, level: int):
        super().__init__()
        self.level, self.size = level, channels * PATCH * PATCH
        self.register_buffer("mean", torch.zeros(self.size))
        self.register_buffer("axes", torch.zeros(self.size, channels, PATCH, PATCH))

    def patches(self, error):
        """(B, C, h, w) -> (B * h' * w', C * 49)"""
        x = F.pad(self.shrink(error), (PATCH // 2,) * 4, mode="replicate")
        return F.unfold(x, PATCH).transpose(1, 2).flatten(0, 1)

    def shrink(self, error):
        return F.avg_pool2d(error, 2**self.level) if self.level else error

    def fit(self, mean: torch.Tensor, covariance: torch.Tensor) -> None:
        """Set from the mean (D,) and covariance (D, D) of the patches of normal pictures' errors."""
        spread, axes = torch.linalg.eigh(covariance.double())
        axes = axes / (spread.clamp_min(0) + 1e-6).sqrt()  # 1e-6: a quarter of a grey level
        self.mean.copy_(mean)
        self.axes.copy_(axes.T.reshape_as(self.axes).float())

    def forward(self, error):
        x = F.pad(self.shrink(error), (PATCH // 2,) * 4, mode="replicate")
        energy = F.conv2d(x, self.axes, -self.axes.flatten(1) @ self.mean).square_().mean(1, keepdim=True)
        return F.interpolate(energy, error.shape[2:], mode="bilinear", align_corners=False) if self.level else energy


class WholeWhitening(nn.Module):
    """How unusual the error of the whole picture is, place by place: (B, 1, h, w), about 1 on normal pictures.

    The error, averaged over channels and shrunk to (side, side), is whitened by the root of its inverse covariance (ZCA,
    Bell and Sejnowski 1997), which of all whitenings moves it least: each number still belongs to its place. The mean of
    the squares is the squared Mahalanobis distance of the whole over its dimensions.
    """

    def __init__(self, side: int):
        super().__init__()
        self.side = side
        self.register_buffer("mean", torch.zeros(side * side))
        self.register_buffer("root", torch.eye(side * side))

    def shrink(self, error):
        """(B, C, h, w) -> (B, side * side)"""
        return F.adaptive_avg_pool2d(error.mean(1, keepdim=True), self.side).flatten(1)

    def fit(self, errors: torch.Tensor) -> None:
        """Set from shrunk errors of normal pictures, (n, side * side)."""
        spread, axes = torch.linalg.eigh(torch.cov(errors.double().T))
        spread = spread.clamp_min(0)
        # a hundredth of the mean spread everywhere: what never varied in training must not outweigh the rest
        self.root.copy_((axes / (spread + 0.01 * spread.mean() + 1e-9).sqrt()) @ axes.T)
        self.mean.copy_(errors.mean(0))

    def forward(self, error):
        energy = ((self.shrink(error) - self.mean) @ self.root).square()
        return F.interpolate(energy.view(-1, 1, self.side, self.side), error.shape[2:], mode="bilinear", align_corners=False)


class AnomalyAutoencoder(nn.Module, PyTorchModelHubMixin):
    def __init__(self, config: AnomalyConfig):
        super().__init__()
        if config.method not in METHODS:
            raise ValueError(f"There is no method {config.method!r}; there are: {', '.join(METHODS)}.")
        self.config, self.blur = config, 2 * (config.blur // 2) + 1
        self.network = Restorer(config) if config.method == "restore" else Narrow(config)
        levels = config.levels if config.method == "whitened" else 0
        self.whitening = nn.ModuleList(Whitening(config.channels, level) for level in range(levels))
        self.whole = WholeWhitening(config.whole) if config.whole and config.method == "whitened" else None
        self.features = FeatureCode(config) if config.method == "restore" else None
        # middle and spread, on normal pictures, of the hottest pixel of each map: what makes maps of two kinds one
        self.register_buffer("usual", torch.tensor([[0.0, 1.0]]).repeat(len(config.weights), 1))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Pictures (B, C, h, w) in [0, 1] -> what was rebuilt, (B, C, h, w), and how odd each pixel is, (B, 1, h, w)."""
        rebuilt, maps = self.maps(x)
        if len(maps) == 1:
            return rebuilt, maps[0]
        return rebuilt, sum(weight * (m - middle) / spread for weight, m, (middle, spread) in zip(self.config.weights, maps, self.usual, strict=True))

    def maps(self, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """What was rebuilt, and each comparison's own map of it, smoothed."""
        height, width = x.shape[2:]
        x = F.pad(x, (0, -width % STRIDE, 0, -height % STRIDE), mode="replicate")
        if self.features is not None:
            with device.autocast(x.device):
                rebuilt, odd, passed = self.network(x)
            rebuilt, odd, passed = rebuilt.float(), odd.float(), [stage.float() for stage in passed]
            far = F.interpolate(self.features(passed), x.shape[2:], mode="bilinear", align_corners=False)
            maps, asked = [odd.clamp(-20, 20), (far + 0.1).log()], len(self.config.weights)
            if asked > 2:
                error = smooth((x - rebuilt).square().mean(1, keepdim=True), 3).sqrt()
                maps.append((error + 0.01).log())  # 0.01: two or three grey levels are noise
            maps = [smooth(m, self.blur) for m in maps[:asked]]
            if asked > 3:
                # smoothed before the logarithm: lighter here and darker next to it is texture
                stands_out = smooth(local_contrast(x, rebuilt).mean(1, keepdim=True), self.blur)
                maps.append((stands_out.abs() + 0.05).log())
        else:
            with device.autocast(x.device):
                rebuilt = self.network(x)
            rebuilt = rebuilt.float()
            error = x - rebuilt
            maps = [error.square().mean(1, keepdim=True)]
            if self.whitening:
                kinds = [*self.whitening, *([self.whole] if self.whole else [])]
                maps = [sum(whiten(error) for whiten in kinds) / len(kinds)]
            maps = [smooth(m, self.blur) for m in maps]
        return rebuilt[..., :height, :width].clamp(0, 1), [m[..., :height, :width] for m in maps]

    def score(self, heat: torch.Tensor) -> torch.Tensor:
        """One number a picture: the mean of the hottest share of its pixels. (B, 1, h, w) -> (B,)

        Of several shares the mean, of errors the geometric one: the hottest per cent of a picture is so much hotter than
        all of it that it would decide alone. For that reason the mean over all pixels of `whitened` is geometric too.
        """
        heat, parts = heat.flatten(1), []
        for share in self.config.pooled:
            if share >= 1 and self.config.method == "whitened":
                parts.append((heat + 1e-2).log().mean(1))
                continue
            part = heat.topk(max(1, round(min(share, 1) * heat.shape[1])), 1).values.mean(1)
            parts.append(part if self.config.method == "restore" else (part + 1e-9).log())
        score = torch.stack(parts).mean(0)
        return score if self.config.method == "restore" else score.exp()
