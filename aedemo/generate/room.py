"""The generate tab's drawings: walls of pictures, the plane that is trained, films."""

from __future__ import annotations

import base64
import html

import numpy as np
from PIL import Image

from .. import plots
from .live import Run, digits

COLUMNS = 6  # pictures in a row of a wall


def sheet_uri(arrays: np.ndarray, columns: int) -> str:
    """A sheet of many pictures, which a slider changes: half the bytes of a PNG, a twentieth of its time, a grey level or so beside it."""
    return plots.image_uri(sheet(arrays, columns), "JPEG", quality=94, subsampling=0)


def sheet(arrays: np.ndarray, columns: int) -> Image.Image:
    """Pictures (n, h, w, C) uint8 side by side in rows."""
    n, height, width, channels = arrays.shape
    rows = -(-n // columns)
    whole = np.full((rows * columns, height, width, channels), 255, np.uint8)
    whole[:n] = arrays
    joined = whole.reshape(rows, columns, height, width, channels).swapaxes(1, 2).reshape(rows * height, columns * width, channels)
    return Image.fromarray(joined[..., 0] if channels == 1 else joined)


def wall(arrays: np.ndarray, kind: str, title: str, told: str, clickable: bool, label: str) -> str:
    """A wall of pictures as HTML; of one that can be clicked each picture is a button with its number."""
    rows = -(-len(arrays) // COLUMNS)
    cells = ""
    if clickable:
        for i in range(len(arrays)):
            cells += f'<button type="button" data-index="{i}" aria-label="{html.escape(label)} {i + 1}"></button>'
    told = f'<p class="ae-caption">{told}</p>' if told else ""
    return (
        f'<section class="ge-wall" data-kind="{kind}"><h4>{title}</h4><div class="ge-sheet" style="grid-template-columns:repeat({COLUMNS},1fr);'
        f'aspect-ratio:{COLUMNS}/{rows};background-image:url({sheet_uri(arrays, COLUMNS)})">{cells}</div>{told}</section>'
    )


def strip(arrays: np.ndarray, label: str) -> str:
    return f'<figure class="ge-strip"><img src="{plots.image_uri(sheet(arrays, len(arrays)))}" alt="{html.escape(label)}"><figcaption>{label}</figcaption></figure>'


def film(arrays: np.ndarray, label: str) -> str:
    """There and back, again and again: an animated WebP."""
    frames = [Image.fromarray(a[..., 0] if a.shape[-1] == 1 else a).convert("RGB") for a in [*arrays, *arrays[-2:0:-1]]]
    moving = plots.image_uri(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=70, loop=0, quality=85)
    return f'<figure class="ge-film"><img src="{moving}" alt="{html.escape(label)}"><figcaption>{label}</figcaption></figure>'


def plane(run: Run, label: str) -> dict:
    """A run's plane for plane.js: texts, because Gradio compares each number of a list with the last look's."""
    codes = run.codes()
    reach = run.reach(codes)
    places = base64.b64encode((codes / reach * 1000).clip(-1200, 1200).round().astype("<i2").tobytes()).decode()
    back = Image.fromarray(((1 - run.grid(reach)) * 255).round().astype(np.uint8))
    return {"codes": places, "names": "".join(map(str, digits()[1])), "back": plots.image_uri(back), "label": label}


def losses(run: Run, epochs: int, label: str) -> str:
    """Error and KL over the epochs, as two lines."""
    if not run.losses:
        return ""
    rows = np.array(run.losses)
    top = max(10.0, float(rows[:, 1].max()))
    lines = ""
    for column, colour in ((1, plots.A_COLOUR), (2, plots.B_COLOUR)):
        points = " ".join(f"{400 * e / epochs:.1f},{96 - 90 * v / top:.1f}" for e, v in rows[:, [0, column]])
        lines += f'<polyline points="{points}" style="stroke:{colour}"/>'
    return f'<svg class="ge-losses" viewBox="0 0 400 100" preserveAspectRatio="none" role="img" aria-label="{html.escape(label)}">{lines}</svg>'
