"""Draws the faces of the embeddings tab: python examples/make_embeddings.py

Nobody's faces: drawn by chance by this project's own generator, 48 on one sheet of 8 in a row.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from aedemo import generate

OUT = Path(__file__).resolve().parent / "embeddings"
COLUMNS, ROWS, SIDE = 8, 6, 64


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    sheet = Image.new("L", (COLUMNS * SIDE, ROWS * SIDE))
    for i, face in enumerate(generate.load("faces", device="cpu").sample(COLUMNS * ROWS, seed=3, temperature=0.9)):
        sheet.paste(face.convert("L"), (i % COLUMNS * SIDE, i // COLUMNS * SIDE))
    sheet.save(OUT / "faces.png", optimize=True)
