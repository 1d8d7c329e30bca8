"""Speech corpora on disk, read once and kept as memory-mapped features.

Understood as they are published: a folder per speaker (any depth), VCTK, LibriSpeech, FSDD. `prepare_corpus` computes
mel and pitch of every clip into a cache folder; `Corpus` gives clips and random crops of it.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path

import numpy as np
import soundfile
import torch
from tqdm import tqdm

from . import audio

SUFFIXES = {".wav", ".flac", ".ogg", ".opus", ".mp3"}
_FSDD = re.compile(r"^\d_([a-z]+)_\d+$")
_LIBRISPEECH = re.compile(r"^(\d+)-\d+-\d+$")


def speaker_of(path: Path, root: Path) -> str:
    """Who speaks in a file, by the published layouts' own rules."""
    corpus = path.relative_to(root).parts[0] if len(path.relative_to(root).parts) > 1 else ""
    if match := _FSDD.match(path.stem) or _LIBRISPEECH.match(path.stem):
        return f"{corpus}/{match[1]}"
    return str(path.parent.relative_to(root))


def find_clips(root: Path, exclude: list[str]) -> list[tuple[Path, str]]:
    """Every sound file under `root` with its speaker, less what a pattern of `exclude` (shell style) matches."""
    files = sorted(f for f in Path(root).rglob("*") if f.suffix.lower() in SUFFIXES)
    kept = [f for f in files if not any(fnmatch(str(f.relative_to(root)), pattern) for pattern in exclude)]
    if not kept:
        raise ValueError(f"No sound files ({', '.join(sorted(SUFFIXES))}) to train on under {root}.")
    return [(f, speaker_of(f, Path(root))) for f in kept]


def clips_of_each(root: Path, only: Sequence[str], speakers: int, clips: int) -> list[list[Path]]:
    """The first `clips` clips of each of the first `speakers` speakers that have four, out of those files that a pattern of `only` matches."""
    found = [(f, s) for f, s in find_clips(root, []) if any(f.match(pattern) for pattern in only)]
    people = [[f for f, _ in group] for _, group in groupby(sorted(found, key=lambda x: x[1]), key=lambda x: x[1])]
    people = [files[:clips] for files in people if len(files) >= 4][:speakers]
    if len(people) < 2:
        raise ValueError(f"At least two speakers with four clips each are needed; {root} has {len(people)} among the files asked for.")
    return people


def read_patterns(file: str | None) -> list[str]:
    if not file:
        return []
    lines = (line.split("#")[0].strip() for line in Path(file).read_text().splitlines())
    return [line for line in lines if line]


def read_texts(tables: Iterable[str]) -> dict[str, str]:
    """What is said in which file, from tab-separated tables with the columns `file` and `text`."""
    texts: dict[str, str] = {}
    for table in tables:
        with open(table, newline="", encoding="utf-8") as file:
            rows = csv.DictReader(file, delimiter="\t")
            if not {"file", "text"} <= set(rows.fieldnames or ()):
                raise ValueError(f"{table} should be a table with the columns file and text, separated by tabs.")
            texts |= {row["file"]: row["text"] for row in rows if row["text"]}
    return texts


def prepare_corpus(root: str, cache: str, exclude: list[str]) -> Path:
    """Compute the features of a corpus once; later calls with the same files return at once."""
    clips = find_clips(Path(root), exclude)
    key = hashlib.sha256("\n".join(str(f.resolve()) for f, _ in clips).encode()).hexdigest()[:12]
    folder = Path(cache) / f"speech-{key}"
    if (folder / "index.json").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    index, at = [], 0
    with open(folder / "wave.i16", "wb") as waves, open(folder / "mel.f16", "wb") as mels, open(folder / "f0.f32", "wb") as pitches:
        for file, speaker in tqdm(clips, desc="features", mininterval=10):
            try:
                wave = audio.prepare(*soundfile.read(file, dtype="float32"))
            except (ValueError, soundfile.LibsndfileError):
                continue  # one unreadable or silent file must not end a long run
            wave = wave * (audio.LEVEL / audio.active_level(wave))
            wave = wave[: len(wave) // audio.HOP * audio.HOP].clip(-1, 1)
            mel = audio.log_mel(torch.from_numpy(wave)).T.numpy()  # (frames, 80)
            f0, voiced = audio.pitch(wave)
            waves.write((wave * 32767).astype("<i2").tobytes())
            mels.write(mel.astype("<f2").tobytes())
            pitches.write(np.where(voiced, f0, -f0).astype("<f4").tobytes())  # the sign says unvoiced
            index.append({"file": str(file.relative_to(root)), "speaker": speaker, "start": at, "frames": len(mel)})
            at += len(mel)
    (folder / "index.json").write_text(json.dumps(index))
    return folder


class Corpus:
    """Random access to prepared clips. Arrays are memory-mapped, so size is bounded by disk and not by memory."""

    def __init__(self, folder: Path):
        self.index = json.loads((Path(folder) / "index.json").read_text())
        total = self.index[-1]["start"] + self.index[-1]["frames"]
        self._wave = np.memmap(folder / "wave.i16", "<i2", "r", shape=(total * audio.HOP,))
        self._mel = np.memmap(folder / "mel.f16", "<f2", "r", shape=(total, audio.N_MELS))
        self._f0 = np.memmap(folder / "f0.f32", "<f4", "r", shape=(total,))
        self.speakers = sorted({clip["speaker"] for clip in self.index})
        number = {s: i for i, s in enumerate(self.speakers)}
        self.speaker = np.array([number[clip["speaker"]] for clip in self.index])
        self.frames = np.array([clip["frames"] for clip in self.index])
        self.by_speaker = [np.flatnonzero(self.speaker == i) for i in range(len(self.speakers))]

    def crop(self, clip: int, frames: int, start: int | None = None, rng: np.random.Generator | None = None):
        """`frames` frames of a clip: wave (frames * 256,), mel (frames, 80), f0 (frames,), voiced (frames,).

        A shorter clip is set at a random place among frames as quiet as its own quiet ones (`audio.in_quiet`).
        """
        entry = self.index[clip]
        have = entry["frames"]
        if start is None:  # then `rng` says where
            start = int((rng or np.random.default_rng(0)).integers(0, have - frames + 1)) if have > frames else 0
        a, n = entry["start"] + start, min(frames, have - start)
        wave = self._wave[a * audio.HOP : (a + n) * audio.HOP].astype(np.float32) / 32767
        mel = self._mel[a : a + n].astype(np.float32)
        f0 = np.array(self._f0[a : a + n])
        if n < frames:
            before = int(rng.integers(0, frames - n + 1)) if rng is not None else 0
            after = frames - n - before
            wave = np.pad(wave, (before * audio.HOP, after * audio.HOP))
            mel, f0 = audio.in_quiet(mel, f0, before, after)
            f0[:before], f0[before + n :] = -np.abs(f0[:before]), -np.abs(f0[before + n :])
        return wave, mel, np.abs(f0), f0 > 0
