"""The room of what comes next in a text: quick-thought, skip-thought, and two that fail."""

from __future__ import annotations

import html
from functools import partial

import gradio as gr
import numpy as np

from .. import threads, ui, words
from . import drawing, shelf
from .tab_common import CELLS, STORIES, STORY_LABELS, figures_table, have, of_link
from .thought_data import split
from .words import WORDS

MOST_SENTENCES = 24


def story(name: str) -> str:
    """A text; "two" is the beginning of one and then of another."""
    if name == "two":
        return " ".join(" ".join(split(story(one))[:5]) for one in ("economy", "voyage"))
    return (shelf.FOLDER / "embeddings" / f"{name}.txt").read_text(encoding="utf-8").strip()


@ui.gpu(duration=20)
def thought_of(sentences: tuple[str, ...]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By each model: which sentence it takes for the next (n, n), and the codes (n, D)."""
    models = {name: shelf.encoder(name) for name in shelf.SENTENCE_WAYS}
    return {name: (model.following(list(sentences)), model.encode(list(sentences))) for name, model in models.items()}


@threads.once(len(STORIES))
def thought_of_story(name: str):
    sentences = tuple(shelf.encoder("quick-thought").split(story(name)))
    return sentences, thought_of(sentences)


def followed(text, language):
    """Of a paragraph, which sentence each model expects next."""
    if not (text or "").strip():
        raise ValueError("There is no text: paste some sentences.")
    sentences = shelf.encoder("quick-thought").split(text)
    if len(sentences) > MOST_SENTENCES:
        threads.tell(words.say(WORDS, "embeddings.cut", language).format(len(sentences), MOST_SENTENCES))
    sentences = tuple(sentences[:MOST_SENTENCES])
    return expected(sentences, thought_of(sentences), language)


def expected(sentences, found: dict, language):
    say = partial(words.say, WORDS, language=language)
    many = len(sentences)
    numbers = [str(i) for i in range(1, many + 1)]
    right = np.array([*range(1, many), -1])
    listed = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
    cards = ""
    for name in shelf.SENTENCE_WAYS:
        follows, codes = found[name]

        def title(r, c, follows=follows):
            return say("embeddings.next_cell").format(r + 1, c + 1, f"{100 * follows[r, c]:.1f}%")

        grid = drawing.matrix(follows, numbers, numbers, title, say("embeddings.room_sentences"), right)
        taken = follows.argmax(1)
        lines = "".join(
            f'<li class="{"emb-hit" if taken[i] == i + 1 else ""}">{say("embeddings.expects").format(i + 1, taken[i] + 1, 100 * follows[i, taken[i]])}</li>'
            for i in range(many - 1)
        )
        unit = codes / np.maximum(np.linalg.norm(codes, axis=1, keepdims=True), 1e-9)
        cosine = float((unit @ unit.T)[~np.eye(many, dtype=bool)].mean())
        reach = 2.5 * float(codes.std()) + 1e-9
        cards += (
            f'<section class="emb-thought" data-model="{name}"><h4>{say(f"embeddings.way_{name}")}</h4>'
            f"<p><b>{say('embeddings.next_right').format(int((taken[:-1] == right[:-1]).sum()), many - 1)}</b><br>{say('embeddings.cosine').format(cosine)}</p>{grid}"
            f"{drawing.heat(codes, -reach, reach, 'RdBu', 'emb-rows', say('embeddings.code_rows'))}<p class='ae-caption'>{say('embeddings.code_rows')}</p>"
            f"<ul>{lines}</ul></section>"
        )
    return f'<ol class="emb-read">{listed}</ol><div class="emb-thoughts">{cards}</div>', explained_sentences(many, language)


def explained_sentences(many: int, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    c = shelf.encoder("quick-thought").network.config
    lines = [
        f"**Quick-thought. {say('embeddings.shapes')}**: {many} → ({many}, T, {c.width}) → ({many}, T, {c.features}) → s ({many}, {c.code}) → f, g ({many}, {c.code}) → ({many}, {many})",
        r"$$\min\ -\mathbb{E}\log\frac{e^{\cos(f(s_i),\,g(s_{i+1}))/\tau}}{\sum_{j\neq i} e^{\cos(f(s_i),\,g(s_j))/\tau}}\qquad\text{skip-thought: }\min\ -\sum_w\log p(w_{i\pm1}\mid s_i)"
        r"\qquad\text{collapsed: }\min\ -\cos(s_i,s_{i+1})$$",
        f"**{say('embeddings.papers')}**: [Kiros et al. 2015](https://arxiv.org/abs/1506.06726), [Logeswaran & Lee 2018](https://arxiv.org/abs/1803.02893)",
        *figures_table(shelf.SENTENCE_WAYS, language),
    ]
    return "\n\n".join(lines)


def opened_sentences(request: ui.Visit):
    told, language = of_link(dict(request.query_params)), ui.language(request)
    sentences, found = thought_of_story(told["story"])
    return story(told["story"]), told["story"], *expected(sentences, found, language)


def build_sentences(page: ui.Room, wired: dict, how: dict) -> None:
    t = ui.t
    if not have(*shelf.SENTENCE_WAYS):
        gr.Markdown(t("embeddings.none"))
        return
    gr.Markdown(t("embeddings.paragraph"))
    with gr.Row():
        with gr.Column(min_width=320, scale=3):
            text = gr.Textbox(label=t("embeddings.text"), placeholder=t("embeddings.placeholder"), lines=6, max_lines=12, elem_id="embeddings-text")
        with gr.Column(min_width=240, scale=2):
            stories = gr.Dataset(components=[gr.Textbox(visible=False)], samples=[[name] for name in STORIES], sample_labels=STORY_LABELS, label=t("embeddings.examples"), type="index", elem_id="embeddings-stories")  # fmt: skip
            go = gr.Button(t("embeddings.go"), variant="primary", elem_id="embeddings-go")
            gr.Markdown(t("embeddings.english"), elem_classes="ae-caption")
    thoughts = gr.HTML(js_on_load=CELLS, elem_id="embeddings-thoughts", apply_default_css=False)
    chosen = wired["story"]
    shown = [thoughts, how["sentences"]]
    go.click(ui.sentences(followed), text, shown, api_name="next_sentence", **ui.HEAVY)

    def picked(index, language):
        sentences, found = thought_of_story(STORIES[index])
        return story(STORIES[index]), STORIES[index], *expected(sentences, found, language)

    stories.click(ui.sentences(picked), stories, [text, chosen, *shown], **ui.QUIET, **ui.LIGHT)
    page.load(opened_sentences, None, [text, chosen, *shown])
