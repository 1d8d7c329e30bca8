"""Which phone is spoken when: texts laid along their clips by forced alignment (pocketsphinx, a development package).

Only training and evaluation need this: to hint at phones while a codebook is learned, and to say afterwards which phones
a code covers. What ships are the counts.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from functools import lru_cache
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .audio import HOP, RATE
from .speech import Corpus

# ARPAbet, kinds of sound together, as the table of codes against phones shows them; the last is silence
PHONES = tuple(
    "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW W Y R L M N NG B D G P T K CH JH F TH HH S SH V DH Z ZH SIL".split()
)  # fmt: skip
NUMBER = {phone: i for i, phone in enumerate(PHONES)}
UNKNOWN, _UNSEEN = -1, -2


@lru_cache(maxsize=1)
def _decoder():
    try:
        from pocketsphinx import Config, Decoder, get_model_path
    except ImportError:
        raise ValueError("Finding phones needs pocketsphinx: pip install -r requirements-dev.txt") from None
    path = get_model_path()
    return Decoder(Config(hmm=f"{path}/en-us/en-us", dict=f"{path}/en-us/cmudict-en-us.dict", lm=None, samprate=RATE, loglevel="FATAL", bestpath=False))  # fmt: skip


def align(wave: np.ndarray, words: str) -> list[tuple[str, float, float]]:
    """(phone, start, end in seconds) of a clip at 16 kHz; empty where a word is in no dictionary or nothing fits."""
    decoder = _decoder()
    raw = (wave / (np.abs(wave).max() + 1e-9) * 0.7 * 32767).astype("<i2").tobytes()
    try:
        decoder.set_align_text(words.lower())
        for second_pass in (False, True):  # words first, then the phones within them
            if second_pass:
                decoder.set_alignment()
            decoder.start_utt()
            decoder.process_raw(raw, full_utt=True)
            decoder.end_utt()
        return [(p.name, p.start / 100, (p.start + p.duration) / 100) for word in decoder.get_alignment() for p in word]
    except (RuntimeError, TypeError):  # an unknown word, or no path through the clip
        return []


def at_frames(spoken: list[tuple[str, float, float]], frames: int) -> np.ndarray:
    """The number of the phone at each mel frame (16 ms), -1 where none is known. (frames,) int8"""
    labels = np.full(frames, UNKNOWN, np.int8)
    times = np.arange(frames) * HOP / RATE
    for phone, start, end in spoken:
        labels[(times >= start) & (times < end)] = NUMBER.get(phone, UNKNOWN)
    return labels


_worker: dict = {}


def _open(folder: str, texts: dict[str, str]) -> None:
    _worker.update(corpus=Corpus(Path(folder)), texts=texts)


def _label(clip: int) -> tuple[int, np.ndarray]:
    corpus = _worker["corpus"]
    entry = corpus.index[clip]
    wave = corpus.crop(clip, entry["frames"], start=0)[0]
    return clip, at_frames(align(wave, _worker["texts"][entry["file"]]), entry["frames"])


def label_corpus(folder: Path, texts: dict[str, str], workers: int | None = None) -> np.ndarray:
    """The phone at every mel frame of a prepared corpus (`speech.prepare_corpus`): (frames of all clips,) int8.

    Kept in the corpus's folder; goes on where it was when it was stopped. `texts`: file -> what is said in it.
    """
    corpus = Corpus(folder)
    known = [i for i, entry in enumerate(corpus.index) if texts.get(entry["file"], "").strip()]
    if not known:
        raise ValueError("None of the clips is in the tables of texts.")
    key = hashlib.sha256(json.dumps([(corpus.index[i]["file"], texts[corpus.index[i]["file"]]) for i in known]).encode()).hexdigest()[:12]
    file, total = Path(folder) / f"phones-{key}.i1", corpus.index[-1]["start"] + corpus.index[-1]["frames"]
    if not file.exists():
        fresh = np.full(total, UNKNOWN, np.int8)
        for clip in known:
            fresh[corpus.index[clip]["start"]] = _UNSEEN
        fresh.tofile(file)
    labels = np.memmap(file, np.int8, "r+")
    todo = [clip for clip in known if labels[corpus.index[clip]["start"]] == _UNSEEN]
    if todo:
        _decoder()  # says here what is missing, not in a worker
        mine = {corpus.index[i]["file"]: texts[corpus.index[i]["file"]] for i in todo}
        workers = workers or os.cpu_count() or 1
        with multiprocessing.get_context("spawn").Pool(workers, _open, (str(folder), mine)) as pool:
            for clip, found in tqdm(pool.imap(_label, todo, 8), total=len(todo), desc="phones", mininterval=10):
                start = corpus.index[clip]["start"]
                labels[start : start + len(found)] = found
    return np.array(labels)
