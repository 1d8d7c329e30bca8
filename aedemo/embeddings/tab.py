"""The embeddings tab: pictures against codes, the most similar, what comes next in speech and in a text, and one probe for all."""

from __future__ import annotations

import html
import warnings
from functools import lru_cache, partial
from pathlib import Path

import gradio as gr
import numpy as np
import torch

from .. import audio, images, plots, pretrained, ui, words
from . import drawing, shelf
from .inference import STAGES
from .thought_data import split
from .words import WORDS

HERE = Path(__file__).parent
GRID = 8  # example pictures at once
MOST_OWN = 8
NEAREST = 5
WHAT = (*shelf.KINDS, "clips", "sentences")
VOICES = ("en-rms.wav", "en-slt.wav", "en-awb.wav", "ja-f3.wav", "zh-m3.wav")
VOICE_LABELS = ["“Do you want to study a PhD?”", "“The weather…”", "“Welcome to the lecture”", "「博士号を取りたいですか」", "“你想读博士吗？”"]
STORIES = ("two", "economy", "voyage", "school", "winter")
STORY_LABELS = ["Two stories", "The economy", "A voyage", "A school", "A winter"]
MOST_SENTENCES = 24
MOST_FRAMES = 320  # of the picture of guesses, 5 s
SMALL = 512  # pixels that are kept of a visitor's picture
USUAL = {
    "room": "pictures",
    "kind": "emoji",
    "stage": 2,
    "draw": 1,
    "what": "emoji",
    "at": 20,
    "view": "turned",
    "clip": 0,
    "ahead": 10,
    "story": "two",
}
COMPUTES = {"concurrency_id": "model", "concurrency_limit": 1}
QUIET = {"api_visibility": "private", "show_progress": "hidden"}


def have(*names: str) -> bool:
    return set(names) <= set(pretrained.names("embeddings"))


def small(picture):
    """A visitor's picture, no larger than is worth keeping."""
    picture = images.read(picture)
    picture.thumbnail((SMALL, SMALL))
    return picture


def bar_rows(rows, language: str) -> list[tuple[str, float, str]]:
    """(word, share, whether it is the one to look at), those that were measured, as `plots.bars` takes them."""
    say = partial(words.say, WORDS, language=language)
    return [(say(f"embeddings.{word}"), value, plots.A_COLOUR if first else plots.NEUTRAL) for word, value, first in rows if value is not None]


def figures_table(names, language: str) -> list[str]:
    """The figures of some models side by side, as Markdown; nothing if none was measured."""
    cards = {name: pretrained.card("embeddings", name) for name in names if have(name)}
    cards = {name: card for name, card in cards.items() if card}
    if not cards:
        return []
    keys = list(dict.fromkeys(key for card in cards.values() for key in card))
    head = "| | " + " | ".join(f"`{name}`" for name in cards) + " |\n|" + "---|" * (len(cards) + 1)
    rows = "\n".join(f"| {key} | " + " | ".join(f"{card[key]:.4g}" if key in card else "" for card in cards.values()) + " |" for key in keys)
    return [f"**{words.say(WORDS, 'embeddings.figures', language)}**\n\n{head}\n{rows}"]


# ---- pictures against codes


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


@lru_cache(maxsize=len(shelf.KINDS))
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


# ---- the most similar


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


@lru_cache(maxsize=256)
def nearest_example(what: str, at: int, view: str):
    return nearest(what, at, view, [])


def names_of_clips(many: int) -> list[str]:
    return [*(file.stem for file in shelf.CLIPS), *(f"own {i + 1}" for i in range(many))]


@lru_cache(maxsize=1)
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
    return brought(what, view, mine, shelf.own(what, picture), language)


def brought_clip(what, view, mine, path, language):
    if not path:
        raise ValueError("Please record or upload a voice first.")
    return brought(what, view, mine, audio.prepare(*audio.read(path)), language)


def brought_sentence(what, view, mine, text, language):
    if not (text or "").strip():
        raise ValueError("Please write a sentence first.")
    return brought(what, view, mine, " ".join(text.split()), language)


# ---- speech


@torch.inference_mode()
def _heard(wave, rate) -> dict:
    model = shelf.encoder("cpc")
    mel = model.mel(wave, rate)
    z, c = model.network(mel)
    ahead = model.ahead(wave, rate)
    return {
        "mel": mel[0].cpu().numpy(),
        "z": z[0].float().cpu().numpy(),
        "c": c[0].float().cpu().numpy(),
        "sure": ahead.sure,
        "right": ahead.right,
        "chance": ahead.chance,
        # a z is made of some frames before its own, a frame of a window wider than its step: so many frames on, there is nothing of
        # what was heard in it any more
        "fresh": 2 * (1 + len(model.network.steps)) + audio.N_FFT // audio.HOP,
    }


@ui.gpu(duration=20)
def heard(path: str) -> dict:
    """All that the page shows of a recording: log-mel (80, T), z (T, S), codes (T, D), and what was guessed."""
    return _heard(*audio.read(path))


@lru_cache(maxsize=len(VOICES))
def heard_example(index: int) -> dict:
    return heard(voice(index))


def voice(index: int) -> str:
    return str(shelf.FOLDER / "voice" / VOICES[index])


@lru_cache(maxsize=1)
def directions() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, three main directions and their spread of the examples' codes, so that a colour means the same in every clip."""
    rows = np.concatenate([heard_example(i)["c"] for i in range(len(VOICES))])
    mean = rows.mean(0)
    _, spread, axes = np.linalg.svd(rows - mean, full_matrices=False)
    return mean, axes[:3], spread[:3] / len(rows) ** 0.5


@ui.gpu(duration=10)
@torch.inference_mode()
def guesses(session: dict, k: int) -> np.ndarray:
    """From each frame (row) how likely each later one (column) is held to be the one k frames on: (T - k, T - k), of the first five seconds."""
    model = shelf.encoder("cpc")
    z, c = (torch.from_numpy(session[key][: MOST_FRAMES + k])[None].to(model.device) for key in "zc")
    return model.network.scores(z, c, k)[0].softmax(1).cpu().numpy()


def looked_ahead(session, k, language):
    """The guesses so many frames ahead: curve, sentence and matrix."""
    if not session:
        raise ValueError("Please record or upload a voice first.")
    say = partial(words.say, WORDS, language=language)
    k = int(k)
    step = 1000 * audio.HOP / audio.RATE
    right, chance = session["right"], session["chance"]
    says = tuple(say(f"embeddings.{word}") for word in ("right", "chance", "milliseconds", "fresh"))
    curve = drawing.curve(right, chance, k, session["fresh"], step, says)
    told = say("embeddings.right_told").format(k, k * step, 100 * right[k - 1], 100 * chance[k - 1])
    told += " " + say("embeddings.overlap" if k < session["fresh"] else "embeddings.no_overlap")
    label = say("embeddings.guesses").format(k)
    likely = guesses(session, k)
    # by the root, or only the surest guesses would be seen
    picture = drawing.heat(np.sqrt(likely), 0, 0.7, drawing.VERDICTS, "emb-guesses", label)
    return f'<div data-ahead="{k}">{curve}<p>{told}</p></div>', f'<figure class="emb-figure">{picture}<figcaption>{label}</figcaption></figure>'


def spoken(session: dict, k, language):
    """Everything of a recording."""
    say = partial(words.say, WORDS, language=language)
    mel, codes = session["mel"], session["c"]
    top = float(np.quantile(mel, 0.999))
    reach = 2.5 * float(codes.std()) + 1e-9
    ahead = len(session["right"])
    strips = (
        (drawing.heat(mel[::-1], top - 8, top, "magma", "emb-mel", say("embeddings.mel")), say("embeddings.mel")),
        (
            f'<img class="emb-heat emb-colours" src="{drawing.colours_of(codes, *directions())}" alt="">'
            + drawing.heat(codes.T, -reach, reach, "RdBu", "emb-codes", say("embeddings.codes").format(codes.shape[1])),
            say("embeddings.codes").format(codes.shape[1]),
        ),
        (
            drawing.heat(np.sqrt(np.nan_to_num(session["sure"])), 0, 0.8, drawing.VERDICTS, "emb-sure", say("embeddings.sure").format(ahead)),
            say("embeddings.sure").format(ahead),
        ),
    )
    drawn_strips = "".join(f'<figure class="emb-figure">{inner}<figcaption>{caption}</figcaption></figure>' for inner, caption in strips)
    return (
        session,
        f'<div data-frames="{mel.shape[1]}">{drawn_strips}</div>',
        *looked_ahead(session, k, language),
        explained_speech(mel.shape[1], language),
    )


def own_voice(path, k, language):
    """A recording of one's own."""
    if not path:
        raise ValueError("Please record or upload a voice first.")
    return spoken(heard(path), k, language)


def speech_bars(language: str) -> str:
    """What a linear probe reads from the codes, beside log-mel frames and the plain auto-encoder."""
    say = partial(words.say, WORDS, language=language)
    card, plain = pretrained.card("embeddings", "cpc"), pretrained.card("embeddings", "plain-speech") if have("plain-speech") else {}
    out = ""
    for title, key, chance, name in (
        ("embeddings.probe_phones", "phones_right", "phones_majority", "embeddings.majority"),
        ("embeddings.probe_speakers", "speakers_right", "speakers_chance", "embeddings.chance"),
    ):
        rows = bar_rows(
            [("bar_codes", card.get(key), True), ("bar_plain", plain.get(key), False), ("bar_mel", card.get(f"{key}_mel"), False)], language
        )
        if rows:
            out += f"<h4>{say(title)}</h4>{plots.bars(rows, card.get(chance), say(name))}"
    return out or f"<p>{say('embeddings.unmeasured')}</p>"


def explained_speech(frames: int, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    c = shelf.encoder("cpc").network.config
    lines = [
        f"**CPC. {say('embeddings.shapes')}**: mel (80, {frames}) → ({frames}, {c.width}) → z ({frames}, {c.shared}); GRU → c ({frames}, {c.latents}) → "
        f"{c.ahead} × ({frames} − k, {c.shared}) → {c.ahead} × ({frames} − k, {frames} − k)",
        r"$$\min\ -\frac1K\sum_{k=1}^{K}\mathbb{E}_t\log\frac{e^{z_{t+k}\cdot W_k c_t}}{\sum_{s>k} e^{z_{s}\cdot W_k c_t}}$$",
        f"**{say('embeddings.papers')}**: [van den Oord et al. 2018](https://arxiv.org/abs/1807.03748)",
        *figures_table(("cpc", "plain-speech"), language),
    ]
    return "\n\n".join(lines)


# ---- sentences


def story(name: str) -> str:
    """A text; "two" is the beginning of one and then of another."""
    if name == "two":
        return " ".join(" ".join(split(story(one))[:5]) for one in ("economy", "voyage"))
    return (shelf.FOLDER / "embeddings" / f"{name}.txt").read_text(encoding="utf-8").strip()


@ui.gpu(duration=20)
def thought_of(sentences: tuple[str, ...]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By each model: which sentence it takes for the next (n, n), and the codes (n, D)."""
    models = {name: shelf.thinker(name) for name in shelf.SENTENCE_WAYS}
    return {name: (model.following(list(sentences)), model.encode(list(sentences))) for name, model in models.items()}


@lru_cache(maxsize=len(STORIES))
def thought_of_story(name: str):
    sentences = tuple(shelf.thinker("quick-thought").split(story(name)))
    return sentences, thought_of(sentences)


def followed(text, language):
    """Of a paragraph, which sentence each model expects next."""
    if not (text or "").strip():
        raise ValueError("There is no text: paste some sentences.")
    sentences = shelf.thinker("quick-thought").split(text)
    if len(sentences) > MOST_SENTENCES:
        warnings.warn(words.say(WORDS, "embeddings.cut", language).format(len(sentences), MOST_SENTENCES), stacklevel=2)
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
    c = shelf.thinker("quick-thought").network.config
    lines = [
        f"**Quick-thought. {say('embeddings.shapes')}**: {many} → ({many}, T, {c.width}) → ({many}, T, {c.features}) → s ({many}, {c.code}) → f, g ({many}, {c.code}) → ({many}, {many})",
        r"$$\min\ -\mathbb{E}\log\frac{e^{\cos(f(s_i),\,g(s_{i+1}))/\tau}}{\sum_{j\neq i} e^{\cos(f(s_i),\,g(s_j))/\tau}}\qquad\text{skip-thought: }\min\ -\sum_w\log p(w_{i\pm1}\mid s_i)"
        r"\qquad\text{collapsed: }\min\ -\cos(s_i,s_{i+1})$$",
        f"**{say('embeddings.papers')}**: [Kiros et al. 2015](https://arxiv.org/abs/1506.06726), [Logeswaran & Lee 2018](https://arxiv.org/abs/1803.02893)",
        *figures_table(shelf.SENTENCE_WAYS, language),
    ]
    return "\n\n".join(lines)


# ---- the same probe


THOUGHTS = (("n_quick", "quick-thought"), ("n_skip", "skip-thought"), ("n_plain", "sentences-plain"), ("n_collapsed", "collapsed"))


def compared(language: str) -> str:
    """What the same probe reads from codes of each objective: from the cards, what was measured."""
    say = partial(words.say, WORDS, language=language)
    card = {name: pretrained.card("embeddings", name) for name in pretrained.names("embeddings")}

    dim = pretrained.config("embeddings", "infomax-digits")["latents"] if "infomax-digits" in card else 16
    groups = (
        ("p_digits", "probe_digits", ("n_infomax", "infomax-digits"), ("n_plain", "plain-digits"), ("n_pca", "infomax-digits", "_pca")),
        ("p_digits_few", "probe_digits_from_100", ("n_infomax", "infomax-digits"), ("n_plain", "plain-digits")),
        (
            "p_emoji",
            "same_group",
            ("n_infomax", "infomax-emoji"),
            ("n_plain", "plain-emoji"),
            ("n_pca", "infomax-emoji", "_pca"),
            ("n_pixels", "infomax-emoji", "_pixels"),
        ),
        ("p_phones", "phones_right", ("n_cpc", "cpc"), ("n_plain", "plain-speech"), ("n_mel", "cpc", "_mel")),
        ("p_next", "next_of_50_probe", *THOUGHTS),
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


# ---- the link


def of_link(query: dict) -> dict:
    """What the link says; what is nonsense in it, or not there, is as usual."""
    kinds = [kind for kind in shelf.KINDS if have(f"infomax-{kind}")]
    told = dict(USUAL)
    choices = {"room": ROOMS, "kind": kinds, "what": whats(), "view": tuple(shelf.VIEWS), "story": STORIES}
    for key, known in choices.items():
        told[key] = query[key] if query.get(key) in known else USUAL[key] if USUAL[key] in known or not known else known[0]
    most = {"stage": 2, "draw": 9999, "at": len(shelf.shelf(told["what"])) - 1 if whats() else 0, "clip": len(VOICES) - 1, "ahead": 12}
    for key, top in most.items():
        given = query.get(key, "")
        if given.isdecimal() and int(given) <= top:
            told[key] = int(given)
        elif key == "at":
            told[key] = USUAL["at"] if told["what"] == USUAL["what"] else 0
    return told | {"ahead": max(told["ahead"], 1)}


def whats() -> list[str]:
    """The kinds of things of which the encoders are there."""
    kinds = [kind for kind in shelf.KINDS if have(f"infomax-{kind}", f"plain-{kind}")]
    return [*kinds, *(["clips"] if have("cpc", "plain-speech") else []), *(["sentences"] if have(*shelf.SENTENCE_WAYS) else [])]


ROOMS = ("pictures", "find", "speech", "sentences", "probe")
CELLS, CHOOSE = ((HERE / name).read_text() for name in ("cells.js", "shelf.js"))
SHARE = """(room, kind, stage, draw, what, at, view, clip, ahead, story) => {
  const u = new URL(location);
  Object.entries({tab: 'embeddings', room, kind, stage, draw, what, at, view, clip, ahead, story}).forEach(([k, v]) => u.searchParams.set(k, v));
  history.replaceState(null, '', u); if (navigator.clipboard) navigator.clipboard.writeText(u.href).catch(() => {}); return [];
}"""


def opened_pictures(request: gr.Request):
    told, language = of_link(dict(request.query_params)), ui.language(request)
    return told["kind"], told["stage"], told["draw"], *verdicts(told["kind"], told["stage"], told["draw"], [], language)


def opened_find(request: gr.Request):
    told, language = of_link(dict(request.query_params)), ui.language(request)
    what, at = told["what"], told["at"]
    return what, told["view"], at, *dressed(what), on_shelf(what, at, None, language), searched(what, at, told["view"], None, language)


def opened_speech(request: gr.Request):
    told, language = of_link(dict(request.query_params)), ui.language(request)
    index = told["clip"]
    return voice(index), index, told["ahead"], *spoken(heard_example(index), told["ahead"], language), speech_bars(language)


def opened_sentences(request: gr.Request):
    told, language = of_link(dict(request.query_params)), ui.language(request)
    return story(told["story"]), told["story"], *expected(*thought_of_story(told["story"]), language)


def opened_rooms(request: gr.Request):
    told, language = of_link(dict(request.query_params)), ui.language(request)
    return gr.Tabs(selected=told["room"]), told["room"], compared(language)


def build_pictures(page: gr.Blocks, wired: dict, how: dict) -> None:
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
        event(ui.sentences(verdicts), [kind, stage, draw, own], shown, trigger_mode="always_last", **QUIET, **COMPUTES)
    again.click(ui.sentences(drawn), [kind, stage, draw, own], [draw, *shown], **QUIET, **COMPUTES)
    files.change(ui.sentences(joined), [files, kind, stage, draw], [own, *shown], api_name="infomax", show_progress="minimal", **COMPUTES)
    page.load(opened_pictures, None, [kind, stage, draw, *shown], **QUIET, **COMPUTES)


def build_find(page: gr.Blocks, wired: dict, how: dict) -> None:
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
    what.input(ui.sentences(other_shelf), [what, view, mine], [at, *controls, things, found], **QUIET, **COMPUTES)
    view.input(ui.sentences(searched), [what, at, view, mine], found, **QUIET, **COMPUTES)

    def picked(what, view, mine, request: gr.Request, event: gr.EventData):
        return event._data["index"], searched(what, event._data["index"], view, mine, ui.language(request))

    things.select(picked, [what, view, mine], [at, found], **QUIET, **COMPUTES)
    busy = {"api_visibility": "private", "show_progress": "minimal", **COMPUTES}
    for event, function, thing in (
        (picture.input, brought_picture, picture),
        (clip.stop_recording, brought_clip, clip),
        (clip.upload, brought_clip, clip),
        (sentence.submit, brought_sentence, sentence),
        (ask.click, brought_sentence, sentence),
    ):
        event(ui.sentences(function), [what, view, mine, thing], [mine, at, things, found], **busy)
    page.load(opened_find, None, [what, view, at, *controls, things, found], **QUIET, **COMPUTES)


def build_speech(page: gr.Blocks, wired: dict, how: dict) -> None:
    t = ui.t
    if not have("cpc"):
        gr.Markdown(t("embeddings.none"))
        return
    gr.Markdown(t("embeddings.speech"))
    session = gr.State(time_to_live=3600)
    with gr.Row():
        with gr.Column(min_width=300):
            recorder = gr.Audio(label=t("embeddings.voice"), sources=["microphone", "upload"], type="filepath", elem_id="embeddings-voice")
            clips = gr.Dataset(components=[gr.Audio(visible=False, type="filepath")], samples=[[voice(i)] for i in range(len(VOICES))], sample_labels=VOICE_LABELS, label=t("embeddings.examples"), type="index", elem_id="embeddings-voices")  # fmt: skip
        with gr.Column(min_width=300):
            measured = gr.HTML(elem_id="embeddings-speech-bars")
    strips = gr.HTML(elem_id="embeddings-strips")
    ahead = gr.Slider(1, 12, USUAL["ahead"], step=1, label=t("embeddings.ahead"), elem_id="embeddings-ahead", buttons=[])
    with gr.Row():
        with gr.Column(min_width=300):
            curve = gr.HTML(elem_id="embeddings-curve")
        with gr.Column(min_width=300):
            likely = gr.HTML(elem_id="embeddings-guesses")
    chosen = wired["clip"]
    wired |= {"ahead": ahead}
    shown = [session, strips, curve, likely, how["speech"]]
    for event, name in ((recorder.stop_recording, None), (recorder.upload, "cpc")):
        public = {"api_name": name} if name else {"api_visibility": "private"}
        event(ui.sentences(own_voice), [recorder, ahead], shown, show_progress="minimal", **public, **COMPUTES)

    def picked(index, k, language):
        return voice(index), index, *spoken(heard_example(index), k, language)

    clips.click(ui.sentences(picked), [clips, ahead], [recorder, chosen, *shown], **QUIET, **COMPUTES)
    ahead.input(ui.sentences(looked_ahead), [session, ahead], [curve, likely], trigger_mode="always_last", **QUIET, **COMPUTES)
    page.load(opened_speech, None, [recorder, chosen, ahead, *shown, measured], **QUIET, **COMPUTES)


def build_sentences(page: gr.Blocks, wired: dict, how: dict) -> None:
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
    go.click(ui.sentences(followed), text, shown, api_name="next_sentence", **COMPUTES)

    def picked(index, language):
        return story(STORIES[index]), STORIES[index], *expected(*thought_of_story(STORIES[index]), language)

    stories.click(ui.sentences(picked), stories, [text, chosen, *shown], **QUIET, **COMPUTES)
    page.load(opened_sentences, None, [text, chosen, *shown], **QUIET, **COMPUTES)


def build(page: gr.Blocks) -> None:
    """Lay the tab out and wire it; called inside the page's `gr.Tab`."""
    t = ui.t
    gr.Markdown(t("embeddings.lead"))
    # what the link holds; states would not reach the script that makes it
    wired = {key: gr.Textbox(USUAL[key], visible="hidden") for key in ("room", "story")}
    wired |= {key: gr.Number(USUAL[key], precision=0, visible="hidden") for key in ("draw", "at", "clip")}
    latex = [{"left": "$$", "right": "$$", "display": True}]
    how = {name: gr.Markdown(latex_delimiters=latex, elem_id=f"embeddings-how-{name}", render=False) for name in ("pictures", "speech", "sentences")}
    with gr.Tabs(elem_id="embeddings-rooms") as rooms:
        for name, made in (("pictures", build_pictures), ("find", build_find), ("speech", build_speech), ("sentences", build_sentences)):
            with gr.Tab(t(f"embeddings.room_{name}"), id=name, elem_id=f"embeddings-room-{name}") as one:
                made(page, wired, how)
            one.select(None, None, wired["room"], js=f"() => '{name}'", api_visibility="private")
        with gr.Tab(t("embeddings.room_probe"), id="probe", elem_id="embeddings-room-probe") as one:
            gr.Markdown(t("embeddings.special"))
            probes = gr.HTML(elem_id="embeddings-probes")
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
    page.load(opened_rooms, None, [rooms, wired["room"], probes], **QUIET)
