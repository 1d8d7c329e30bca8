"""The codec beside JPEG, WebP and AVIF as Pillow writes them, in one run: python benchmarks/compress.py [FOLDER]

FOLDER holds photographs; without one, those that come with scikit-image are taken. Each format is brought to the same bytes
as ours, picture by picture; seconds are for writing and reading at one quality, two threads.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from aedemo import compress, images
from aedemo.compress import peers
from aedemo.compress.evaluate import LADDERS, bd_rate, curve
from benchmarks.clock import seconds

AVIF = (10, 20, 30, 45, 60, 72, 84)


def pictures() -> list[Image.Image]:
    if len(sys.argv) > 1:
        return [image.convert("RGB") for image, _ in images.each(images.files(sys.argv[1])) if image is not None]
    from skimage import data

    return [Image.fromarray(one()) for one in (data.astronaut, data.coffee, data.chelsea)]


def main() -> None:
    torch.set_num_threads(2)
    codec, shown = compress.load(), pictures()
    lines = {"ours": curve(shown, codec.compress, codec.decompress, codec.qualities)}
    for form, ladder in (LADDERS | {"AVIF": AVIF}).items():
        lines[form] = curve(shown, lambda p, q, form=form: peers.written(p, form, q), peers.read, ladder)
    print(f"{len(shown)} pictures\n{'':6s} {'bits/pixel: dB':>60s}  {'bits for the same dB as JPEG':>28s}")
    for name, line in lines.items():
        points = " ".join(f"{bits:.2f}:{db:.1f}" for bits, db in line)
        print(f"{name:6s} {points:>60s}  {bd_rate(lines['JPEG'], line):+27.1f}%")
    one = shown[0]
    print(f"\nseconds for {one.width} x {one.height}, writing and reading, and how many times JPEG's")
    ways = {"ours": (lambda: codec.compress(one, 3), lambda data: codec.decompress(data))}
    ways |= {form: (lambda form=form: peers.written(one, form, 60), peers.read) for form in ("JPEG", "WEBP", "AVIF")}
    taken = {name: (seconds(write), seconds(lambda read=read, data=write(): read(data))) for name, (write, read) in ways.items()}
    for name, (writing, reading) in taken.items():
        print(f"{name:6s} {writing:8.4f} {reading:8.4f}  {sum((writing, reading)) / sum(taken['JPEG']):8.1f} x")


if __name__ == "__main__":
    main()
