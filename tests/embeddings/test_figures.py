"""The figures of cards that need data which are not in this repository, measured again: `python -m pytest tests/embeddings/test_figures.py --data DIR`

DIR holds images/emoji/{train,test}, unicode's emoji-test.txt, speech with its table speechocean762.tsv, and the sentences' sotu and moby;
what is not there is skipped. Minutes each. The digits' figures are measured again in test_inference.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aedemo import embeddings, pretrained
from aedemo.embeddings import evaluate, thought_evaluate
from aedemo.speech import read_patterns
from tests.conftest import ROOT


@pytest.fixture
def place(request):
    def found(*parts: str) -> str:
        given = request.config.getoption("--data")
        if not given or not (Path(given) / Path(*parts)).exists():
            pytest.skip(f"{'/'.join(parts)} is not there; --data DIR says where it is")
        return str(Path(given).resolve() / Path(*parts))

    return found


def agree(name: str, again: dict[str, float], tolerance: float) -> None:
    card = pretrained.card("embeddings", name)
    assert {key: card[key] for key in again} == pytest.approx(again, abs=tolerance)


@pytest.mark.parametrize("name", ("infomax-emoji", "plain-emoji"))
def test_neighbours_of_emoji_are_as_the_card_says(place, name):
    model = embeddings.load(name, "cpu")
    again = evaluate.of_emoji(model, place("images", "emoji", "test"), place("images", "emoji", "train"), place("emoji-test.txt"))
    agree(name, again, 0.01)


@pytest.mark.parametrize("name", ("cpc", "plain-speech"))
def test_phones_and_speakers_are_read_as_the_card_says(place, name):
    only = read_patterns(str(ROOT / "training" / "speech-unheard.txt"))
    again = evaluate.of_speech(embeddings.load(name, "cpu"), place("speech"), [place("speech", "speechocean762.tsv")], only)
    agree(name, again, 0.01)


@pytest.mark.parametrize("name", ("quick-thought", "skip-thought", "sentences-plain", "collapsed"))
def test_the_next_sentence_is_found_as_the_card_says(place, name):
    model = embeddings.load(name, "cpu")
    agree(name, thought_evaluate.evaluate(model.network, model.vocabulary, [place("sotu"), place("moby")]), 0.02)
