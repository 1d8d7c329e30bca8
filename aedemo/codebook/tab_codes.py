"""A picture or a voice as codes: what they rebuild, and what becomes of it when they are changed."""

from __future__ import annotations

from functools import partial

import gradio as gr
import numpy as np
from PIL import Image

from .. import audio, pretrained, threads, ui, words
from ..halves import STACK
from ..images import psnr
from . import drawing, inference
from .model import GRID, PATCH
from .tab_common import encoded_image, encoded_voice, example, kind, session
from .tab_map import button, card
from .words import WORDS

LINE = 32  # codes of speech in a line, about a second


def own_image(name, given, language):
    """Encode an uploaded or drawn picture: the session and all that is shown of it."""
    picture = given.get("composite") if isinstance(given, dict) else given
    if picture is None or (
        isinstance(given, dict) and given.get("background") is None and not any(_drawn(layer) for layer in given.get("layers", []))
    ):
        raise ValueError("Please give a picture or draw one first.")
    if kind(name) != "image":
        name = "image"
    work = session(name, encoded_image(name, picture), 0)
    return everything(work | {"code": int(work["codes"].flat[work["at"]])}, language)


def _drawn(layer) -> bool:
    return layer is not None and bool(np.asarray(layer)[..., -1].any())


def own_voice(path, language):
    """Encode a recording: the session and all that is shown of it."""
    if not path:
        raise ValueError("Please record or upload a voice first.")
    work = session("speech", encoded_voice(path), 0)
    return everything(work | {"code": int(work["codes"].flat[work["at"]])}, language)


@threads.once(64)
def shown_example(name: str, index: int, language: str) -> tuple:
    """`everything` of an example: a session is never changed in place."""
    return everything(example(name, index), language)


def everything(work, language):
    """What is shown of a session: itself, grid, picture, sound, original sound, bytes, analogy, contrast, card, shapes."""
    return work, *result(work, language), contrast(work, language), card(work["name"], work["code"], work, language), explained(work, language)


def result(work, language):
    """Grid, rebuilt picture, rebuilt sound, original sound, size, analogy."""
    say = partial(words.say, WORDS, language=language)
    name, codes = work["name"], work["codes"]
    model = inference.load(name)
    grid = {"codes": codes.ravel().tolist(), "fill": drawing.where_on_map(model.map), "label": say("codebook.codes"), "words": say("codebook.code")}
    bits = np.log2(len(model.codebook))
    size = codes.size * bits / 8
    told = say("codebook.size").format(f"{codes.size:,}", f"{bits:g}", f"{size:,.0f}", f"{work['bytes']:,}", f"{work['bytes'] / size:,.0f}")
    if kind(name) == "image":
        again = np.asarray(decoded(work))
        shown = drawing.picture(work["image"], say("codebook.original"), "cb-big")
        shown += drawing.picture(again, f"{say('codebook.rebuilt')} ({psnr(again, work['image']):.1f} dB)", "cb-big cb-rebuilt")
        shown = f'<div class="cb-row">{shown}</div>'
        sound = original = None
        grid |= {"columns": GRID, "image": drawing.png(work["image"])}
    else:
        shown = ""
        sound = audio.RATE, (decoded(work) * 32767).astype(np.int16)  # floats would be made equally loud on the way out
        original = audio.RATE, (audio.at_level(work["wave"], work["level"]) * 32767).astype(np.int16)
        grid |= {"columns": LINE, "image": None}
    players = (gr.Audio(value=x, visible=kind(name) == "speech") for x in (sound, original))
    return grid, shown, *players, told, likeness(work, language)


@ui.gpu(duration=30)
def decoded(work):
    model = inference.load(work["name"])
    if kind(work["name"]) == "image":
        return model.decode(work["codes"])
    return model.decode(work["codes"], work["speaker"], work["level"], work["bandwidth"])


def likeness(work, language) -> str:
    """The lecture's analogy at the place last touched."""
    say = partial(words.say, WORDS, language=language)
    name, at = work["name"], work["at"]
    model = inference.load(name)
    query = work["queries"].reshape(-1, work["queries"].shape[-1])[at].astype(np.float32)
    found = model.nearest(query, 8)
    looks = [button(name, int(k), "") for k in found.codes]
    if kind(name) == "image":
        mine = drawing.picture(drawing.crop(work["image"], at // GRID, at % GRID, PATCH), f"({at // GRID}, {at % GRID})", "cb-crop")
    else:
        mine = drawing.moment(work["wave"], work["mel"].astype(np.float32), at, audio.HOP * STACK, say("codebook.query"))
    return drawing.analogy(mine, found, looks, say)


def contrast(work, language) -> str:
    """The picture through every image code there is; nothing for speech."""
    say = partial(words.say, WORDS, language=language)
    if kind(work["name"]) != "image":
        return ""
    drawn = drawing.picture(work["image"], say("codebook.original"), "cb-big")
    for name in inference.IMAGE_NAMES:
        if name in pretrained.names("codebook"):
            model = inference.load(name)
            again = np.asarray(model.decode(model.encode(Image.fromarray(work["image"]))))
            drawn += drawing.picture(again, f"{name} · {model.bits / 8:.0f} B · {psnr(again, work['image']):.1f} dB", "cb-big")
    return f'<div class="cb-row">{drawn}</div>'


def explained(work, language) -> str:
    """The shapes of this very input, the equation, and the model's own figures from its card."""
    say = partial(words.say, WORDS, language=language)
    name = work["name"]
    model = inference.load(name)
    count, width = model.codebook.shape
    if kind(name) == "image":
        chain = f"(3, 64, 64) → **z (16, 16, {width})** → codes (16, 16) of {count} → (16, 16, {width}) → (3, 64, 64)"
    else:
        frames = work["codes"].size
        chain = f"mel (80, {2 * frames}) → **z ({frames}, {width})** → codes ({frames}) of {count}; + speaker (50) → mel (80, {2 * frames}) → {frames * 512} samples"
    lines = [
        f"**{say('codebook.shapes')}**: {chain}",
        r"$$k^* = \arg\min_k \lVert z - e_k\rVert,\qquad \hat x = D(e_{k^*}),\qquad e_k \leftarrow \gamma\, e_k + (1-\gamma)\,\overline{z : k^*(z) = k},"
        r"\qquad L = L_{rec} + \beta\lVert z - \mathrm{sg}(e_{k^*})\rVert^2$$",
    ]
    cards = {
        n: pretrained.card("codebook", n)
        for n in (inference.IMAGE_NAMES if kind(name) == "image" else ("speech",))
        if n in pretrained.names("codebook")
    }
    cards = {n: c for n, c in cards.items() if c}
    if cards:
        head = "| | " + " | ".join(f"`{n}`" for n in cards) + " |\n|" + "---|" * (len(cards) + 1)
        rows = "\n".join(f"| {k} | " + " | ".join(f"{c[k]:.4g}" if k in c else "" for c in cards.values()) + " |" for k in next(iter(cards.values())))
        lines.append(f"**{say('codebook.figures')}**\n\n{head}\n{rows}")
    return "\n\n".join(lines)


def changed(work, codes: np.ndarray, language, **more):
    work = work | {"codes": codes} | more
    return work, *result(work, language)


def touched(work, cells: list[int], tool: str, language):
    """A click or a stroke over some cells, with one of three tools."""
    work = ui.remembered(work)
    cells = [int(c) for c in cells if 0 <= int(c) < work["codes"].size]
    codes = work["codes"].copy()
    if not cells:
        return changed(work, codes, language), work["code"]
    chosen = work["code"]
    if tool == "look":
        chosen = int(codes.flat[cells[-1]])
    elif tool == "paint":
        codes.flat[cells] = chosen
    else:
        codes[np.isin(codes, codes.flat[cells])] = chosen
    return changed(work, codes, language, at=cells[-1], code=chosen), chosen


def shuffled(work, language):
    """The same codes in random places."""
    work = ui.remembered(work)
    codes = np.random.default_rng(0).permutation(work["codes"].ravel()).reshape(work["codes"].shape)
    return changed(work, codes, language)


def restored(work, language):
    """As it was encoded."""
    work = ui.remembered(work)
    return changed(work, work["first"].copy(), language)


def commonest_only(work, most: float, language):
    """Keep the `most` commonest codes; every other becomes the nearest of those kept."""
    work = ui.remembered(work)
    table = inference.load(work["name"]).codebook
    kept = np.argsort(-np.bincount(work["first"].ravel(), minlength=len(table)), kind="stable")[: max(1, int(most))]
    distance = np.square(table[:, None] - table[kept]).sum(2)  # (K, kept)
    return changed(work, kept[distance.argmin(1)][work["first"]], language)
