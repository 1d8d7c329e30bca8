"""The anomaly tab: pictures in, heat maps out; one's own normal pictures; and the same idea for a table."""

from __future__ import annotations

import gradio as gr

from .. import pretrained, ui
from .tab_own import build_own
from .tab_pictures import EXAMPLES, EXAMPLES_FOLDER, METHODS, MINE, as_csv, as_zip, exampled, inspect, looked_at, rethreshold
from .tab_table import KINDS, build_table, cell


def opened(request: ui.Visit):
    """The first look: the settings of the link, and an example, ready."""
    query, language = dict(request.query_params), ui.language(request)
    name = ui.choice(query.get("normal"), EXAMPLES, "faces")
    method = ui.choice(query.get("method"), METHODS, "strong")
    threshold, blend = ui.number(query.get("threshold"), 0, 4, 1), ui.number(query.get("blend"), 0, 1, 0.6)
    at, row = int(ui.number(query.get("at"), 0, 1, 1)), int(ui.number(query.get("row"), 0, 70, 0))
    kind = ui.choice(query.get("cells"), KINDS, "malignant")
    have = pretrained.names("anomaly")
    if name not in have or f"{name}-plain" not in have:  # a folder of other models (AEDEMO_PRETRAINED)
        method = "strong" if name in have else "plain"
    files = [str(EXAMPLES_FOLDER / f) for f in EXAMPLES[name]]
    looked = exampled(name, method, threshold, language, at)
    return files, name, method, threshold, blend, kind, row, *looked, cell(kind, row, language)


AT = "document.querySelector('#anomaly-grid .an-at')?.dataset.index ?? 1"
SHARE = ui.link("anomaly", "normal, method, threshold, blend, cells, row", f"{{normal, method, threshold, blend, cells, row, at: {AT}}}")
BLEND = "v => { document.documentElement.style.setProperty('--an-blend', v); return []; }"
PICK = (
    """element.addEventListener('click', e => { const c = e.target.closest('[data-index]'); if (c) trigger('select', {index: +c.dataset.index}); })"""
)


def build(page: ui.Room) -> None:
    """Lay the tab out and wire it; called inside the page's `gr.Tab`."""
    t = ui.t
    gr.Markdown(t("anomaly.lead"))
    session, mine = gr.State(time_to_live=3600), gr.State(time_to_live=3600)
    with gr.Row():
        with gr.Column(min_width=300):
            name = gr.Radio(
                [*((t(f"anomaly.{n}"), n) for n in EXAMPLES), (t("anomaly.mine"), MINE)],
                value="faces",
                label=t("anomaly.model"),
                elem_id="anomaly-model",
            )
            method = gr.Radio(
                [(t("anomaly.strong"), "strong"), (t("anomaly.plain"), "plain")], value="strong", label=t("anomaly.method"), elem_id="anomaly-method"
            )
            ready = gr.Dataset(components=[gr.Textbox(visible=False)], samples=[[n] for n in EXAMPLES], sample_labels=["☺ 脸 face / cartoon", "▤ 金属 metal / scratch", "▦ 纸 paper / scratch"], label=t("anomaly.examples"), type="index", elem_id="anomaly-examples")  # fmt: skip
        with gr.Column(min_width=300):
            files = gr.Gallery(label=t("anomaly.files"), interactive=True, type="filepath", sources=["upload", "webcam", "clipboard"], columns=4, height=210, elem_id="anomaly-files", buttons=[])  # fmt: skip
            go = gr.Button(t("anomaly.go"), variant="primary", elem_id="anomaly-go")
    shown = gr.HTML(js_on_load=PICK, elem_id="anomaly-grid")
    with gr.Row():
        threshold = gr.Slider(0, 4, 1, step=0.05, label=t("anomaly.threshold"), elem_id="anomaly-threshold", min_width=280)
        blend = gr.Slider(0, 1, 0.6, step=0.05, label=t("anomaly.blend"), elem_id="anomaly-blend", min_width=280)
    view = gr.HTML(elem_id="anomaly-view")
    with gr.Row():
        with gr.Column(min_width=300):
            slider = gr.ImageSlider(
                label=t("anomaly.slide"), type="pil", interactive=False, height=340, max_height=340, elem_id="anomaly-slider", buttons=[]
            )
        with gr.Column(min_width=300):
            charted = gr.HTML(elem_id="anomaly-charts")
    listed = gr.Dataframe(datatype=["str", "number", "number", "str"], label=t("anomaly.table"), interactive=False, max_height=220, elem_id="anomaly-table")  # fmt: skip
    with gr.Row():
        to_csv = gr.Button(t("anomaly.csv"), size="sm", elem_id="anomaly-csv")
        to_zip = gr.Button(t("anomaly.zip"), size="sm", elem_id="anomaly-zip")
        share = gr.Button(t("anomaly.share"), size="sm", elem_id="anomaly-share")
    saved = gr.File(label=t("anomaly.saved"), interactive=False, visible=False, height=70, elem_id="anomaly-saved")
    learning = build_own(mine, name)
    kind, which, told = build_table()
    with gr.Accordion(t("anomaly.how"), open=False, elem_id="anomaly-how"):
        gr.Markdown(t("anomaly.guide"), latex_delimiters=ui.LATEX)
        figure = gr.Markdown(latex_delimiters=ui.LATEX)

    results = [session, shown, view, slider, charted, figure, listed]
    asked = [files, name, method, threshold, mine]
    go.click(ui.sentences(inspect), asked, results, api_name="anomaly_inspect", **ui.HEAVY)
    files.upload(ui.sentences(inspect), asked, results, api_visibility="private", **ui.HEAVY)
    for setting in (name, method):
        setting.input(ui.sentences(inspect), asked, results, api_visibility="private", **ui.HEAVY)
    threshold.release(ui.sentences(rethreshold), [session, threshold], results, **ui.QUIET, **ui.LIGHT)
    blend.change(None, blend, None, js=BLEND, api_visibility="private")

    def clicked(kept, limit, told, language):
        return looked_at(kept, limit, told["index"], language)

    shown.select(ui.of_event(clicked), [session, threshold], results, **ui.QUIET, **ui.LIGHT)

    def picked(index, how, limit, language):
        one = list(EXAMPLES)[index]
        return [str(EXAMPLES_FOLDER / f) for f in EXAMPLES[one]], one, *exampled(one, how, limit, language)

    ready.click(ui.sentences(picked), [ready, method, threshold], [files, name, *results], api_visibility="private", **ui.READY)
    to_csv.click(ui.sentences(as_csv), [session, threshold], saved, api_visibility="private", **ui.LIGHT)
    to_zip.click(ui.sentences(as_zip), [session, threshold, blend], saved, api_visibility="private", **ui.LIGHT)
    share.click(None, [name, method, threshold, blend, kind, which], None, js=SHARE, api_visibility="private")
    learning.success(ui.sentences(inspect), asked, results, api_visibility="private", **ui.HEAVY)
    page.load(opened, None, [files, name, method, threshold, blend, kind, which, *results, told])
