"""Pictures in two views: what an embedding may forget is what the views do not share."""

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


class Views:
    """Batches of pictures (N, C, side, side), each twice: turned, moved, seen from near by, mirrored, and in other light."""

    def __init__(self, x: torch.Tensor, seed: int, mirrored: bool):
        self.x, self.mirrored = x, mirrored
        self.generator = torch.Generator().manual_seed(seed)

    def draw(self, size: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Two views (B, C, side, side) of B pictures."""
        chosen = self.x[torch.randint(len(self.x), (size,), generator=self.generator)]
        return self.view(chosen), self.view(chosen)

    def _between(self, low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(*shape, generator=self.generator)

    def view(self, x: torch.Tensor) -> torch.Tensor:
        n = len(x)
        turn, slant = self._between(-0.25, 0.25, n), self._between(-0.15, 0.15, n)
        scale, room = (self._between(0.45, 1.1, n), 0.35) if self.mirrored else (self._between(0.8, 1.15, n), 0.2)
        move, flip = self._between(-room, room, n, 2), torch.where(self._between(0, 1, n) < 0.5, -1.0, 1.0) if self.mirrored else torch.ones(n)
        across = torch.stack((flip * scale * turn.cos(), slant - scale * turn.sin(), move[:, 0]), 1)
        down = torch.stack((flip * scale * turn.sin(), scale * turn.cos(), move[:, 1]), 1)
        grid = F.affine_grid(torch.stack((across, down), 1), x.shape, align_corners=False)
        seen = F.grid_sample(x, grid, padding_mode="border", align_corners=False)  # what comes in has the colour of the edge
        if x.shape[1] == 3:
            seen = 1 - torch.einsum("nij,njhw->nihw", self.colours(n), 1 - seen)  # white paper stays white
        else:
            mean = seen.mean((1, 2, 3), keepdim=True)
            seen = (seen - mean) * self._between(0.7, 1.3, n, 1, 1, 1) + mean
        return seen.clamp(0, 1)

    def colours(self, n: int) -> torch.Tensor:
        """Other light: (n, 3, 3) that turn hues about grey, some all the way to no colour, and make them lighter or darker."""
        angle, depth = self._between(-0.8, 0.8, n, 1, 1), self._between(-0.2, 1.4, n, 1, 1).clamp(min=0)
        grey, eye = torch.full((3, 3), 1 / 3), torch.eye(3)
        around = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / 3**0.5
        return (grey + depth * ((eye - grey) * angle.cos() + around * angle.sin())) * self._between(0.7, 1.2, n, 1, 1)
