"""What the rooms of the embeddings tab share: what is there, the link, and figures side by side."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from .. import plots, pretrained, ui, words
from . import shelf
from .words import WORDS

HERE = Path(__file__).parent
WHAT = (*shelf.KINDS, "clips", "sentences")
VOICES = ("en-rms.wav", "en-slt.wav", "en-awb.wav", "ja-f3.wav", "zh-m3.wav")
VOICE_LABELS = ["“Do you want to study a PhD?”", "“The weather…”", "“Welcome to the lecture”", "「博士号を取りたいですか」", "“你想读博士吗？”"]
STORIES = ("two", "economy", "voyage", "school", "winter")
STORY_LABELS = ["Two stories 两个故事", "The economy 经济", "A voyage 航海", "A school 学校", "A winter 冬天"]
USUAL: dict[str, Any] = {
    "room": "pictures",
    "kind": "emoji",
    "stage": 2,
    "draw": 1,
    "what": "emoji",
    "at": 20,
    "view": "turned",
    "clip": 0,
    "ahead": 4,  # the first that shares nothing with what was heard
    "story": "two",
}
ROOMS = ("pictures", "find", "speech", "sentences", "probe")
CELLS, CHOOSE = ((HERE / name).read_text() for name in ("cells.js", "shelf.js"))
SHARE = ui.link("embeddings", ", ".join(USUAL))


def have(*names: str) -> bool:
    return set(names) <= set(pretrained.names("embeddings"))


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


def of_link(query: dict) -> dict:
    """What the link says; what is nonsense in it, or not there, is as usual."""
    kinds = [kind for kind in shelf.KINDS if have(f"infomax-{kind}")]
    told = dict(USUAL)
    choices = {"room": ROOMS, "kind": kinds, "what": whats(), "view": tuple(shelf.VIEWS), "story": STORIES}
    for key, known in choices.items():
        told[key] = ui.choice(query.get(key), known, USUAL[key] if USUAL[key] in known or not known else known[0])
    if told["what"] != USUAL["what"]:
        told["at"] = 0  # of its own shelf
    most = {"stage": 2, "draw": 9999, "at": len(shelf.shelf(told["what"])) - 1 if whats() else 0, "clip": len(VOICES) - 1, "ahead": 12}
    told |= {key: ui.whole(query.get(key), top, told[key]) for key, top in most.items()}
    return told | {"ahead": max(told["ahead"], 1)}


def whats() -> list[str]:
    """The kinds of things of which the encoders are there."""
    kinds = [kind for kind in shelf.KINDS if have(f"infomax-{kind}", f"plain-{kind}")]
    return [*kinds, *(["clips"] if have("cpc", "plain-speech") else []), *(["sentences"] if have(*shelf.SENTENCE_WAYS) else [])]
