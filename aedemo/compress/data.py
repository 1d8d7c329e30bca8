"""Crops of photographs to train a codec on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .. import images

SMALL, LARGE = 96, 128  # sides of the crops


class Crops:
    """Batches of crops, mirrored or turned, made larger or smaller.

    Small photographs hold more detail a pixel than those of a camera, so they are mostly grown: by 0.8 to 1.4 in batches of
    small crops, by up to 2.4 in batches of large ones.
    """

    def __init__(self, folder: str | Path, seed: int):
        self.pictures = [image.convert("RGB") for image, _ in images.each(images.files(folder)) if image is not None]
        self.pictures = [image for image in self.pictures if min(image.size) >= SMALL // 2]
        if len(self.pictures) < 16:
            raise ValueError(f"At least 16 pictures of {SMALL // 2} pixels and more are needed; {folder} holds {len(self.pictures)}.")
        self.rng = np.random.default_rng(seed)

    def _crop(self, side: int, growth: float) -> np.ndarray:
        rng = self.rng
        image = self.pictures[rng.integers(len(self.pictures))]
        seen = min(side / growth, *image.size)
        left, top = rng.random(2) * (np.array(image.size) - seen)
        crop = np.asarray(image.resize((side, side), Image.Resampling.BICUBIC, (left, top, left + seen, top + seen)))
        crop = crop[:, ::-1] if rng.random() < 0.5 else crop
        return crop.swapaxes(0, 1) if rng.random() < 0.25 else crop

    def draw(self, size: int) -> torch.Tensor:
        """(B, 3, 96, 96), or half as many (B / 2, 3, 128, 128), in [0, 1]"""
        if self.rng.random() < 0.5:
            crops = [self._crop(SMALL, self.rng.uniform(0.8, 1.4)) for _ in range(size)]
        else:
            crops = [self._crop(LARGE, self.rng.uniform(1.3, 2.4)) for _ in range(max(1, size // 2))]
        return torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float() / 255
