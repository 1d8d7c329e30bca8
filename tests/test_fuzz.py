"""Every verb, given what nobody should send: a result that holds together, or ValueError or TypeError with one sentence of ours.

A few cases a verb in the usual run; `python -m pytest tests/test_fuzz.py --fuzz 2000 -s` tries so many of each, prints what fails with its
seed, and of each verb how many cases reached a result, the slowest, and the memory. What it found stays in FOUND, and is tried first.
"""

from __future__ import annotations

import resource
import struct
import tempfile
import time
import traceback
import warnings
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from aedemo import anomaly, audio, codebook, compress, embeddings, generate, images, summary, trees, voice
from aedemo.anomaly import recipe, tabular
from aedemo.compress.inference import HEAD
from tests import hostile as h
from tests import hostile_pictures
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
DEMOS = (anomaly, codebook, embeddings, generate, trees, voice, summary)
NAMES = (
    "../voice/adversarial",
    "/etc",
    ".",
    "..",
    "faces/",
    "\0",
    "n" * 5000,
    "~",
    "*",
    "faces",
    "image",
    "en",
    "adversarial",
    "cpc",
    "faces-plain",
    "emoji",
    "infomax",
    "cpu",
    "speech",
    "zh",
)


@lru_cache
def model(demo, name=None):
    return demo.load() if name is None else demo.load(name)


def decoded_voice(content, speaker, level, samples, bandwidth):
    return model(voice).decode(voice.Code(content, speaker, level, samples, bandwidth))


def sound_read(data: bytes, ending: str):
    """As the page and the API read what was uploaded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"clip{ending}")
        path.write_bytes(data)
        return audio.prepare(*audio.read(str(path)))


def fitted(pictures):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recipe, "FEWEST_STEPS", 1)  # whether it can be learned from, not how well
        return anomaly.fit(pictures, seconds=0.01)


def table(normal, other):
    """A detector's verdicts as the page asks for them: from files."""
    rows, columns = tabular.read_csv(normal)
    return tabular.fit_table(rows, columns).inspect(tabular.read_csv(other)[0])


@lru_cache
def written(quality: int, mode: str) -> bytes:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 56, 3), np.uint8))
    return model(compress).compress(noise.convert(mode), quality)


@st.composite
def compressed(draw):
    """A file of ours, or what was one; of some the checksum is right again."""
    data = draw(h.cut(written(draw(st.sampled_from((1, 3, 6))), draw(st.sampled_from(("RGB", "L")))), draw(st.sampled_from((0, 6, 14)))))
    if len(data) >= HEAD.size and draw(st.integers(0, 2)):
        head, payload = data[: HEAD.size - 4], data[HEAD.size :]
        return head + struct.pack("<I", model(compress)._checksum(head, payload)) + payload
    return data


PICTURES = h.mostly(st.lists(hostile_pictures.pictures(), max_size=2))
MANY = h.mostly(st.lists(st.one_of(st.just(np.zeros((9, 9), np.uint8)), hostile_pictures.pictures()), min_size=8, max_size=14))
SETTING = st.one_of(st.sampled_from((0, 1, 3, 8)), h.odd)
TEXT = h.mostly(st.one_of(h.sentences(30), h.articles), h.texts, 3)
SENTENCES = h.mostly(st.lists(h.mostly(h.sentences(), h.texts), min_size=1, max_size=4))
LEVELS = h.mostly(st.sampled_from((0.05, 0.0, 1.0, 1e-9, np.float32(0.1), 1)), times=12)
BANDS = h.mostly(st.sampled_from((8000, 4000.0, 2000, 96_000, 100, np.int32(300))), times=12)


def setting(*good):
    return h.mostly(st.sampled_from(good), st.one_of(SETTING, st.floats(), st.sampled_from((1e9, -1e9, 2**63))), 9)


VERBS = {
    "prepare sounds": (audio.prepare, h.sounds()),
    "read sound files": (sound_read, h.sound_files()),
    "read pictures": (images.read, st.tuples(hostile_pictures.pictures())),
    "load": (lambda demo, name: demo.load(name), st.tuples(st.sampled_from(DEMOS), st.one_of(st.sampled_from(NAMES), st.sampled_from(NAMES), st.text(max_size=9), h.odd))),
    "hear voices": (lambda *clip: model(voice).encode(*clip), h.sounds()),
    "swap voices": (lambda a, b: model(voice).swap(*a, *b), st.tuples(h.sounds(), h.sounds())),
    "decode voices": (decoded_voice, st.tuples(h.codes((12, 50), (9, 50), (3, 50), (0, 50), (50,)), h.codes((50,), (50, 1), (1,)), LEVELS, h.mostly(st.sampled_from((None, 900, 1, 0, 10**9))), BANDS)),
    "inspect pictures": (lambda pictures: model(anomaly, "faces-plain").inspect(pictures), st.tuples(PICTURES)),
    "fit few pictures": (fitted, st.tuples(MANY)),
    "inspect tables": (table, st.one_of(st.tuples(h.tables(), h.tables()), *[h.tables().map(lambda rows: (rows, rows))] * 3)),
    "encode pictures in codes": (lambda picture: model(codebook, "image").encode(picture), st.tuples(hostile_pictures.pictures())),
    "decode pictures": (lambda codes: model(codebook, "image").decode(codes), st.tuples(h.whole(512, (16, 16), (2, 3), (0, 4), (16,), (300, 2)))),
    "nearest codes": (lambda query, count: model(codebook, "image").nearest(query, count), st.tuples(h.codes((16,), (32,), (2, 16), (0,)), setting(1, 8, 512, 3.0, np.int8(2)))),
    "encode speech in codes": (lambda *clip: model(codebook, "speech").encode(*clip), h.sounds()),
    "decode speech": (lambda *code: model(codebook, "speech").decode(*code), st.tuples(h.whole(128, (7,), (1,), (40,), (0,), (2, 2), (3000,)), h.mostly(h.codes((50,), (49,)), st.none()), LEVELS, BANDS)),
    "summarise": (lambda text, length, beam, heat, new: model(summary).summarize([text], length, beam, heat, 0, new), st.tuples(TEXT, setting(None, 1, 5), setting(1, 2), setting(0, 1.5), setting(0, -3.0))),
    "judge": (lambda article, headline: model(summary).judge(article, headline), st.tuples(TEXT, TEXT)),
    "draw": (lambda count, seed, heat: model(generate).sample(count, seed, heat), st.tuples(setting(1, 2, np.int64(3)), setting(0, 7, 2**63 - 1), setting(0, 1.0, 10))),
    "encode pictures in latents": (lambda picture, beta: model(generate).encode(picture, beta), st.tuples(st.one_of(hostile_pictures.pictures(), PICTURES), setting(None, 1.0))),
    "decode latents": (lambda latents, beta: model(generate).decode(latents, beta), st.tuples(h.codes((64,), (2, 64), (1, 3), (0, 64), (1, 1, 64)), setting(None, 1.0))),
    "compress": (lambda picture, quality: model(compress).compress(picture, quality), st.tuples(hostile_pictures.pictures(), setting(1, 3, 6, 2.0))),
    "decompress": (lambda data: model(compress).decompress(data), st.tuples(h.mostly(compressed()))),
    "embed pictures": (lambda pictures: model(embeddings).encode(pictures), st.tuples(PICTURES)),
    "embed speech": (lambda *clip: model(embeddings, "cpc").encode(*clip), h.sounds()),
    "embed sentences": (lambda sentences: model(embeddings, "quick-thought").following(sentences), st.tuples(SENTENCES)),
    "split paragraphs": (lambda text: model(embeddings, "quick-thought").split(text), st.tuples(TEXT)),
    "parse": (lambda sentence: model(trees).parse(sentence), st.tuples(st.one_of(TEXT, st.lists(h.texts, max_size=5)))),
    "other trees": (lambda sentence, k: model(trees).alternatives(sentence, k), st.tuples(TEXT, setting(1, 5, 20))),
    "probability of a tree": (lambda tree: model(trees).probability(tree), st.tuples(h.trees)),
}  # fmt: skip


def keyed() -> Image.Image:
    """A grey picture that claims a colour of three parts to be transparent."""
    image = Image.new("L", (9, 9))
    image.info["transparency"] = (1, 2, 3)
    return image


# what broke a verb once
FOUND: dict[str, tuple] = {
    "read pictures": (("\n",), ("\0",)),
    "fit few pictures": (({"\0": 0},),),
    "read sound files": ((b"", ".raw"),),
    "encode pictures in codes": ((keyed(),), (Image.new("La", (9, 9)),), (np.zeros((1, 2_000_000), np.uint8),)),
    "inspect tables": ((b"a,b\n" + b"1e-201,2\n3e-200,4\n" * 20,) * 2, (b"a,b\n" + b"1,2\n" * 12 + b'"' + b"x" * 200_000,) * 2),
    "hear voices": ((np.random.default_rng(0).normal(size=9000), 44_099), (np.full(9000, 3e38), 16_000)),
    "decode speech": ((np.arange(3), None, "loud"), (np.arange(3), None, 0.1, 0), (np.zeros(10**6, int),)),
    "load": ((trees, None), (voice, []), (anomaly, None), (anomaly, "n" * 5000), (codebook, {})),
    "decode voices": (
        ([""], np.zeros(50), 1.0, None, 8000),
        (np.zeros((9, 50)), object(), 1.0, None, 8000),
        (np.zeros((9, 50)), np.full(50, 1e30), 0.05, None, 8000),
        (np.zeros((9, 50)), np.zeros(50), 0.05, 0, 8000),
    ),
    "nearest codes": ((object(), None), (np.full(16, np.nan, np.float32), 3), (np.full(16, 1e30), 3)),
    "decode latents": ((object(), None),),
    "draw": ((1, -1, 1.0), (1, None, 1.0), (1, 0, None)),
    "encode pictures in latents": (([], None),),
    "summarise": (
        ("0", "\n", 1, 0, 0),
        ("0", None, "\n", 0, 0),
        ("0", None, 1, "\n", 0),
        ("0", None, 1, 0, "\n"),
        ("0", None, 1, 0, None),
        ("0", [], None, None, None),
        ("0", "", 1, 0, 0),
        ("0", None, None, 0, 0),
        ("0", 1, 1, None, 0),
    ),
    "probability of a tree": ((None,), (h.nested("left", 20_000),)),
}


def holds(found) -> None:
    """Whatever numbers a result is made of are numbers."""
    for one in found if isinstance(found, (list, tuple)) else [found]:
        parts = vars(one).values() if hasattr(one, "__dataclass_fields__") else [one]
        for part in parts:
            if isinstance(part, (float, np.ndarray)) and np.asarray(part).dtype.kind == "f":
                assert np.isfinite(part).all()


def tried(verb, given_to_it) -> bool:
    """Whether there was a result."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = verb(*given_to_it)
        except (ValueError, TypeError) as told:
            place = traceback.extract_tb(told.__traceback__)[-1]
            assert place.filename.startswith(str(ROOT / "aedemo")), f"not ours: {told!r} from {place.filename}:{place.lineno}"
            assert str(told).rstrip("'\"").endswith(".") and "\n" not in str(told), f"no sentence: {told!r} from {place.filename}:{place.lineno}"
            return False
    holds(found)
    return True


@pytest.mark.parametrize("name", VERBS)
def test_hostile_input_gets_a_result_or_a_sentence(name, request):
    verb, strategy = VERBS[name]
    for case in FOUND.get(name, ()):
        tried(verb, case)
    wanted = request.config.getoption("--fuzz")
    results, seconds = [], []

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
        begun = time.process_time()
        results.append(tried(verb, case))
        seconds.append(time.process_time() - begun)

    search()
    if wanted:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"\n{name}: {sum(results)} results of {len(results)} cases, the slowest took {max(seconds):.1f} s; at most {peak:.0f} MB of memory")
