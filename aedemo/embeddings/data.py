"""Pictures and speech in two views: what an embedding may forget is what the views do not share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from ..squares import read_folder, to_tensor


def read_pictures(data: str, least: int = 16) -> torch.Tensor:
    """The pictures of a folder, or scikit-learn's digits if `data` is "digits": (N, C, side, side) in [0, 1], C 1 if none has colour."""
    if data == "digits":
        return digits()[0]
    arrays = read_folder(data, least)
    grey = (arrays == arrays[..., :1]).all()
    return to_tensor(arrays[..., :1] if grey else arrays)


def digits(part: str = "train") -> tuple[torch.Tensor, np.ndarray]:
    """scikit-learn's handwritten digits, 1,200 to "train" on and 597 to "test": (N, 1, 8, 8) in [0, 1], what they are (N,)."""
    from sklearn.datasets import load_digits

    found = load_digits()
    order = np.random.default_rng(0).permutation(len(found.target))
    chosen = order[:1200] if part == "train" else order[1200:]
    return torch.from_numpy(found.images[chosen] / 16).float()[:, None], found.target[chosen]


def emoji_groups(folder: str | Path, table: str | Path) -> tuple[list[Path], list[str]]:
    """The pictures of Noto Emoji in a folder that are in Unicode's emoji-test.txt, and the group of each, such as "Food & Drink"."""
    groups, group = {}, ""
    for line in Path(table).read_text(encoding="utf-8").splitlines():
        if line.startswith("# group:"):
            group = line.partition(":")[2].strip()
        elif ";" in line and not line.startswith("#"):
            points = line.partition(";")[0].lower().split()
            groups["_".join(point for point in points if point != "fe0f")] = group
    found = [(file, groups.get(file.stem.removeprefix("emoji_u"))) for file in sorted(Path(folder).glob("emoji_u*"))]
    known = [(file, group) for file, group in found if group]
    if not known:
        raise ValueError(f"{folder} holds no pictures of emoji by the names of Noto Emoji, such as emoji_u1f600.webp.")
    return [file for file, _ in known], [group for _, group in known]


INK = 0.15  # deviation of what is written from itself, pixel by pixel


class Views:
    """Batches of pictures (N, C, side, side), each twice: turned, moved, seen from near by, mirrored, and in other light.

    What is not to be mirrored is what is written: its views are slanted, broader or narrower, and noisy instead. `plain`: twice as it is.
    """

    def __init__(self, x: torch.Tensor, seed: int, mirrored: bool, plain: bool = False):
        self.x, self.mirrored, self.plain = x, mirrored, plain
        self.generator = torch.Generator().manual_seed(seed)

    def draw(self, size: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Two views (B, C, side, side) of B pictures."""
        chosen = self.x[torch.randint(len(self.x), (size,), generator=self.generator)]
        return (chosen, chosen) if self.plain else (self.view(chosen), self.view(chosen))

    def _between(self, low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(*shape, generator=self.generator)

    def view(self, x: torch.Tensor) -> torch.Tensor:
        seen = F.grid_sample(x, self._places(x), padding_mode="border", align_corners=False)  # what comes in has the colour of the edge
        if not self.mirrored:
            noise = torch.randn(seen.shape, generator=self.generator)
            return (seen * self._between(0.7, 1.3, len(x), 1, 1, 1) + INK * noise).clamp(0, 1)
        if x.shape[1] == 3:
            seen = 1 - torch.einsum("nij,njhw->nihw", self.colours(len(x)), 1 - seen)  # white paper stays white
        else:
            mean = seen.mean((1, 2, 3), keepdim=True)
            seen = (seen - mean) * self._between(0.7, 1.3, len(x), 1, 1, 1) + mean
        return seen.clamp(0, 1)

    def _places(self, x: torch.Tensor) -> torch.Tensor:
        """Where each pixel of a view is taken from, (N, side, side, 2)"""
        n, between = len(x), self._between
        if self.mirrored:
            turn, slant = between(-0.25, 0.25, n), between(-0.15, 0.15, n)
            wide = high = between(0.45, 1.1, n)
            room = 0.35
        else:  # what is written: broader or narrower by itself, and never mirrored
            turn, slant = between(-0.3, 0.3, n), between(-0.3, 0.3, n)
            wide, high = between(0.7, 1.24, n), between(0.7, 1.24, n)
            room = 0.24
        move = between(-room, room, n, 2)
        flip = torch.where(between(0, 1, n) < 0.5, -1.0, 1.0) if self.mirrored else 1.0
        across = torch.stack((flip * wide * turn.cos(), slant - wide * turn.sin(), move[:, 0]), 1)
        down = torch.stack((flip * high * turn.sin(), high * turn.cos(), move[:, 1]), 1)
        return F.affine_grid(torch.stack((across, down), 1), x.shape, align_corners=False)

    def colours(self, n: int) -> torch.Tensor:
        """Other light: (n, 3, 3) that turn hues about grey, some all the way to no colour, and make them lighter or darker."""
        angle, depth = self._between(-0.8, 0.8, n, 1, 1), self._between(-0.2, 1.4, n, 1, 1).clamp(min=0)
        grey, eye = torch.full((3, 3), 1 / 3), torch.eye(3)
        around = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / 3**0.5
        return (grey + depth * ((eye - grey) * angle.cos() + around * angle.sin())) * self._between(0.7, 1.2, n, 1, 1)


class Voices:
    """Log-mel frames (B, 80, T) as if of another throat and through another microphone, the same over a clip.

    A throat that is longer or shorter by up to a tenth moves all bands (vocal tract length perturbation, Jaitly & Hinton 2013);
    a microphone adds a smooth curve over them.
    """

    LONGER, COLOUR, KNOTS = 0.1, 0.4, 5

    def __init__(self, seed: int):
        self.generator = torch.Generator().manual_seed(seed)

    def view(self, mel: torch.Tensor) -> torch.Tensor:
        n, bands, frames = mel.shape
        longer = 1 + self.LONGER * (2 * torch.rand(n, 1, generator=self.generator) - 1)
        at = (torch.arange(bands) * longer).clamp(0, bands - 1)  # (n, bands): which band each is taken from
        low = at.floor().long()
        share = (at - low)[..., None]
        below, above = (mel.gather(1, i[..., None].expand(-1, -1, frames)) for i in (low, (low + 1).clamp(max=bands - 1)))
        curve = F.interpolate(torch.randn(n, 1, self.KNOTS, generator=self.generator), bands, mode="linear", align_corners=True)
        return torch.lerp(below, above, share) + self.COLOUR * curve.transpose(1, 2)
