"""What the tab draws: the map's data, cards of codes, the analogy, tables; as HTML, SVG and data URIs."""

from __future__ import annotations

import colorsys
import html
import io

import numpy as np
import soundfile
from PIL import Image

from .. import audio, plots
from ..phones import PHONES
from .inference import Neighbours

STAMP_COLUMNS = 32
CONTEXT = 0.55  # seconds heard before and after a code's moment


def png(array: np.ndarray) -> str:
    """(H, W, 3) uint8 as a data URI."""
    return plots.image_uri(Image.fromarray(array), compress_level=4)


def sprite(stamps: np.ndarray) -> str:
    """All stamps (K, s, s, 3) on one sheet, 32 in a row."""
    count, size = stamps.shape[:2]
    rows = -(-count // STAMP_COLUMNS)
    sheet = np.zeros((rows * STAMP_COLUMNS, *stamps.shape[1:]), np.uint8)
    sheet[:count] = stamps
    return png(sheet.reshape(rows, STAMP_COLUMNS, size, size, 3).swapaxes(1, 2).reshape(rows * size, STAMP_COLUMNS * size, 3))


def hexes(colours: np.ndarray) -> list[str]:
    """(K, 3) in [0, 1] or of uint8 -> "#rrggbb" each"""
    whole = colours if colours.dtype == np.uint8 else (np.clip(colours, 0, 1) * 255).round().astype(np.uint8)
    return ["#" + bytes(c).hex() for c in whole]


def palette(values: np.ndarray, name: str = "viridis") -> list[str]:
    """Numbers from 0 to 1 as colours."""
    return hexes(plots.colour_table(name)[(np.clip(values, 0, 1) * 255).astype(int)])


def phone_colours() -> list[str]:
    """A colour a phone: like sounds have like hues, silence is grey."""
    colours = []
    for i, phone in enumerate(PHONES):
        rgb = colorsys.hsv_to_rgb(i / len(PHONES), 0.75, 0.85 - 0.2 * (i % 2))
        colours.append((0.55, 0.56, 0.58) if phone == "SIL" else rgb)
    return hexes(np.array(colours))


def by_use(usage: np.ndarray) -> np.ndarray:
    """Shares of use on a logarithmic scale, a hundredth of the average 0, a hundred times it 1."""
    return np.clip(np.log10(np.maximum(usage * len(usage), 1e-3)) / 4 + 0.5, 0, 1)


def where_on_map(points: np.ndarray) -> list[str]:
    """A colour for each place of the map (K, 2), so that a grid of codes can be read on the map: hue by direction."""
    angle, far = np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi) % 1, np.clip(np.hypot(*points.T), 0, 1)
    return hexes(np.array([colorsys.hsv_to_rgb(a, 0.35 + 0.6 * f, 0.95 - 0.25 * f) for a, f in zip(angle, far, strict=True)]))


def figure(inner: str, caption: str, kind: str = "") -> str:
    return f'<figure class="cb-figure {kind}">{inner}<figcaption>{caption}</figcaption></figure>'


def picture(array: np.ndarray, caption: str, kind: str = "") -> str:
    return figure(f'<img alt="{html.escape(caption)}" src="{png(array)}">', html.escape(caption), kind)


def crop(array: np.ndarray, row: int, column: int, patch: int, around: int = 10) -> np.ndarray:
    """A picture around one cell of its grid, the cell framed. (H, W, 3) -> (24, 24, 3)"""
    wide = np.pad(array, ((around, around), (around, around), (0, 0)), constant_values=255)
    top, left = row * patch, column * patch
    cut = wide[top : top + patch + 2 * around, left : left + patch + 2 * around].copy()
    a, b = around - 1, around + patch
    cut[a, a : b + 1] = cut[b, a : b + 1] = cut[a : b + 1, a] = cut[a : b + 1, b] = (232, 113, 10)
    return cut


def clip(wave: np.ndarray, label: str) -> str:
    """A player of a short sound."""
    buffer = io.BytesIO()
    soundfile.write(buffer, np.clip(wave, -1, 1), audio.RATE, format="MP3")
    return f'<audio controls preload="none" aria-label="{html.escape(label)}" src="{plots.uri(buffer.getvalue(), "audio/mpeg")}"></audio>'


def moment(wave: np.ndarray, mel: np.ndarray, code_at: int, stride: int, label: str) -> str:
    """A code heard in context: the sound around it, and its spectrogram with the code's own 32 ms marked.

    wave : 16 kHz; mel : (frames, 80); code_at : which code of the clip; stride : samples a code
    """
    reach = int(CONTEXT * audio.RATE)
    middle = code_at * stride + stride // 2
    start, end = max(0, middle - reach), min(len(wave), middle + reach)
    part = mel[start // audio.HOP : max(end // audio.HOP, start // audio.HOP + 1)]
    left = 100 * (code_at * stride - start) / max(end - start, 1)
    top = float(np.quantile(part, 0.999))
    strip = f'<img alt="" src="{plots.png(part.T, top - 8, top, "magma")}"><b style="left:{left:.1f}%;width:{100 * stride / max(end - start, 1):.1f}%"></b>'
    return f'<div class="cb-moment"><div class="cb-strip">{strip}</div>{clip(wave[start:end], label)}</div>'


def code_button(code: int, stamp: np.ndarray | None, colour: str, text: str) -> str:
    """A code that can be clicked, in a card."""
    look = f'<img alt="" src="{png(stamp)}">' if stamp is not None else f'<span class="cb-dot" style="background:{colour}"></span>'
    return f'<button type="button" class="cb-code" data-code="{code}">{look}<b>{code}</b><small>{html.escape(text)}</small></button>'


def bars(rows: list[tuple[str, float, str]]) -> str:
    """Horizontal bars of shares from 0 to 1, the longest filling the width."""
    most = max([value for _, value, _ in rows] + [1e-9])
    return "".join(
        f'<div class="ae-bar cb-bar"><span>{html.escape(name)}</span><div><i style="width:{100 * value / most:.1f}%;background:{colour}"></i></div>'
        f"<em>{100 * value:.0f}%</em></div>"
        for name, value, colour in rows
    )


def analogy(query: str, found: Neighbours, looks: list[str], say) -> str:
    """Query, keys with their likeness, and the value handed on, which is the winning key itself."""
    most = found.attention.max()
    keys = "".join(
        f'<div class="cb-key{" cb-won" if i == 0 else ""}">{look}<div><i style="width:{100 * a / most:.1f}%"></i></div><em>{d:.2f}</em><small>{100 * a:.0f}%</small></div>'
        for i, (look, d, a) in enumerate(zip(looks, found.distance, found.attention, strict=True))
    )
    return (
        f'<div class="cb-analogy"><div><h4>{say("codebook.query")}</h4>{query}</div><b>→</b>'
        f'<div class="cb-keys"><h4>{say("codebook.keys")}</h4>{keys}</div><b>→</b><div><h4>{say("codebook.value")}</h4>{looks[0]}</div></div>'
    )


def phone_table(phones: np.ndarray) -> tuple[np.ndarray, list[int], list[int]]:
    """How often each code (columns, by their commonest phone) covers each phone (rows): shares of the code's own frames.

    (K, 40) counts -> (phones, codes), the phones' numbers, the codes' order
    """
    rows = [i for i in range(len(PHONES)) if phones[:, i].sum() > 0]
    share = phones[:, rows] / np.maximum(phones.sum(1, keepdims=True), 1)
    order = sorted(range(len(phones)), key=lambda k: (int(share[k].argmax()), -float(share[k].max())))
    return share[order].T, rows, order


def heat(phones: np.ndarray, label: str) -> tuple[str, list[int]]:
    """The table above as a picture with the phones' names beside it; and the codes' order from left to right."""
    table, rows, order = phone_table(phones)
    names = "".join(f"<span>{PHONES[i]}</span>" for i in rows)
    image = f'<img alt="{html.escape(label)}" src="{plots.png(np.sqrt(table[::-1]), 0, 1, "magma")}">'
    return f'<div class="cb-heat"><div class="cb-names">{names}</div><div class="cb-field">{image}</div></div>', order
