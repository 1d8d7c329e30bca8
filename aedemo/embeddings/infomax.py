"""Deep InfoMax (Hjelm et al. 2019, arXiv 1808.06670): a code is good if one can tell which picture it belongs to.

An encoder makes a code of a picture; a discriminator is shown a picture and a code and says whether they belong together.
Both learn together, and nothing is ever rebuilt. As in the paper's better variant, the discriminator looks at the picture
place by place, by the features of the encoder's own middle; as in AMDIM (Bachman et al. 2019, arXiv 1906.00910) the code
is of another view of the same picture, so that it cannot be a mere copy.

The plain auto-encoder beside it has the same encoder, and a decoder in place of the discriminator.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

PLACES = 0.25  # weight of places alone: many hold nothing that tells


@dataclass
class InfoMaxConfig:
    channels: int = 3
    side: int = 64
    patch: int = 4  # pixels a side that enter together
    widths: tuple[int, ...] = (48, 72, 96)  # each at half the side of the one before
    latents: int = 64
    shared: int = 64  # dimensions of the space in which places and codes are compared


class Residual(nn.Module):
    """(B, dim, H, W) -> the same"""

    def __init__(self, dim: int):
        super().__init__()
        self.norm = nn.GroupNorm(8, dim)
        self.first, self.second = nn.Conv2d(dim, dim, 3, padding=1), nn.Conv2d(dim, dim, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x):
        return x + self.second(F.silu(self.first(F.silu(self.norm(x)))))


class Encoder(nn.Module):
    """(B, C, side, side) in [0, 1] -> places (B, D, h, w), the second stage's features, and codes (B, latents)"""

    def __init__(self, c: InfoMaxConfig):
        super().__init__()
        self.patch = c.patch
        self.enter = nn.Conv2d(c.patch**2 * c.channels, c.widths[0], 3, padding=1)
        self.stages = nn.ModuleList(Residual(width) for width in c.widths)
        self.shrinks = nn.ModuleList(nn.Conv2d(4 * a, b, 1) for a, b in zip(c.widths, c.widths[1:]))
        self.norm = nn.GroupNorm(8, c.widths[-1])
        self.last = c.side // c.patch // 2 ** (len(c.widths) - 1)
        self.leave = nn.Linear(c.widths[-1] * self.last**2, c.latents)

    def activations(self, x):
        """-> what each stage says, (B, width, h, w) each"""
        x, said = self.enter(F.pixel_unshuffle(x - 0.5, self.patch)), []
        for i, stage in enumerate(self.stages):
            x = stage(self.shrinks[i - 1](F.pixel_unshuffle(x, 2)) if i else x)
            said.append(x)
        return said

    def forward(self, x):
        said = self.activations(x)
        return said[1], self.leave(F.silu(self.norm(said[-1])).flatten(1)).float()


class Decoder(nn.Module):
    """(B, latents) -> (B, C, side, side), about [0, 1]: the plain auto-encoder's other half, needed in training alone"""

    def __init__(self, c: InfoMaxConfig):
        super().__init__()
        self.patch, self.last = c.patch, c.side // c.patch // 2 ** (len(c.widths) - 1)
        widths = c.widths[::-1]
        self.enter = nn.Linear(c.latents, widths[0] * self.last**2)
        self.stages = nn.ModuleList(Residual(width) for width in widths)
        self.grows = nn.ModuleList(nn.Conv2d(a, 4 * b, 1) for a, b in zip(widths, widths[1:]))
        self.leave = nn.Conv2d(widths[-1], c.patch**2 * c.channels, 3, padding=1)

    def forward(self, z):
        x = self.enter(z).unflatten(1, (-1, self.last, self.last))
        for i, stage in enumerate(self.stages):
            x = stage(F.pixel_shuffle(self.grows[i - 1](x), 2) if i else x)
        return F.pixel_shuffle(self.leave(F.silu(x)), self.patch).float() + 0.5


def uncorrelated(codes: torch.Tensor) -> torch.Tensor:
    """Codes (B, latents) -> how much their numbers repeat one another: mean over them of the squared correlations with the others.

    As Barlow Twins (Zbontar et al. 2021, arXiv 2103.03230) and VICReg (arXiv 2105.04906) ask; a prior over codes that
    needs no second discriminator.
    """
    even = (codes - codes.mean(0)) / (codes.std(0) + 1e-4)
    repeated = even.T @ even / len(codes) - torch.eye(codes.shape[1], device=codes.device)
    return repeated.square().sum() / codes.shape[1]


class InfoMax(nn.Module, PyTorchModelHubMixin):
    """Pictures (B, C, side, side) in [0, 1] to codes (B, latents), and whether a code belongs to a picture."""

    def __init__(self, config: InfoMaxConfig):
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.of_places = nn.Sequential(nn.Conv2d(config.widths[1], config.shared, 1), nn.SiLU(), nn.Conv2d(config.shared, config.shared, 1))
        self.of_codes = nn.Sequential(nn.Linear(config.latents, config.shared), nn.SiLU(), nn.Linear(config.shared, config.shared))
        self.sharpness = nn.Parameter(torch.tensor(8.0).log())
        # from how well they fit to whether they belong together: learned, as the odds depend on what else there is
        self.slope, self.threshold = nn.Parameter(torch.ones(())), nn.Parameter(torch.zeros(()))

    def fit(self, places: torch.Tensor, codes: torch.Tensor) -> torch.Tensor:
        """Places (N, D, h, w) of pictures, codes (M, latents) -> how well they fit, (M, N, h w)"""
        places = self.of_places(places).flatten(2).float()  # (N, S, P)
        codes = self.of_codes(codes).float()
        return torch.einsum("ms,nsp->mnp", codes, places) / self.config.shared**0.5

    def verdicts(self, fit: torch.Tensor) -> torch.Tensor:
        """(M, N, P) -> logits of belonging together (M, N)"""
        return self.slope.exp() * fit.mean(2) - self.threshold

    def loss(self, view: torch.Tensor, other: torch.Tensor, local: float = PLACES, prior: float = 0.0) -> tuple[torch.Tensor, torch.Tensor]:
        """Two views (B, C, side, side) of the same pictures -> loss, share of codes that find their own picture.

        InfoNCE (arXiv 1807.03748): of the pictures of the batch, to which one does the code belong; asked of whole
        pictures, and, with weight `local`, of each place alone. `prior` weighs the paper's third aim, what the codes
        should be like: here that no number of the code repeats another (`uncorrelated`). The discriminator's verdict
        learns on the side, without a say in the code.
        """
        places, codes = self.encoder(view)[0], self.encoder(other)[1]
        fit = self.fit(places, codes)
        own = torch.arange(len(view), device=view.device)
        whole, answers = self.sharpness.exp() * fit.mean(2), own[:, None].expand(-1, fit.shape[2])
        told = F.cross_entropy(whole, own) + F.cross_entropy(whole.T, own)
        if local:
            told = told + local * (F.cross_entropy(fit, answers) + F.cross_entropy(fit.transpose(0, 1), answers))
        if prior:
            told = told + prior * uncorrelated(codes)
        verdicts = self.verdicts(fit.detach())
        same = torch.eye(len(view), device=view.device)
        weight = 0.5 * same + 0.5 * (1 - same) / (len(view) - 1)  # as many pairs that belong together as pairs that do not
        verdict = (F.binary_cross_entropy_with_logits(verdicts, same, reduction="none") * weight).sum() / len(view)
        return told + verdict, (whole.argmax(1) == own).float().mean()
