"""The generate tab: a small auto-encoder trained as one looks on; walls of drawn pictures; a code to turn, walk, mix and add."""

from __future__ import annotations

import copy
import json
from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

from .. import images, pretrained, threads, ui, words
from . import inference, live, room
from .model import MIDDLE
from .tab_live import build_live, first_run, looked
from .words import WORDS

HERE = Path(__file__).parent
FACE = HERE.parents[1] / "examples" / "anomaly" / "face.png"
KINDS = ("faces", "emoji")
WALL = 24  # pictures
AXES = 8  # numbers that can be turned
REACH = 3.0  # of the sliders
WALKED = 2.5  # half the side of the plane that is walked on
PLACES = 7  # pictures along each side of it
FRAMES = 24
USUAL = ("faces", 1.0, 0.8, 1)  # model, its middle beta, temperature, seed


def model(name: str) -> inference.Generator:
    return inference.load(name)


# ---- pictures drawn by chance


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


# ---- one code


def choices(name: str, beta: float) -> gr.Radio:
    """A model's betas to choose from."""
    return gr.Radio([(f"1/{1 / b:g}" if b < 1 else f"{b:g}", b) for b in model(name).betas], value=beta)


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
    return f'<figure class="ge-one"><img src="{room.uri(large)}" alt="{say("generate.decoded")}"><figcaption>{say("generate.decoded")}</figcaption></figure>'


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


# ---- several codes


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
        f'<div class="ge-mixed">{room.strip(total[:3], say("generate.rebuilt"))}<figure class="ge-film"><img src="{room.uri(Image.fromarray(total[3].squeeze()))}" '
        f'alt="A − B + C"><figcaption>{say("generate.sum")}</figcaption></figure></div>'
    )


@threads.once(4)
def three(name: str) -> tuple[Image.Image, ...]:
    """Pictures to begin with: drawn by the model itself, and of faces one photograph."""
    drawn = [image.resize((192, 192), Image.Resampling.BICUBIC) for image in model(name).sample(3, seed=5, temperature=0.8)]
    return (images.read(FACE).resize((192, 192)), *drawn[1:]) if name == "faces" else tuple(drawn)


# ---- the whole


def explained(name: str, beta: float, language: str) -> str:
    """The shapes, the equation, the papers and the models' own figures."""
    say = partial(words.say, WORDS, language=language)
    c = model(name).network.config
    first, second, third = c.widths
    lines = [
        f"**{say('generate.shapes')}**: (64, 64, {c.channels}) → (16, 16, {first}) → (8, 8, {second}) → (4, 4, {third}) → μ, σ ({c.latents}) → z ({c.latents}) → "
        f"(4, 4, {third}) → (8, 8, {second}) → (16, 16, {first}) → (32, 32, {c.fine}) → (64, 64, {c.channels})",
        r"$$\min\ \mathbb{E}_{z\sim\mathcal N(\mu(x),\sigma(x))}\big[-\log p(x\mid z)\big]+\beta\,\tfrac12\sum_i\big(\mu_i^2+\sigma_i^2-1-\log\sigma_i^2\big)$$",
        f"**{say('generate.papers')}**: [Kingma & Welling 2013](https://arxiv.org/abs/1312.6114), [β-VAE](https://openreview.net/forum?id=Sy2fzU9gl), "
        "[Bae et al. 2022](https://arxiv.org/abs/2212.03905), [KID](https://arxiv.org/abs/1801.01401)",
    ]
    for one in (name, f"{name}-plain"):
        measured = pretrained.card("generate", one)
        if measured:
            rows = "\n".join(f"| {key} | {value:.3f} |" for key, value in measured.items())
            lines.append(f"**`{one}`: {say('generate.figures')}**\n\n| | |\n|---|---|\n{rows}")
    return "\n\n".join(lines)


def shown(name, beta, temperature, seed, code, language) -> tuple:
    """Everything behind the room in front: state, walls, the editor, the film, how it works."""
    state = {"name": name, "beta": beta, "temperature": temperature, "seed": seed}
    pictures = three(name)
    return (
        *at_code(state, code, language),
        walls(name, beta, temperature, seed, language),
        *pictures,
        mixed(state | {"code": code}, *pictures, language),
        explained(name, beta, language),
    )


@threads.once(16)
def shown_first(name, beta, temperature, seed, language) -> tuple:
    """`shown`, of the first picture on the wall, computed once for all visitors: nothing in it is ever changed."""
    return shown(name, beta, temperature, seed, model(name).draw(WALL, seed, temperature)[0], language)


def other_model(name, temperature, seed, language):
    """Faces or emoji, at the middle of their betas."""
    name, beta, temperature, seed = checked(name, None, temperature, seed)
    return choices(name, beta), *shown_first(name, beta, temperature, seed, language)


def other_beta(state, beta, a, b, c, language):
    """The same dice and the same code under another beta."""
    state = ui.remembered(state)
    _, beta, _, _ = checked(state["name"], beta, 0, 0)
    state = state | {"beta": beta}
    wall = walls(state["name"], beta, state["temperature"], state["seed"], language)
    return *at_code(state, state["code"], language), wall, mixed(state, a, b, c, language)


def drawn(state, temperature, seed, language):
    """Other dice, or another temperature."""
    state = ui.remembered(state)
    _, _, temperature, seed = checked("", 1, temperature, seed)
    state = state | {"temperature": temperature, "seed": seed}
    return state, walls(state["name"], state["beta"], temperature, seed, language)


def drawn_anew(state, temperature, seed, language):
    _, _, temperature, seed = checked("", 1, temperature, seed)
    return seed + 1, *drawn(state, temperature, seed + 1, language)


def link(state, kl, noise, width, rate, seed, language):
    """All of the tab's state but private pictures, for the address."""
    state = ui.remembered(state)
    code = ",".join(str(round(float(v) * 50)) for v in state["code"])
    told = {
        "tab": "generate",
        "model": state["name"],
        "beta": f"{state['beta']:g}",
        "temperature": state["temperature"],
        "draw": state["seed"],
        "code": code,
    }
    knobs = live.Knobs.of(kl=kl, noise=noise, width=width, rate=rate, seed=seed)
    return json.dumps(told | {f"live_{key}": getattr(knobs, key) for key in live.RANGES})


def code_of_link(text: str | None, latents: int) -> np.ndarray | None:
    try:
        code = np.array([float(part) for part in (text or "").split(",")], np.float32) / 50
    except ValueError:
        return None
    return code.clip(-10, 10) if code.shape == (latents,) and np.isfinite(code).all() else None


def opened(request: ui.Visit):
    """The first look: what the link says, or what is usual, ready; a run in front that has learned a little."""
    query, language = dict(request.query_params), ui.language(request)
    name, beta, temperature, seed = checked(query.get("model"), query.get("beta"), query.get("temperature"), query.get("draw"))
    knobs = live.Knobs.of(**{key: query.get(f"live_{key}") for key in live.RANGES})
    run = copy.deepcopy(first_run()) if knobs == live.Knobs() else live.Run(knobs)
    code = code_of_link(query.get("code"), model(name).latents)
    turned = (knobs.kl, knobs.noise, knobs.width, knobs.rate, knobs.seed)
    given = name, beta, temperature, seed
    rest = shown_first(*given, language) if code is None else shown(*given, code, language)
    return name, choices(name, beta), temperature, seed, *turned, *looked(run, language), *rest


SHARE = ui.link("generate", "told", "JSON.parse(told)")
PAD = '<div class="ge-pad" tabindex="0" role="slider" aria-valuenow="0"><img alt="" draggable="false"><b class="ge-dot"></b></div>'
CLICK = """element.addEventListener('click', e => { const b = e.target.closest('button[data-index]'); if (!b) return;
  element.querySelectorAll('.ge-at').forEach(o => o.classList.remove('ge-at')); b.classList.add('ge-at'); trigger('select', {index: +b.dataset.index}); });"""


def build(page: ui.Room) -> None:
    """Lay the tab out and wire it; called inside the page's `gr.Tab`."""
    t = ui.t
    if not {f"{kind}{plain}" for kind in KINDS for plain in ("", "-plain")} <= set(pretrained.names("generate")):
        gr.Markdown(t("generate.none"))
        return
    gr.Markdown(t("generate.lead"))
    turning, view = build_live()
    state = gr.State(time_to_live=3600)
    gr.Markdown(t("generate.walls"))
    with gr.Row():
        name = gr.Radio([(t("generate.faces"), "faces"), (t("generate.emoji"), "emoji")], value=USUAL[0], label=t("generate.model"), elem_id="generate-model")  # fmt: skip
        beta = gr.Radio([("1", USUAL[1])], value=USUAL[1], label=t("generate.beta"), elem_id="generate-beta")
        temperature = gr.Slider(0, 2, USUAL[2], step=0.1, label=t("generate.temperature"), elem_id="generate-temperature")
        dice = gr.Number(USUAL[3], precision=0, minimum=0, maximum=10**6, label=t("generate.seed"), min_width=90)
        draw = gr.Button(t("generate.draw"), min_width=110, elem_id="generate-draw")
    wall = gr.HTML(js_on_load=CLICK, elem_id="generate-walls")
    gr.Markdown(t("generate.edit"))
    with gr.Row():
        with gr.Column(min_width=260):
            one = gr.HTML(elem_id="generate-one")
            own = gr.Image(label=t("generate.own"), type="filepath", sources=["upload", "webcam", "clipboard"], height=180, elem_id="generate-own")
        with gr.Column(min_width=280):
            knobs = [gr.Slider(-REACH, REACH, 0, step=0.01, label=str(i), elem_id=f"generate-axis-{i}") for i in range(AXES)]
        with gr.Column(min_width=280):
            pad = gr.HTML(value={"back": ""}, html_template=PAD, js_on_load=(HERE / "pad.js").read_text(), elem_id="generate-pad", apply_default_css=False)  # fmt: skip
            gr.Markdown(t("generate.pad"), elem_classes="ae-caption")
    gr.Markdown(t("generate.film"))
    with gr.Row():
        a, b, c = (gr.Image(label=t(f"generate.{k}"), type="filepath", sources=["upload", "webcam", "clipboard"], height=210, min_width=150, elem_id=f"generate-{k}") for k in "abc")  # fmt: skip
    mix = gr.HTML(elem_id="generate-mixed")
    share = gr.Button(t("generate.share"), size="sm", elem_id="generate-share")
    address = gr.Textbox(visible="hidden")
    with gr.Accordion(t("generate.how"), open=False, elem_id="generate-how"):
        gr.Markdown(t("generate.guide"))
        how = gr.Markdown(latex_delimiters=ui.LATEX)

    editor = [state, one, pad, *knobs]
    rest = [wall, a, b, c, mix, how]
    name.input(ui.sentences(other_model), [name, temperature, dice], [beta, *editor, *rest], **ui.BUSY, **ui.READY)
    beta.input(ui.sentences(other_beta), [state, beta, a, b, c], [*editor, wall, mix], **ui.BUSY, **ui.HEAVY)
    for event in (temperature.release, dice.submit):
        event(ui.sentences(drawn), [state, temperature, dice], [state, wall], **ui.QUIET, **ui.LIGHT)
    draw.click(ui.sentences(drawn_anew), [state, temperature, dice], [dice, state, wall], **ui.QUIET, **ui.LIGHT)

    wall.select(ui.of_event(chosen), state, editor, **ui.QUIET, **ui.LIGHT)
    pad.select(ui.of_event(walked), state, [state, one, *knobs[:2]], trigger_mode="always_last", **ui.QUIET, **ui.LIGHT)
    for knob in knobs:
        knob.release(ui.sentences(turned), [state, *knobs], [state, one, pad], **ui.QUIET, **ui.LIGHT)
    own.input(ui.sentences(own_picture), [state, own], editor, **ui.BUSY, **ui.HEAVY)
    for picture in (a, b, c):
        picture.input(ui.sentences(mixed), [state, a, b, c], mix, **ui.BUSY, **ui.HEAVY)
    share.click(ui.sentences(link), [state, *turning], address, **ui.QUIET, queue=False).then(None, address, None, js=SHARE, api_visibility="private")

    def samples(kind: str = "faces", seed: float = 1, temperature: float = 0.8, strength: float = 1.0) -> str:
        """Pictures drawn by chance: a sheet of 24 as a PNG in a data URI."""
        kind, strength, temperature, seed = checked(kind, strength, temperature, seed)
        arrays = model(kind).arrays(model(kind).draw(WALL, seed, temperature), strength)
        return room.uri(room.sheet(arrays, room.COLUMNS))

    gr.api(samples, api_name="generate", **ui.HEAVY)
    page.load(opened, None, [name, beta, temperature, dice, *turning, *view, *editor, *rest])
