"""Pictures as small squares, as the networks of several rooms see them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import images

SIDE = 64  # pixels
LARGEST = 4096  # pixels along a side of the white square


def to_array(image: Image.Image, side: int = SIDE) -> np.ndarray:
    """A picture as the network sees it: whole, on a white square, (side, side, 3) of uint8."""
    image, longer = image.convert("RGB"), max(image.size)
    if longer > LARGEST:  # a line of many pixels would want a square of gigabytes
        image = image.resize([max(1, round(length * LARGEST / longer)) for length in image.size], Image.Resampling.BOX)
    if image.width != image.height:
        square = Image.new("RGB", (max(image.size),) * 2, "white")
        square.paste(image, ((square.width - image.width) // 2, (square.height - image.height) // 2))
        image = square
    if image.width != side:
        image = image.resize((side, side), Image.Resampling.BICUBIC if image.width < side else Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.array(image)


def to_tensor(arrays: np.ndarray) -> torch.Tensor:
    """(..., H, W, 3) uint8 -> (..., 3, H, W) in [0, 1]"""
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(arrays, -1, -3))).float() / 255


def to_arrays(x: torch.Tensor) -> np.ndarray:
    """(..., 3, H, W) in [0, 1] -> (..., H, W, 3) uint8"""
    return np.moveaxis((x.float().clamp(0, 1) * 255).round().byte().cpu().numpy(), -3, -1)


def read_folder(folder: str | Path, least: int = 1) -> np.ndarray:
    """All pictures under a folder that can be read: (N, 64, 64, 3) uint8."""
    kept = [to_array(image) for image, _ in images.each(images.files(folder)) if image is not None]
    if len(kept) < least:
        raise ValueError(f"At least {least} pictures are needed; {folder} holds {len(kept)} that can be read.")
    return np.stack(kept)
