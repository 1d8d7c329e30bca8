"""Pictures in, heat maps out: what is computed of them, and what the page shows of it."""

from __future__ import annotations

import csv
import html
import io
import zipfile
from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

from .. import images, plots, pretrained, threads, ui, words
from . import charts, inference
from .data import working_size
from .evaluate import test_scores
from .folder import shrunk
from .picture import HOTTEST, OUTLINE, colours, outline, overlay
from .words import WORDS

EXAMPLES_FOLDER = Path(__file__).resolve().parents[2] / "examples" / "anomaly"
EXAMPLES = {"faces": ("face.png", "cartoon.png"), "tiles": ("metal.png", "metal-scratched.png"), "paper": ("paper.png", "paper-scratched.png")}
METHODS = ("strong", "plain")
MINE = "mine"
SHOWN = 320  # pixels along the longer side of what the page keeps of a picture
MOST = 500  # pictures at once
TOGETHER = 32  # of which so many are inspected together: a GPU waits between two goes, and all at once would take much memory


def path_of(item) -> str:
    """Galleries hand over (path, caption), files a path."""
    return item[0] if isinstance(item, (tuple, list)) else item


def encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=85, method=2)
    return buffer.getvalue()


def shown(data: bytes) -> str:
    return plots.uri(data, "image/webp")


def layer(pixels: np.ndarray) -> str:
    """What is laid over a picture, or stands beside it."""
    return plots.image_uri(Image.fromarray(pixels), compress_level=3)


@ui.gpu(duration=60)
def computed(paths: list[str], model) -> tuple[list[dict], list[tuple[str, str]]]:
    """What the page keeps of each picture, small enough for hundreds of them; and (file, reason) of what is no picture.

    model : a name, or a detector learned on the page
    """
    detector = inference.load(model) if isinstance(model, str) else model
    kept, unread = [], []
    for i in range(0, len(paths), TOGETHER):
        part = paths[i : i + TOGETHER]
        read = [(Path(path).name, image and shrunk(image, SHOWN), why) for path, (image, why) in zip(part, images.each(part), strict=True)]
        unread += [(name, why) for name, image, why in read if image is None]
        readable = [(name, image) for name, image, _ in read if image is not None]
        results = detector.inspect([image for _, image in readable]) if readable else []
        for (name, image), result in zip(readable, results, strict=True):
            kept.append(
                {
                    "name": name,
                    "score": result.score,
                    "below": result.more_unusual_than,
                    "heat": result.heatmap.astype(np.float16),
                    "image": encoded(image),
                    "rebuilt": encoded(result.reconstruction),
                }
            )
    return kept, unread


def chosen(name: str, method: str, mine):
    """The name of a shipped model, or the visitor's own detector."""
    if name == MINE:
        if mine is None:
            raise ValueError("Please teach it your own normal pictures first, below.")
        return mine
    return name if method == "strong" else f"{name}-plain"


def at_most(files) -> None:
    if len(files) > MOST:
        raise ValueError(f"At most {MOST} pictures at once; there are {len(files)}. For more there is the command line: python -m aedemo inspect.")


def inspect(files, name, method, threshold, mine, language):
    """Inspect uploaded pictures: everything that the page shows of them."""
    if not files:
        raise ValueError("Please give at least one picture.")
    at_most(files)
    model = chosen(name, method, mine)
    kept, unread = computed([path_of(f) for f in files], model)
    if not kept:
        raise ValueError(unread[0][1])
    for file, why in unread[:3]:
        gr.Warning(f"{file}: {words.error(why, language)}")
    if len(unread) > 3:
        gr.Warning(words.say(WORDS, "anomaly.unread", language).format(len(unread)))
    about = {
        "model": model if isinstance(model, str) else MINE,
        "normal": (model.calibration if not isinstance(model, str) else inference.load(model).calibration).normal_scores,
    }
    session = {"pictures": kept, "about": about, "at": int(np.argmax([k["score"] for k in kept]))}
    return show(session, threshold, language)


def show(session, threshold, language):
    return session, grid(session, threshold, language), *detail(session, threshold, language), table(session, threshold, language)


def grid(session, threshold, language) -> str:
    """All pictures as thumbnails, odd ones framed; clicking one looks at it."""
    say = partial(words.say, WORDS, language=language)
    cells = []
    for i, kept in enumerate(session["pictures"]):
        odd = kept["score"] > threshold
        verdict = say("anomaly.odd") if odd else say("anomaly.normal")
        cells.append(
            f'<button type="button" class="an-cell{" an-odd" if odd else ""}{" an-at" if i == session["at"] else ""}" data-index="{i}" '
            f'aria-label="{html.escape(kept["name"])}: {verdict}"><img alt="" src="{shown(kept["image"])}"><span>{verdict} · {kept["score"]:.2f}</span></button>'
        )
    return f'<div class="an-grid">{"".join(cells)}</div>'


def detail(session, threshold, language):
    """The picture looked at: with marks, rebuilt, with heat; image slider; its place among normal ones; the model's ROC."""
    say = partial(words.say, WORDS, language=language)
    kept = session["pictures"][session["at"]]
    heat = kept["heat"].astype(np.float32)
    mark = np.zeros((*heat.shape, 4), np.uint8)
    mark[outline(heat, threshold)] = (*OUTLINE, 255)
    # cold places are transparent, or the heat map would darken every normal picture
    veil = ((heat / HOTTEST).clip(0, 1) ** 0.5 * 255).astype(np.uint8)
    marked, hot = layer(mark), layer(np.dstack([colours(heat), veil]))
    odd = kept["score"] > threshold
    verdict = say("anomaly.verdict_odd" if odd else "anomaly.verdict_normal").format(
        f"{100 * kept['below']:.0f}", f"{kept['score']:.2f}", f"{threshold:.2f}"
    )
    bar = layer(colours(np.linspace(0, 2, 128)[None]))
    views = (
        ("anomaly.marked", f'<img alt="" src="{shown(kept["image"])}"><img alt="" src="{marked}">'),
        ("anomaly.rebuilt", f'<img alt="" src="{shown(kept["rebuilt"])}">'),
        ("anomaly.heat", f'<img alt="" src="{shown(kept["image"])}"><img class="an-heat" alt="" src="{hot}"><img alt="" src="{marked}">'),
    )
    figures = "".join(
        f'<figure><div class="an-stack" role="img" aria-label="{say(k)}">{v}</div><figcaption>{say(k)}</figcaption></figure>' for k, v in views
    )
    text = (
        f'<p class="an-verdict {"an-odd" if odd else ""}"><b>{html.escape(kept["name"])}</b>: {verdict}</p><div class="an-views">{figures}</div>'
        f'<div class="an-bar"><img alt="" src="{bar}"><div><span>0 · {say("anomaly.bar0")}</span><span>1 · {say("anomaly.bar1")}</span><span>≥ 2</span></div></div>'
    )
    both = tuple(Image.open(io.BytesIO(kept[k])) for k in ("image", "rebuilt"))
    name = session["about"]["model"]
    scores = test_scores(name) if name != MINE else {}
    drawn = charts.histogram(
        session["about"]["normal"], kept["score"], threshold, say("anomaly.histogram"), say("anomaly.this"), say("anomaly.threshold_short")
    )
    if scores:
        good, bad = scores["good"], np.concatenate([v for k, v in scores.items() if k != "good"])
        drawn += charts.confusion(
            good, bad, threshold, [say(f"anomaly.{k}") for k in ("confusion", "is_normal", "is_odd", "said_normal", "said_odd")]
        )
        drawn += charts.roc(good, {k: v for k, v in scores.items() if k != "good"}, threshold, say("anomaly.roc"))
    return text, both, f'<div class="an-charts">{drawn}</div>', explained(name, heat.shape, language)


def table(session, threshold, language) -> dict:
    say = partial(words.say, WORDS, language=language)
    rows = [
        [k["name"], round(k["score"], 3), round(100 * k["below"], 1), say("anomaly.odd") if k["score"] > threshold else say("anomaly.normal")]
        for k in session["pictures"]
    ]
    return {"headers": [say(f"anomaly.column_{c}") for c in ("file", "score", "below", "verdict")], "data": rows}


def explained(name: str, shape, language: str) -> str:
    """The shapes of this very picture, and the model's own figures from its card."""
    say = partial(words.say, WORDS, language=language)
    if name == MINE:
        return say("anomaly.mine_note")
    config = inference.load(name).config
    width, height = working_size(shape[1], shape[0], config.side)
    height, width = height + -height % 16, width + -width % 16
    c, w = config.channels, config.widths
    if config.method == "restore":
        chain = (
            f"({c}, {height}, {width}) → "
            + " → ".join(f"({w[i]}, {height >> (i + 1)}, {width >> (i + 1)})" for i in range(4))
            + f" → ({c}, {height}, {width})"
        )
    else:
        chain = f"({c}, {height}, {width}) → ({w[0]}, {height // 2}, {width // 2}) → … → **code ({config.code}, {height // 16}, {width // 16})** → … → ({c}, {height}, {width})"
    further = config.method == "restore" and len(config.weights) > 3
    lines = [f"**{say('anomaly.shapes')}**: {chain}", EQUATIONS["restore further" if further else config.method]]
    figures = {
        n: pretrained.card("anomaly", n)
        for n in (name.removesuffix("-plain"), name.removesuffix("-plain") + "-plain")
        if n in pretrained.names("anomaly")
    }
    figures = {n: f for n, f in figures.items() if f}
    if figures:
        keys = list(next(iter(figures.values())))
        rows = "\n".join(f"| {k} | " + " | ".join(f"{f[k]:.3f}" if k in f else "" for f in figures.values()) + " |" for k in keys)
        head = "| | " + " | ".join(f"`{n}`" for n in figures) + " |\n|" + "---|" * (len(figures) + 1)
        lines.append(f"**{say('anomaly.figures')}**\n\n{head}\n{rows}")
    return "\n\n".join(lines)


EQUATIONS = {
    "pixel": r"$$\hat x = D(E(x)),\qquad \mathrm{heat} = \lVert x - \hat x\rVert^2$$",
    "whitened": r"$$\hat x = D(E(x)),\qquad \mathrm{heat} = \tfrac1d\,(e-\mu)^\top\Sigma^{-1}(e-\mu),\quad e = \text{patch of } x - \hat x$$",
    "restore": r"$$\hat x = R(\text{painted } x),\qquad \mathrm{heat} = C(x,\; x - \hat x) + \log\lVert f - VV^\top f\rVert^2,\quad f = \text{features of } x$$",
    "restore further": r"$$\hat x = R(\text{painted } x),\qquad \mathrm{heat} = C(x,\; x - \hat x) + \log\lVert f - VV^\top f\rVert^2 + \log\lVert x - \hat x\rVert + \log\frac{|x - \mu(\hat x)|}{\sigma(\hat x)},\quad f = \text{features of } x,\;\; \mu, \sigma \text{ of a neighbourhood}$$",
}


def asked(session) -> dict:
    session = ui.remembered(session)
    return session


def rethreshold(session, threshold, language):
    """Mark everything anew at another threshold; nothing is computed again."""
    return show(asked(session), float(threshold), language)


def looked_at(session, threshold, index: int, language):
    session = ui.remembered(session)
    session = session | {"at": min(max(int(index), 0), len(session["pictures"]) - 1)}
    return show(session, float(threshold), language)


def as_csv(session, threshold, language) -> dict:
    """The table as a CSV file."""
    session = asked(session)
    file = ui.folder() / "scores.csv"
    with open(file, "w", newline="", encoding="utf-8-sig") as out:
        writer = csv.writer(out)
        writer.writerow(["file", "score", "more_unusual_than_percent", "is_anomaly"])
        writer.writerows([k["name"], f"{k['score']:.4f}", f"{100 * k['below']:.1f}", int(k["score"] > threshold)] for k in session["pictures"])
    return gr.File(value=str(file), visible=True)


def as_zip(session, threshold, blend, language) -> dict:
    """The heat maps over their pictures, as a ZIP file."""
    session = asked(session)
    file = ui.folder() / "heatmaps.zip"
    with zipfile.ZipFile(file, "w") as out:
        for i, kept in enumerate(session["pictures"]):
            buffer = io.BytesIO()
            overlay(Image.open(io.BytesIO(kept["image"])), kept["heat"], threshold, blend).save(buffer, "PNG")
            out.writestr(f"{i + 1:03d}-{Path(kept['name']).stem}.png", buffer.getvalue())
    return gr.File(value=str(file), visible=True)


@threads.once(8)
def example(name: str, method: str):
    """An example's result, computed once for all visitors (it holds nothing of anybody's)."""
    return computed([str(EXAMPLES_FOLDER / f) for f in EXAMPLES[name]], chosen(name, method, None))[0]


def exampled(name: str, method: str, threshold: float, language: str, at: int = 1):
    model = chosen(name, method, None)
    session = {"pictures": example(name, method), "about": {"model": model, "normal": inference.load(model).calibration.normal_scores}, "at": at}
    return show(session, threshold, language)
