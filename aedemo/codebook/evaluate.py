"""Figures of a trained codebook on what it was never trained on, by this package alone.

`python -m aedemo evaluate codebook --name NAME --data DIR` prints them; `--write` stores them in the model's folder and in
its card, from which the page reads them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import normalized_mutual_info_score

from .. import audio, images, speech
from ..images import psnr
from ..phones import PHONES, UNKNOWN, align, at_frames
from ..squares import read_folder, to_arrays, to_tensor
from .data import flip_book, read_sheet
from .inference import FlipCodebook, ImageCodebook, SpeechCodebook


def evaluate(model, data: str, texts: Sequence[str] = (), only: Sequence[str] = ("*",)) -> dict[str, float]:
    """The figures that fit the model's kind: of pictures (`data`: a folder), of speech (`data`: a folder of speech), or of a
    flip book (`data`: a sheet of drawings or a folder)."""
    if isinstance(model, SpeechCodebook):
        return of_speech(model, data, texts, only)
    return of_flip_book(model, pictures_of(data)) if isinstance(model, FlipCodebook) else of_pictures(model, data)


def pictures_of(data: str) -> np.ndarray:
    """Drawings on a sheet, or the pictures of a folder: (N, 64, 64, 3) uint8."""
    return read_sheet(data) if Path(data).is_file() else read_folder(data)


def spread(codes: list[np.ndarray], count: int) -> tuple[float, float]:
    """Perplexity of the use of the codes, and the share of them that occur."""
    used = np.bincount(np.concatenate([np.ravel(c) for c in codes]), minlength=count).astype(float)
    share = used[used > 0] / used.sum()
    return float(np.exp(-(share * np.log(share)).sum())), float((used > 0).mean())


def of_pictures(model: ImageCodebook, data: str) -> dict[str, float]:
    decibels, codes, took = [], [], 0.0
    for image in (images.read(f) for f in images.files(data)):
        begun = time.perf_counter()
        codes.append(model.encode(image))
        again = model.decode(codes[-1])
        took += time.perf_counter() - begun
        decibels.append(psnr(again, to_arrays(model._seen(image))[0]))
    count = len(model.codebook)
    perplexity, used = spread(codes, count)
    figures = {"psnr_db": float(np.mean(decibels)), "codes": count, "perplexity": perplexity, "perplexity_share": perplexity / count}
    return figures | {"used": used, "bits": model.bits, "images_per_second": len(codes) / took}


def of_flip_book(model: FlipCodebook, drawings: np.ndarray) -> dict[str, float]:
    pages, unseen = flip_book(drawings)
    device, x = model.device, to_tensor(pages)
    with torch.inference_mode():
        codes = model.network.encode(x.to(device))
        again = model.network.decode(codes).cpu()
    error = (again - x).square().flatten(1).mean(1).numpy()
    nearest = torch.cdist(again.flatten(1), x.flatten(1)).argmin(1).numpy()
    right = nearest == np.arange(len(pages))
    decibels = -10 * np.log10(np.maximum(error, 1e-9))
    figures = {"psnr_seen_db": decibels[~unseen].mean(), "psnr_unseen_db": decibels[unseen].mean(), "right_seen": right[~unseen].mean()}
    figures |= {"right_unseen": right[unseen].mean(), "codes_seen": len(np.unique(codes.cpu().numpy()[~unseen])), "pages_unseen": unseen.sum()}
    return {k: float(v) for k, v in figures.items()}


def of_speech(model: SpeechCodebook, data: str, texts: Sequence[str], only: Sequence[str], speakers: int = 20, clips: int = 12) -> dict[str, float]:
    """Over `speakers` speakers with `clips` clips each, out of those files of `data` that `only` names."""
    people = speech.clips_of_each(Path(data), only, speakers, clips)
    words, count = speech.read_texts(texts), len(model.codebook)
    codes, histograms, speaker, half_of, spoken_at, codes_at, took, seconds = [], [], [], [], [], [], 0.0, 0.0
    for k, files in enumerate(people):
        for i, file in enumerate(files):
            wave, rate = soundfile.read(file, dtype="float32")
            begun = time.perf_counter()
            code = model.encode(wave, rate)
            took, seconds = took + time.perf_counter() - begun, seconds + len(wave) / rate
            codes.append(code)
            histograms.append(np.bincount(code, minlength=count) / len(code))
            speaker.append(k)
            half_of.append(i % 2)
            if text := words.get(str(file.relative_to(data))):
                labels = at_frames(align(audio.prepare(wave, rate), text), 2 * len(code))[1::2]
                spoken = (labels != UNKNOWN) & (labels != PHONES.index("SIL"))
                spoken_at.append(labels[spoken])
                codes_at.append(code[spoken])
    perplexity, used = spread(codes, count)
    figures = {
        "codes": count,
        "codes_per_second": model.codes_per_second,
        "perplexity": perplexity,
        "perplexity_share": perplexity / count,
        "used": used,
    }
    if sum(map(len, spoken_at)):
        said, at = np.concatenate(spoken_at).astype(int), np.concatenate(codes_at)
        table = np.zeros((count, len(PHONES)))
        np.add.at(table, (at, said), 1)
        figures["phone_nmi"] = float(normalized_mutual_info_score(said, at))
        figures["phone_purity"] = float(table.max(1).sum() / table.sum())
        figures["phone_majority"] = float(table.sum(0).max() / table.sum())
    x, who, fold = np.stack(histograms), np.array(speaker), np.array(half_of)
    right = [LogisticRegression(max_iter=2000, C=10).fit(x[fold != i], who[fold != i]).score(x[fold == i], who[fold == i]) for i in (0, 1)]
    figures |= {"speaker_probe_on_codes": float(np.mean(right)), "speaker_probe_chance": 1 / len(people)}
    return figures | {"encode_real_time_factor": took / seconds}
