"""What nobody should send, and somebody will: sounds, files, texts, tables, trees and numbers for the fuzz.

Most of it is nearly right, so that it passes the door and reaches the networks; `odd` is what does not even look right.
"""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
import soundfile
from hypothesis import strategies as st

from tests.conftest import CLIPS

SPECIAL = (float("nan"), float("inf"), -float("inf"), 0.0, -0.0, 1e-45, 1e30, 3e38, 1e308, -1e308, 2**31, -(2**63))
odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(max_size=20), st.binary(max_size=20),
    st.lists(st.integers(), max_size=4), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), st.just(object()), st.just(...),
)  # fmt: skip
seeds = st.integers(0, 2**32 - 1)
KINDS = ("float32", "float64", "float16", "int16", "int32", "int64", "uint8", "uint16", "bool", "complex64", "U3", "O")
PLAIN = ("float32", "float64", "float16", ">f4", "longdouble")


def mostly(good, bad=odd, times: int = 7):
    """Something good, and once in so many times something bad."""
    return st.integers(0, times).flatmap(lambda n: bad if n == times else good)


@st.composite
def arrays(draw, shapes):
    """Noise of a shape and type, here and there with what is no number."""
    shape, kind, seed = draw(shapes), draw(st.sampled_from(KINDS)), draw(seeds)
    scale = draw(st.sampled_from((0.0, 1e-6, 0.1, 1.0, 300.0, 1e30)))
    values = np.random.default_rng(seed).normal(size=shape) * scale
    if values.size and draw(st.booleans()):
        values.flat[draw(st.integers(0, values.size - 1))] = draw(st.sampled_from(SPECIAL))
    if kind in ("U3", "O"):
        return values.astype(kind)
    with np.errstate(all="ignore"):
        return values.astype(kind)


@st.composite
def codes(draw, *shapes):
    """Numbers of the right shape, or of another; most of a size that a code has."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.one_of(arrays(st.sampled_from(shapes)), odd))
    shape = shapes[0] if draw(st.integers(0, 6)) else draw(st.sampled_from(shapes))
    values = np.random.default_rng(draw(seeds)).normal(size=shape) * draw(
        st.sampled_from((0.0, 1e-30, 0.1, 1.0, 1.0, 1.0, 30.0, 200.0, 200.0, 1e4, 1e30))
    )
    if values.size and not draw(st.integers(0, 6)):
        values.flat[draw(st.integers(0, values.size - 1))] = draw(st.sampled_from(SPECIAL))
    with np.errstate(all="ignore"):
        values = values.astype(draw(st.sampled_from(PLAIN)))
    return values.tolist() if draw(st.integers(0, 5)) == 0 else values[::-1] if values.ndim and draw(st.booleans()) else values


@st.composite
def whole(draw, below: int, *shapes):
    """Whole numbers from 0 on of the right shape, or of another; some out of range."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.one_of(arrays(st.sampled_from(shapes)), odd))
    shape = shapes[0] if draw(st.integers(0, 6)) else draw(st.sampled_from(shapes))
    values = np.random.default_rng(draw(seeds)).integers(0, below, shape)
    if values.size and not draw(st.integers(0, 5)):
        values.flat[draw(st.integers(0, values.size - 1))] = draw(st.sampled_from((-1, below - 1, below, 2**31, -(2**63))))
    values = values.astype(draw(st.sampled_from(("int64", "int32", "int16", ">i4", "uint64", "uint16"))))
    return values.tolist() if draw(st.integers(0, 5)) == 0 else values


@lru_cache
def speech() -> np.ndarray:
    return soundfile.read(CLIPS / "en-slt.wav", dtype="float64")[0]


@st.composite
def waves(draw, samples: int):
    """(samples,) float64: what may pass for sound"""
    time, rng = np.arange(samples), np.random.default_rng(draw(seeds))
    wave = {
        "speech": lambda: np.resize(speech()[draw(st.sampled_from((0, 4000, 16000))) :], samples),
        "noise": lambda: rng.normal(size=samples) * 0.1,
        "sine": lambda: np.sin(time * draw(st.sampled_from((1e-4, 0.01, 0.1, 1.0, np.pi)))),
        "clipped": lambda: np.sign(np.sin(time * 0.05)),
        "click": lambda: np.eye(1, samples, draw(st.integers(0, samples - 1)))[0],
        "offset": lambda: 0.9 + 0.001 * np.sin(time * 0.1),
        "silence": lambda: np.zeros(samples),
        "half silent": lambda: np.where(time < samples // 2, 0, rng.normal(size=samples) * 0.1),
    }[draw(st.sampled_from(("speech", "speech", "speech", "noise", "noise", "sine", "clipped", "click", "offset", "half silent", "silence")))]()
    wave = wave * draw(st.sampled_from((1.0, 1.0, 1.0, 1.0, 1.0, 0.01, 1e-4, 1e-20, 40.0, 3e4, 1e9, 3e38)))
    if not draw(st.integers(0, 7)):
        wave[draw(st.integers(0, samples - 1))] = draw(st.sampled_from(SPECIAL))
    return wave


@st.composite
def sounds(draw):
    """(wave, rate)"""
    if draw(st.integers(0, 7)) == 0:
        shapes = st.one_of(st.tuples(st.integers(0, 9000)), st.tuples(st.integers(0, 3000), st.integers(0, 3)), st.just((2, 2, 2)), st.just(()))
        rate = st.one_of(st.sampled_from((8000, 16000)), st.integers(-5, 400_000), st.floats(), odd)
        return draw(st.one_of(arrays(shapes), st.lists(st.floats(), max_size=9), odd)), draw(rate)
    rate = draw(st.sampled_from((16000, 8000, 22050, 44100, 48000, 4000, 11025, 192_000, 96_001, 22050.5, np.float32(16000), np.int32(8000), 4000.9)))
    seconds = draw(st.sampled_from((0.1, 0.101, 0.13, 0.2, 0.2, 0.3, 0.3, 0.4, 0.5, 0.09)))
    wave = draw(waves(max(1, round(float(rate) * seconds))))
    kind = draw(st.sampled_from((*PLAIN, "float32", "int16", "int16", ">i2", "int32", "int64", "uint8", "uint16")))
    with np.errstate(all="ignore"):
        if np.dtype(kind).kind in "iu":
            top = np.iinfo(kind).max
            wave = np.nan_to_num(wave).clip(-1, 1) * (top / 2 if np.dtype(kind).kind == "u" else top) + (top / 2 if np.dtype(kind).kind == "u" else 0)
        wave = wave.astype(kind)
    form = draw(st.sampled_from(("mono", "mono", "mono", "mono", "column", "stereo", "channels first", "eight", "nine", "backwards", "list")))
    if form == "list":
        return wave.tolist(), rate
    copies = {"column": 1, "stereo": 2, "channels first": 2, "eight": 8, "nine": 9}.get(form)
    if copies:
        wave = np.stack([wave] * copies, 0 if form == "channels first" else 1)
    return wave[::-1] if form == "backwards" else wave, rate


@st.composite
def cut(draw, whole_file: bytes, header: int = 0):
    """A file with some bytes changed behind its header, left out, or added."""
    data = bytearray(whole_file)
    for _ in range(draw(st.integers(0, 4))):
        if len(data) > header:
            data[draw(st.integers(header, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))]) + draw(st.binary(max_size=9)) if draw(st.booleans()) else bytes(data)


@lru_cache
def sound_file(form: str, subtype: str, rate: int, channels: int) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.stack([np.resize(speech()[4000:], rate // 4)] * channels, 1), rate, format=form, subtype=subtype)
    return buffer.getvalue()


@st.composite
def sound_files(draw):
    """The bytes of a sound file, whole or not, and the end of its name."""
    if draw(st.integers(0, 6)) == 0:
        return draw(st.binary(max_size=200)), ".wav"
    form, subtype = draw(
        st.sampled_from(
            (("WAV", "PCM_16"), ("WAV", "FLOAT"), ("WAV", "PCM_U8"), ("WAV", "IMA_ADPCM"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III"),
             ("AIFF", "PCM_16"), ("AU", "ULAW"), ("CAF", "ALAC_16"), ("W64", "PCM_24"))
        )
    )  # fmt: skip
    whole_file = sound_file(form, subtype, draw(st.sampled_from((16000, 8000, 44100))), draw(st.sampled_from((1, 2))))
    data = draw(cut(whole_file, draw(st.sampled_from((0, 4, 44, 200))))) if draw(st.booleans()) else whole_file
    return data, draw(st.sampled_from((f".{form.lower()}", ".wav", "", ".raw", ".png")))


WORDS = (
    "storm", "the", "harbour", "。", "风暴", "袭击", "港口", "<script>alert(1)</script>", "</b>", "\0", "\u202e", "\u2066", "\ud800", "'", '"', ".", "!",
    "\n", "-" * 200, "7", "e\u0301\u0301\u0301", "😀", "👩\u200d👩\u200d👧", "&amp;", "&#x0;", "javascript:alert(1)", "{{7*7}}", "\ufeff", "\x1b[31m", "\\", "$x^2$",
    "１２", "ﬁ", "İ", "ß", "مرحبا", "שלום", "\u00ad", "\u200b", "-LRB-", "(", ")", "1e400", "NaN", "don't", "U.S.", "\r",
)  # fmt: skip
COMMON = (
    "the",
    "a",
    "storm",
    "old",
    "king",
    "ships",
    "harbour",
    "sank",
    "in",
    "and",
    "was",
    "night",
    "people",
    "said",
    "two",
    "garden",
    "slept",
    "left",
)
texts = st.one_of(
    st.text(max_size=80), st.text(st.characters(), max_size=80), odd, st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.sampled_from(("", " ", "\n" * 9, "a" * 5000, "字" * 3000, "word " * 900, "." * 400, "a" * 100_000, "the storm " * 10_000, "<b>" * 33_000, "&" * 100_000,
                     "\u0301" * 5000, "(" * 3000, "The storm sank two ships. " * 4000, "a.b." * 5000, "'" * 3000, "\ud800" * 90)),
)  # fmt: skip


@st.composite
def sentences(draw, most: int = 12):
    """Words that people use, with a few that they do not."""
    words = draw(st.lists(st.sampled_from(COMMON), min_size=1, max_size=most))
    for _ in range(draw(st.integers(0, 2))):
        words.insert(draw(st.integers(0, len(words))), draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=4))))
    return draw(st.sampled_from((" ", " ", " ", "  ", "\u3000", "\n", "\t"))).join(words) + draw(st.sampled_from(("", ".", "?", "…", "。", "!?")))


articles = st.lists(sentences(), min_size=1, max_size=6).map(" ".join)


def nested(shape: str, depth: int):
    """A tree so deep."""
    tree: tuple | str = "the"
    for _ in range(depth):
        tree = (tree, "storm") if shape == "left" else ("storm", tree) if shape == "right" else (tree,)
    return tree


def split_somewhere(words: tuple):
    """Binary trees of words."""
    if len(words) == 1:
        return st.just(words[0])
    return st.integers(1, len(words) - 1).flatmap(lambda at: st.tuples(split_somewhere(words[:at]), split_somewhere(words[at:])))


binary_trees = st.lists(st.sampled_from((*COMMON, *COMMON, *COMMON, *WORDS)), min_size=1, max_size=9).map(tuple).flatmap(split_somewhere)
trees = st.one_of(
    binary_trees, binary_trees, st.recursive(texts, lambda t: st.lists(t, max_size=3).map(tuple), max_leaves=6),
    st.builds(nested, st.sampled_from(("left", "right", "alone")), st.sampled_from((1, 30, 59, 60, 300, 20_000))),
)  # fmt: skip

CELLS = (
    "1e308", "-1e29", "1e31", "nan", "inf", "", " ", "yes", '"1', '"a\nb"', '"1,5"', "1_000", "１２", "0x10", "1e-320", "\0", "\ufeff", "\u202e", "=1+1", "-0",
    "1,2", "9" * 400, '"' + "x" * 140_000 + '"', "<b>", "\r", "1.797e308",
)  # fmt: skip


@st.composite
def tables(draw, most: int = 40):
    """A CSV file's bytes."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=300))
    rows, columns, rng = (
        draw(st.sampled_from((40, 12, 10, 30, 41, 3))),
        draw(st.sampled_from((4, 4, 4, 4, 2, 3, 1, 40))),
        np.random.default_rng(draw(seeds)),
    )
    values = rng.normal(size=(min(rows, most), columns)) * draw(st.sampled_from((1.0, 1.0, 0.0, 1e-200, 1e6, 1e29))) + draw(
        st.sampled_from((0.0, 1e9, 1.0))
    )
    if values.size and draw(st.booleans()):
        values[rng.integers(len(values)), rng.integers(columns)] = draw(st.sampled_from((0.0, 1e12, -1e30, 9e29, 1e-300)))
    cells = [[f"{x:.6g}" for x in row] for row in values]
    text = draw(st.integers(0, 4))
    if text == 0 and columns > 1:
        for row in cells:
            row[1] = draw(st.sampled_from(("red", '"a ""b"""', '"two\nlines"', "风暴", "")))
    names = draw(st.sampled_from((None, None, "abcd", "abcd", "aaaa", ("", "<b>x</b>", '"q\nr"', "\u202ez"), ("1", "b", "c", "d"))))
    if names:
        cells.insert(0, [str(names[i % 4]) for i in range(columns)])
    if cells and not draw(st.integers(0, 3)):
        cells[draw(st.integers(0, len(cells) - 1))][draw(st.integers(0, columns - 1))] = draw(st.one_of(st.sampled_from(CELLS), st.text(max_size=9)))
    lines = [draw(st.sampled_from((",", ",", ";", "\t"))).join(row) if not i else row for i, row in enumerate(cells)]
    mark = next((m for m in ";\t" if lines and isinstance(lines[0], str) and m in lines[0]), ",")
    told = draw(st.sampled_from(("\n", "\n", "\n", "\r\n", "\n\n", "\r"))).join(row if isinstance(row, str) else mark.join(row) for row in lines)
    return told.encode(draw(st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"))), "replace")
