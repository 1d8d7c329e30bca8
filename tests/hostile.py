"""What nobody should send, and somebody will: sounds, pictures, files, texts and numbers for the fuzz."""

from __future__ import annotations

import io

import numpy as np
from hypothesis import strategies as st
from PIL import Image

SPECIAL = (float("nan"), float("inf"), -float("inf"), 0.0, -0.0, 1e-45, 1e308, -1e308, 2**31, -(2**63))
odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(max_size=20), st.binary(max_size=20),
    st.lists(st.integers(), max_size=4), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), st.just(object()), st.just(...),
)  # fmt: skip
seeds = st.integers(0, 2**32 - 1)
KINDS = ("float32", "float64", "float16", "int16", "int32", "int64", "uint8", "uint16", "bool", "complex64", "U3", "O")


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


def long(most: int):
    return st.integers(0, most)


@st.composite
def sounds(draw):
    """(wave, rate)"""
    shapes = st.one_of(
        long(9000).map(lambda n: (n,)),
        st.tuples(long(3000), long(3)),
        st.tuples(long(3), long(3000)),
        st.tuples(long(4), long(4), long(4)),
        st.just(()),
    )
    rate = st.one_of(st.sampled_from((8000, 16000, 22050, 44100, 48000, 192000, 4000)), st.integers(-5, 400_000), st.floats(), odd)
    wave = draw(st.one_of(arrays(shapes), arrays(long(9000).map(lambda n: (n,))), st.lists(st.floats(), max_size=9), odd))
    return wave, draw(rate)


def encoded(image: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()


@st.composite
def cut(draw, whole: bytes):
    """A file with some bytes changed, left out, or added."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(0, 4))):
        if data:
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))]) + draw(st.binary(max_size=9)) if draw(st.booleans()) else bytes(data)


@st.composite
def pictures(draw):
    side = st.integers(0, 70)
    shapes = st.one_of(st.tuples(side, side), st.tuples(side, side, st.integers(0, 5)), st.tuples(side), st.tuples(side, side, side.map(lambda n: n % 4), st.just(2)))  # fmt: skip
    kind = draw(st.sampled_from(("array", "image", "file", "odd")))
    if kind == "array":
        return draw(arrays(shapes))
    if kind == "odd":
        return draw(odd)
    modes = ("1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "F", "LA", "I;16", "PA")
    image = Image.new(draw(st.sampled_from(modes)), (draw(st.sampled_from((0, 1, 2, 3, 17, 64, 300))), draw(st.sampled_from((0, 1, 5, 64, 257)))))
    if kind == "image":
        return image
    form = draw(st.sampled_from(("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")))
    noise = Image.fromarray(np.random.default_rng(draw(seeds)).integers(0, 256, (20, 24, 3), np.uint8))
    return draw(cut(encoded(noise, form)))


WORDS = (
    "storm",
    "the",
    "harbour",
    "。",
    "风暴",
    "袭击",
    "港口",
    "<script>",
    "</b>",
    "\0",
    "\u202e",
    "\ud800",
    "'",
    '"',
    ".",
    "!",
    "\n",
    "-" * 200,
    "7",
    "́",
    "😀",
    "&amp;",
)
texts = st.one_of(
    st.text(max_size=80), st.text(st.characters(), max_size=80), odd, st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.sampled_from(("", " ", "\n" * 9, "a" * 5000, "字" * 3000, "word " * 900, "." * 400)),
)  # fmt: skip


@st.composite
def tables(draw):
    """A CSV file's bytes."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=300))
    rows, columns, rng = draw(st.integers(0, 40)), draw(st.integers(0, 5)), np.random.default_rng(draw(seeds))
    lines = [draw(st.sampled_from((",", ";", "\t"))).join(f"{x:.3g}" for x in rng.normal(size=columns)) for _ in range(rows)]
    for _ in range(draw(st.integers(0, 3))):
        if lines:
            lines[draw(st.integers(0, len(lines) - 1))] = draw(st.text(max_size=30))
    return "\n".join(lines).encode(draw(st.sampled_from(("utf-8", "utf-16", "utf-8-sig"))), "surrogatepass")
