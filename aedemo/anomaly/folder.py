"""A folder of pictures, however many, to a CSV file and overlays, in bounded memory."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from .. import images
from .inference import load
from .picture import overlay

TOGETHER = 16  # pictures in memory at once
LARGEST = 1024  # pixels along the longer side of what is inspected and drawn: the networks see at most 256


def shrunk(image: Image.Image, largest: int = LARGEST) -> Image.Image:
    """The image, or a smaller copy: nothing that the network sees is lost."""
    scale = largest / max(image.size)
    if scale >= 1:
        return image
    return image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.BILINEAR, reducing_gap=3.0)


def inspect_folder(model: str, folder: str | Path, out: str | Path, threshold: float = 1.0) -> tuple[int, int, list[tuple[Path, str]]]:
    """Score every picture under `folder`; write `out`/scores.csv and `out`/overlays/.

    Returns
    -------
    how many were inspected, how many are odd, and (file, reason) of those that could not be read
    """
    detector, folder, out = load(model), Path(folder), Path(out)
    # listed before anything is written: the output may lie inside the folder
    files = [file for file in images.files(folder) if out.resolve() not in file.resolve().parents]
    (out / "overlays").mkdir(parents=True, exist_ok=True)
    done, odd, unread, left = 0, 0, [], iter(files)
    with open(out / "scores.csv", "w", newline="") as table, tqdm(total=len(files), unit="picture") as bar:
        writer = csv.writer(table)
        writer.writerow(["file", "score", "is_anomaly", "more_unusual_than", "hottest_x", "hottest_y"])
        while chunk := list(islice(left, TOGETHER)):
            read = []
            for file, (image, why) in zip(chunk, images.each(chunk), strict=True):
                if image is None:
                    unread.append((file, why))
                else:
                    read.append((file, shrunk(image), image.size))
            results = detector.inspect([image for _, image, _ in read]) if read else []
            for (file, image, size), result in zip(read, results, strict=True):
                above = result.score > threshold
                y, x = divmod(int(result.heatmap.argmax()), result.heatmap.shape[1])
                scale = size[0] / image.width
                name = file.relative_to(folder)
                writer.writerow([name, f"{result.score:.4f}", int(above), f"{result.more_unusual_than:.4f}", round(x * scale), round(y * scale)])
                target = out / "overlays" / name.parent / f"{name.name}.png"  # a.jpg and a.png must not be one
                target.parent.mkdir(parents=True, exist_ok=True)
                overlay(image, result.heatmap, threshold).save(target)
                done, odd = done + 1, odd + above
            bar.update(len(chunk))
    return done, odd, unread
