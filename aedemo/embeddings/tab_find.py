"""The room of what is most similar: pictures, clips and sentences on a shelf, by every embedding."""

from __future__ import annotations

import html
from functools import partial

import gradio as gr
import numpy as np

from .. import audio, threads, ui, words
from . import drawing, shelf
from .tab_common import CHOOSE, USUAL, of_link, whats
from .words import WORDS

MOST_OWN = 8
NEAREST = 5


def kept(mine, what: str) -> list:
    """The visitor's own things of a kind, which stand on the shelf after the examples."""
    return list((mine or {}).get(what, ()))


@ui.gpu(duration=20)
def nearest(what: str, at: int, view: str, own: list) -> list[tuple[str, int, np.ndarray]]:
    """By each embedding: its name, its dimensions, and the cosine of what is sought with all on the shelf."""
    items = shelf.shelf(what) + own
    found = []
    for way in shelf.ways(what):
        rows = shelf.shelved(what, way)
        if own:
            rows = np.concatenate((rows, shelf.embedded(what, way, own)))
        query = shelf.embedded(what, way, [shelf.seen_otherwise(items[at], view)])[0] if view != "as_is" else rows[at]
        found.append((way, rows.shape[1], shelf.alike(rows, query, centred=what != "sentences")))
    return found


@threads.once(256)
def nearest_example(what: str, at: int, view: str):
    return nearest(what, at, view, [])


def names_of_clips(many: int) -> list[str]:
    return [*(file.stem for file in shelf.CLIPS), *(f"own {i + 1}" for i in range(many))]


@threads.once(1)
def sounds() -> tuple[str, ...]:
    return tuple(drawing.sound(shelf.clip(i)) for i in range(len(shelf.CLIPS)))


def on_shelf(what, at, mine, language) -> str:
    """All that can be chosen."""
    say = partial(words.say, WORDS, language=language)
    own = kept(mine, what)
    if what == "clips":
        return drawing.clip_shelf(names_of_clips(len(own)), [*sounds(), *map(drawing.sound, own)], at, say("embeddings.play"))
    if what == "sentences":
        return drawing.sentence_shelf([*shelf.sentences(), *own], at)
    return drawing.picture_shelf([*shelf.pictures(what), *own], at, say("embeddings.picture"))


def searched(what, at, view, mine, language) -> str:
    """What is sought, and the nearest five of it by each embedding."""
    say = partial(words.say, WORDS, language=language)
    own = kept(mine, what)
    items = shelf.shelf(what) + own
    at = min(max(int(at), 0), len(items) - 1)
    view = view if what in shelf.KINDS else "as_is"
    names = names_of_clips(len(own))

    def item(i) -> str:
        if what == "clips":
            return f'<button type="button" class="emb-play" data-play="{i}" aria-label="{say("embeddings.play")} {names[i]}">▶</button> {names[i]}'
        return f"<span>{html.escape(items[i])}</span>" if what == "sentences" else drawing.thumb(items[i], f"{say('embeddings.picture')} {i + 1}")

    sought = drawing.thumb(shelf.seen_otherwise(items[at], view), say("embeddings.query")) if what in shelf.KINDS else item(at)
    sections = f'<section class="emb-way emb-query" data-at="{at}"><h4>{say("embeddings.query")}</h4>{sought}</section>'
    for way, dim, cosines in nearest(what, at, view, own) if own else nearest_example(what, at, view):
        order = [int(i) for i in np.argsort(-cosines, kind="stable") if i != at or view != "as_is"]
        rows = [(item(i), float(cosines[i]), i == at) for i in order[:NEAREST]]
        note = say("embeddings.place").format(order.index(at) + 1, len(items)) if view != "as_is" else ""
        sections += drawing.found(say(f"embeddings.way_{way}").format(f"{dim:,}"), rows, note)
    return f'<div class="emb-found" data-what="{what}">{sections}</div>'


def other_shelf(what, view, mine, language):
    """Another kind of thing to search in: its controls, its shelf, and what is nearest to the first on it."""
    at = USUAL["at"] if what == "emoji" else 0
    return at, *dressed(what), on_shelf(what, at, mine, language), searched(what, at, view, mine, language)


def dressed(what: str) -> tuple:
    """The controls that fit: views and upload for pictures, recorder for clips, a line for sentences."""
    return gr.Column(visible=what in shelf.KINDS), gr.Column(visible=what == "clips"), gr.Column(visible=what == "sentences")


def brought(what, view, mine, thing, language):
    """Something of one's own joins the shelf, and is sought. At most eight of a kind are kept, the last ones."""
    own = [*kept(mine, what), thing][-MOST_OWN:]
    mine = {**(mine or {}), what: own}
    at = len(shelf.shelf(what)) + len(own) - 1
    return mine, at, on_shelf(what, at, mine, language), searched(what, at, view, mine, language)


def brought_picture(what, view, mine, picture, language):
    if picture is None:
        raise ValueError("Please give at least one picture.")
    what = what if what in shelf.KINDS else shelf.KINDS[0]
    return brought(what, view, mine, shelf.own(what, picture), language)


def brought_clip(what, view, mine, path, language):
    if not path:
        raise ValueError("Please record or upload a voice first.")
    return brought("clips", view, mine, audio.prepare(*audio.read(path)), language)


def brought_sentence(what, view, mine, text, language):
    if not (text or "").strip():
        raise ValueError("Please write a sentence first.")
    return brought("sentences", view, mine, " ".join(text.split()), language)


def opened_find(request: ui.Visit):
    told, language = of_link(dict(request.query_params)), ui.language(request)
    what, at = told["what"], told["at"]
    return what, told["view"], at, *dressed(what), on_shelf(what, at, None, language), searched(what, at, told["view"], None, language)


def build_find(page: ui.Room, wired: dict, how: dict) -> None:
    t = ui.t
    known = whats()
    if not known:
        gr.Markdown(t("embeddings.none"))
        return
    gr.Markdown(t("embeddings.find"))
    mine = gr.State(time_to_live=3600)
    what = gr.Radio([(t(f"embeddings.{k}"), k) for k in known], value=known[0], label=t("embeddings.what"), elem_id="embeddings-what")
    with gr.Row():
        with gr.Column(min_width=300, scale=3):
            things = gr.HTML(js_on_load=CHOOSE, elem_id="embeddings-shelf", apply_default_css=False)
        with gr.Column(min_width=260, scale=2):
            with gr.Column(visible=known[0] in shelf.KINDS) as for_pictures:
                view = gr.Radio(
                    [(t(f"embeddings.{v}"), v) for v in shelf.VIEWS], value=USUAL["view"], label=t("embeddings.view"), elem_id="embeddings-view"
                )
                picture = gr.Image(label=t("embeddings.own_picture"), type="filepath", sources=["upload", "webcam", "clipboard"], height=180, elem_id="embeddings-picture")  # fmt: skip
            with gr.Column(visible=known[0] == "clips") as for_clips:
                clip = gr.Audio(label=t("embeddings.own_clip"), sources=["microphone", "upload"], type="filepath", elem_id="embeddings-clip")
            with gr.Column(visible=known[0] == "sentences") as for_sentences:
                sentence = gr.Textbox(label=t("embeddings.own_sentence"), elem_id="embeddings-sentence")
                ask = gr.Button(t("embeddings.ask"), size="sm", elem_id="embeddings-ask")
    found = gr.HTML(js_on_load=CHOOSE, elem_id="embeddings-found", apply_default_css=False)
    at = wired["at"]
    wired |= {"what": what, "view": view}
    controls = [for_pictures, for_clips, for_sentences]
    what.input(ui.sentences(other_shelf), [what, view, mine], [at, *controls, things, found], **ui.QUIET, **ui.LIGHT)

    def looked(what, at, view, mine, language):
        if int(at) >= len(shelf.shelf(what)) + len(kept(mine, what)):  # something of one's own that is gone
            ui.remembered(None)
        return searched(what, at, view, mine, language)

    view.input(ui.sentences(looked), [what, at, view, mine], found, **ui.QUIET, **ui.LIGHT)

    def picked(what, view, mine, told, language):
        return told["index"], looked(what, told["index"], view, mine, language)

    things.select(ui.of_event(picked), [what, view, mine], [at, found], **ui.QUIET, **ui.LIGHT)
    for event, function, thing in (
        (picture.input, brought_picture, picture),
        (clip.stop_recording, brought_clip, clip),
        (clip.upload, brought_clip, clip),
        (sentence.submit, brought_sentence, sentence),
        (ask.click, brought_sentence, sentence),
    ):
        event(ui.sentences(function), [what, view, mine, thing], [mine, at, things, found], **ui.BUSY, **ui.HEAVY)
    page.load(opened_find, None, [what, view, at, *controls, things, found])
