"""Figures of a detector on any test folder laid out as MVTec AD, by this package alone.

`python -m aedemo evaluate anomaly --name NAME --data DIR` prints them; `--write` stores them in the model's folder and in
its card, from which the page reads them.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import load_file, save_file

from .. import images, pretrained
from .data import test_items
from .inference import Detector

LARGEST = 256  # pixels along the longer side at which maps meet masks: bounds the memory that large sets take


def aupro(maps: list[np.ndarray], masks: list[np.ndarray], limit: float = 0.3, steps: int = 100) -> float:
    """Area under the per-region overlap (Bergmann et al. 2020, arXiv 1911.02357) up to a false-positive rate of `limit`,
    over `limit`: every connected defect counts alike, however small.

    maps, masks : (H, W) each, floats and bools
    """
    from scipy.ndimage import label

    regions = []
    for heat, mask in zip(maps, masks, strict=True):
        numbered, count = label(mask, np.ones((3, 3)))
        regions += [np.sort(heat[numbered == k]) for k in range(1, count + 1)]
    normal = np.sort(np.concatenate([heat[~mask] for heat, mask in zip(maps, masks, strict=True)]))
    rates = np.linspace(0, limit, steps)
    thresholds = normal[np.clip(np.ceil((1 - rates) * len(normal)).astype(int), 0, len(normal) - 1)]
    covered = [np.mean([1 - np.searchsorted(r, t, side="right") / len(r) for r in regions]) for t in thresholds]
    return float(np.trapezoid(covered, rates) / limit)


def area(good: list[float], odd: list[float]) -> float:
    from sklearn.metrics import roc_auc_score  # seconds to import, and the page needs `test_scores` alone

    return float(roc_auc_score([0] * len(good) + [1] * len(odd), [*good, *odd]))


def evaluate(detector: Detector, data: str | Path) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Figures over `data`/test, and the scores of its pictures by kind.

    Returns
    -------
    auroc, auroc_KIND : area under the ROC curve of good against odd pictures
    f1_max : best F1 over all thresholds
    pixel_auroc, aupro : of heat maps against masks, at most 256 pixels long; where there are masks
    false_alarm_rate, detection_rate : at the stored threshold
    images_per_second : on this machine, decoding not counted
    """
    from sklearn.metrics import precision_recall_curve, roc_auc_score

    scores: dict[str, list[float]] = {}
    maps, masks, took, items = [], [], 0.0, test_items(data)
    for start in range(0, len(items), 32):
        chunk = items[start : start + 32]
        pictures = [images.read(item.file) for item in chunk]
        begun = time.perf_counter()
        results = detector.inspect(pictures)
        took += time.perf_counter() - begun
        for item, result in zip(chunk, results, strict=True):
            scores.setdefault(item.kind, []).append(result.score)
            height, width = result.heatmap.shape
            if item.kind != "good" and item.mask is None:
                continue  # odd, but nobody has marked where
            mask = images.read(item.mask).convert("L") if item.mask else Image.new("L", (width, height))
            if mask.size != (width, height):
                raise ValueError(f"{item.mask} has {mask.width} x {mask.height} pixels, its picture {width} x {height}.")
            heat, scale = Image.fromarray(result.heatmap), min(1.0, LARGEST / max(width, height))
            if scale < 1:
                size = max(1, round(width * scale)), max(1, round(height * scale))
                heat, mask = heat.resize(size, Image.Resampling.BILINEAR), mask.resize(size, Image.Resampling.NEAREST)
            maps.append(np.asarray(heat))
            masks.append(np.asarray(mask) > 127)
    good = scores["good"]
    kinds = [kind for kind in scores if kind != "good"]
    odd = [s for kind in kinds for s in scores[kind]]
    figures = {f"auroc_{kind}": area(good, scores[kind]) for kind in kinds} if len(kinds) > 1 else {}
    figures["auroc"] = area(good, odd)
    precision, recall, _ = precision_recall_curve([0] * len(good) + [1] * len(odd), good + odd)
    figures["f1_max"] = float((2 * precision * recall / np.maximum(precision + recall, 1e-9)).max())
    if any(mask.any() for mask in masks):
        truth = np.concatenate([mask.ravel() for mask in masks])
        figures["pixel_auroc"] = float(roc_auc_score(truth, np.concatenate([heat.ravel() for heat in maps])))
        figures["aupro"] = aupro(maps, masks)
    figures["false_alarm_rate"] = float(np.mean(np.array(good) > detector.threshold))
    figures["detection_rate"] = float(np.mean(np.array(odd) > detector.threshold))
    figures["images_per_second"] = len(items) / took
    return figures, {kind: np.array(values, np.float32) for kind, values in scores.items()}


def write(folder: Path, figures: dict[str, float], scores: dict[str, np.ndarray]) -> None:
    """Store figures and scores by kind (test_scores.safetensors) beside the weights, and put the table into the card."""
    pretrained.write_figures(folder, figures)
    save_file(scores, folder / "test_scores.safetensors")


def test_scores(name: str) -> dict[str, np.ndarray]:
    """The scores by kind that `write` stored beside a shipped model; empty if there are none."""
    file = pretrained.folder("anomaly", name) / "test_scores.safetensors"
    return load_file(file) if file.is_file() else {}
