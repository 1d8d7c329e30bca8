"""What the parts of the codebook tab share: the examples as codes, and a visitor's session."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from .. import audio, images, threads, ui
from ..squares import to_array
from . import inference
from .data import read_sheet
from .model import GRID

EXAMPLES_FOLDER = Path(__file__).resolve().parents[2] / "examples" / "codebook"
SHEET = EXAMPLES_FOLDER / "drawings.png"
CLIPS = sorted(EXAMPLES_FOLDER.glob("*.ogg"))
FIRST = 20  # the drawing that is there before any click: a house


def kind(name: str) -> str:
    return "speech" if name == "speech" else "image"


@lru_cache(maxsize=1)
def sheet() -> np.ndarray:
    return read_sheet(SHEET)


@ui.gpu(duration=60)
def _shown(name: str):
    model = inference.load(name)
    if kind(name) == "image":
        return model.encode([Image.fromarray(x) for x in sheet()])
    return [heard(str(file)) for file in CLIPS]


@threads.once(4)
def gallery(name: str):
    """The examples here as codes, computed once for all visitors: (48, 16, 16), or a dict a clip (see `heard`)."""
    return _shown(name)


def heard(path: str) -> dict:
    """A clip as the page keeps it: sound at 16 kHz and one level, mel (2T, 80), codes (T,), speaker (50,), queries (T, D)."""
    model = inference.load("speech")
    wave, rate = audio.read(path)
    plain = audio.prepare(wave, rate)
    mel, f0 = model.hear(wave, rate)
    codes, queries = model.looked_up(mel)
    return {
        "wave": (plain * (audio.LEVEL / audio.active_level(plain))).astype(np.float32),
        "level": audio.active_level(plain),
        "bandwidth": min(rate, audio.RATE) / 2,
        "mel": mel.astype(np.float16),
        "codes": codes,
        "speaker": model.who(mel, f0),
        "queries": queries.astype(np.float16),
        "bytes": 2 * len(plain),
    }


@ui.gpu(duration=30)
def encoded_image(name: str, image: Image.Image) -> dict:
    model = inference.load(name)
    seen = to_array(images.read(image))
    codes = model.encode(Image.fromarray(seen))
    return {"image": seen, "codes": codes, "queries": model.queries(Image.fromarray(seen)).astype(np.float16), "bytes": seen.size}


@ui.gpu(duration=30)
def encoded_voice(path: str) -> dict:
    return heard(path)


def session(name: str, what: dict, code: int) -> dict:
    middle = what["codes"].size // 2 + (GRID // 2 if kind(name) == "image" else 0)
    return {"name": name, "first": what["codes"].copy(), "at": middle, "code": code, **what}


@threads.once(64)
def drawing_of(name: str, index: int) -> dict:
    return encoded_image(name, Image.fromarray(sheet()[index]))


def example(name: str, index: int) -> dict:
    """An example of ours as a session; computed once for all visitors (it holds nothing of anybody's)."""
    if kind(name) == "image":
        work = session(name, drawing_of(name, index % len(sheet())), 0)
    else:
        work = session(name, gallery("speech")[index % len(CLIPS)], 0)
    return work | {"code": int(work["codes"].flat[work["at"]])}
