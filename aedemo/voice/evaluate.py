"""Figures of a trained voice model on speakers that it has never heard, by this package alone.

`python -m aedemo evaluate voice --data DIR --only PATTERNS` prints them; `--write` stores them in the model's folder and
in its card, from which the page reads them.
"""

from __future__ import annotations

import time
from itertools import groupby
from pathlib import Path

import numpy as np
import soundfile
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .. import audio, speech
from ..halves import HEIGHT_SCALE, MARGIN, STACK
from .inference import VoiceModel


def probe(features: np.ndarray, speaker: np.ndarray, fold: np.ndarray) -> float:
    """How often a linear classifier, trained on one half of each speaker's clips, names the speaker of the other."""
    right = []
    for test in (0, 1):
        classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
        classifier.fit(features[fold != test], speaker[fold != test])
        right.append(classifier.score(features[fold == test], speaker[fold == test]))
    return float(np.mean(right))


def evaluate(model: VoiceModel, data: str, only: list[str], speakers: int = 20, clips: int = 12) -> dict[str, float]:
    """Figures over `speakers` speakers with `clips` clips each, out of those files of `data` that `only` names.

    Returns
    -------
    speaker_probe_on_content : the speaker named from the content half's mean and spread over a clip
    speaker_probe_on_speaker : the same from the speaker half; both against speaker_probe_chance
    rebuilt_mel_db, converted_pitch_semitones, words_kept_cosine, real_time_factor : see the comments
    """
    found = speech.find_clips(Path(data), [])
    found = [(f, s) for f, s in found if any(f.match(pattern) for pattern in only)]
    people = [[f for f, _ in group] for _, group in groupby(sorted(found, key=lambda x: x[1]), key=lambda x: x[1])]
    people = [files[:clips] for files in people if len(files) >= 4][:speakers]
    if len(people) < 2:
        raise ValueError(f"At least two speakers with four clips each are needed; {data} has {len(people)} among the files asked for.")
    content, half, who, fold, codes, distance = [], [], [], [], [], []
    for k, files in enumerate(people):
        for i, file in enumerate(files):
            wave, rate = soundfile.read(file, dtype="float32")
            code = model.encode(wave, rate)
            content.append(np.r_[code.content.mean(0), code.content.std(0)])
            half.append(code.speaker)
            who.append(k)
            fold.append(i % 2)
            if i == 0:
                codes.append(code)
                real = model.hear(wave, rate)[0]
                again = model.mel(code)[0][:, MARGIN * STACK : -MARGIN * STACK]
                distance.append(np.abs(again - real).mean() * 20 / np.log(10))
    pitch, words, took, seconds = [], [], 0.0, 0.0
    for code, other in zip(codes, codes[1:] + codes[:1], strict=True):
        begun = time.perf_counter()
        wave = model.decode(model.cross(code, other))
        took += time.perf_counter() - begun
        seconds += len(wave) / audio.RATE
        # how far the converted clip's mean pitch lies from the target's own, measured on the sound
        back = model.encode(wave, audio.RATE)
        pitch.append(12 * HEIGHT_SCALE * abs(back.speaker[-2] - other.speaker[-2]))
        # do the words come back? the content of the converted sound against the content that went in
        n = min(len(back.content), len(code.content))
        x, y = back.content[MARGIN : n - MARGIN, :-1], code.content[MARGIN : n - MARGIN, :-1]
        words.append(np.mean((x * y).sum(1) / np.maximum(np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1), 1e-6)))
    return {
        "speaker_probe_on_content": probe(np.stack(content), np.array(who), np.array(fold)),
        "speaker_probe_on_speaker": probe(np.stack(half), np.array(who), np.array(fold)),
        "speaker_probe_chance": 1 / len(people),
        "rebuilt_mel_db": float(np.mean(distance)),
        "converted_pitch_semitones": float(np.median(pitch)),
        "words_kept_cosine": float(np.mean(words)),
        "real_time_factor": took / seconds,
    }
