"""The codebook tab: a map of all codes, a card of each, and one's own picture or voice as codes to be changed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

from .. import pretrained, threads, ui, words
from . import drawing, inference
from .data import flip_book
from .tab_codes import commonest_only, own_image, own_voice, restored, shown_example, shuffled, touched
from .tab_common import CLIPS, FIRST, kind, sheet
from .tab_map import COLOURS, card, map_value, redrawn, table
from .words import WORDS

HERE = Path(__file__).resolve().parent
MODELS = ("image", "image-32", "speech")
TOOLS = ("look", "paint", "swap")


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


def opened(request: ui.Visit):
    """The first look: the settings of the link, and an example as codes, ready."""
    query, language = dict(request.query_params), ui.language(request)
    have = [n for n in MODELS if n in pretrained.names("codebook")]
    name = ui.choice(query.get("codebook"), have, have[0])
    layout = ui.choice(query.get("layout"), ("UMAP", "PCA"), "UMAP")
    index = ui.whole(query.get("example"), 10**9, FIRST if kind(name) == "image" else 0)
    index %= len(sheet()) if kind(name) == "image" else len(CLIPS)
    code = ui.whole(query.get("code"), len(inference.load(name).codebook) - 1, None)
    tool = ui.choice(query.get("tool"), TOOLS, TOOLS[0])
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
        told = gr.Markdown(latex_delimiters=ui.LATEX)

    edited = [work, cells, again, sound, original, size, alike]
    whole = [*edited, compared, shown, told]
    dress = [points, *whole, heat, colour, for_image, for_speech, for_contrast, for_table, top]
    encode_image.click(ui.sentences(own_image), [name, picture], whole, api_name="codebook_image", **ui.HEAVY)
    encode_voice.click(ui.sentences(own_voice), [voice], whole, api_name="codebook_voice", **ui.HEAVY)
    name.input(ui.sentences(chosen_model), [name, colour, layout], [chosen, *dress], **ui.QUIET, **ui.READY)

    def recoloured(which, by, lay, fresh, kept, language):
        return map_value(which, by, lay, fresh, kept["code"] if kept else None, language)

    for setting in (colour, layout):
        setting.input(ui.sentences(recoloured), [name, colour, layout, afresh, work], points, **ui.QUIET, **ui.LIGHT)

    def clicked(kept, which, told, language):
        return opened_code(kept, which, told["index"], language)

    for map_like in (points, shown, heat, alike):
        map_like.select(ui.of_event(clicked), [work, name], [work, shown], **ui.QUIET, **ui.LIGHT)

    def stroked(kept, how, told, language):
        results, code = touched(kept, told["cells"], how, language)
        return *results, card(results[0]["name"], code, results[0], language)

    cells.select(ui.of_event(stroked), [work, tool], [*edited, shown], **ui.QUIET, **ui.LIGHT)
    shuffle.click(ui.sentences(shuffled), work, edited, **ui.QUIET, **ui.LIGHT)
    reset.click(ui.sentences(restored), work, edited, **ui.QUIET, **ui.LIGHT)
    top.release(ui.sentences(commonest_only), [work, top], edited, **ui.QUIET, **ui.LIGHT)

    def picked_drawing(which, request: gr.Request, event: gr.SelectData):
        return event.index, *shown_example(which if kind(which) == "image" else "image", event.index, ui.language(request))

    drawings.select(picked_drawing, name, [chosen, *whole], **ui.QUIET, **ui.READY)

    def picked_clip(index, language):
        return index, *shown_example("speech", index, language)

    clips.click(ui.sentences(picked_clip), clips, [chosen, *whole], **ui.QUIET, **ui.READY)
    drawn = redraw.click(ui.streaming(redrawn), [name, neighbours, least, colour, work], [progress, points, afresh, layout], api_visibility="private", **ui.LEARNING)  # fmt: skip
    stop.click(lambda: "", None, progress, cancels=[drawn], api_visibility="private", queue=False)
    opacity.change(None, opacity, None, js=OPACITY, api_visibility="private")
    share.click(None, [name, colour, layout, chosen, tool, opacity], None, js=SHARE, api_visibility="private")
    page.load(opened, None, [name, layout, chosen, tool, opacity, *dress, flips])
