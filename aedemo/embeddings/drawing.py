"""The embeddings tab's drawings: matrices whose cells can be asked, shelves of examples, what was found, curves."""

from __future__ import annotations

import html
import io
from functools import lru_cache

import numpy as np
import soundfile
from PIL import Image

from .. import audio, plots

COLUMNS = 12  # pictures in a row of a shelf
VERDICTS = "cividis"  # from dark by grey to bright: grey is "cannot say", and eyes that mix up red and green see the same
OWN, OTHER = plots.A_COLOUR, plots.B_COLOUR


def uri(picture: Image.Image) -> str:
    return _png(picture.mode, picture.size, picture.tobytes())


@lru_cache(256)  # the pictures of the shelves are shown again and again
def _png(mode: str, size: tuple[int, int], pixels: bytes) -> str:
    return plots.image_uri(Image.frombytes(mode, size, pixels), compress_level=4)


def thumb(picture: Image.Image, label: str) -> str:
    return f'<img src="{uri(picture)}" alt="{html.escape(label)}">'


def tile(code: np.ndarray, reach: float) -> str:
    """A code (D,) as a square of colours."""
    side = int(np.ceil(len(code) ** 0.5))
    square = np.full(side * side, np.nan, np.float32)
    square[: len(code)] = code
    return f'<img class="emb-tile" src="{plots.png(np.nan_to_num(square).reshape(side, side)[::-1], -reach, reach, "RdBu")}" alt="">'


def matrix(values: np.ndarray, tops: list[str], sides: list[str], titles, label: str, right: np.ndarray, told: str = "", head: float = 1.0) -> str:
    """Shares (n, m) in [0, 1] as cells, each of which says its title when it is pointed at.

    tops, sides : HTML above each column and before each row
    titles : of row and column, what the cell says
    right : (n,) which column each row should choose, -1 for none; the cell it does choose is framed, blue if that is it
    head : width of the first column, in cells
    """
    table = plots.colour_table(VERDICTS)
    chosen = values.argmax(1)
    cells = "<span></span>" + "".join(f'<span class="emb-top">{top}</span>' for top in tops)
    for r, row in enumerate(values):
        cells += f'<span class="emb-side">{sides[r]}</span>'
        for c, value in enumerate(row):
            red, green, blue = (int(v) for v in table[int(np.clip(value, 0, 1) * 255)])
            frame = ""
            if c == chosen[r] and right[r] >= 0:
                frame = " emb-own" if c == right[r] else " emb-other"
            cells += (
                f'<i class="emb-cell{frame}" data-cell="{r},{c}" style="background:rgb({red},{green},{blue});color:{"#000" if value > 0.55 else "#fff"}" '
                f'title="{html.escape(titles(r, c))}">{100 * value:.0f}</i>'
            )
    few = " emb-few" if values.shape[1] <= 10 else ""
    return (
        f'<div class="emb-matrix{few}" role="img" tabindex="0" aria-label="{html.escape(label)}" '
        f'style="grid-template-columns:{head}fr repeat({values.shape[1]},1fr)">{cells}</div><p class="emb-told ae-caption" aria-live="polite">{told}</p>'
    )


def scale(low: str, middle: str, high: str) -> str:
    """The colours of `matrix`, with words under them."""
    strip = plots.png(np.linspace(0, 1, 64)[None], 0, 1, VERDICTS)
    return f'<div class="emb-scale"><img src="{strip}" alt=""><div><span>{low}</span><span>{middle}</span><span>{high}</span></div></div>'


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """Pictures side by side in rows of twelve; small ones larger, each pixel sharp, and apart, as they have no margin of their own."""
    side, gap = pictures[0].width, 0
    if side < 16:
        side, gap = 2 * side, 4
    cell = side + gap
    mode = pictures[0].mode
    whole = Image.new(mode, (COLUMNS * cell, -(-len(pictures) // COLUMNS) * cell), 255 if mode == "L" else "white")
    for i, picture in enumerate(pictures):
        whole.paste(picture.resize((side, side), Image.Resampling.NEAREST), (i % COLUMNS * cell + gap // 2, i // COLUMNS * cell + gap // 2))
    return whole


def picture_shelf(pictures: list[Image.Image], at: int, label: str) -> str:
    rows = -(-len(pictures) // COLUMNS)
    buttons = "".join(
        f'<button type="button" data-index="{i}" aria-label="{html.escape(label)} {i + 1}"{_pressed(i == at)}></button>' for i in range(len(pictures))
    )
    return (
        f'<div class="emb-sheet" style="grid-template-columns:repeat({COLUMNS},1fr);aspect-ratio:{COLUMNS}/{rows};'
        f'background-image:url({uri(sheet(pictures))})">{buttons}</div>'
    )


def _pressed(yes: bool) -> str:
    return f' aria-pressed="{"true" if yes else "false"}"'


def sound(wave: np.ndarray) -> str:
    """A data URI of a short sound at one level."""
    buffer = io.BytesIO()
    soundfile.write(buffer, audio.at_level(wave, audio.LEVEL), audio.RATE, format="MP3")
    return plots.uri(buffer.getvalue(), "audio/mpeg")


def clip_shelf(names: list[str], sounds: list[str], at: int, play: str) -> str:
    """Clips to play and to choose; those that were found are played by their number, from here."""
    rows = "".join(
        f'<li><button type="button" class="emb-play" data-play="{i}" data-sound="{one}" aria-label="{html.escape(play)} {html.escape(name)}">▶</button>'
        f'<button type="button" class="emb-pick" data-index="{i}"{_pressed(i == at)}>{html.escape(name)}</button></li>'
        for i, (name, one) in enumerate(zip(names, sounds))
    )
    return f'<ul class="emb-clips">{rows}</ul>'


def sentence_shelf(sentences: list[str], at: int) -> str:
    rows = "".join(
        f'<li><button type="button" class="emb-pick" data-index="{i}"{_pressed(i == at)}>{html.escape(one)}</button></li>'
        for i, one in enumerate(sentences)
    )
    return f'<ul class="emb-sentences">{rows}</ul>'


def found(title: str, items: list[tuple[str, float, bool]], note: str) -> str:
    """The nearest by one embedding: (HTML, cosine, whether it is what was sought) each."""
    rows = "".join(f'<li class="{"emb-sought" if sought else ""}">{inner}<small>{cosine:.2f}</small></li>' for inner, cosine, sought in items)
    return f'<section class="emb-way"><h4>{title}</h4><ol>{rows}</ol>{f"<p class=ae-caption>{note}</p>" if note else ""}</section>'


def colours_of(codes: np.ndarray, mean: np.ndarray, axes: np.ndarray, spread: np.ndarray) -> str:
    """Codes (T, D) as a strip of colours: three axes (3, D), each from -2 to 2 of its spread, as red, green and blue."""
    at = ((codes - mean) @ axes.T / spread / 4 + 0.5).clip(0, 1)
    return uri(Image.fromarray((at[None] * 255).round().astype(np.uint8)))


def curve(right: np.ndarray, chance: np.ndarray, at: int, fresh: int, milliseconds: float, says: tuple[str, ...]) -> str:
    """Share of frames guessed right against how far ahead, beside chance, on a scale of tenfold steps; `at` is marked.

    fresh : from so many frames on, nothing of the true frame has been heard
    says : names of the two lines, of the axis, and of what is fresh
    """
    low = 10 ** np.floor(np.log10(max(min(float(chance.min()), float(right[right > 0].min(initial=1))), 1e-4)))
    steps = np.arange(len(right))

    def place(k, share):
        return 44 + 340 * k / max(len(right) - 1, 1), 150 - 130 * np.log(max(share, low) / low) / np.log(1 / low)

    grid = ""
    for power in range(int(round(np.log10(low))), 1):
        y = place(0, 10.0**power)[1]
        grid += f'<line x1="44" x2="384" y1="{y:.1f}" y2="{y:.1f}"/><text x="38" y="{y + 3:.1f}" text-anchor="end">{100 * 10.0**power:g}%</text>'
    for k in range(0, len(right), 3):
        grid += f'<text x="{place(k, 1)[0]:.1f}" y="165" text-anchor="middle">{milliseconds * (k + 1):.0f}</text>'
    lines = ""
    for row, (name, values, colour) in enumerate(((says[0], right, OWN), (says[1], chance, plots.NEUTRAL))):
        points = " ".join("{:.1f},{:.1f}".format(*place(k, v)) for k, v in zip(steps, values))
        lines += f'<polyline points="{points}" style="stroke:{colour}"/><text x="{384 - 90 * row}" y="9" text-anchor="end" style="fill:{colour}">{html.escape(name)}</text>'
    if 1 < fresh <= len(right):
        x = place(fresh - 1.5, 1)[0]
        lines += f'<line class="emb-fresh" x1="{x:.1f}" x2="{x:.1f}" y1="20" y2="150"/><text x="{x + 4:.1f}" y="146">{html.escape(says[3])}</text>'
    x, y = place(at - 1, right[at - 1])
    return (
        f'<svg class="emb-curve" viewBox="0 0 400 186" role="img" aria-label="{html.escape(says[0])}">{grid}{lines}'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" style="fill:{OTHER}"/><text x="214" y="181" text-anchor="middle">{html.escape(says[2])}</text></svg>'
    )


def heat(values: np.ndarray, low: float, high: float, palette: str, kind: str, label: str) -> str:
    """A matrix as a picture, row 0 above."""
    return f'<img class="emb-heat {kind}" src="{plots.png(np.asarray(values)[::-1], low, high, palette)}" alt="{html.escape(label)}">'
