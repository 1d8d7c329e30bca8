"""Draws the example pictures of the anomaly tab: python examples/make_anomaly.py (needs scikit-image).

The face is a crop of scikit-image's `astronaut` (NASA, public domain); everything else is drawn here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import gaussian_filter

OUT = Path(__file__).resolve().parent / "anomaly"


def to_image(values: np.ndarray) -> Image.Image:
    return Image.fromarray((values * 255).clip(0, 255).round().astype(np.uint8))


def face() -> Image.Image:
    from skimage.data import astronaut

    return Image.fromarray(astronaut()).crop((148, 20, 298, 170)).convert("L").resize((128, 128), Image.Resampling.LANCZOS)


def cartoon() -> Image.Image:
    """A drawn face, four times too large and then shrunk, so that its lines are smooth."""
    image = Image.new("L", (512, 512), 245)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((176, 380, 336, 512), 40, fill=150, outline=0, width=12)  # neck
    for x in (113, 399):
        pen.ellipse((x - 37, 250, x + 37, 330), fill=190, outline=0, width=12)  # ears
    pen.ellipse((112, 90, 400, 470), fill=205, outline=0, width=12)
    turns = np.pi + np.pi * np.arange(0.5, 9.5, 0.5) / 9
    around = [(256 + r * np.cos(a), 250 + (r + 5) * np.sin(a)) for a, r in zip(turns, [230, 160] * 9, strict=True)]
    fringe = [(422, 260), (380, 190), (330, 225), (300, 170), (256, 225), (210, 170), (180, 225), (130, 190)]
    pen.polygon([(90, 260), *around, *fringe], fill=30)
    for x in (196, 316):
        pen.ellipse((x - 46, 235, x + 46, 327), fill=255, outline=0, width=12)  # glasses
        pen.ellipse((x - 18, 262, x + 18, 302), fill=0)
        pen.ellipse((x - 4, 268, x + 10, 282), fill=255)
    for line in ((242, 280, 270, 280), (108, 270, 150, 280), (362, 280, 404, 270)):
        pen.line(line, fill=0, width=12)
    pen.arc((236, 300, 276, 360), 20, 160, fill=0, width=12)
    pen.chord((186, 350, 326, 440), 5, 175, fill=255, outline=0, width=12)
    pen.line((190, 396, 322, 396), fill=0, width=5)
    return image.resize((128, 128), Image.Resampling.LANCZOS)


def metal(seed: int) -> np.ndarray:
    """Brushed metal under uneven light: (256, 160)"""
    rng = np.random.default_rng(seed)
    lines = gaussian_filter(rng.normal(size=(256, 160)), (30, 0.6))
    grain = gaussian_filter(rng.normal(size=(256, 160)), 0.7)
    light = gaussian_filter(rng.normal(size=(256, 160)), 60)
    return 0.42 + 0.1 * light / light.std() * 0.5 + 0.025 * lines / lines.std() + 0.012 * grain / grain.std()


def paper(seed: int) -> np.ndarray:
    """Mottled paper: (128, 128, 3)"""
    rng = np.random.default_rng(seed)
    mottle = gaussian_filter(rng.normal(size=(128, 128)), 2.2, mode="wrap")
    fine = gaussian_filter(rng.normal(size=(128, 128)), 0.8, mode="wrap")
    tone = 0.035 * mottle / mottle.std() + 0.02 * fine / fine.std()
    return np.array([0.66, 0.63, 0.58]) + tone[..., None]


def scratched(values: np.ndarray, seed: int, dark: float, width: float, spot: bool) -> np.ndarray:
    """A curved scratch painted over a texture, and a spot."""
    rng = np.random.default_rng(seed)
    height, across = values.shape[:2]
    layer = Image.new("L", (across * 4, height * 4))
    pen = ImageDraw.Draw(layer)
    x = np.linspace(0.25, 0.75, 30)
    y = 0.35 + 0.12 * np.sin(4 * x + rng.uniform(0, 3)) + 0.2 * (x - 0.5)
    pen.line([(a * across * 4, b * height * 4) for a, b in zip(x, y, strict=True)], fill=255, width=round(4 * width), joint="curve")
    if spot:
        pen.ellipse((across * 2.6, height * 2.7, across * 2.6 + 36, height * 2.7 + 30), fill=255)
    layer = layer.filter(ImageFilter.GaussianBlur(2)).resize((across, height), Image.Resampling.BOX)
    cover = np.asarray(layer, np.float32) / 255
    return values * (1 - dark * (cover if values.ndim == 2 else cover[..., None]))


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    face().save(OUT / "face.png")
    cartoon().save(OUT / "cartoon.png")
    to_image(metal(1)).save(OUT / "metal.png")
    to_image(scratched(metal(1), 3, 0.55, 2.2, True)).save(OUT / "metal-scratched.png")
    to_image(paper(5)).save(OUT / "paper.png")
    to_image(scratched(paper(5), 4, 0.5, 2.0, True)).save(OUT / "paper-scratched.png")
