"""Pictures as HTML: small PNGs and SVGs that scale, without a plotting library in the way of a slider.

Colours follow the owner: whatever came from clip A is blue, from clip B orange, everywhere on the page.
"""

from __future__ import annotations

import base64
import html
import io
from functools import lru_cache

import numpy as np
from PIL import Image

TIME_WIDTH = 88  # per cent of the width for whatever runs over time; the rest is for the speaker half beside it
A_COLOUR, B_COLOUR, NEUTRAL = "#2f6fed", "#e8710a", "#8a8f98"


@lru_cache
def colour_table(name: str) -> np.ndarray:
    from matplotlib import colormaps  # half a second to import: only when something is drawn

    return (colormaps[name](np.linspace(0, 1, 256))[:, :3] * 255).astype(np.uint8)


def uri(content: bytes, kind: str) -> str:
    """A file as a data URI; `kind` is its media type."""
    return f"data:{kind};base64," + base64.b64encode(content).decode()


def image_uri(image: Image.Image, form: str = "PNG", **options) -> str:
    """A picture as a data URI; `options` are those of its form."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return uri(buffer.getvalue(), f"image/{form.lower()}")


def png(values: np.ndarray, low: float, high: float, palette: str) -> str:
    """A matrix as a data URI, row 0 at the bottom, `low` to `high` over the palette."""
    index = ((np.asarray(values, np.float32) - low) / (high - low) * 255).clip(0, 255).astype(np.uint8)
    image = Image.fromarray(index[::-1])
    image.putpalette(colour_table(palette).tobytes())  # a third of the bytes of its colours, and a fifth of the time
    return image_uri(image, compress_level=3)


def spectrogram(mel: np.ndarray, share: float, f0: np.ndarray | None, label: str) -> str:
    """log-mel (80, T) as a strip `share` of the full width, so that strips with equal seconds have equal lengths."""
    top = float(np.quantile(mel, 0.999))
    line = ""
    if f0 is not None:
        x = np.linspace(0, 100, len(f0))
        y = 100 - 100 * np.log2(f0 / 50) / np.log2(600 / 50)  # its own axis: 50 to 600 Hz, an octave everywhere alike
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x[::2], y[::2]))
        line = f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true"><polyline points="{points}"/></svg>'
    return (
        f'<div class="ae-mel" style="width:{TIME_WIDTH * min(share, 1):.1f}%" role="img" aria-label="{html.escape(label)}">'
        f'<img alt="" src="{png(mel, top - 8, top, "magma")}">{line}</div>'
    )


def code(content: np.ndarray, speaker: np.ndarray, share: float, content_colour: str, speaker_colour: str, label: str) -> str:
    """A code as the lecture draws it: content (frames, 50) over time, and the one speaker half (50,) beside it."""
    frames = np.asarray(content).T[::-1]
    one = np.repeat(np.asarray(speaker)[::-1, None], 2, 1)
    return (
        f'<div class="ae-code" role="img" aria-label="{html.escape(label)}">'
        f'<div style="width:{TIME_WIDTH * min(share, 1):.1f}%;border-color:{content_colour}"><img alt="" src="{png(frames, -2.5, 2.5, "RdBu")}"></div>'
        f'<div style="width:5%;border-color:{speaker_colour}"><img alt="" src="{png(one, -2.5, 2.5, "PuOr")}"></div></div>'
    )


def bars(rows: list[tuple[str, float, str]], chance: float | None = None, chance_label: str = "") -> str:
    """Horizontal bars from 0 to 100%, with the level of guessing marked if it is given."""
    mark = "" if chance is None else f'<b style="left:{100 * chance:.1f}%"></b>'
    lines = "".join(
        f'<div class="ae-bar"><span>{html.escape(name)}</span><div><i style="width:{100 * value:.1f}%;background:{colour}"></i>'
        f"{mark}</div><em>{100 * value:.0f}%</em></div>"
        for name, value, colour in rows
    )
    key = "" if chance is None else f"<small>│ {html.escape(chance_label)} {100 * chance:.0f}%</small>"
    return f'<div class="ae-bars">{lines}{key}</div>'


def scatter(points: np.ndarray, marks: list[tuple[str, np.ndarray, str]], label: str) -> str:
    """A cloud of points (n, 2) in grey, and a few named ones in colour."""
    everything = np.concatenate([points, [place for _, place, _ in marks]]) if marks else points
    middle, reach = points.mean(0), np.abs(everything - points.mean(0)).max() * 1.08 + 1e-6

    def at(p):
        return 100 + 96 * (p[0] - middle[0]) / reach, 75 - 71 * (p[1] - middle[1]) / reach

    dots = "".join('<circle cx="{:.1f}" cy="{:.1f}" r="1.3"/>'.format(*at(p)) for p in points)
    named = ""
    for name, place, colour in marks:
        x, y = at(place)
        named += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" style="fill:{colour};opacity:1"/><text x="{x + 6:.1f}" y="{y + 3:.1f}" style="fill:{colour}">{html.escape(name)}</text>'
    return f'<svg class="ae-map" viewBox="0 0 200 150" role="img" aria-label="{html.escape(label)}">{dots}{named}</svg>'
