"""Quality and pictures per second on one data set: this project's detectors, PCA, and anomalib's DRAEM and GANomaly.

    pip install -r requirements-dev.txt anomalib==2.7.0 torchvision==0.26.0
    python benchmarks/anomaly.py --data DIR --names paper paper-plain --minutes 20

DIR is laid out as MVTec AD. Every row is measured in this one run. PCA (64 components of 64 x 64 grey pictures, squared
error) is fitted here on the same train/good, and so are anomalib's models, with its own settings and training loop and no
weights from outside, each for so many minutes; the shipped models were trained as their cards say. DRAEM paints with
pieces of the same normal pictures, as its usual source of textures would be a further data set. DRAEM has 97 million weights:
two cores make some steps a minute and inspect a picture in a second or two. `--minutes 0` leaves anomalib out; it is then not
needed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
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


class Anomalib:
    """A model of anomalib, trained on train/good at `side` pixels for `minutes`."""

    threshold = float("inf")

    def __init__(self, model: str, folder: str, side: int, minutes: float, batch: int):
        from anomalib import models
        from anomalib.data import Folder
        from anomalib.engine import Engine
        from torchvision.transforms.v2 import Compose, Resize

        self.side, good = side, Path(folder) / "train" / "good"
        self.maps = model == "DRAEM"  # GANomaly compares two codes of the whole picture
        resize = models.Draem.configure_pre_processor((side, side))
        resize.transform = Compose([Resize((side, side), antialias=True)])  # no normalisation: both models want 0 to 1
        if model == "DRAEM":
            lightning = models.Draem(dtd_dir=good, pre_processor=resize, post_processor=False, evaluator=False, visualizer=False)
        else:
            lightning = models.Ganomaly(batch_size=batch, pre_processor=resize, post_processor=False, evaluator=False, visualizer=False)
        pictures = Folder("benchmark", normal_dir=good, train_batch_size=batch, num_workers=0, test_split_mode="none", val_split_mode="none")
        with tempfile.TemporaryDirectory() as place:
            engine = Engine(
                accelerator="cpu", max_epochs=100_000, max_time={"minutes": minutes}, default_root_dir=place, logger=False,
                limit_val_batches=0, enable_progress_bar=False,
            )  # fmt: skip
            engine.fit(lightning, datamodule=pictures)
            self.steps = engine.trainer.global_step
        self.model = lightning.model.eval()

    @torch.inference_mode()
    def inspect(self, pictures: list[Image.Image]) -> list[Inspection]:
        x = np.stack([np.asarray(p.convert("RGB").resize((self.side, self.side), Image.Resampling.BILINEAR)) for p in pictures])
        found = self.model(torch.from_numpy(x).permute(0, 3, 1, 2).float() / 255)
        results = []
        for k, picture in enumerate(pictures):
            heat = found.anomaly_map[k].squeeze().numpy() if self.maps else np.zeros((1, 1), np.float32)
            heat = np.asarray(Image.fromarray(heat).resize(picture.size, Image.Resampling.BILINEAR))
            results.append(Inspection(float(found.pred_score[k]), False, heat, picture, 0.0))
        return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--names", nargs="+", required=True)
    parser.add_argument("--minutes", type=float, default=20, help="how long each model of anomalib is trained")
    a = parser.parse_args()
    begun = time.perf_counter()
    rows = {"PCA": PixelPCA(a.data)}
    print(f"PCA fitted in {time.perf_counter() - begun:.0f} s")
    side = anomaly.load(a.names[0]).config.side
    for model, pixels, batch in (("GANomaly", 64, 32), ("DRAEM", side, 8)) if a.minutes else ():
        rows[model] = Anomalib(model, a.data, pixels, a.minutes, batch)
        print(f"{model} of anomalib: {rows[model].steps} steps in {a.minutes:g} min")
    rows |= {name: anomaly.load(name) for name in a.names}
    columns = ("auroc", "f1_max", "pixel_auroc", "aupro", "images_per_second")
    print(f"{'':16s}" + "".join(f"{c:>18s}" for c in columns))
    for name, detector in rows.items():
        figures, _ = evaluate(detector, a.data)
        if not getattr(detector, "maps", True):
            del figures["pixel_auroc"], figures["aupro"]
        print(f"{name:16s}" + "".join(f"{figures[c]:18.3f}" if c in figures else f"{'-':>18s}" for c in columns))


if __name__ == "__main__":
    main()
