"""Pictures drawn by chance: by a model's middle, and by the plain one's."""

from __future__ import annotations

from functools import partial

import gradio as gr
import numpy as np

from .. import pretrained, threads, ui, words
from . import inference, room
from .model import MIDDLE
from .words import WORDS

KINDS = ("faces", "emoji")
WALL = 24  # pictures
USUAL = ("faces", 1.0, 0.8, 1)  # model, its middle beta, temperature, seed


def model(name: str) -> inference.Generator:
    return inference.load(name)


def checked(name, beta, temperature, seed) -> tuple[str, float, float, int]:
    """Settings from a form or a link; what is nonsense is as usual."""
    name = ui.choice(name, KINDS, USUAL[0])
    betas = model(name).betas
    beta = ui.number(beta, 1e-6, 1e6, betas[MIDDLE])
    return (
        name,
        min(betas, key=lambda known: abs(np.log(known / beta))),
        ui.number(temperature, 0, 2, USUAL[2]),
        int(ui.number(seed, 0, 10**6, USUAL[3])),
    )


@threads.once(32)  # in a lecture all draw with the same dice
@ui.gpu(duration=15)
def walls(name: str, beta: float, temperature: float, seed: int, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    variational, plain = model(name), model(f"{name}-plain")
    figures = {"vae": pretrained.card("generate", name), "plain": pretrained.card("generate", f"{name}-plain")}
    made = (
        ("vae", variational.arrays(variational.draw(WALL, seed, temperature), beta), "wall_vae", figures["vae"].get(f"distance_beta_{beta:g}")),
        ("plain", plain.arrays(plain.draw(WALL, seed, temperature)), "wall_plain", figures["plain"].get("distance")),
        ("fitted", plain.arrays(plain.draw(WALL, seed, temperature, fitted=True)), "wall_fitted", figures["plain"].get("distance_fitted")),
    )
    inner = "".join(
        room.wall(
            arrays,
            kind,
            say(f"generate.{title}"),
            say("generate.distance").format(figure) if figure is not None else "",
            kind == "vae",
            say("generate.draw"),
        )
        for kind, arrays, title, figure in made
    )
    real = figures["vae"].get("distance_of_training_pictures")
    scale = f'<p class="ae-caption">{say("generate.distance_real").format(real)}</p>' if real is not None else ""
    return f'<div class="ge-walls">{inner}</div>{scale}'


def choices(name: str, beta: float) -> gr.Radio:
    """A model's betas to choose from."""
    return gr.Radio([(f"1/{1 / b:g}" if b < 1 else f"{b:g}", b) for b in model(name).betas], value=beta)


def drawn(state, temperature, seed, language):
    """Other dice, or another temperature."""
    state = ui.remembered(state)
    _, _, temperature, seed = checked("", 1, temperature, seed)
    state = state | {"temperature": temperature, "seed": seed}
    return state, walls(state["name"], state["beta"], temperature, seed, language)


def drawn_anew(state, temperature, seed, language):
    _, _, temperature, seed = checked("", 1, temperature, seed)
    return seed + 1, *drawn(state, temperature, seed + 1, language)
