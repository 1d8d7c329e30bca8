"""One code to turn, to walk from and to make of a picture; and several, to mix and to add."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

from .. import images, plots, threads, ui, words
from . import inference, room
from .tab_walls import WALL, model
from .words import WORDS

FACE = Path(__file__).parents[2] / "examples" / "anomaly" / "face.png"
FRAMED = (18, 32, 114, 128)  # of it: as large a face as those trained on, without which little of it is rebuilt
AXES = 8  # numbers that can be turned
REACH = 3.0  # of the sliders
WALKED = 2.5  # half the side of the plane that is walked on
PLACES = 5  # pictures along each side of it
FRAMES = 24


def turned_axes(name: str, beta: float) -> list[inference.Axis]:
    return model(name).axes(beta)[:AXES]


def slider_label(axis: inference.Axis, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    number = say("generate.axis").format(axis.latent + 1)
    return f"{number}: {say(f'generate.axis.{axis.name}')} ({axis.agreement:+.2f})" if axis.name else number


@ui.gpu(duration=15)
def pictured(name: str, beta: float, code: np.ndarray, language: str) -> str:
    """One code's picture, large."""
    image = model(name).decode(code, beta)[0]
    say = partial(words.say, WORDS, language=language)
    large = image.resize((256, 256), Image.Resampling.BICUBIC)
    return f'<figure class="ge-one"><img src="{plots.image_uri(large)}" alt="{say("generate.decoded")}"><figcaption>{say("generate.decoded")}</figcaption></figure>'


@threads.once(32)  # of one place the plane stays when its own two numbers are turned
@ui.gpu(duration=15)
def plane(name: str, beta: float, rest: tuple[float, ...]) -> str:
    """Pictures of the plane of the two numbers that change most, with the others as they are."""
    first, second = (axis.latent for axis in turned_axes(name, beta)[:2])
    at = np.linspace(-WALKED, WALKED, PLACES)
    codes = np.repeat(np.array(rest, np.float32)[None], PLACES**2, 0)
    codes[:, first], codes[:, second] = np.tile(at, PLACES), np.repeat(at[::-1], PLACES)
    return room.sheet_uri(model(name).arrays(codes, beta), PLACES)


def walk(name: str, beta: float, code: np.ndarray, language: str) -> dict:
    """The plane for pad.js, and where on it a code is."""
    own = [axis.latent for axis in turned_axes(name, beta)[:2]]
    rest = np.array(code, np.float32)
    here = np.clip(rest[own] / WALKED, -1, 1)
    rest[own] = 0
    back = plane(name, beta, tuple(rest.tolist()))
    return {"back": back, "x": float(here[0]), "y": float(here[1]), "label": words.say(WORDS, "generate.pad", language)}


def sliders(name: str, beta: float, code: np.ndarray, language: str) -> list:
    return [
        gr.Slider(label=slider_label(axis, language), value=round(float(np.clip(code[axis.latent], -REACH, REACH)), 2))
        for axis in turned_axes(name, beta)
    ]  # fmt: skip


def at_code(state: dict, code: np.ndarray, language: str) -> tuple:
    """A code in the editor: state, picture, plane, sliders."""
    state = state | {"code": np.asarray(code, np.float32)}
    name, beta = state["name"], state["beta"]
    return (
        state,
        pictured(name, beta, state["code"], language),
        walk(name, beta, state["code"], language),
        *sliders(name, beta, state["code"], language),
    )


def chosen(state, clicked, language):
    """A picture of the wall, clicked."""
    state = ui.remembered(state)
    index = int(np.clip(int(clicked.get("index", 0)), 0, WALL - 1))
    code = model(state["name"]).draw(WALL, state["seed"], state["temperature"])[index]
    return at_code(state, code, language)


def walked(state, clicked, language):
    """Another place of the plane."""
    state = ui.remembered(state)
    code = np.array(state["code"])
    places = [float(np.clip(float(clicked.get(key, 0)), -1, 1)) * WALKED for key in ("x", "y")]
    axes = turned_axes(state["name"], state["beta"])
    for axis, value in zip(axes, places):
        code[axis.latent] = value
    state = state | {"code": code}
    return state, pictured(state["name"], state["beta"], code, language), *[round(float(code[axis.latent]), 2) for axis in axes[:2]]


def turned(state, *values_and_language):
    """Sliders let go."""
    state = ui.remembered(state)
    *values, language = values_and_language
    code = np.array(state["code"])
    for axis, value in zip(turned_axes(state["name"], state["beta"]), values):
        # a number beyond the slider's end stays as it is until its own slider is moved
        if abs(float(np.clip(code[axis.latent], -REACH, REACH)) - value) > 0.006:
            code[axis.latent] = value
    state = state | {"code": code}
    return state, pictured(state["name"], state["beta"], code, language), walk(state["name"], state["beta"], code, language)


@ui.gpu(duration=15)
def encoded(name: str, beta: float, pictures: list) -> np.ndarray:
    return model(name).encode([images.read(one) for one in pictures], beta)


def own_picture(state, picture, language):
    """One's own picture becomes the code in the editor."""
    state = ui.remembered(state)
    if picture is None:
        raise ValueError("Please give at least one picture.")
    return at_code(state, encoded(state["name"], state["beta"], [picture])[0], language)


@ui.gpu(duration=20)
def mixed(state, a, b, c, language):
    """The film from A to B through the code, beside a cross-fade of pixels; and A - B + C."""
    state = ui.remembered(state)
    if a is None or b is None or c is None:
        raise ValueError("Please give at least one picture.")
    say = partial(words.say, WORDS, language=language)
    generator, beta = model(state["name"]), state["beta"]
    code_a, code_b, code_c = encoded(state["name"], beta, [a, b, c])
    share = np.linspace(0, 1, FRAMES)[:, None]
    frames = generator.arrays(code_a + share * (code_b - code_a), beta)
    seen_a, seen_b = (generator.seen(one).astype(np.float32) for one in (a, b))
    fade = np.stack([seen_a + s * (seen_b - seen_a) for s in share[:, 0]]).round().astype(np.uint8)
    total = generator.arrays(np.stack([code_a, code_b, code_c, code_a - code_b + code_c]), beta)
    few = np.linspace(0, FRAMES - 1, 8).round().astype(int)
    through, pixels = say("generate.through"), say("generate.fade")
    return (
        f'<div class="ge-mixed">{room.film(frames, through)}{room.film(fade, pixels)}'
        f"<div>{room.strip(frames[few], through)}{room.strip(fade[few], pixels)}</div></div>"
        f'<div class="ge-mixed">{room.strip(total[:3], say("generate.rebuilt"))}<figure class="ge-film"><img src="{plots.image_uri(Image.fromarray(total[3].squeeze()))}" '
        f'alt="A − B + C"><figcaption>{say("generate.sum")}</figcaption></figure></div>'
    )


@threads.once(4)
def three(name: str) -> tuple[Image.Image, ...]:
    """Pictures to begin with: drawn by the model itself, and of faces one photograph."""
    drawn = [image.resize((192, 192), Image.Resampling.BICUBIC) for image in model(name).sample(3, seed=5, temperature=0.8)]
    return (images.read(FACE).crop(FRAMED).resize((192, 192)), *drawn[1:]) if name == "faces" else tuple(drawn)


def code_of_link(text: str | None, latents: int) -> np.ndarray | None:
    try:
        code = np.array([float(part) for part in (text or "").split(",")], np.float32) / 50
    except ValueError:
        return None
    return code.clip(-10, 10) if code.shape == (latents,) and np.isfinite(code).all() else None
