"""What a linear probe, or the nearest neighbour, can read from codes of data never trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .. import audio, speech
from ..phones import PHONES, UNKNOWN, align, at_frames
from .cpc import centred
from .data import digits, emoji_groups
from .inference import STAGES, PictureEncoder, SpeechEncoder, load
from .shelf import seen_otherwise

NEAREST = 5
FRAMES = 40_000  # of speech that a phone probe learns from


def probe(x: np.ndarray, y: np.ndarray, x_new: np.ndarray, y_new: np.ndarray) -> float:
    """Share right of a linear probe, logistic regression on codes of mean 0 and deviation 1."""
    return float(make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(x, y).score(x_new, y_new))


def of_digits(model: PictureEncoder) -> dict[str, float]:
    """scikit-learn's digits: the probe learns from the 1,200 that the encoder was trained on, and is asked of the 597 others."""
    (x, y), (x_new, y_new) = digits("train"), digits("test")
    codes, new = (model.looked_at(part)[1].cpu().numpy() for part in (x, x_new))
    few = np.random.default_rng(0).permutation(len(y))[:100]
    figures = {"probe_digits": probe(codes, y, new, y_new), "probe_digits_from_100": probe(codes[few], y[few], new, y_new)}
    flat, flat_new = x.flatten(1).numpy(), x_new.flatten(1).numpy()
    pca = PCA(model.dim, random_state=0).fit(flat)
    figures["probe_digits_pca"] = probe(pca.transform(flat), y, pca.transform(flat_new), y_new)
    return figures | found(model, x_new[:136])


def same_group(known: np.ndarray, groups: list[str], new: np.ndarray, groups_new: list[str]) -> tuple[float, float]:
    """Share of the five nearest codes (cosine, mean taken away) that are of the same group: over all, and mean over groups."""
    mean = known.mean(0)
    a, b = ((x - mean) / np.linalg.norm(x - mean, axis=1, keepdims=True) for x in (known, new))
    of_known, of_new = np.array(groups), np.array(groups_new)
    right = (of_known[np.argsort(-(b @ a.T), axis=1)[:, :NEAREST]] == of_new[:, None]).mean(1)
    return float(right.mean()), float(np.mean([right[of_new == group].mean() for group in np.unique(of_new)]))


def of_emoji(model: PictureEncoder, data: str, train: str, groups: str) -> dict[str, float]:
    """Emoji of the folder `data`, and their nearest neighbours among those of `train`.

    groups : Unicode's emoji-test.txt, which says what belongs together
    """
    (known, of_known), (new, of_new) = emoji_groups(train, groups), emoji_groups(data, groups)
    x, x_new = model.seen([str(f) for f in known]), model.seen([str(f) for f in new])
    figures = {}
    pca = PCA(model.dim, random_state=0).fit(x.flatten(1).numpy())
    rivals = {
        "": [model.looked_at(part)[1].cpu().numpy() for part in (x, x_new)],
        "_pca": [pca.transform(part.flatten(1).numpy()) for part in (x, x_new)],
        "_pixels": [part.flatten(1).numpy() for part in (x, x_new)],
    }
    for mark, (codes, codes_new) in rivals.items():
        figures[f"same_group{mark}"], figures[f"same_group_mean{mark}"] = same_group(codes, of_known, codes_new, of_new)
    return figures | found(model, x_new)


def of_faces(model: PictureEncoder, data: str) -> dict[str, float]:
    """Portraits: how often one in another view is found by its code, and, of Deep InfoMax, codes that find their own picture."""
    from PIL import Image

    from ..squares import read_folder

    faces = [Image.fromarray(array) for array in read_folder(data)[:136]]
    codes = model.encode(faces)
    codes = codes / np.linalg.norm(codes, axis=1, keepdims=True)
    figures = {}
    for view in ("turned", "near", "moved", "mirrored"):
        other = model.encode([seen_otherwise(face, view) for face in faces])
        other = other / np.linalg.norm(other, axis=1, keepdims=True)
        figures[f"found_{view}"] = float(((other @ codes.T).argmax(1) == np.arange(len(faces))).mean())
    return figures | found(model, model.seen(faces))


@torch.inference_mode()
def found(model: PictureEncoder, x: torch.Tensor) -> dict[str, float]:
    """Share of codes that find their own picture among all of `x`, by the discriminator; nothing for a model without one."""
    if not model.name.startswith("infomax"):
        return {}
    figures: dict[str, float] = {"pictures": len(x)}
    for stage in STAGES:
        encoder = load(model.name, model.device, stage)
        fit = encoder.network.fit(*encoder.looked_at(x)).mean(2)
        figures[f"own_found_{stage}"] = float((fit.argmax(1).cpu() == torch.arange(len(x))).float().mean())
    return figures


def of_speech(model: SpeechEncoder, data: str, texts: list[str], only: list[str], speakers: int = 20, clips: int = 12) -> dict[str, float]:
    """Phones and speakers read from codes and from log-mel frames (as they are, and centred as the encoder does it), by the same probe.

    Phones: learned from half of the speakers, asked of the others, and the other way round. Speakers: mean over each
    clip, learned from half of the clips of each, asked of the others.

    data, texts, only : folder of speech, tables of what is said in it, patterns of the clips to use
    """
    people = speech.clips_of_each(Path(data), only, speakers, clips)
    said = speech.read_texts(texts)
    marks = {"codes": "", "mel": "_mel", "centred": "_mel_centred"}
    rows: dict[str, list[np.ndarray]] = {key: [] for key in marks}
    pooled: dict[str, list[np.ndarray]] = {key: [] for key in marks}
    frames, labels, speaker, half_of, right, chance = [], [], [], [], [], []
    for k, files in enumerate(people):
        for i, file in enumerate(files):
            wave, rate = soundfile.read(file, dtype="float32")
            mel = model.mel(wave, rate)
            views = {"codes": model.encode(wave, rate), "mel": mel[0].T.cpu().numpy(), "centred": centred(mel)[0].T.cpu().numpy()}
            for key, view in views.items():
                pooled[key].append(np.concatenate((view.mean(0), view.std(0))))
            speaker.append(k)
            half_of.append(i % 2)
            guessed = model.ahead(wave, rate)
            right.append(guessed.right)
            chance.append(guessed.chance)
            if text := said.get(str(file.relative_to(data))):
                phones = at_frames(align(audio.prepare(wave, rate), text), len(views["mel"]))
                spoken = (phones != UNKNOWN) & (phones != PHONES.index("SIL"))
                labels.append(phones[spoken])
                frames.append(np.full(spoken.sum(), k % 2))
                for key, view in views.items():
                    rows[key].append(view[spoken])
    figures = {f"right_ahead_{k}": float(np.mean([r[k - 1] for r in right])) for k in (1, 4, 12)} | {"right_ahead_chance": float(np.mean(chance))}
    who, fold = np.array(speaker), np.array(half_of)
    y, half = np.concatenate(labels).astype(int), np.concatenate(frames)
    for key, mark in marks.items():
        x, shares = np.concatenate(rows[key]), []
        for i in (0, 1):
            learned = np.random.default_rng(0).permutation(np.flatnonzero(half != i))[:FRAMES]
            shares.append(probe(x[learned], y[learned], x[half == i], y[half == i]))
        figures[f"phones_right{mark}"] = float(np.mean(shares))
        x = np.stack(pooled[key])
        figures[f"speakers_right{mark}"] = float(np.mean([probe(x[fold != i], who[fold != i], x[fold == i], who[fold == i]) for i in (0, 1)]))
    return figures | {"phones_majority": float(np.bincount(y).max() / len(y)), "speakers_chance": 1 / len(people)}
