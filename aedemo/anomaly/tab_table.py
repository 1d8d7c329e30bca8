"""The same idea for a table: cell samples, or rows of one's own."""

from __future__ import annotations

from functools import partial

import gradio as gr
import numpy as np

from .. import ui, words
from . import charts, tabular
from .words import WORDS

KINDS = ("malignant", "benign")  # cells


def row_shown(detector, rows, index: int, language):
    """A row of a table: its verdict, and the columns that would not rebuild."""
    say = partial(words.say, WORDS, language=language)
    index = min(max(int(index), 0), len(rows) - 1)
    result = detector.inspect(rows[index : index + 1])[0]
    names = {name: i for i, name in enumerate(detector.columns)}
    worst = [
        (f"{n}: {rows[index][names[n]]:.4g} ({say('anomaly.expected')} {result.expected[names[n]]:.4g})", e)
        for n, e in result.worst(detector.columns)
    ]
    verdict = say("anomaly.row_odd" if result.is_anomaly else "anomaly.row_normal").format(
        f"{100 * result.more_unusual_than:.0f}", f"{result.score:.2f}", "1.00"
    )
    return f'<p class="an-verdict {"an-odd" if result.is_anomaly else ""}">{verdict}</p>' + charts.columns(worst, say("anomaly.worst"))


def cell(kind: str, index: float, language):
    """A benign or malignant cell sample of the held-out split."""
    _, benign, malignant, _ = tabular.cells()
    rows = malignant if kind == "malignant" else benign
    return row_shown(tabular.load_table(), rows, int(index) % len(rows), language)


def own_table(normal, other, language):
    """Learn a visitor's normal rows; score other rows (or the same), and show the strangest."""
    say = partial(words.say, WORDS, language=language)
    if not normal:
        raise ValueError("Please give a CSV file of normal rows.")
    rows, columns = tabular.read_csv(normal)
    detector = tabular.fit_table(rows, columns)
    if other:
        rows, names = tabular.read_csv(other)
        missing = [c for c in columns if c not in names]
        if missing:
            raise ValueError(f"The second table lacks the column {missing[0]!r} of the normal rows.")
        rows = rows[:, [names.index(c) for c in columns]]
    results = detector.inspect(rows)
    order = np.argsort([-r.score for r in results])
    listed = [
        [
            int(i) + 1,
            round(results[i].score, 3),
            say("anomaly.odd") if results[i].is_anomaly else say("anomaly.normal"),
            results[i].worst(columns, 1)[0][0],
        ]
        for i in order[:200]
    ]
    headers = [say(f"anomaly.column_{c}") for c in ("row", "score", "verdict", "worst")]
    return row_shown(detector, rows, int(order[0]), language), gr.Dataframe(value={"headers": headers, "data": listed}, visible=True)


def build_table() -> tuple[gr.Radio, gr.Slider, gr.HTML]:
    """Lay the room out and wire it.

    Returns which kind of cell is looked at, which of them, and what is told of it: the output of `cell`.
    """
    t = ui.t
    with gr.Accordion(t("anomaly.cells"), open=True, elem_id="anomaly-cells"):
        gr.Markdown(t("anomaly.cells_lead"))
        with gr.Row():
            with gr.Column(min_width=280):
                kind = gr.Radio(
                    [(t("anomaly.malignant"), "malignant"), (t("anomaly.benign"), "benign")],
                    value="malignant",
                    label=t("anomaly.cell_kind"),
                    elem_id="anomaly-kind",
                )
                which = gr.Slider(0, 70, 0, step=1, label=t("anomaly.cell_row"), elem_id="anomaly-row")
            with gr.Column(min_width=280):
                told = gr.HTML(elem_id="anomaly-cell")
        with gr.Row():
            own_normal = gr.File(label=t("anomaly.csv_normal"), file_types=[".csv", ".tsv", ".txt"], height=140, elem_id="anomaly-csv-normal")
            own_other = gr.File(label=t("anomaly.csv_other"), file_types=[".csv", ".tsv", ".txt"], height=140)
        own_go = gr.Button(t("anomaly.csv_go"), elem_id="anomaly-csv-go")
        own_told = gr.HTML(elem_id="anomaly-csv-told")
        own_listed = gr.Dataframe(interactive=False, max_height=220, visible=False, elem_id="anomaly-csv-table")

    kind.input(ui.sentences(cell), [kind, which], told, **ui.QUIET, **ui.LIGHT)
    which.release(ui.sentences(cell), [kind, which], told, **ui.QUIET, **ui.LIGHT)
    own_go.click(ui.sentences(own_table), [own_normal, own_other], [own_told, own_listed], api_name="anomaly_table", **ui.HEAVY)
    return kind, which, told
