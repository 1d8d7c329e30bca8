"""Draws the pictures and makes the clips of the codebook tab: python examples/make_codebook.py (needs flite and espeak-ng).

Nothing here was drawn or recorded by others. The sheet holds 8 x 6 pictures of 64 x 64 pixels; the flip book takes the
first 16, whose halves fit each other: something on top, something below.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image, ImageDraw

OUT = Path(__file__).resolve().parent / "codebook"
SIZE, TIMES = 64, 4  # drawn four times too large and then shrunk, so that edges are smooth
RED, ORANGE, YELLOW, GREEN, BLUE, VIOLET = "#d63b2f", "#f28c1e", "#fcc72d", "#4c9f38", "#3a7bd5", "#8a4fbf"
BROWN, DARK, GREY, PALE, PINK = "#7a4a2b", "#3a3f45", "#9aa2aa", "#dfe5ea", "#f2a6b6"


class Pen:
    """Draws in the coordinates of the small picture."""

    def __init__(self):
        self.image = Image.new("RGB", (SIZE * TIMES,) * 2, "white")
        self.pen = ImageDraw.Draw(self.image)

    def __getattr__(self, name):
        shape = getattr(self.pen, name)

        def scaled(xy, *args, **options):
            if "width" in options:
                options["width"] = round(options["width"] * TIMES)
            args = [a * TIMES if name == "rounded_rectangle" else a for a in args]
            return shape([v * TIMES for v in np.ravel(xy)], *args, **options)

        return scaled

    def done(self) -> Image.Image:
        return self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def smiley(pen: Pen, i: int):
    pen.ellipse((5, 5, 59, 59), fill=[YELLOW, ORANGE, PINK, GREEN][i % 4], outline=BROWN, width=1)
    eyes = i // 4 % 4
    for x in (22, 42):
        if eyes == 0:
            pen.ellipse((x - 4, 20, x + 4, 30), fill=DARK)
        elif eyes == 1:
            pen.arc((x - 6, 19, x + 6, 31), 180, 360, fill=DARK, width=3)
        elif eyes == 2:
            pen.ellipse((x - 8, 16, x + 8, 32), fill=BLUE, outline=DARK, width=2)
        else:
            pen.polygon((x, 15, x + 8, 25, x, 33, x - 8, 25), fill=RED)
    mouth = (i + i // 4) % 4
    if mouth == 0:
        pen.arc((18, 24, 46, 50), 20, 160, fill=BROWN, width=3)
    elif mouth == 1:
        pen.chord((18, 28, 46, 52), 0, 180, fill="#7b2d1e")
    elif mouth == 2:
        pen.ellipse((26, 38, 38, 52), fill="#7b2d1e")
    else:
        pen.line((20, 44, 44, 44), fill=BROWN, width=3)


def heart(pen, i):
    colour = [RED, VIOLET, BLUE, PINK][i % 4]
    pen.ellipse((6, 10, 34, 38), fill=colour)
    pen.ellipse((30, 10, 58, 38), fill=colour)
    pen.polygon((8, 30, 56, 30, 32, 58), fill=colour)


def sun(pen, i):
    for k in range(12):
        a = np.pi * k / 6
        pen.line((32 + 18 * np.cos(a), 32 + 18 * np.sin(a), 32 + 29 * np.cos(a), 32 + 29 * np.sin(a)), fill=ORANGE, width=4)
    pen.ellipse((16, 16, 48, 48), fill=YELLOW)


def flag(pen, i):
    stripes = [(RED, "white", BLUE), (GREEN, "white", RED), (BLUE, YELLOW, BLUE), (DARK, RED, YELLOW)][i % 4]
    for k, colour in enumerate(stripes):
        box = (8 + 16 * k, 14, 24 + 16 * k, 50) if i % 2 else (8, 14 + 12 * k, 56, 26 + 12 * k)
        pen.rectangle(box, fill=colour)
    pen.rectangle((8, 14, 56, 50), outline=GREY, width=1)


def fruit(pen, i):
    pen.ellipse((10, 16, 54, 60), fill=[RED, GREEN, ORANGE, VIOLET][i % 4])
    pen.line((32, 18, 36, 6), fill=BROWN, width=4)
    pen.chord((36, 2, 56, 18), 20, 220, fill=GREEN)
    pen.ellipse((18, 24, 26, 34), fill="#ffffff")


def house(pen, i):
    pen.rectangle((12, 30, 52, 58), fill=[PALE, YELLOW, PINK, ORANGE][i % 4])
    pen.polygon((6, 32, 32, 8, 58, 32), fill=[RED, BROWN, BLUE, DARK][i % 4])
    pen.rectangle((27, 42, 37, 58), fill=BROWN)
    for x in (16, 42):
        pen.rectangle((x, 36, x + 7, 44), fill=BLUE)


def car(pen, i):
    colour = [BLUE, RED, GREEN, YELLOW][i % 4]
    pen.rounded_rectangle((6, 30, 58, 48), 5, fill=colour)
    pen.polygon((16, 31, 23, 17, 43, 17, 50, 31), fill=colour)
    pen.polygon((20, 30, 25, 20, 32, 20, 32, 30), fill=PALE)
    pen.polygon((35, 30, 35, 20, 41, 20, 46, 30), fill=PALE)
    for x in (12, 40):
        pen.ellipse((x, 42, x + 12, 54), fill=DARK)
        pen.ellipse((x + 4, 46, x + 8, 50), fill=GREY)


def tree(pen, i):
    pen.rectangle((28, 42, 36, 60), fill=BROWN)
    if i % 2:
        for k in range(3):
            pen.polygon((32, 4 + 13 * k, 12 - 2 * k + 4, 22 + 13 * k, 52 + 2 * k - 4, 22 + 13 * k), fill=GREEN)
    else:
        pen.ellipse((10, 4, 54, 46), fill=[GREEN, ORANGE][i // 2 % 2])


def clock(pen, i):
    pen.ellipse((6, 6, 58, 58), fill="white", outline=[DARK, RED, BLUE, GREEN][i % 4], width=4)
    for k, (length, width) in enumerate(((14, 4), (20, 3))):
        a = 2 * np.pi * (i * (0.13, 0.31)[k] + 0.1)
        pen.line((32, 32, 32 + length * np.sin(a), 32 - length * np.cos(a)), fill=DARK, width=width)


def gem(pen, i):
    colour = [BLUE, RED, GREEN, VIOLET][i % 4]
    pen.polygon((16, 12, 48, 12, 60, 28, 32, 58, 4, 28), fill=colour)
    pen.polygon((24, 28, 40, 28, 32, 54), fill=PALE)
    pen.line((4, 28, 60, 28), fill="white", width=1)


def fish(pen, i):
    colour = [ORANGE, BLUE, YELLOW, PINK][i % 4]
    pen.ellipse((6, 18, 46, 46), fill=colour)
    pen.polygon((40, 32, 60, 16, 60, 48), fill=colour)
    pen.ellipse((14, 26, 20, 32), fill=DARK)
    pen.arc((20, 22, 34, 42), 290, 70, fill=BROWN, width=2)


def ball(pen, i):
    pen.ellipse((6, 6, 58, 58), fill=[ORANGE, "white", BLUE, GREEN][i % 4], outline=DARK, width=2)
    pen.arc((-20, 6, 26, 58), 290, 70, fill=DARK, width=2)
    pen.arc((38, 6, 84, 58), 110, 250, fill=DARK, width=2)
    pen.line((6, 32, 58, 32), fill=DARK, width=2)


def letter(pen, i):
    pen.rounded_rectangle((6, 6, 58, 58), 8, fill=[BLUE, RED, VIOLET, DARK][i % 4])
    strokes = [
        [(18, 50, 32, 14), (32, 14, 46, 50), (23, 38, 41, 38)],
        [(18, 14, 46, 50), (46, 14, 18, 50)],
        [(18, 14, 46, 14), (46, 14, 18, 50), (18, 50, 46, 50)],
        [(18, 14, 32, 32), (46, 14, 32, 32), (32, 32, 32, 50)],
    ][i % 4]
    for stroke in strokes:
        pen.line(stroke, fill="white", width=6)


KINDS = [heart, sun, flag, fruit, house, car, tree, clock, gem, fish, ball, letter]


def drawing(i: int) -> Image.Image:
    pen = Pen()
    if i < 16:
        smiley(pen, i)
    else:
        k = i - 16
        KINDS[k % len(KINDS)](pen, k // len(KINDS) + k % 3)
    return pen.done()


SENTENCES = [
    ("rms", "An auto encoder puts the world into a few numbers."),
    ("slt", "Each sound of this sentence becomes one of a hundred codes."),
    ("awb", "The same code should mean the same phone, whoever speaks."),
    ("kal16", "Zero one two three four five six seven eight nine."),
    ("slt", "She had your dark suit in greasy wash water all year."),
    ("rms", "Choose a joyful boy, and measure the thin rough path."),
]


def main() -> None:
    OUT.mkdir(exist_ok=True)
    sheet = Image.new("RGB", (8 * SIZE, 6 * SIZE), "white")
    for i in range(48):
        sheet.paste(drawing(i), (i % 8 * SIZE, i // 8 * SIZE))
    sheet.save(OUT / "drawings.png", optimize=True)
    for i, (voice, text) in enumerate(SENTENCES):
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", file.name], check=True)
            wave, rate = soundfile.read(file.name, dtype="float32")
        soundfile.write(
            OUT / f"en-{i + 1}-{voice}.ogg",
            wave / np.abs(wave).max() * 0.7,
            rate,
            format="OGG",
            subtype="OPUS" if rate in (8000, 16000) else "VORBIS",
        )


if __name__ == "__main__":
    main()
