"""From folders of pictures to batches: a normal crop, the same crop with something painted over it, and where.

What is painted stands for no real defect; the network only learns what *not normal* can look like: strokes, spots,
blotches, bands, seams, and pieces of other pictures (after DRAEM, arXiv 2108.07610, and CutPaste, arXiv 2104.04015).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from scipy.ndimage import gaussian_filter

from .. import images


@dataclass(frozen=True)
class Item:
    """One picture of a test folder: its kind ("good" or a defect's name) and, where known, the mask of the defect."""

    file: Path
    kind: str
    mask: Path | None


def normals(folder: str | Path) -> list[Path]:
    """The normal pictures of a data set laid out as MVTec AD (`train/good`), or of a plain folder."""
    folder = Path(folder)
    return images.files(folder / "train" / "good" if (folder / "train" / "good").is_dir() else folder)


def test_items(folder: str | Path) -> list[Item]:
    """The test pictures of a data set laid out as MVTec AD: `test/KIND/NAME.*` and `ground_truth/KIND/NAME_mask.png`.

    Raises
    ------
    ValueError
        If there is no test/good, or nothing beside it.
    """
    folder = Path(folder)
    if not (folder / "test" / "good").is_dir():
        raise ValueError(f"{folder} is not laid out as MVTec AD: there is no test/good in it.")
    items = []
    for kind in sorted(d.name for d in (folder / "test").iterdir() if d.is_dir()):
        for file in images.files(folder / "test" / kind):
            mask = folder / "ground_truth" / kind / f"{file.stem}_mask.png"
            items.append(Item(file, kind, mask if kind != "good" and mask.is_file() else None))
    if len({item.kind for item in items}) < 2:
        raise ValueError(f"{folder}/test holds only good pictures; a folder of another kind is needed beside them.")
    return items


def is_grey(image: Image.Image) -> bool:
    """Grey in mode or in content: scanners write grey pictures as RGB."""
    if image.mode == "L":
        return True
    small = np.asarray(image.resize((32, 32)), np.int16)
    return int(np.ptp(small, axis=2).max()) <= 6


def working_size(width: int, height: int, side: int, least: int = 16) -> tuple[int, int]:
    """Width and height at which the network sees a picture: the longer one is `side`, the shorter in proportion."""
    scale = side / max(width, height)
    return max(least, round(width * scale)), max(least, round(height * scale))


def to_array(image: Image.Image, channels: int, side: int) -> np.ndarray:
    """A picture at its working size: (h, w, channels) of uint8."""
    image = image.convert("L" if channels == 1 else "RGB")
    size = working_size(*image.size, side)
    if image.size != size:
        image = image.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)  # averages when it shrinks
    return np.array(image).reshape(size[1], size[0], channels)


class Painter:
    """Batches of square crops of normal pictures, clean and painted over.

    pictures : (h, w, C) arrays of uint8, at working size
    crop : pixels
    paints : False leaves the crops clean
    """

    # what is painted and how often: strokes and spots are what most hides in a picture
    KINDS = ("stroke", "spot", "blotch", "band", "paste", "seam")
    ODDS = (0.26, 0.3, 0.1, 0.08, 0.13, 0.13)

    def __init__(self, pictures: list[np.ndarray], crop: int, seed: int = 0, paints: bool = True):
        self.pictures, self.crop, self.paints = pictures, crop, paints
        self.rng = np.random.default_rng(seed)

    def batch(self, size: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Clean crops (B, C, crop, crop) in [0, 1], the same painted over, and masks (B, 1, crop, crop).

        A mask is 0 where nothing was painted. Elsewhere it is how much a pixel should count: the more, the smaller the
        thing (by the root of its area), or large blotches would be all that is learned.
        """
        clean = [self.normal() for _ in range(size)]
        # every fourth stays as it is: on whole pictures nothing is what there mostly is to find
        painted = [self.paint(x) if self.paints and i % 4 else (x, np.zeros(x.shape[:2], np.float32)) for i, x in enumerate(clean)]

        def stack(arrays):
            return torch.from_numpy(np.ascontiguousarray(np.stack(arrays).transpose(0, 3, 1, 2), dtype=np.float32))

        return stack(clean), stack([y for y, _ in painted]), stack([m[..., None] for _, m in painted])

    def normal(self) -> np.ndarray:
        """A random crop of a random picture, mirrored, a little larger or smaller, lighter or darker: (crop, crop, C)"""
        rng, picture = self.rng, self.pictures[self.rng.integers(len(self.pictures))]
        height, width, _ = picture.shape
        wanted = max(8, int(self.crop * np.exp(0.12 * rng.normal())))
        h, w = min(wanted, height), min(wanted, width)
        top, left = rng.integers(height - h + 1), rng.integers(width - w + 1)
        x = picture[top : top + h, left : left + w].astype(np.float32) / 255
        if h < wanted or w < wanted:  # a picture smaller than the crop goes on as its mirror image
            x = np.pad(x, ((0, wanted - h), (0, wanted - w), (0, 0)), mode="symmetric")
        if wanted != self.crop:
            x = (
                F.interpolate(torch.from_numpy(x.transpose(2, 0, 1).copy())[None], (self.crop, self.crop), mode="bilinear")[0]
                .numpy()
                .transpose(1, 2, 0)
            )
        # mirrored left to right always; upside down only where something is to be found, as rebuilt faces stand upright
        x = x[:: rng.choice([-1, 1]) if self.paints else 1, :: rng.choice([-1, 1])]
        return (x ** np.exp(0.1 * rng.normal()) * np.exp(0.15 * rng.normal())).clip(0, 1)

    def paint(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Paint one to three things over a crop; the mask says where that can be seen (see `batch`)."""
        rng, y = self.rng, x.copy()
        seen = np.zeros(x.shape[:2], np.float32)
        for _ in range(1 + (rng.random() < 0.4) + (rng.random() < 0.2)):
            kind = str(rng.choice(self.KINDS, p=self.ODDS))
            # a seam: what follows from there on, to the edge, is another surface, or the same one out of step
            shape = self._shape({"paste": str(rng.choice(["spot", "blotch", "band"])), "seam": "side"}.get(kind, kind))
            cover = shape[..., None]
            after = (y * (1 - cover) + self._colour(kind, y) * cover).clip(0, 1)
            # relative to the brightness there: a scratch on a dark picture is as much a scratch
            # (of a large thing as a whole: where it happens to look like what was there, it is still the thing)
            change = gaussian_filter((np.abs(after - y) / (y + 0.08)).mean(-1), 8 if kind in ("paste", "seam", "band") else 0.7)
            visible = (shape > 0.3) & (change > 0.06)
            weight = min(15.0, (visible.size / max(1, visible.sum())) ** 0.5)
            seen = np.where(visible & ((seen == 0) | (seen < weight)), weight, seen)
            y = after
        return y.astype(np.float32), seen

    def _colour(self, kind: str, y: np.ndarray) -> np.ndarray:
        """What a thing of that kind would look like if it covered the whole crop."""
        rng, channels = self.rng, y.shape[2]
        if kind in ("stroke", "spot"):  # darker more often than lighter
            change = rng.choice([-1, -1, 1]) * np.exp(rng.uniform(np.log(0.12), np.log(0.7))) * (1 + 0.3 * rng.normal(size=channels))
            if rng.random() < 0.5:
                change = change * (1 + 0.3 * self._cloud(3)[..., None])
            return y + change if rng.random() < 0.5 else y * (1 + change)
        if kind in ("paste", "seam"):
            other = y if rng.random() < 0.4 else self.normal()
            turn = rng.integers(4)
            if turn == 0 and kind == "paste":
                other = np.rot90(other)
            elif turn <= 1 or other is y:  # out of step along or across
                other = np.roll(other, rng.integers(self.crop // 8, self.crop), rng.integers(2))
            if kind == "seam":
                middle = other.mean()
                other = (other - middle) * np.exp(0.3 * rng.normal()) + middle * np.exp(0.12 * rng.normal())
            share = rng.uniform(0.5, 1)
            return share * other + (1 - share) * y
        change, which = rng.choice([-1, 1]) * np.exp(rng.uniform(np.log(0.15), np.log(0.6))), rng.random()
        if which < 0.4:
            return y * (1 + change)
        if which < 0.6:
            return y + 0.6 * change
        if which < 0.75:  # the texture gone, or stronger
            low = gaussian_filter(y, (4, 4, 0))
            return low + (y - low) * rng.choice([0.0, 0.3, 2.0, 3.0])
        if which < 0.9:
            return y * (1 + 0.3 * change) + rng.uniform(0.03, 0.15) * self._cloud(int(rng.integers(2, 8)))[..., None]
        return rng.random(channels) + 0.03 * rng.normal(size=y.shape[:2] + (1,))

    def _shape(self, kind: str) -> np.ndarray:
        return {"stroke": self._strokes, "spot": self._spots, "blotch": self._blotch, "band": self._band, "side": self._side}[kind]()

    def _cloud(self, cell: int) -> np.ndarray:
        """Smooth noise with features of about `cell` pixels: (crop, crop)"""
        knots = max(2, self.crop // cell + 2)
        noise = torch.from_numpy(self.rng.normal(size=(1, 1, knots, knots)).astype(np.float32))
        return F.interpolate(noise, (self.crop, self.crop), mode="bicubic", align_corners=True)[0, 0].numpy()

    def _strokes(self) -> np.ndarray:
        rng, n = self.rng, self.crop
        cover = np.zeros((n, n), np.float32)
        for _ in range(rng.integers(1, 3)):
            length = rng.integers(10, max(12, int(0.9 * n)))
            angle = rng.uniform(0, 2 * np.pi) + np.cumsum(0.03 * rng.normal() + 0.15 * rng.normal(size=length))
            path = rng.uniform(0, n, 2) + np.cumsum(np.stack([np.sin(angle), np.cos(angle)], 1), 0)
            y, x = path.round().astype(int).T
            inside = (y >= 0) & (y < n) & (x >= 0) & (x < n)
            cover[y[inside], x[inside]] = 1
            width = np.exp(rng.uniform(np.log(0.5), np.log(3)))
            if width > 0.7:
                cover = (gaussian_filter(cover, width * 0.5) * width * 1.5).clip(0, 1)
        return cover

    def _spots(self) -> np.ndarray:
        rng, n = self.rng, self.crop
        cover, uneven = np.zeros((n, n), np.float32), self._cloud(8)
        specks = rng.random() < 0.3  # of a pixel or few, and then often many
        for _ in range(rng.integers(1, 13 if specks else 4)):
            radius = np.exp(rng.uniform(np.log(0.6), np.log(2)) if specks else rng.uniform(np.log(1.5), np.log(9)))
            stretch, turn, (top, left) = np.exp(0.3 * rng.normal()), rng.uniform(0, np.pi), rng.uniform(0, n, 2)
            reach = 2 * radius * max(stretch, 1 / stretch) + 2
            near = tuple(slice(max(0, int(at - reach)), min(n, int(at + reach) + 1)) for at in (top, left))
            y, x = np.ogrid[near]
            dy, dx = y - top, x - left
            along, across = dy * np.cos(turn) + dx * np.sin(turn), dx * np.cos(turn) - dy * np.sin(turn)
            away = np.hypot(along / stretch, across * stretch) + 0.2 * radius * uneven[near]
            cover[near] = np.maximum(cover[near], ((radius - away) / max(1, 0.3 * radius) + 0.5).clip(0, 1))
        return cover

    def _blotch(self) -> np.ndarray:
        rng, n = self.rng, self.crop
        y, x = np.mgrid[:n, :n]
        radius = np.exp(rng.uniform(np.log(min(8, 0.3 * n)), np.log(0.6 * n)))
        dy, dx = (y - rng.uniform(0, n)) * np.exp(0.4 * rng.normal()), (x - rng.uniform(0, n)) * np.exp(0.4 * rng.normal())
        away = np.hypot(dy, dx) / radius + 0.25 * self._cloud(int(rng.integers(12, 64)))
        return ((1 - away) * rng.choice([3, 10, 30])).clip(0, 1).astype(np.float32)

    def _band(self) -> np.ndarray:
        """A rectangle, often from edge to edge: what a change of light or of the machine's tool leaves."""
        rng, n = self.rng, self.crop
        cover = np.zeros((n, n), np.float32)
        for _ in range(20):
            top, bottom = np.sort(rng.uniform(-0.3 * n, 1.3 * n, 2))
            left, right = (0, n) if rng.random() < 0.3 else np.sort(rng.uniform(-0.3 * n, 1.3 * n, 2))
            if bottom - top >= 4 and right - left >= 4:
                break
        cover[int(max(0, top)) : int(max(0, bottom)), int(max(0, left)) : int(max(0, right))] = 1
        return gaussian_filter(cover, float(rng.choice([0.5, 1.0, 3.0])))

    def _side(self) -> np.ndarray:
        """All that lies on one side of a wavering line along an edge: (crop, crop)"""
        rng, n = self.rng, self.crop
        along = np.linspace(-1, 1, n)
        depth = rng.uniform(0.08, 0.5) * n + 0.1 * n * rng.normal() * along + 2 * self._cloud(int(rng.integers(8, 64)))[0]
        cover = np.clip(depth[None] - np.arange(n)[:, None] + 0.5, 0, 1)
        return np.ascontiguousarray(gaussian_filter(np.rot90(cover, int(rng.integers(4))), float(rng.choice([0.5, 1.0, 3.0]))), dtype=np.float32)
