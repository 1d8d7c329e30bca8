"""Heat maps as pictures: the heat's colours over the image, and an outline around what is above the threshold."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy.ndimage import binary_dilation, binary_erosion

from .. import plots

HOTTEST = 2.0  # of the heat's unit (1 is the threshold): the upper end of the colour scale, the same for every picture
OUTLINE = (0, 255, 255)  # cyan: nowhere on the colour scale, and seen on grey and on skin
PALETTE = "inferno"


def colours(heat: np.ndarray) -> np.ndarray:
    """(H, W) -> (H, W, 3) of uint8; 0 (the median normal picture's hottest pixel) is black, 2 and more the brightest."""
    index = (np.asarray(heat, np.float32) / HOTTEST * 255).clip(0, 255).astype(np.uint8)
    return plots.colour_table(PALETTE)[index]


def outline(heat: np.ndarray, threshold: float) -> np.ndarray:
    """(H, W) of bool: a line around every region hotter than the threshold."""
    hot = np.asarray(heat) > threshold
    width = max(1, round(max(hot.shape) / 250))
    return binary_dilation(hot, iterations=width) & ~binary_erosion(hot, iterations=1, border_value=1) if hot.any() else hot


def overlay(image: Image.Image, heat: np.ndarray, threshold: float, blend: float = 0.5) -> Image.Image:
    """The image with its heat over it (`blend` 0: none, 1: heat alone), hot regions outlined."""
    base = np.asarray(image.convert("RGB"), np.float32)
    # where nothing is hot the picture stays as it is, so that blending does not darken it all
    share = blend * (np.asarray(heat, np.float32) / HOTTEST).clip(0, 1)[..., None] ** 0.5 if blend < 1 else 1.0
    mixed = base * (1 - share) + colours(heat).astype(np.float32) * share
    mixed[outline(heat, threshold)] = OUTLINE
    return Image.fromarray(mixed.round().astype(np.uint8))
