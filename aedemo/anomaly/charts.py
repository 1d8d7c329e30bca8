"""Small SVG charts of scores, without a plotting library in the way of a slider."""

from __future__ import annotations

import html

import numpy as np

from ..plots import A_COLOUR, B_COLOUR, NEUTRAL

LEAST, MOST = -1.5, 4.0  # of the score's axis: what lies beyond is drawn at its end


def _x(score: float, width: float = 200) -> float:
    return width * (min(max(float(score), LEAST), MOST) - LEAST) / (MOST - LEAST)


def _svg(name: str, box: str, inner: str, label: str) -> str:
    return f'<figure class="an-chart an-{name}"><figcaption>{html.escape(label)}</figcaption><svg viewBox="{box}" role="img" aria-label="{html.escape(label)}">{inner}</svg></figure>'


def histogram(normal: np.ndarray, score: float, threshold: float, label: str, this: str, limit: str) -> str:
    """Scores of normal validation pictures as bars, this picture and the threshold as lines."""
    counts, edges = np.histogram(np.clip(normal, LEAST, MOST), bins=44, range=(LEAST, MOST))
    bars = "".join(
        f'<rect x="{_x(a):.1f}" y="{80 - 70 * c / max(counts.max(), 1):.1f}" width="4" height="{70 * c / max(counts.max(), 1):.1f}" fill="{NEUTRAL}"/>'
        for c, a in zip(counts, edges[:-1], strict=True)
        if c
    )
    ticks = "".join(f'<text x="{_x(v):.1f}" y="92" text-anchor="middle">{v}</text>' for v in (-1, 0, 1, 2, 3, 4))
    side = "end" if _x(score) > 100 else "start"
    inner = (
        f'{bars}<line x1="0" x2="200" y1="80" y2="80" stroke="{NEUTRAL}"/>{ticks}'
        f'<line class="an-limit" x1="{_x(threshold):.1f}" x2="{_x(threshold):.1f}" y1="6" y2="80" stroke="{NEUTRAL}" stroke-dasharray="3 2"/>'
        f'<line class="an-this" x1="{_x(score):.1f}" x2="{_x(score):.1f}" y1="14" y2="80" stroke="{B_COLOUR}" stroke-width="2"/>'
        f'<text x="{_x(score):.1f}" y="11" text-anchor="{side}" style="fill:{B_COLOUR}">{html.escape(this)} {score:.2f}</text>'
    )
    return _svg("histogram", "-6 0 212 96", inner, label)


def confusion(good: np.ndarray, odd: np.ndarray, threshold: float, names: list[str]) -> str:
    """What the threshold would have said of the model's test pictures."""
    label, is_normal, is_odd, said_normal, said_odd = map(html.escape, names)
    rows = ((is_normal, (good <= threshold).sum(), (good > threshold).sum()), (is_odd, (odd <= threshold).sum(), (odd > threshold).sum()))
    body = "".join(
        f'<tr><th scope="row">{n}</th><td class="{"an-ok" if i == 0 else ""}">{a}</td><td class="{"an-ok" if i else ""}">{b}</td></tr>'
        for i, (n, a, b) in enumerate(rows)
    )
    return f'<figure class="an-chart"><figcaption>{label}</figcaption><table class="an-confusion"><tr><td></td><th>{said_normal}</th><th>{said_odd}</th></tr>{body}</table></figure>'


def roc(good: np.ndarray, kinds: dict[str, np.ndarray], threshold: float, label: str) -> str:
    """True against false alarms on the model's test pictures, a line a kind; a dot where the threshold is."""
    lines = ""
    limits = np.concatenate([[np.inf], np.sort(np.concatenate([good, *kinds.values()]))[::-1]])
    limits = limits[np.unique(np.linspace(0, len(limits) - 1, 200).astype(int))]
    false = np.array([(good >= t).mean() for t in limits] + [1.0])
    for i, (kind, scores) in enumerate(kinds.items()):
        true = np.array([(scores >= t).mean() for t in limits] + [1.0])
        colour = (A_COLOUR, B_COLOUR, "#2a9d5c", "#b0409a", "#8a6d00")[i % 5]
        points = " ".join(f"{100 * a:.1f},{100 - 100 * b:.1f}" for a, b in zip(false, true, strict=True))
        lines += (
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
            f'<circle cx="{100 * (good > threshold).mean():.1f}" cy="{100 - 100 * (scores > threshold).mean():.1f}" r="3" fill="{colour}"/>'
            f'<text x="106" y="{20 + 12 * i}" style="fill:{colour}">{html.escape(kind)} {np.trapezoid(true, false):.3f}</text>'
        )
    frame = f'<rect x="0" y="0" width="100" height="100" fill="none" stroke="{NEUTRAL}"/><line x1="0" y1="100" x2="100" y2="0" stroke="{NEUTRAL}" stroke-dasharray="2 3"/>'
    return _svg("roc", "-4 -4 208 108", frame + lines, label)


def progress(done: float, losses: list[float], label: str) -> str:
    """A progress bar over the loss curve."""
    values = np.array(losses, np.float64)
    if len(values) > 120:  # means of a hundred stretches
        values = np.array([part.mean() for part in np.array_split(values, 120)])
    top = max(float(values.max()), 1e-9) if len(values) else 1.0
    points = " ".join(f"{200 * done * i / max(1, len(values) - 1):.1f},{60 - 56 * v / top:.1f}" for i, v in enumerate(values))
    inner = (
        f'<polyline points="{points}" fill="none" stroke="{A_COLOUR}" stroke-width="1.5"/><line x1="0" x2="200" y1="60" y2="60" stroke="{NEUTRAL}"/>'
    )
    return f'<progress class="an-progress" max="1" value="{done:.3f}">{100 * done:.0f}%</progress>' + _svg(
        "loss", "-2 0 204 64", inner, f"{label} {losses[-1] if losses else 0:.3f}"
    )


def columns(worst: list[tuple[str, float]], label: str) -> str:
    """Columns of a table by how badly they were rebuilt, on a logarithmic scale (1: as normal rows)."""
    top = np.log10(1 + max(e for _, e in worst)) or 1.0
    rows = "".join(
        f'<div class="ae-bar an-column"><span>{html.escape(n)}</span><div><i style="width:{100 * np.log10(1 + e) / top:.1f}%;background:{B_COLOUR if e > 4 else NEUTRAL}"></i></div><em>{e:.1f}×</em></div>'
        for n, e in worst
    )
    return f'<figure class="an-columns"><figcaption>{html.escape(label)}</figcaption>{rows}</figure>'
