"""The room of pictures against codes: Deep InfoMax's discriminator, before, half-way and after training."""

from __future__ import annotations

from functools import partial

import gradio as gr
import numpy as np

from .. import images, plots, pretrained, threads, ui, words
from . import drawing, shelf
from .inference import STAGES
from .tab_common import CELLS, USUAL, bar_rows, figures_table, have, of_link
from .words import WORDS

GRID = 8  # example pictures at once
MOST_OWN = 8
SMALL = 512  # pixels that are kept of a visitor's picture


def small(picture):
    """A visitor's picture, no larger than is worth keeping."""
    picture = images.read(picture)
    picture.thumbnail((SMALL, SMALL))
    return picture


@ui.gpu(duration=20)
def judged(kind: str, own: list) -> dict:
    """Of each stage: logits of each code with each picture (n, n) of the examples and one's own after them, and the codes (n, D)."""
    found = {}
    for stage in STAGES:
        codes = shelf.known(kind, stage)[1].numpy()
        if own:
            codes = np.concatenate((codes, shelf.looked_at(kind, stage, own)[1].numpy()))
        found[stage] = (shelf.fits(kind, stage, own), codes)
    return found


@threads.once(len(shelf.KINDS))
def judged_examples(kind: str) -> dict:
    return judged(kind, [])


def shown_of(draw: int) -> np.ndarray:
    """Which of the example pictures stand in the grid."""
    return np.random.default_rng(int(draw)).permutation(shelf.MANY)[:GRID]


def verdicts(kind, stage, draw, own, language):
    """The grid of verdicts, the share of codes that find their picture, and how it works."""
    say = partial(words.say, WORDS, language=language)
    mine = [shelf.own(kind, picture) for picture in own or []]
    found = judged(kind, mine) if mine else judged_examples(kind)
    stage = STAGES[int(stage)]
    logits, codes = found[stage]
    at = np.concatenate((shown_of(draw), np.arange(shelf.MANY, shelf.MANY + len(mine))))
    values = 1 / (1 + np.exp(-logits[np.ix_(at, at)].clip(-60, 60)))
    pictures = [*shelf.pictures(kind), *mine]
    thumbs = [drawing.thumb(pictures[i], f"{say('embeddings.picture')} {n}") for n, i in enumerate(at, 1)]
    reach = 2.5 * float(codes.std()) + 1e-9

    def title(r, c):
        return say("embeddings.cell").format(r + 1, c + 1, f"{100 * values[r, c]:.1f}%")

    grid = drawing.matrix(
        values,
        thumbs,
        [thumb + drawing.tile(codes[i], reach) for thumb, i in zip(thumbs, at)],
        title,
        say("embeddings.grid"),
        np.arange(len(at)),
        say("embeddings.hint"),
        head=2,
    )
    key = drawing.scale(*(say(f"embeddings.{word}") for word in ("not", "unsure", "pair")))
    grid = f'<h4>{say("embeddings.grid")}: {say(f"embeddings.stage_{stage}")}</h4><div data-stage="{stage}" data-kind="{kind}">{grid}{key}</div>'
    return grid, shares(kind, stage, found, language), explained_pictures(kind, len(at), language)


def shares(kind: str, stage: str, found: dict, language: str) -> str:
    """How many codes find their own picture, at each stage: among the pictures here, and among those of the card."""
    say = partial(words.say, WORDS, language=language)
    many = len(found[stage][0])
    right = {one: float((found[one][0].argmax(1) == np.arange(many)).mean()) for one in STAGES}
    rows = bar_rows([(f"stage_{one}", right[one], one == stage) for one in STAGES], language)
    card = pretrained.card("embeddings", f"infomax-{kind}")
    measured = [f"{say(f'embeddings.stage_{one}')} {100 * card[f'own_found_{one}']:.0f}%" for one in STAGES if f"own_found_{one}" in card]
    told = f'<p class="ae-caption">{say("embeddings.found_card").format(round(card["pictures"]), ", ".join(measured))}</p>' if measured else ""
    return f"<h4>{say('embeddings.found').format(many)}</h4>{plots.bars(rows, 1 / many, say('embeddings.chance'))}{told}"


def joined(files, kind, stage, draw, language):
    """Pictures of one's own are kept, small, and join the grid."""
    files = files or []
    if len(files) > MOST_OWN:
        raise ValueError(f"At most {MOST_OWN} pictures of your own join the grid; {len(files)} were given.")
    own = [small(file) for file in files]
    return own, *verdicts(kind, stage, draw, own, language)


def drawn(kind, stage, draw, own, language):
    """Other examples in the grid."""
    draw = (int(draw) + 1) % 10_000
    return draw, *verdicts(kind, stage, draw, own, language)


def explained_pictures(kind: str, many: int, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    c = shelf.encoder(f"infomax-{kind}").network.config
    sides = [c.side // c.patch // 2**i for i in range(len(c.widths))]
    chain = [f"({side}, {side}, {width})" for side, width in zip(sides, c.widths)]
    lines = [
        f"**Deep InfoMax. {say('embeddings.shapes')}**, {say('embeddings.of').format(many)}: ({many}, {c.side}, {c.side}, {c.channels}) → {' → '.join(chain)} → z ({many}, {c.latents}); "
        f"g(p): {chain[1]} → ({sides[1] ** 2}, {c.shared}), h(z): ({c.latents}) → ({c.shared}); D: ({many}, {many})",
        r"$$\min\ -\mathbb{E}\log\frac{e^{g(p_i)\cdot h(z_i)}}{\sum_j e^{g(p_j)\cdot h(z_i)}}-\mathbb{E}\log\frac{e^{g(p_i)\cdot h(z_i)}}{\sum_j e^{g(p_i)\cdot h(z_j)}},"
        r"\qquad D(x_i,z_j)=\sigma\big(a\,\overline{g(p_i)\cdot h(z_j)}-b\big)$$",
        f"**{say('embeddings.papers')}**: [Hjelm et al. 2019](https://arxiv.org/abs/1808.06670), [AMDIM](https://arxiv.org/abs/1906.00910)",
        *figures_table((f"infomax-{kind}", f"plain-{kind}"), language),
    ]
    return "\n\n".join(lines)


def opened_pictures(request: ui.Visit):
    told, language = of_link(dict(request.query_params)), ui.language(request)
    return told["kind"], told["stage"], told["draw"], *verdicts(told["kind"], told["stage"], told["draw"], [], language)


def build_pictures(page: ui.Room, wired: dict, how: dict) -> None:
    t = ui.t
    kinds = [kind for kind in shelf.KINDS if have(f"infomax-{kind}")]
    if not kinds:
        gr.Markdown(t("embeddings.none"))
        return
    gr.Markdown(t("embeddings.pictures"))
    own = gr.State(time_to_live=3600)
    with gr.Row():
        with gr.Column(min_width=280, scale=2):
            kind = gr.Radio([(t(f"embeddings.{k}"), k) for k in kinds], value=kinds[0], label=t("embeddings.kind"), elem_id="embeddings-kind")
            stage = gr.Slider(0, 2, USUAL["stage"], step=1, label=t("embeddings.stage"), elem_id="embeddings-stage", buttons=[])
            again = gr.Button(t("embeddings.draw"), size="sm", elem_id="embeddings-draw")
            shared = gr.HTML(elem_id="embeddings-shares")
            gr.Markdown(t("embeddings.examples_are"), elem_classes="ae-caption")
        with gr.Column(min_width=320, scale=3):
            grid = gr.HTML(js_on_load=CELLS, elem_id="embeddings-grid", apply_default_css=False)
    files = gr.File(label=t("embeddings.own"), file_count="multiple", file_types=["image"], height=150, elem_id="embeddings-own")
    draw = wired["draw"]
    wired |= {"kind": kind, "stage": stage}
    shown = [grid, shared, how["pictures"]]
    for event in (kind.input, stage.input):
        event(ui.sentences(verdicts), [kind, stage, draw, own], shown, trigger_mode="always_last", **ui.QUIET, **ui.LIGHT)
    again.click(ui.sentences(drawn), [kind, stage, draw, own], [draw, *shown], **ui.QUIET, **ui.LIGHT)
    files.change(ui.sentences(joined), [files, kind, stage, draw], [own, *shown], api_name="infomax", show_progress="minimal", **ui.HEAVY)
    page.load(opened_pictures, None, [kind, stage, draw, *shown])
