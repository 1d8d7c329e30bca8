"""Quality and pictures per second on one data set: this project's detector, its plain auto-encoder, and PCA.

    python benchmarks/anomaly.py --data DIR --names paper paper-plain

DIR is laid out as MVTec AD. Every row is measured in this one run. PCA (64 components of 64 x 64 grey pictures, squared
error) is fitted here on the same train/good.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.decomposition import PCA

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from aedemo import anomaly, images  # noqa: E402
from aedemo.anomaly import data  # noqa: E402
from aedemo.anomaly.evaluate import evaluate  # noqa: E402
from aedemo.anomaly.inference import Inspection  # noqa: E402

SIDE = 64


class PixelPCA:
    """What trivial linear compression finds: the lecture's auto-encoder without anything convolutional or deep."""

    threshold = float("inf")  # not calibrated: its alarms are not compared

    def __init__(self, folder: str, components: int = 64):
        rows = np.stack([self._row(images.read(f)) for f in data.normals(folder)])
        self.pca = PCA(min(components, len(rows) - 1), random_state=0).fit(rows)

    @staticmethod
    def _row(image: Image.Image) -> np.ndarray:
        return np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR), np.float32).ravel() / 255

    def inspect(self, pictures: list[Image.Image]) -> list[Inspection]:
        rows = np.stack([self._row(p) for p in pictures])
        error = (rows - self.pca.inverse_transform(self.pca.transform(rows))) ** 2
        results = []
        for picture, e in zip(pictures, error.astype(np.float32), strict=True):
            heat = np.asarray(Image.fromarray(e.reshape(SIDE, SIDE)).resize(picture.size, Image.Resampling.BILINEAR))
            results.append(Inspection(float(e.mean()), False, heat, picture, 0.0))
        return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--names", nargs="+", required=True)
    a = parser.parse_args()
    begun = time.perf_counter()
    rows = {"PCA": PixelPCA(a.data)}
    print(f"PCA fitted in {time.perf_counter() - begun:.0f} s")
    rows |= {name: anomaly.load(name) for name in a.names}
    columns = ("auroc", "f1_max", "pixel_auroc", "aupro", "images_per_second")
    print(f"{'':16s}" + "".join(f"{c:>18s}" for c in columns))
    for name, detector in rows.items():
        figures, _ = evaluate(detector, a.data)
        print(f"{name:16s}" + "".join(f"{figures[c]:18.3f}" if c in figures else f"{'-':>18s}" for c in columns))


if __name__ == "__main__":
    main()
