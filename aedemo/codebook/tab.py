"""The codebook tab: a map of all codes, a card of each, and one's own picture or voice as codes to be changed."""

from __future__ import annotations

import threading
import time
from functools import lru_cache, partial
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

from .. import audio, images, pretrained, threads, ui, words
from ..halves import STACK
from ..images import psnr
from ..phones import PHONES
from ..squares import to_array
from . import atlas, drawing, inference
from .data import flip_book, read_sheet
from .model import GRID, PATCH
from .words import WORDS

HERE = Path(__file__).resolve().parent
EXAMPLES_FOLDER = HERE.parents[1] / "examples" / "codebook"
SHEET = EXAMPLES_FOLDER / "drawings.png"
CLIPS = sorted(EXAMPLES_FOLDER.glob("*.ogg"))
MODELS = ("image", "image-32", "speech")
COLOURS = {"image": ("by_colour", "by_use", "by_place"), "speech": ("by_phone", "by_use", "by_speakers", "by_place")}
TOOLS = ("look", "paint", "swap")
FIRST = 20  # the drawing that is there before any click: a house
LINE = 32  # codes of speech in a line, about a second


def kind(name: str) -> str:
    return "speech" if name == "speech" else "image"


@lru_cache(maxsize=1)
def sheet() -> np.ndarray:
    return read_sheet(SHEET)


@ui.gpu(duration=60)
def _shown(name: str):
    model = inference.load(name)
    if kind(name) == "image":
        return model.encode([Image.fromarray(x) for x in sheet()])
    return [heard(str(file)) for file in CLIPS]


@threads.once(4)
def gallery(name: str):
    """The examples here as codes, computed once for all visitors: (48, 16, 16), or a dict a clip (see `heard`)."""
    return _shown(name)


def heard(path: str) -> dict:
    """A clip as the page keeps it: sound at 16 kHz and one level, mel (2T, 80), codes (T,), speaker (50,), queries (T, D)."""
    model = inference.load("speech")
    wave, rate = audio.read(path)
    plain = audio.prepare(wave, rate)
    mel, f0 = model.hear(wave, rate)
    codes, queries = model.looked_up(mel)
    return {
        "wave": (plain * (audio.LEVEL / audio.active_level(plain))).astype(np.float32),
        "level": audio.active_level(plain),
        "bandwidth": min(rate, audio.RATE) / 2,
        "mel": mel.astype(np.float16),
        "codes": codes,
        "speaker": model.who(mel, f0),
        "queries": queries.astype(np.float16),
        "bytes": 2 * len(plain),
    }


# ---- the map and the card


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


# ---- one's own picture or voice


@ui.gpu(duration=30)
def encoded_image(name: str, image: Image.Image) -> dict:
    model = inference.load(name)
    seen = to_array(images.read(image))
    codes = model.encode(Image.fromarray(seen))
    return {"image": seen, "codes": codes, "queries": model.queries(Image.fromarray(seen)).astype(np.float16), "bytes": seen.size}


@ui.gpu(duration=30)
def encoded_voice(path: str) -> dict:
    return heard(path)


def session(name: str, what: dict, code: int) -> dict:
    middle = what["codes"].size // 2 + (GRID // 2 if kind(name) == "image" else 0)
    return {"name": name, "first": what["codes"].copy(), "at": middle, "code": code, **what}


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
def drawing_of(name: str, index: int) -> dict:
    return encoded_image(name, Image.fromarray(sheet()[index]))


def example(name: str, index: int) -> dict:
    """An example of ours as a session; computed once for all visitors (it holds nothing of anybody's)."""
    if kind(name) == "image":
        work = session(name, drawing_of(name, index % len(sheet())), 0)
    else:
        work = session(name, gallery("speech")[index % len(CLIPS)], 0)
    return work | {"code": int(work["codes"].flat[work["at"]])}


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


@threads.once(2)
def flipped(language: str) -> str:
    """Pages of the flip book that were never shown, as the one-hot and the binary code rebuild them; and the figures."""
    say = partial(words.say, WORDS, language=language)
    names = [n for n in inference.FLIP_NAMES if n in pretrained.names("codebook")]
    if not names:
        return ""
    pages, unseen = flip_book(sheet())
    chosen = np.flatnonzero(unseen)[:: max(1, unseen.sum() // 8)][:8]
    rows = [(say("codebook.page"), [pages[i] for i in chosen])]
    for name in names:
        model = inference.load(name)
        rows.append((name.removeprefix("flip-"), [np.asarray(model.decode(model.encode(Image.fromarray(pages[i])))) for i in chosen]))
    drawn = "".join(f'<div class="cb-row"><b>{n}</b>{"".join(drawing.picture(x, "", "cb-flip") for x in each)}</div>' for n, each in rows)
    cards = {n: pretrained.card("codebook", n) for n in names}
    measured = [(n, c) for n, c in cards.items() if c]
    if measured:
        bars = [
            (f"{n.removeprefix('flip-')}, {say(f'codebook.{which}')}", c[f"right_{which}"], "#2f6fed" if "binary" in n else "#e8710a")
            for n, c in measured
            for which in ("seen", "unseen")
        ]
        drawn += f"<p>{say('codebook.right')}</p>" + drawing.bars(bars)
    return drawn


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


# ---- changing codes


def changed(work, codes: np.ndarray, language, **more):
    work = work | {"codes": codes} | more
    return work, *result(work, language)


def touched(work, cells: list[int], tool: str, language):
    """A click or a stroke over some cells, with one of three tools."""
    if not work:
        raise ValueError("Please encode a picture or a voice first.")
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
    if not work:
        raise ValueError("Please encode a picture or a voice first.")
    codes = np.random.default_rng(0).permutation(work["codes"].ravel()).reshape(work["codes"].shape)
    return changed(work, codes, language)


def restored(work, language):
    """As it was encoded."""
    if not work:
        raise ValueError("Please encode a picture or a voice first.")
    return changed(work, work["first"].copy(), language)


def commonest_only(work, most: float, language):
    """Keep the `most` commonest codes; every other becomes the nearest of those kept."""
    if not work:
        raise ValueError("Please encode a picture or a voice first.")
    table = inference.load(work["name"]).codebook
    kept = np.argsort(-np.bincount(work["first"].ravel(), minlength=len(table)), kind="stable")[: max(1, int(most))]
    distance = np.square(table[:, None] - table[kept]).sum(2)  # (K, kept)
    return changed(work, kept[distance.argmin(1)][work["first"]], language)


def opened_code(work, name: str, index: int, language):
    """A code clicked on the map, in a card or in the table: its card; and the paint of the tools."""
    index = min(max(int(index), 0), len(inference.load(name).codebook) - 1)
    return (work | {"code": index}) if work else work, card(name, index, work, language)


def chosen_model(name, colour, layout, language):
    """Another codebook: its map, an example of ours as its codes, and the controls that fit it."""
    index = FIRST if kind(name) == "image" else 0
    return index, *dressed(name, index, None, colour, layout, language)


@threads.once(24)
def dressed(name, index, code, colour, layout, language):
    """All that there is of an example, with one of its codes or another of the codebook on the card."""
    whole = shown_example(name, index, language)
    work = whole[0]
    if code is not None:
        work = work | {"code": code}
        whole = (work, *whole[1:-2], card(name, code, work, language), whole[-1])
    choices = COLOURS[kind(name)]
    colour = colour if colour in choices else choices[0]
    spoken = kind(name) == "speech"
    controls = (
        gr.Radio([(words.say(WORDS, f"codebook.{c}", language), c) for c in choices], value=colour),
        gr.Group(visible=not spoken),
        gr.Group(visible=spoken),
        gr.Column(visible=not spoken),
        gr.Column(visible=spoken),
        gr.Slider(maximum=min(64, len(inference.load(name).codebook)), value=8),
    )
    shown = map_value(name, colour, layout, None, work["code"], language)
    return shown, *whole, table(name, language), *controls


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


def opened(request: ui.Visit):
    """The first look: the settings of the link, and an example as codes, ready."""
    query, language = dict(request.query_params), ui.language(request)
    have = [n for n in MODELS if n in pretrained.names("codebook")]
    name = query.get("codebook") if query.get("codebook") in have else have[0]
    layout = "PCA" if query.get("layout") == "PCA" else "UMAP"
    index = int(query["example"]) if query.get("example", "").isdecimal() else FIRST if kind(name) == "image" else 0
    index %= len(sheet()) if kind(name) == "image" else len(CLIPS)
    known = query.get("code", "").isdecimal() and int(query["code"]) < len(inference.load(name).codebook)
    code = int(query["code"]) if known else None
    tool = query.get("tool") if query.get("tool") in TOOLS else TOOLS[0]
    controls = name, layout, index, tool, ui.number(query.get("opacity"), 0, 1, 0.45)
    return *controls, *dressed(name, index, code, query.get("colour"), layout, language), flipped(language)


CODE = "document.querySelector('#codebook-card .cb-title')?.dataset.code ?? ''"
SHARE = ui.link("codebook", "codebook, colour, layout, example, tool, opacity", f"{{codebook, colour, layout, example, tool, opacity, code: {CODE}}}")
OPACITY = "v => { document.documentElement.style.setProperty('--cb-opacity', v); return []; }"
CARD = """element.addEventListener('click', e => { const c = e.target.closest('button[data-code]'); if (c) trigger('select', {index: +c.dataset.code}); });
watch('value', () => window.dispatchEvent(new CustomEvent('ae-card', {detail: {code: props.value.code}})));"""
CODES = """element.addEventListener('click', e => { const c = e.target.closest('button[data-code]'); if (c) trigger('select', {index: +c.dataset.code}); })"""
TABLE = """element.addEventListener('click', e => { const i = e.target.closest('.cb-field img'); if (!i) return;
const b = i.getBoundingClientRect(), o = props.value.order; trigger('select', {index: o[Math.min(o.length - 1, Math.floor((e.clientX - b.left) / b.width * o.length))]}); })"""
MAP_HTML = '<div class="cb-map"><canvas tabindex="0" role="application"></canvas><p class="cb-tip" aria-live="polite"></p></div>'


def build(page: ui.Room) -> None:
    """Lay the tab out and wire it; called inside the page's `gr.Tab`."""
    t = ui.t
    have = [n for n in MODELS if n in pretrained.names("codebook")]
    if not have:
        gr.Markdown(t("codebook.none"))
        return
    gr.Markdown(t("codebook.lead"))
    work, afresh = gr.State(time_to_live=3600), gr.State(time_to_live=3600)
    chosen = gr.Number(FIRST, precision=0, visible="hidden")  # a state would not reach the script that makes the link
    name = gr.Radio([(t(f"codebook.{n}"), n) for n in have], value=have[0], label=t("codebook.model"), elem_id="codebook-model")
    with gr.Row():
        with gr.Column(min_width=320, scale=3):
            points = gr.HTML(value={"points": []}, html_template=MAP_HTML, js_on_load=(HERE / "map.js").read_text(), elem_id="codebook-map", apply_default_css=False)  # fmt: skip
            with gr.Row():
                colour = gr.Radio([(t(f"codebook.{c}"), c) for c in COLOURS[kind(have[0])]], value=COLOURS[kind(have[0])][0], label=t("codebook.colour"), elem_id="codebook-colour")  # fmt: skip
                layout = gr.Radio(["UMAP", "PCA", (t("codebook.afresh"), "afresh")], value="UMAP", label=t("codebook.layout"), elem_id="codebook-layout")  # fmt: skip
            with gr.Accordion(t("codebook.afresh"), open=False, elem_id="codebook-afresh"):
                with gr.Row():
                    neighbours = gr.Slider(2, 60, 12, step=1, label=t("codebook.neighbours"), min_width=140)
                    least = gr.Slider(0, 1, 0.4, step=0.05, label=t("codebook.min_dist"), min_width=140)
                with gr.Row():
                    redraw = gr.Button(t("codebook.redraw"), size="sm", elem_id="codebook-redraw")
                    stop = gr.Button(t("codebook.stop"), size="sm")
                progress = gr.HTML()
        with gr.Column(min_width=320, scale=2):
            shown = gr.HTML(value={"html": "", "code": 0}, html_template="${value.html}", js_on_load=CARD, elem_id="codebook-card")
    with gr.Group(visible=True) as for_image:
        gr.Markdown(t("codebook.own_image"), padding=True)
        with gr.Row():
            with gr.Column(min_width=300):
                picture = gr.ImageEditor(label=t("codebook.picture"), type="pil", sources=("upload", "webcam", "clipboard"), height=300, elem_id="codebook-picture", buttons=[])  # fmt: skip
            with gr.Column(min_width=300):
                drawings = gr.Gallery([Image.fromarray(x) for x in sheet()], label=t("codebook.drawings"), columns=5, height=300, allow_preview=False, elem_id="codebook-drawings", buttons=[])  # fmt: skip
        encode_image = gr.Button(t("codebook.encode"), variant="primary", elem_id="codebook-encode-image")
    with gr.Group(visible=False) as for_speech:
        gr.Markdown(t("codebook.own_speech"), padding=True)
        with gr.Row():
            voice = gr.Audio(label=t("codebook.record"), sources=["microphone", "upload"], type="filepath", elem_id="codebook-voice")
            clips = gr.Dataset(components=[gr.Audio(visible=False, type="filepath")], samples=[[str(c)] for c in CLIPS], sample_labels=[c.stem for c in CLIPS], label=t("codebook.clips"), type="index", elem_id="codebook-clips")  # fmt: skip
        encode_voice = gr.Button(t("codebook.encode"), variant="primary", elem_id="codebook-encode-voice")
    with gr.Row():
        with gr.Column(min_width=320):
            cells = gr.HTML(value={"codes": []}, html_template='<div class="cb-cells" role="group"></div>', js_on_load=(HERE / "grid.js").read_text(), elem_id="codebook-cells", apply_default_css=False)  # fmt: skip
            gr.Markdown(t("codebook.codes_note"), elem_classes="ae-caption")
            opacity = gr.Slider(0, 1, 0.45, step=0.05, label=t("codebook.opacity"))
        with gr.Column(min_width=320):
            again = gr.HTML(elem_id="codebook-again")
            sound = gr.Audio(label=t("codebook.result"), interactive=False, elem_id="codebook-sound", buttons=["download"])
            original = gr.Audio(label=t("codebook.original_clip"), interactive=False, buttons=["download"])
            size = gr.Markdown(elem_id="codebook-size")
            tool = gr.Radio([(t(f"codebook.{x}"), x) for x in TOOLS], value="look", label=t("codebook.tool"), elem_id="codebook-tool")
            top = gr.Slider(1, 64, 8, step=1, label=t("codebook.topk"), elem_id="codebook-top")
            with gr.Row():
                shuffle = gr.Button(t("codebook.shuffle"), size="sm", elem_id="codebook-shuffle")
                reset = gr.Button(t("codebook.reset"), size="sm", elem_id="codebook-reset")
                share = gr.Button(t("codebook.share"), size="sm", elem_id="codebook-share")
    gr.Markdown(t("codebook.analogy"))
    alike = gr.HTML(js_on_load=CODES, elem_id="codebook-analogy")
    gr.Markdown(t("codebook.analogy_note"))
    with gr.Column(visible=False) as for_table:
        gr.Markdown(t("codebook.table"))
        heat = gr.HTML(value={"html": "", "order": []}, html_template="${value.html}", js_on_load=TABLE, elem_id="codebook-table")
    with gr.Column() as for_contrast:
        gr.Markdown(t("codebook.contrast"))
        gr.Markdown(t("codebook.contrast_note"))
        compared = gr.HTML(elem_id="codebook-contrast")
    gr.Markdown(t("codebook.flip"))
    gr.Markdown(t("codebook.flip_note"))
    flips = gr.HTML(elem_id="codebook-flip")
    with gr.Accordion(t("codebook.how"), open=False, elem_id="codebook-how"):
        gr.Markdown(t("codebook.guide"))
        told = gr.Markdown(latex_delimiters=[{"left": "$$", "right": "$$", "display": True}])

    quiet = {"api_visibility": "private", "show_progress": "hidden"}
    edited = [work, cells, again, sound, original, size, alike]
    whole = [*edited, compared, shown, told]
    dress = [points, *whole, heat, colour, for_image, for_speech, for_contrast, for_table, top]
    encode_image.click(ui.sentences(own_image), [name, picture], whole, api_name="codebook_image", **ui.HEAVY)
    encode_voice.click(ui.sentences(own_voice), [voice], whole, api_name="codebook_voice", **ui.HEAVY)
    name.input(ui.sentences(chosen_model), [name, colour, layout], [chosen, *dress], **quiet, **ui.READY)

    def recoloured(which, by, lay, fresh, kept, language):
        return map_value(which, by, lay, fresh, kept["code"] if kept else None, language)

    for setting in (colour, layout):
        setting.input(ui.sentences(recoloured), [name, colour, layout, afresh, work], points, **quiet, **ui.LIGHT)

    def clicked(kept, which, request: gr.Request, event: gr.EventData):
        return opened_code(kept, which, event._data["index"], ui.language(request))

    for map_like in (points, shown, heat, alike):
        map_like.select(clicked, [work, name], [work, shown], **quiet, **ui.LIGHT)

    def stroked(kept, how, request: gr.Request, event: gr.EventData):
        language = ui.language(request)
        try:
            results, code = touched(kept, event._data["cells"], how, language)
        except ValueError as problem:
            raise gr.Error(words.error(str(problem), language), print_exception=False) from problem
        return *results, card(results[0]["name"], code, results[0], language)

    cells.select(stroked, [work, tool], [*edited, shown], **quiet, **ui.LIGHT)
    shuffle.click(ui.sentences(shuffled), work, edited, **quiet, **ui.LIGHT)
    reset.click(ui.sentences(restored), work, edited, **quiet, **ui.LIGHT)
    top.release(ui.sentences(commonest_only), [work, top], edited, **quiet, **ui.LIGHT)

    def picked_drawing(which, request: gr.Request, event: gr.SelectData):
        return event.index, *shown_example(which if kind(which) == "image" else "image", event.index, ui.language(request))

    drawings.select(picked_drawing, name, [chosen, *whole], **quiet, **ui.READY)

    def picked_clip(index, language):
        return index, *shown_example("speech", index, language)

    clips.click(ui.sentences(picked_clip), clips, [chosen, *whole], **quiet, **ui.READY)
    drawn = redraw.click(ui.streaming(redrawn), [name, neighbours, least, colour, work], [progress, points, afresh, layout], api_visibility="private", **ui.LEARNING)  # fmt: skip
    stop.click(lambda: "", None, progress, cancels=[drawn], api_visibility="private", queue=False)
    opacity.change(None, opacity, None, js=OPACITY, api_visibility="private")
    share.click(None, [name, colour, layout, chosen, tool, opacity], None, js=SHARE, api_visibility="private")
    page.load(opened, None, [name, layout, chosen, tool, opacity, *dress, flips])
