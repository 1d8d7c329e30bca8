"""JPEG and WebP of the same size as ours, and how far a picture is from its original."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

FORMATS = ("JPEG", "WEBP")
OPTIONS: dict[str, dict] = {"JPEG": {"optimize": True}, "WEBP": {"method": 4}, "AVIF": {}}


@dataclass(frozen=True)
class Peer:
    data: bytes
    image: Image.Image
    quality: int


def written(image: Image.Image, form: str, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, quality=quality, **OPTIONS[form])
    return buffer.getvalue()


def read(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


def at_most(image: Image.Image, form: str, size: int) -> Peer:
    """The best that a format makes of `image` in at most `size` bytes; if none is so small, its smallest.

    form : "JPEG" or "WEBP", as Pillow writes them
    """
    image = image.convert("RGB")
    low, high, best = 1, 95, None
    while low <= high:
        middle = (low + high) // 2
        data = written(image, form, middle)
        if len(data) <= size:
            best, low = (data, middle), middle + 1
        else:
            high = middle - 1
    data, quality = best or (written(image, form, 1), 1)
    return Peer(data, read(data), quality)


def psnr(a: Image.Image, b: Image.Image) -> float:
    """Peak signal-to-noise ratio in dB over all colours, of 8-bit pictures; 100 if they are the same."""
    error = np.mean((np.asarray(a.convert("RGB"), np.float64) - np.asarray(b.convert("RGB"), np.float64)) ** 2)
    return 100.0 if error == 0 else float(10 * np.log10(255**2 / error))


def ssim(a: Image.Image, b: Image.Image) -> float:
    """Structural similarity of the brightness (Wang et al. 2004), in windows of 11 x 11; smaller ones for small pictures."""
    from skimage.metrics import structural_similarity  # half a second to import

    window = min(11, *a.size)
    window -= 1 - window % 2
    if window < 3:
        return 1.0 if psnr(a, b) == 100 else 0.0
    return float(structural_similarity(np.asarray(a.convert("L")), np.asarray(b.convert("L")), win_size=window))


def bits_per_pixel(data: bytes, image: Image.Image) -> float:
    return 8 * len(data) / (image.width * image.height)
