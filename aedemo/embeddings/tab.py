"""The embeddings tab: five rooms, for pictures against codes, the most similar, what comes next in speech and in a text, and one probe for all."""

from __future__ import annotations

from functools import partial

import gradio as gr

from .. import plots, pretrained, ui, words
from .tab_common import ROOMS, SHARE, USUAL, bar_rows, of_link
from .tab_find import build_find
from .tab_pictures import build_pictures
from .tab_sentences import build_sentences
from .tab_speech import build_speech
from .words import WORDS

DIGITS = (("n_infomax", "infomax-digits"), ("n_views", "plain-views-digits"), ("n_plain", "plain-digits"))
THOUGHTS = (("n_quick", "quick-thought"), ("n_skip", "skip-thought"), ("n_plain", "sentences-plain"), ("n_collapsed", "collapsed"))


def compared(language: str) -> str:
    """What the same probe reads from codes of each objective: from the cards, what was measured."""
    say = partial(words.say, WORDS, language=language)
    card = {name: pretrained.card("embeddings", name) for name in pretrained.names("embeddings")}

    dim = pretrained.config("embeddings", "infomax-digits")["latents"] if "infomax-digits" in card else 16
    groups = (
        ("p_digits", "probe_digits", *DIGITS, ("n_pca", "infomax-digits", "_pca")),
        ("p_digits_few", "probe_digits_from_100", *DIGITS),
        (
            "p_emoji",
            "same_group",
            ("n_infomax", "infomax-emoji"),
            ("n_views", "plain-emoji"),
            ("n_pca", "infomax-emoji", "_pca"),
            ("n_pixels", "infomax-emoji", "_pixels"),
        ),
        ("p_phones", "phones_right", ("n_cpc", "cpc"), ("n_plain", "plain-speech"), ("n_centred", "cpc", "_mel_centred"), ("n_mel", "cpc", "_mel")),
        ("p_next", "next_of_50_probe", *THOUGHTS),
        ("p_next_budget", "probe_same_budget", *THOUGHTS),
        ("p_cosine", "cosine_of_unlike", *THOUGHTS),
    )
    drawn_groups = ""
    for title, key, *rivals in groups:
        measured = [(word, card.get(name, {}).get(key + "".join(mark)), i == 0) for i, (word, name, *mark) in enumerate(rivals)]
        if rows := bar_rows(measured, language):
            drawn_groups += f'<section class="emb-probe"><h4>{say(f"embeddings.{title}").format(dim)}</h4>{plots.bars(rows)}</section>'
    faster = card.get("quick-thought", {})
    told = ""
    if "times_faster" in faster:
        told = (
            f"<p>{say('embeddings.faster').format(faster['seconds_of_quick_thought'], faster['seconds_of_skip_thought'], faster['times_faster'])}</p>"
        )
    return f'<div class="emb-probes">{drawn_groups}</div>{told}' if drawn_groups else f"<p>{say('embeddings.unmeasured')}</p>"


def opened_rooms(request: ui.Visit):
    told = of_link(dict(request.query_params))
    return gr.Tabs(selected=told["room"]), *(told[key] for key in USUAL)


def opened_probe(request: ui.Visit):
    return compared(ui.language(request))


def build(page: ui.Room) -> None:
    """Lay the tab out and wire it; called inside the page's `gr.Tab`."""
    t = ui.t
    gr.Markdown(t("embeddings.lead"))
    # what the link holds; states would not reach the script that makes it
    wired = {key: gr.Textbox(USUAL[key], visible="hidden") for key in ("room", "story")}
    wired |= {key: gr.Number(USUAL[key], precision=0, visible="hidden") for key in ("draw", "at", "clip")}
    how = {
        name: gr.Markdown(latex_delimiters=ui.LATEX, elem_id=f"embeddings-how-{name}", render=False) for name in ("pictures", "speech", "sentences")
    }
    doors = {name: ui.Room(name, ROOMS, "room", inside="embeddings") for name in ROOMS}
    with gr.Tabs(elem_id="embeddings-rooms") as rooms:
        for name, made in (("pictures", build_pictures), ("find", build_find), ("speech", build_speech), ("sentences", build_sentences)):
            with gr.Tab(t(f"embeddings.room_{name}"), id=name, elem_id=f"embeddings-room-{name}") as one:
                made(doors[name].within(one), wired, how)
            one.select(None, None, wired["room"], js=f"() => '{name}'", api_visibility="private")
        with gr.Tab(t("embeddings.room_probe"), id="probe", elem_id="embeddings-room-probe") as one:
            doors["probe"].within(one)
            gr.Markdown(t("embeddings.special"))
            probes = gr.HTML(elem_id="embeddings-probes")
            doors["probe"].load(opened_probe, None, probes)
        one.select(None, None, wired["room"], js="() => 'probe'", api_visibility="private")
    share = gr.Button(t("embeddings.share"), size="sm", elem_id="embeddings-share")
    with gr.Accordion(t("embeddings.how"), open=False, elem_id="embeddings-how"):
        gr.Markdown(t("embeddings.guide"))
        for one in how.values():
            one.render()
    for key, usual in USUAL.items():  # of a room whose encoders are not there
        if key not in wired:
            wired[key] = gr.Textbox(str(usual), visible="hidden")
    share.click(None, [wired[key] for key in USUAL], None, js=SHARE, api_visibility="private")
    page.load(opened_rooms, None, [rooms, *(wired[key] for key in USUAL)])  # also of rooms not opened: the next link holds them
