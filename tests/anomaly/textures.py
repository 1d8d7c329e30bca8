"""Drawn textures for the tests, and a painted spot with its place."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter


def texture(seed: int, height: int = 96, width: int = 96, colour: bool = False) -> Image.Image:
    rng = np.random.default_rng(seed)
    values = gaussian_filter(rng.normal(size=(height, width)), (1.0, 2.5))
    values = 0.5 + 0.06 * values / values.std()
    values = np.stack([values, 0.9 * values, 0.8 * values], -1) if colour else values
    return Image.fromarray((values * 255).clip(0, 255).astype(np.uint8))


def spotted(image: Image.Image, centre: tuple[float, float], radius: float, dark: float = 0.6) -> tuple[Image.Image, np.ndarray]:
    """A dark spot at `centre` (shares of width and height), and where it is: (H, W) of bool."""
    values = np.asarray(image, np.float32)
    y, x = np.mgrid[: image.height, : image.width]
    away = np.hypot(x - centre[0] * image.width, y - centre[1] * image.height)
    cover = np.clip(radius - away + 0.5, 0, 1) * dark
    values = values * (1 - (cover[..., None] if values.ndim == 3 else cover))
    return Image.fromarray(values.round().astype(np.uint8)), away < radius + 3
