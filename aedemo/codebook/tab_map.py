"""The map of all codes, a card of each, and the table of codes against phones."""

from __future__ import annotations

import threading
import time
from functools import lru_cache, partial

import gradio as gr
import numpy as np

from .. import audio, words
from ..halves import STACK
from ..phones import PHONES
from . import atlas, drawing, inference
from .model import PATCH
from .tab_common import gallery, kind, sheet
from .words import WORDS

COLOURS = {"image": ("by_colour", "by_use", "by_place"), "speech": ("by_phone", "by_use", "by_speakers", "by_place")}


def fills(name: str, colour: str) -> list[str]:
    """A colour for each code."""
    model = inference.load(name)
    if colour == "by_colour" and kind(name) == "image":
        return drawing.hexes(model.colours())
    if colour == "by_phone" and "phones" in model.known:
        counts = model.known["phones"]
        table = drawing.phone_colours()
        return [table[int(row.argmax())] if row.sum() else "#8a8f98" for row in counts]
    if colour == "by_speakers" and "speakers" in model.known:
        mixed = model.known["speakers"]
        return drawing.palette((mixed - mixed.min()) / max(float(np.ptp(mixed)), 1e-9))
    if colour == "by_place":
        return drawing.where_on_map(model.map)
    return drawing.palette(drawing.by_use(model.usage))


def places(name: str, layout: str, afresh) -> np.ndarray:
    """Where the codes lie: (K, 2) in the order of the codes, whatever the layout."""
    model = inference.load(name)
    if afresh and afresh["name"] == name and layout == "afresh":
        return afresh["points"]
    return atlas.unit(atlas.pca(model.codebook)) if layout == "PCA" else model.map


def map_value(name: str, colour: str, layout: str, afresh, code: int | None, language: str) -> dict:
    say = partial(words.say, WORDS, language=language)
    model = inference.load(name)
    count = len(model.codebook)
    use = np.sqrt(np.clip(model.usage * count, 0.05, 9))
    named = [say("codebook.point").format(k, f"{100 * u:.2f}") for k, u in enumerate(model.usage)]
    if kind(name) == "speech" and "phones" in model.known:
        named = [f"{n} · {' '.join(p for p, _ in commonest(model.known['phones'][k], 3))}" for k, n in enumerate(named)]
    stamped = kind(name) == "image"
    return {
        "points": places(name, layout, afresh).round(4).tolist(),
        "fill": fills(name, colour),
        "size": (np.full(count, 8.0 if count > 100 else 14.0) if stamped else 2.5 + 3 * use).round(1).tolist(),
        "names": named,
        "sprite": drawing.sprite(model.stamps()) if stamped else None,
        "stamp": atlas.STAMP * PATCH,
        "columns": drawing.STAMP_COLUMNS,
        "picked": -1 if code is None else code,
        "label": say("codebook.map").format(count),
        "hint": say("codebook.hint"),
    }


def commonest(counts: np.ndarray, most: int) -> list[tuple[str, float]]:
    """The phones that a code covers most: (name, share of its frames)."""
    order = np.argsort(-counts, kind="stable")[:most]
    return [(PHONES[i], float(counts[i] / counts.sum())) for i in order if counts[i] > 0]


def card(name: str, code: int, work, language: str) -> dict:
    """All that is known of one code, and `code` for the map to mark."""
    say = partial(words.say, WORDS, language=language)
    model = inference.load(name)
    code = min(max(int(code), 0), len(model.codebook) - 1)
    share, count = float(model.usage[code]), len(model.codebook)
    head = f'<h3 class="cb-title" data-code="{code}">{say("codebook.code")} {code}</h3>'
    used = f"<p>{say('codebook.use')}: <b>{100 * share:.2f}%</b> ({say('codebook.even').format(f'{100 / count:.2f}')})</p>"
    if kind(name) == "image":
        alone = drawing.picture(model.stamps()[code], say("codebook.alone"), "cb-stamp")
        found = image_places(name, code, work, say)
        extra = ""
    else:
        wave, mel = sounding(code)
        alone = drawing.figure(drawing.clip(wave, say("codebook.alone")), say("codebook.alone"))
        found = speech_places(code, work, say)
        extra = ""
        if "phones" in model.known:
            colours = dict(zip(PHONES, drawing.phone_colours(), strict=True))
            rows = [(p, s, colours[p]) for p, s in commonest(model.known["phones"][code], 6)]
            extra = f"<h4>{say('codebook.phones')}</h4>{drawing.bars(rows)}"
            extra += f"<p>{say('codebook.mixing')}: <b>{100 * float(model.known['speakers'][code]):.0f}%</b></p>"
    near = model.nearest(model.codebook[code], 7)
    buttons = "".join(button(name, int(k), f"{d:.2f}") for k, d in zip(near.codes, near.distance, strict=True) if k != code)
    body = f'{head}<div class="cb-head">{alone}<div>{used}{extra}</div></div>'
    body += f'<h4>{say("codebook.places")}</h4><div class="cb-places">{found or say("codebook.nowhere")}</div>'
    body += f'<h4>{say("codebook.nearest")}</h4><div class="cb-near">{buttons}</div>'
    return {"html": body, "code": code}


def button(name: str, code: int, text: str) -> str:
    model = inference.load(name)
    if kind(name) == "image":
        return drawing.code_button(code, model.stamps()[code], "", text)
    return drawing.code_button(code, None, drawing.where_on_map(model.map)[code], text)


def image_places(name: str, code: int, work, say, most: int = 10) -> str:
    """Crops of where a code was used: the visitor's picture first, then our drawings, each at most once before any twice."""
    found = []
    if work and work["name"] == name:
        found += [(0, -1, *at) for at in np.argwhere(work["codes"] == code)[:3]]
    used = np.argwhere(gallery(name) == code)
    turn = np.zeros(len(sheet()), int)
    for which, row, column in used:
        found.append((turn[which] + 1, which, row, column))
        turn[which] += 1
    crops = []
    for _, which, row, column in sorted(found, key=lambda x: x[0])[:most]:
        whole = work["image"] if which < 0 else sheet()[which]
        crops.append(drawing.picture(drawing.crop(whole, row, column, PATCH), say("codebook.in_yours") if which < 0 else "", "cb-crop"))
    return "".join(crops)


def speech_places(code: int, work, say, most: int = 10) -> str:
    """Clips of where a code was used, in context: the visitor's voice first; one of a run of equal codes."""
    found = []
    mine = [(-1, work)] if work and work["name"] == "speech" else []
    for which, clip in (*mine, *enumerate(gallery("speech"))):
        at = np.flatnonzero(clip["codes"] == code)
        at = at[np.diff(at, prepend=-9) > 1]
        found += [(turn, clip, int(t), which < 0) for turn, t in enumerate(at)]
    parts = []
    for _, clip, t, own in sorted(found, key=lambda x: (not x[3], x[0]))[:most]:
        label = say("codebook.in_yours") if own else say("codebook.places")
        parts.append(drawing.moment(clip["wave"], clip["mel"].astype(np.float32), t, audio.HOP * STACK, label))
    return "".join(parts)


@lru_cache(maxsize=512)
def sounding(code: int) -> tuple[np.ndarray, np.ndarray]:
    """A speech code alone, held for about a third of a second."""
    model = inference.load("speech")
    mel, f0 = model.mel(np.full(10, code))
    return model.render(mel, f0), mel


def table(name: str, language) -> dict:
    """Codes against phones, for speech."""
    known = inference.load(name).known
    if kind(name) != "speech" or "phones" not in known:
        return {"html": "", "order": []}
    drawn, order = drawing.heat(known["phones"], words.say(WORDS, "codebook.table_label", language))
    return {"html": drawn, "order": order}


def redrawn(name, neighbours, min_dist, colour, work, language):
    """Draw the map afresh by UMAP: yields how long it has taken, at last the map."""
    say = partial(words.say, WORDS, language=language)
    outcome: dict = {}

    def work_it():
        try:
            outcome["points"] = atlas.unit(atlas.umap(inference.load(name).codebook, int(neighbours), float(min_dist)))
        except Exception as problem:  # told on the page, not lost in a thread
            outcome["problem"] = problem

    thread = threading.Thread(target=work_it, daemon=True)
    begun = time.monotonic()
    thread.start()
    while thread.is_alive():
        thread.join(0.5)
        yield (
            f'<progress class="cb-progress"></progress> {say("codebook.drawing").format(round(time.monotonic() - begun))}',
            gr.skip(),
            gr.skip(),
            gr.skip(),
        )
    if "problem" in outcome:
        raise ValueError(str(outcome["problem"]))
    afresh = {"name": name, "points": outcome["points"]}
    code = work["code"] if work and work["name"] == name else None
    yield "", map_value(name, colour, "afresh", afresh, code, language), afresh, gr.Radio(value="afresh")
