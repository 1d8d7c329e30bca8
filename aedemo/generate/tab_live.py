"""The room in front of the generate tab: a small auto-encoder trained as one looks on."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import gradio as gr

from .. import threads, ui, words
from . import live, room
from .words import WORDS

MOMENT = 0.25  # seconds of training between two looks
GIVES_WAY = 4  # times as long as it waited
TURNS = threads.Turns()
FIRST = 60  # epochs of the run that is there before any click
PLANE = '<div class="ge-live"><canvas role="img"></canvas><div class="ge-key" aria-hidden="true"></div></div>'
PLANE_JS = (Path(__file__).parent / "plane.js").read_text()


def looked(run: live.Run, language: str) -> tuple:
    """A run's plane, what is told of it, its losses, and the run itself: it stays with the visitor."""
    say = partial(words.say, WORDS, language=language)
    told = say("generate.untrained")
    if run.losses:
        _, error, kl = run.losses[-1]
        told = say("generate.epoch").format(run.epoch, live.EPOCHS, error, kl, 100 * run.neighbours_right())
    return room.plane(run, say("generate.plane")), told, room.losses(run, live.EPOCHS, say("generate.losses")), run


@threads.once(1)
def first_run() -> live.Run:
    run = live.Run(live.Knobs())
    for _ in range(FIRST):
        run.step()
    return run


def played(run, kl, noise, width, rate, seed, language):
    """Train on, and show it a few times a second, until it is over or paused; of several that play each has its moments in turn."""
    run = run or live.Run(live.Knobs.of(kl=kl, noise=noise, width=width, rate=rate, seed=seed))
    while not run.over:
        with TURNS.turn():
            begun_at, computed = time.monotonic(), time.thread_time()
            while not run.over and time.monotonic() < begun_at + MOMENT:
                run.step()
            look = looked(run, language)
            # as long as it had to wait for the processor others want that too: it gives way to them
            waited = (time.monotonic() - begun_at) - (time.thread_time() - computed)
            time.sleep(min(max(GIVES_WAY * waited, 0), 1))
        yield look


def stepped(run, kl, noise, width, rate, seed, language):
    """Once more through the digits."""
    run = run or live.Run(live.Knobs.of(kl=kl, noise=noise, width=width, rate=rate, seed=seed))
    if not run.over:
        run.step()
    return looked(run, language)


def begun(kl, noise, width, rate, seed, language):
    """Other knobs: a new run, not trained yet."""
    return looked(live.Run(live.Knobs.of(kl=kl, noise=noise, width=width, rate=rate, seed=seed)), language)


def build_live() -> tuple[list, list]:
    """Lay the room out and wire it.

    Returns what is turned (a run's knobs) and what is looked at: the outputs of `looked`.
    """
    t = ui.t
    gr.Markdown(t("generate.live"))
    run = gr.State(time_to_live=3600)
    usual = live.Knobs()
    with gr.Row():
        with gr.Column(min_width=280, scale=2):
            kl = gr.Slider(*live.RANGES["kl"], usual.kl, step=0.1, label=t("generate.kl"), elem_id="generate-kl")
            noise = gr.Slider(*live.RANGES["noise"], usual.noise, step=0.05, label=t("generate.noise"))
            width = gr.Slider(*live.RANGES["width"], usual.width, step=8, label=t("generate.width"))
            rate = gr.Slider(*live.RANGES["rate"], usual.rate, step=0.0005, label=t("generate.rate"))
            seed = gr.Number(usual.seed, precision=0, minimum=0, maximum=9999, label=t("generate.seed"))
            with gr.Row():
                play = gr.Button(t("generate.play"), variant="primary", min_width=80, elem_id="generate-play")
                pause = gr.Button(t("generate.pause"), min_width=80, elem_id="generate-pause")
                step = gr.Button(t("generate.step"), min_width=80, elem_id="generate-step")
                again = gr.Button(t("generate.again"), min_width=80, elem_id="generate-again")
        with gr.Column(min_width=300, scale=3):
            plane = gr.HTML(value={"codes": ""}, html_template=PLANE, js_on_load=PLANE_JS, elem_id="generate-plane", apply_default_css=False)  # fmt: skip
            told = gr.Markdown(elem_id="generate-told")
            losses = gr.HTML(elem_id="generate-losses")

    turning, view = [kl, noise, width, rate, seed], [plane, told, losses, run]
    # at what is told of the run it is shown where in the queue one is
    playing = play.click(ui.streaming(played), [run, *turning], view, show_progress_on=told, **ui.BUSY, **ui.LIVE)
    pause.click(None, None, None, cancels=[playing], api_visibility="private")
    step.click(ui.sentences(stepped), [run, *turning], view, cancels=[playing], **ui.QUIET, **ui.LIGHT)
    again.click(ui.sentences(begun), turning, view, cancels=[playing], **ui.QUIET, **ui.LIGHT)
    for event in (kl.release, noise.release, width.release, rate.release, seed.submit):
        event(ui.sentences(begun), turning, view, cancels=[playing], **ui.QUIET, **ui.LIGHT)
    return turning, view
