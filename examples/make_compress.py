"""Draws the example picture of the compress tab: python examples/make_compress.py

Smooth sky, hard edges, fine lines and letters: what codecs find easy, and what they find hard, side by side.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

OUT = Path(__file__).resolve().parent / "compress"
WIDTH, HEIGHT, FOLD = 640, 440, 3  # drawn three times too large and then shrunk, so that lines are smooth


def hills(rng: np.random.Generator, base: float, rise: float) -> np.ndarray:
    """The height of a ridge over the width, in shares of the picture."""
    line = gaussian_filter(rng.normal(size=WIDTH), 45, mode="wrap") + 0.35 * gaussian_filter(rng.normal(size=WIDTH), 12, mode="wrap")
    return base - rise * line / np.abs(line).max()


def drawing() -> Image.Image:
    rng = np.random.default_rng(6)
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH] / HEIGHT
    sky = np.stack([0.35 + 0.55 * down, 0.55 + 0.35 * down, 0.85 + 0.05 * down], -1)
    sun = np.exp(-((across - 1.05) ** 2 + (down - 0.22) ** 2) / 0.05)[..., None]
    canvas = sky + sun * np.array([0.5, 0.3, -0.1])
    for base, rise, colour in ((0.62, 0.14, (0.42, 0.5, 0.62)), (0.74, 0.1, (0.3, 0.44, 0.36)), (0.86, 0.07, (0.27, 0.38, 0.16))):
        ridge = hills(rng, base, rise)
        grain = gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), 0.8)[..., None]
        under = (down > ridge[None]) * np.clip((down - ridge[None]) * HEIGHT, 0, 1)
        canvas = canvas * (1 - under[..., None]) + under[..., None] * (np.array(colour) + 0.05 * grain)
    image = Image.fromarray((canvas * 255).clip(0, 255).astype(np.uint8)).resize((WIDTH * FOLD, HEIGHT * FOLD), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(image)

    def at(*points):
        return [(x * FOLD, y * FOLD) for x, y in points]

    pen.rectangle(at((120, 250), (260, 350)), fill=(196, 86, 62))
    pen.polygon(at((105, 252), (190, 190), (275, 252)), fill=(92, 58, 48))
    for row in range(250, 350, 10):  # bricks
        pen.line(at((120, row), (260, row)), fill=(222, 160, 140), width=2)
        for x in range(120 + (row // 10 % 2) * 10, 260, 20):
            pen.line(at((x, row), (x, row + 10)), fill=(222, 160, 140), width=2)
    for x in (140, 212):
        pen.rectangle(at((x, 275), (x + 28, 305)), fill=(240, 226, 150), outline=(60, 40, 30), width=4)
        pen.line(at((x + 14, 275), (x + 14, 305)), fill=(60, 40, 30), width=3)
    for x in range(330, 600, 14):  # a fence
        pen.line(at((x, 330), (x, 372)), fill=(240, 236, 228), width=7)
    for y in (340, 360):
        pen.line(at((324, y), (604, y)), fill=(240, 236, 228), width=5)
    for turn in range(36):  # a wheel of fine lines
        angle = np.pi * turn / 18
        pen.line(at((505, 215), (505 + 70 * np.cos(angle), 215 + 70 * np.sin(angle))), fill=(40, 40, 60), width=2)
    pen.ellipse(at((433, 143), (577, 287)), outline=(180, 40, 60), width=9)
    pen.line(at((505, 215), (470, 340)), fill=(70, 60, 60), width=9)
    pen.line(at((505, 215), (540, 340)), fill=(70, 60, 60), width=9)
    for size, y, text in (
        (34, 22, "What is in the code?"),
        (17, 66, "An auto-encoder squeezes its input"),
        (11, 92, "into a code and rebuilds it from that."),
    ):
        pen.text((24 * FOLD, y * FOLD), text, fill=(30, 34, 70), font=ImageFont.load_default(size * FOLD))
    return image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    drawing().save(OUT / "drawing.png", optimize=True)
