"""Figures of a vocoder on speakers that it has never heard: what comes out, heard as it was heard that went in."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import soundfile
import torch

from .. import audio, speech
from .model import Vocoder

SEED = 0  # of its noise


@torch.inference_mode()
def evaluate(model: Vocoder, data: str, only: list[str], speakers: int = 20, clips: int = 4) -> dict[str, float]:
    """Over `speakers` speakers with `clips` clips each, out of those files of `data` that `only` names.

    Returns
    -------
    mel_db : mean distance of the spectrogram of what was made to that which it was made from; mel_griffin_lim_db: the same of Griffin-Lim
    pitch_semitones : median distance of the pitch heard in what was made to that asked for, where both are voiced
    processor_seconds : of all cores together, for a second of sound; processor_seconds_griffin_lim: of Griffin-Lim
    """
    device = next(model.parameters()).device
    far: dict[str, list[float]] = {"": [], "_griffin_lim": []}
    took = {"": 0.0, "_griffin_lim": 0.0}
    bent, seconds = [], 0.0
    for file in (file for files in speech.clips_of_each(Path(data), only, speakers, clips) for file in files):
        wave = audio.prepare(*soundfile.read(file, dtype="float32"))
        wave = wave * (audio.LEVEL / audio.active_level(wave))
        mel = audio.log_mel(torch.from_numpy(wave).to(device))
        f0, voiced = audio.pitch(wave)
        seconds += mel.shape[1] * audio.HOP / audio.RATE
        pitch = torch.from_numpy(f0).to(device)
        made = {}
        for name, make in (
            ("", lambda: model(mel[None], pitch[None], torch.Generator().manual_seed(SEED))[0]),
            ("_griffin_lim", lambda: audio.griffin_lim(mel)),
        ):
            begun = time.process_time()
            made[name] = make().cpu()
            took[name] += time.process_time() - begun
            far[name].append(float((audio.log_mel(made[name]) - mel.cpu()).abs().mean()) * 20 / np.log(10))
        again, still = audio.pitch(made[""].numpy())
        both = voiced & still
        bent.append(12 * np.abs(np.log2(again[both] / f0[both])))
    return {
        "mel_db": float(np.mean(far[""])),
        "mel_griffin_lim_db": float(np.mean(far["_griffin_lim"])),
        "pitch_semitones": float(np.median(np.concatenate(bent))),
        "processor_seconds": took[""] / seconds,
        "processor_seconds_griffin_lim": took["_griffin_lim"] / seconds,
    }
