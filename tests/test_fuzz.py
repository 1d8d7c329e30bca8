"""Every verb, given what nobody should send: a result that holds together, or ValueError or TypeError with one sentence of ours.

A few cases a verb in the usual run; `python -m pytest tests/test_fuzz.py --fuzz 2000` tries so many of each, and prints the seed of what
fails. What it found stays in FOUND, and is tried first.
"""

from __future__ import annotations

import traceback
import warnings
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from aedemo import anomaly, audio, codebook, compress, embeddings, generate, images, summary, trees, voice
from aedemo.anomaly import tabular
from tests import hostile as h
from tests.conftest import ROOT

FEW = {
    "swap voices": 3,
    "hear voices": 6,
    "encode speech in codes": 6,
    "decode speech": 6,
    "inspect pictures": 8,
    "summarise": 6,
    "judge": 8,
    "embed speech": 6,
}
DEMOS = (anomaly, codebook, embeddings, generate, trees, voice)


@lru_cache
def model(demo, name=None):
    return demo.load() if name is None else demo.load(name)


def decoded_voice(content, speaker, level):
    return model(voice).decode(voice.Code(content, speaker, level, None))


def table(normal, other):
    """A detector's verdicts as the page asks for them: from files."""
    rows, columns = tabular.read_csv(normal)
    return tabular.fit_table(rows, columns).inspect(tabular.read_csv(other)[0])


def numbers(*shapes):
    return st.one_of(h.arrays(st.sampled_from(shapes)), h.odd)


@lru_cache
def written() -> bytes:
    return model(compress).compress(Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 56, 3), np.uint8)), 2)


PICTURES = st.one_of(st.lists(h.pictures(), max_size=3), h.odd)
SETTING = st.one_of(st.sampled_from((0, 1, 3, 8)), h.odd)
SENTENCES = st.one_of(st.lists(h.texts, max_size=4), h.odd)
VERBS = {
    "prepare sounds": (audio.prepare, h.sounds()),
    "read pictures": (images.read, st.tuples(h.pictures())),
    "load": (lambda demo, name: demo.load(name), st.tuples(st.sampled_from(DEMOS), st.one_of(st.text(max_size=9), st.sampled_from(("../voice/adversarial", "/etc", ".", "..", "faces/", "\0"))))),
    "hear voices": (lambda *clip: model(voice).encode(*clip), h.sounds()),
    "swap voices": (lambda a, b: model(voice).swap(*a, *b), st.tuples(h.sounds(), h.sounds())),
    "decode voices": (decoded_voice, st.tuples(numbers((9, 50), (20, 50), (3, 50), (0, 50), (50,)), numbers((50,), (50, 1), (1,)), st.sampled_from((0.05, 0.0, 1.0)))),
    "inspect pictures": (lambda pictures: model(anomaly, "faces-plain").inspect(pictures), st.tuples(PICTURES)),
    "fit few pictures": (anomaly.fit, st.tuples(PICTURES)),
    "inspect tables": (table, st.tuples(h.tables(), h.tables())),
    "encode pictures in codes": (lambda picture: model(codebook, "image").encode(picture), st.tuples(h.pictures())),
    "decode pictures": (lambda codes: model(codebook, "image").decode(codes), st.tuples(numbers((16, 16), (2, 3), (0, 4), (16,), (300, 2)))),
    "nearest codes": (lambda query, count: model(codebook, "image").nearest(query, count), st.tuples(numbers((64,), (32,), (2, 64), (0,)), SETTING)),
    "encode speech in codes": (lambda *clip: model(codebook, "speech").encode(*clip), h.sounds()),
    "decode speech": (lambda codes, speaker: model(codebook, "speech").decode(codes, speaker), st.tuples(numbers((4,), (20,), (0,), (2, 2)), numbers((50,), (49,)))),
    "summarise": (lambda text, length, beam, heat, new: model(summary).summarize([text], length, beam, heat, 0, new), st.tuples(h.texts, *[SETTING] * 4)),
    "judge": (lambda article, headline: model(summary).judge(article, headline), st.tuples(h.texts, h.texts)),
    "draw": (lambda count, seed, heat: model(generate).sample(count, seed, heat), st.tuples(*[SETTING] * 3)),
    "encode pictures in latents": (lambda picture, beta: model(generate).encode(picture, beta), st.tuples(st.one_of(h.pictures(), PICTURES), SETTING)),
    "decode latents": (lambda latents, beta: model(generate).decode(latents, beta), st.tuples(numbers((64,), (2, 64), (1, 3), (0, 64), (1, 1, 64)), SETTING)),
    "compress": (lambda picture, quality: model(compress).compress(picture, quality), st.tuples(h.pictures(), SETTING)),
    "decompress": (lambda data: model(compress).decompress(data), st.tuples(st.one_of(st.deferred(lambda: h.cut(written())), h.odd))),
    "embed pictures": (lambda pictures: model(embeddings).encode(pictures), st.tuples(PICTURES)),
    "embed speech": (lambda *clip: model(embeddings, "cpc").encode(*clip), h.sounds()),
    "embed sentences": (lambda sentences: model(embeddings, "quick-thought").following(sentences), st.tuples(SENTENCES)),
    "split paragraphs": (lambda text: model(embeddings, "quick-thought").split(text), st.tuples(h.texts)),
    "parse": (lambda sentence: model(trees).parse(sentence), st.tuples(st.one_of(h.texts, st.lists(h.texts, max_size=5)))),
    "other trees": (lambda sentence, k: model(trees).alternatives(sentence, k), st.tuples(h.texts, SETTING)),
    "probability of a tree": (lambda tree: model(trees).probability(tree), st.tuples(st.recursive(h.texts, lambda t: st.lists(t, max_size=3).map(tuple), max_leaves=6))),
}  # fmt: skip

# what broke a verb once
FOUND: dict[str, tuple] = {
    "read pictures": (("\n",), ("\0",)),
    "fit few pictures": (({"\0": 0},),),
    "decode voices": (([""], np.zeros(50), 1.0), (np.zeros((9, 50)), object(), 1.0)),
    "nearest codes": ((object(), None), (np.full(64, np.nan, np.float32), 3)),
    "decode latents": ((object(), None),),
    "draw": ((1, -1, 1.0), (1, None, 1.0), (1, 0, None)),
    "encode pictures in latents": (([], None),),
    "summarise": (("0", None, 1, 0, None), ("0", [], None, None, None), ("0", "", 1, 0, 0), ("0", None, None, 0, 0), ("0", 1, 1, None, 0)),
    "probability of a tree": ((None,),),
}


def holds(found) -> None:
    """Whatever numbers a result is made of are numbers."""
    for one in found if isinstance(found, (list, tuple)) else [found]:
        parts = vars(one).values() if hasattr(one, "__dataclass_fields__") else [one]
        for part in parts:
            if isinstance(part, (float, np.ndarray)) and np.asarray(part).dtype.kind == "f":
                assert np.isfinite(part).all()


def tried(verb, given_to_it) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = verb(*given_to_it)
        except (ValueError, TypeError) as told:
            place = traceback.extract_tb(told.__traceback__)[-1]
            assert place.filename.startswith(str(ROOT / "aedemo")), f"not ours: {told!r} from {place.filename}:{place.lineno}"
            assert str(told).rstrip("'\"").endswith(".") and "\n" not in str(told), f"no sentence: {told!r} from {place.filename}:{place.lineno}"
        else:
            holds(found)


@pytest.mark.parametrize("name", VERBS)
def test_hostile_input_gets_a_result_or_a_sentence(name, request):
    verb, strategy = VERBS[name]
    for case in FOUND.get(name, ()):
        tried(verb, case)
    wanted = request.config.getoption("--fuzz")

    @settings(
        max_examples=wanted or FEW.get(name, 12),
        derandomize=not wanted,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def search(case):
        tried(verb, case)

    search()
