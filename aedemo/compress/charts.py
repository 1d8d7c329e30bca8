"""The compress tab's drawings: the curve of bits against likeness, and where the bits go."""

from __future__ import annotations

import html

import numpy as np

from .. import plots

COLOURS = {"ours": plots.A_COLOUR, "JPEG": plots.B_COLOUR, "WEBP": "#12a150"}
NAMES = {"JPEG": "JPEG", "WEBP": "WebP"}
WIDTH, HEIGHT, LEFT, FOOT = 420, 250, 34, 30


def curve(lines: dict[str, list[tuple[float, float]]], here: tuple[float, float] | None, ours: str, label: str) -> str:
    """Lines of (bits per pixel, PSNR) by format, and the point where one is now.

    ours : what our own line is called
    """
    points = [p for line in lines.values() for p in line]
    if not points:
        return ""
    most = max(x for x, _ in points)
    xs = np.array([min(x for x, _ in points) * 0.85, most * 1.1])
    ys = np.array([min(y for _, y in points) - 0.8, max(y for _, y in points) + 0.8])

    def at(x, y):
        across = np.log(x / xs[0]) / np.log(xs[1] / xs[0])
        return LEFT + across * (WIDTH - LEFT - 50), (HEIGHT - FOOT) - (y - ys[0]) / (ys[1] - ys[0]) * (HEIGHT - FOOT - 12)

    drawn = ""
    for tick in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10):
        if xs[0] <= tick <= xs[1]:
            x, _ = at(tick, ys[0])
            drawn += f'<line class="co-grid" x1="{x:.1f}" x2="{x:.1f}" y1="8" y2="{HEIGHT - FOOT}"/><text x="{x:.1f}" y="{HEIGHT - FOOT + 12}" text-anchor="middle">{tick:g}</text>'
    step = 2 if ys[1] - ys[0] < 14 else 5
    for tick in range(int(np.ceil(ys[0] / step)) * step, int(ys[1]) + 1, step):
        _, y = at(xs[0], tick)
        drawn += f'<line class="co-grid" x1="{LEFT}" x2="{WIDTH - 50}" y1="{y:.1f}" y2="{y:.1f}"/><text x="{LEFT - 4}" y="{y + 3:.1f}" text-anchor="end">{tick}</text>'
    for name, line in lines.items():
        line = sorted(line)
        if not line:
            continue
        places = [at(*p) for p in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        drawn += f'<polyline points="{path}" style="stroke:{COLOURS[name]}"/>'
        drawn += "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" style="fill:{COLOURS[name]}"/>' for x, y in places)
        x, y = places[-1]
        drawn += f'<text class="co-name" x="{x + 6:.1f}" y="{y + 3:.1f}" style="fill:{COLOURS[name]}">{html.escape(ours if name == "ours" else NAMES[name])}</text>'
    if here:
        x, y = at(*here)
        drawn += f'<circle class="co-here" cx="{x:.1f}" cy="{y:.1f}" r="6" style="stroke:{COLOURS["ours"]}"/>'
    return f'<svg class="co-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(label)}">{drawn}<text x="{WIDTH / 2:.0f}" y="{HEIGHT - 4}" text-anchor="middle">bits / pixel</text><text x="4" y="8">dB</text></svg>'


def error_map(a, b, side: int = 360) -> str:
    """How far two pictures are apart, 0 to 48 grey levels from dark to bright: a PNG as a data URI."""
    apart = np.abs(np.asarray(a.convert("RGB"), np.float32) - np.asarray(b.convert("RGB"), np.float32)).mean(2)
    fold = max(1, -(-max(apart.shape) // side))
    height, width = (-(-length // fold) * fold for length in apart.shape)
    apart = np.pad(apart, ((0, height - apart.shape[0]), (0, width - apart.shape[1])), "edge")
    apart = apart.reshape(height // fold, fold, width // fold, fold).mean((1, 3))
    return plots.png(apart[::-1], 0, 48, "inferno")


def places(bits: np.ndarray) -> str:
    """Bits of each block (h, w) as a picture."""
    return plots.png(bits[::-1], 0, max(1.0, float(np.quantile(bits, 0.995))), "viridis")


def channels(bits: np.ndarray, label: str) -> str:
    """What each of the 320 numbers of a block costs, (320,), as bars from the strongest to the faintest."""
    top, width = float(bits.max()) or 1.0, 420 / len(bits)
    bars = "".join(
        f'<rect x="{i * width:.2f}" y="{70 - 66 * b / top:.2f}" width="{width * 0.86:.2f}" height="{66 * b / top:.2f}"/>' for i, b in enumerate(bits)
    )
    return f'<svg class="co-channels" viewBox="0 0 420 72" preserveAspectRatio="none" role="img" aria-label="{html.escape(label)}">{bars}</svg>'
