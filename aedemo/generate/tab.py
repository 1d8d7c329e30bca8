"""The generate tab: a small auto-encoder trained as one looks on; walls of drawn pictures; a code to turn, walk, mix and add."""

from __future__ import annotations

import copy
import json
from functools import partial
from pathlib import Path

import gradio as gr

from .. import plots, pretrained, threads, ui, words
from . import live, room
from .tab_codes import AXES, REACH, at_code, chosen, code_of_link, mixed, own_picture, three, turned, walked
from .tab_live import build_live, first_run, looked
from .tab_walls import KINDS, USUAL, WALL, checked, choices, drawn, drawn_anew, model, walls
from .words import WORDS

HERE = Path(__file__).parent


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
        event(ui.sentences(drawn), [state, temperature, dice], [state, wall], **ui.QUIET, **ui.DRAWN)
    draw.click(ui.sentences(drawn_anew), [state, temperature, dice], [dice, state, wall], **ui.QUIET, **ui.DRAWN)

    wall.select(ui.of_event(chosen), state, editor, **ui.QUIET, **ui.DRAWN)
    pad.select(ui.of_event(walked), state, [state, one, *knobs[:2]], trigger_mode="always_last", **ui.QUIET, **ui.DRAWN)
    for knob in knobs:
        knob.release(ui.sentences(turned), [state, *knobs], [state, one, pad], **ui.QUIET, **ui.DRAWN)
    own.input(ui.sentences(own_picture), [state, own], editor, **ui.BUSY, **ui.HEAVY)
    for picture in (a, b, c):
        picture.input(ui.sentences(mixed), [state, a, b, c], mix, **ui.BUSY, **ui.HEAVY)
    share.click(ui.sentences(link), [state, *turning], address, **ui.QUIET, queue=False).then(None, address, None, js=SHARE, api_visibility="private")

    def samples(kind: str = "faces", seed: float = 1, temperature: float = 0.8, strength: float = 1.0) -> str:
        """Pictures drawn by chance: a sheet of 24 as a PNG in a data URI."""
        kind, strength, temperature, seed = checked(kind, strength, temperature, seed)
        arrays = model(kind).arrays(model(kind).draw(WALL, seed, temperature), strength)
        return plots.image_uri(room.sheet(arrays, room.COLUMNS))

    gr.api(samples, api_name="generate", **ui.HEAVY)
    page.load(opened, None, [name, beta, temperature, dice, *turning, *view, *editor, *rest])
