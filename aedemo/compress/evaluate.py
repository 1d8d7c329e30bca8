"""Figures of the codec on pictures that it was not trained on: real bytes against what comes back."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from PIL import Image

from .. import images
from .inference import Codec
from .peers import bits_per_pixel, psnr, read, written

LADDERS = {"JPEG": (5, 10, 15, 25, 40, 60, 80), "WEBP": (1, 5, 15, 30, 50, 70, 85)}


def curve(pictures: list[Image.Image], write, read_again, qualities) -> list[tuple[float, float]]:
    """(bits per pixel, PSNR), means over the pictures, for each quality."""
    points = []
    for quality in qualities:
        rows = []
        for picture in pictures:
            data = write(picture, quality)
            rows.append((bits_per_pixel(data, picture), psnr(picture, read_again(data))))
        rate, distance = np.mean(rows, 0)
        points.append((float(rate), float(distance)))
    return sorted(points)


def bd_rate(reference: list[tuple[float, float]], other: list[tuple[float, float]]) -> float:
    """Per cent of bits more (negative: fewer) for the same PSNR, a mean over the PSNRs that both reach.

    Bjontegaard's measure, between the points by straight lines of the logarithm of the rate.
    """
    low, high = max(reference[0][1], other[0][1]), min(reference[-1][1], other[-1][1])
    if high <= low:
        return float("nan")
    at = np.linspace(low, high, 200)
    logs = [np.interp(at, [y for _, y in points], [np.log(x) for x, _ in points]) for points in (reference, other)]
    return float(100 * (np.exp(np.mean(logs[1] - logs[0])) - 1))


def evaluate(codec: Codec, folder: str | Path) -> dict[str, float]:
    """BD-rates against JPEG (ours and WebP's), each quality's bits and PSNR, and seconds a picture both ways."""
    pictures = [image.convert("RGB") for image, _ in images.each(images.files(folder)) if image is not None]
    codec.decompress(codec.compress(pictures[0], 1))  # what is slow but once is not counted
    start = time.perf_counter()
    ours = curve(pictures, codec.compress, codec.decompress, codec.qualities)
    seconds = (time.perf_counter() - start) / len(pictures) / len(codec.qualities)
    jpeg, webp = (curve(pictures, lambda p, q, form=form: written(p, form, q), read, ladder) for form, ladder in LADDERS.items())
    figures = {"bd_rate_vs_jpeg": bd_rate(jpeg, ours), "bd_rate_webp_vs_jpeg": bd_rate(jpeg, webp), "seconds_both_ways": seconds}
    for quality, (bits, db) in zip(codec.qualities, ours):
        figures |= {f"bpp_{quality}": bits, f"psnr_{quality}_db": db}
    return figures
