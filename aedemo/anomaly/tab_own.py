"""A detector of one's own: learned on the page from a person's own normal pictures, kept as a file, opened again."""

from __future__ import annotations

import os
import zipfile
from functools import partial
from pathlib import Path

import gradio as gr

from .. import images, ui, words
from . import charts, inference
from .folder import shrunk
from .tab_pictures import MINE, at_most, path_of
from .words import WORDS

SECONDS = 45  # of learning on the page


def learn(files, language):
    """Learn the visitor's normal pictures: yields the loss curve while it goes, at last the detector and its download."""
    say = partial(words.say, WORDS, language=language)
    if not files:
        raise ValueError("Please give at least 10 normal pictures.")
    at_most(files)
    read = []
    for file, (image, why) in zip(files, images.each(path_of(f) for f in files), strict=True):
        if image is None:
            gr.Warning(f"{Path(path_of(file)).name}: {words.error(why, language)}")
        else:
            read.append(shrunk(image, 512))
    steps = inference.fitting(read, SECONDS, "cpu" if os.environ.get("SPACES_ZERO_GPU") else None)
    losses, shown = [], 0.0
    while True:
        try:
            done, loss = next(steps)
        except StopIteration as end:
            detector = end.value
            break
        losses.append(loss)
        if done - shown > 0.02:
            shown = done
            yield charts.progress(done, losses, say("anomaly.loss")), gr.skip(), gr.skip(), gr.skip()
    folder = detector.save(ui.folder() / "model")
    file = folder.parent / "my-model.zip"
    with zipfile.ZipFile(file, "w") as out:
        for part in sorted(folder.iterdir()):
            out.write(part, part.name)
    yield charts.progress(1.0, losses, say("anomaly.learned")), detector, str(file), gr.Radio(value=MINE)


def opened_model(path, language):
    """A model that was downloaded before."""
    folder = ui.folder()
    try:
        with zipfile.ZipFile(path) as packed:
            for part in ("model.safetensors", "config.json", "calibration.safetensors"):
                if packed.getinfo(part).file_size > 50_000_000:
                    raise ValueError("This is no model that was downloaded here.")
                (folder / part).write_bytes(packed.read(part))
    except (zipfile.BadZipFile, KeyError, OSError, TypeError):
        raise ValueError("This is no model that was downloaded here.") from None
    return inference.load(folder), gr.Radio(value=MINE)


def build_own(mine: gr.State, name: gr.Radio):
    """Lay the room out and wire it; the detector goes to `mine`, and `name` chooses it.

    Returns the event of learning, after which pictures can be inspected by it.
    """
    t = ui.t
    with gr.Accordion(t("anomaly.own"), open=False, elem_id="anomaly-own"):
        gr.Markdown(t("anomaly.own_lead"))
        normal = gr.File(label=t("anomaly.normal_files"), file_count="multiple", height=150, elem_id="anomaly-normal")
        with gr.Row():
            teach = gr.Button(t("anomaly.teach"), variant="primary", elem_id="anomaly-teach")
            stop = gr.Button(t("anomaly.stop"), elem_id="anomaly-stop")
        curve = gr.HTML(elem_id="anomaly-curve")
        with gr.Row():
            packed = gr.File(label=t("anomaly.download"), interactive=False, height=90, elem_id="anomaly-packed")
            reopened = gr.File(label=t("anomaly.reopen"), file_types=[".zip"], height=140, elem_id="anomaly-reopened")

    learning = teach.click(ui.streaming(learn), normal, [curve, mine, packed, name], api_visibility="private", **ui.LEARNING)  # fmt: skip
    stop.click(None, None, None, cancels=[learning], api_visibility="private")
    reopened.upload(ui.sentences(opened_model), reopened, [mine, name], api_visibility="private", **ui.HEAVY)
    return learning
