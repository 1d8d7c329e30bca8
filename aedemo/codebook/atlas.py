"""What is known of each code, computed once after training and shipped beside the weights, so that the page only looks it
up: where it lies on the map, how much it is used, what it looks like, which phones and how many speakers it covers."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from .. import speech
from ..audio import in_quiet
from ..halves import MARGIN, STACK
from ..phones import PHONES
from ..squares import to_arrays, to_tensor
from .model import PATCH, ImageAutoencoder, SpeechAutoencoder

FILE = "atlas.safetensors"
STAMP = 3  # codes along each side of the patch that shows a code alone


def pca(vectors: np.ndarray) -> np.ndarray:
    """(K, D) -> (K, 2), the two main axes"""
    centred = np.asarray(vectors, np.float32) - vectors.mean(0)
    return centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T


def umap(vectors: np.ndarray, neighbours: int = 12, min_dist: float = 0.4) -> np.ndarray:
    """A map on which codes lie near their nearest (McInnes et al. 2018, arXiv 1802.03426). (K, D) -> (K, 2)"""
    from umap import UMAP  # brings numba, half a minute when cold: only when a map is really drawn

    neighbours = int(np.clip(neighbours, 2, len(vectors) - 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a fixed seed forgoes parallelism is what is wanted
        first = pca(vectors)
        first = (first / np.abs(first).max() * 10).astype(np.float32)
        return UMAP(n_neighbors=neighbours, min_dist=float(min_dist), init=first, random_state=0).fit_transform(vectors).astype(np.float32)


def unit(points: np.ndarray) -> np.ndarray:
    """Any map into the square from -1 to 1, its proportions kept. (K, 2) -> (K, 2)"""
    centred = points - (points.max(0) + points.min(0)) / 2
    return (centred / max(np.abs(centred).max(), 1e-9)).astype(np.float32)


@torch.inference_mode()
def stamps(model: ImageAutoencoder) -> np.ndarray:
    """What the decoder draws for each code alone, on a small field of nothing else. (K, 12, 12, 3) uint8"""
    field = STAMP + 4
    drawn = []
    for codes in torch.arange(model.config.codes, device=next(model.parameters()).device).split(64):
        x = model.decode(codes[:, None, None].expand(-1, field, field))
        drawn.append(x[..., 2 * PATCH : -2 * PATCH, 2 * PATCH : -2 * PATCH])
    return to_arrays(torch.cat(drawn))


@torch.inference_mode()
def of_images(model: ImageAutoencoder, arrays: np.ndarray) -> dict[str, np.ndarray]:
    """map (K, 2), usage (K,), colour (K, 3) in [0, 1]: mean colour of the places where a code was used, stamp."""
    device, count = next(model.parameters()).device, model.config.codes
    used, colour = np.zeros(count), np.zeros((count, 3))
    for start in range(0, len(arrays), 64):
        x = to_tensor(arrays[start : start + 64])
        codes = model.encode(x.to(device)).cpu().numpy().ravel()
        places = torch.nn.functional.avg_pool2d(x, PATCH).permute(0, 2, 3, 1).reshape(-1, 3).numpy()
        used += np.bincount(codes, minlength=count)
        for c in range(3):
            colour[:, c] += np.bincount(codes, places[:, c], count)
    drawn = stamps(model)
    mean = np.where(used[:, None] > 0, colour / np.maximum(used, 1)[:, None], drawn.mean((1, 2)) / 255)
    table = model.quantiser.table().cpu().numpy()
    return {"map": unit(umap(table)), "usage": _share(used), "colour": mean.astype(np.float32), "stamp": drawn}


def codes_of(model: SpeechAutoencoder, mel: np.ndarray, f0: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A clip's codes (T,) and the traits of its speaker (48,). log-mel (2T, 80), pitch (2T,)"""
    device, edge = next(model.parameters()).device, MARGIN * STACK
    quiet = torch.from_numpy(in_quiet(mel, f0, edge, edge)[0].T.copy())[None].to(device)
    with torch.inference_mode():
        return model.encode(quiet)[0].cpu().numpy(), model.speaker_encoder(quiet[..., edge:-edge])[0].cpu().numpy()


def of_speech(model: SpeechAutoencoder, corpus: speech.Corpus, labels: np.ndarray | None, most: int = 1500) -> dict[str, np.ndarray]:
    """map (K, 2), usage (K,), phones (K, 40) counts, speakers (K,): entropy of who used a code, 1 if all did alike."""
    count = model.config.codes
    used, phones, whose = np.zeros(count), np.zeros((count, len(PHONES))), np.zeros((count, len(corpus.speakers)))
    clips = np.random.default_rng(0).permutation(len(corpus.index))[:most]
    for clip in clips:
        entry = corpus.index[int(clip)]
        frames = entry["frames"] // STACK * STACK
        if not frames:
            continue
        _, mel, f0, _ = corpus.crop(int(clip), frames, start=0)
        codes, _ = codes_of(model, mel, f0)
        used += np.bincount(codes, minlength=count)
        whose[:, corpus.speaker[clip]] += np.bincount(codes, minlength=count)
        if labels is not None:
            said = labels[entry["start"] : entry["start"] + frames][1::STACK]
            np.add.at(phones, (codes[said >= 0], said[said >= 0]), 1)
    table = model.quantiser.table().cpu().numpy()
    return {"map": unit(umap(table)), "usage": _share(used), "phones": phones.astype(np.float32), "speakers": mixing(whose)}


def mixing(whose: np.ndarray) -> np.ndarray:
    """How evenly speakers share each code, each by the share of their own speech: 1 all alike, 0 one alone. (K, S) -> (K,)"""
    rate = whose / np.maximum(whose.sum(0), 1)
    share = rate / np.maximum(rate.sum(1, keepdims=True), 1e-12)
    entropy = -(share * np.log(np.maximum(share, 1e-12))).sum(1)
    return (entropy / np.log(max(whose.shape[1], 2))).astype(np.float32)


def _share(used: np.ndarray) -> np.ndarray:
    return (used / max(used.sum(), 1)).astype(np.float32)


def write(folder: Path, known: dict[str, np.ndarray]) -> None:
    save_file({k: np.ascontiguousarray(v) for k, v in known.items()}, Path(folder) / FILE)


def read(folder: Path) -> dict[str, np.ndarray]:
    """What `write` stored; empty if there is nothing."""
    file = Path(folder) / FILE
    return load_file(file) if file.is_file() else {}
