"""Pictures in, scores and heat maps out; and a detector learned from a person's own normal pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from .. import device as devices
from .. import images as pictures
from .. import pretrained
from .data import to_array
from .model import AnomalyAutoencoder, without_norms

FALSE_ALARMS = 0.05  # share of normal pictures that the threshold lets through as alarms
# a batch is as many pictures as have about so many pixels together, at the network's size: for a CPU's caches, and for a GPU, which waits between two
BATCH_PIXELS = {"cpu": 64 * 64 * 64, "cuda": 64 * 256 * 256}


@dataclass(frozen=True)
class Inspection:
    """What a detector says of one picture.

    score : 0 is the median normal picture, 1 the threshold
    is_anomaly : score above the threshold
    heatmap : float32 (H, W) of the picture given, upright; in the same unit, so that whatever is above the threshold is
        hotter than the hottest pixel of 95% of normal pictures
    reconstruction : the picture as the auto-encoder rebuilds it, at the size given
    more_unusual_than : share of the normal validation pictures with a lower score, 0 to 1
    """

    score: float
    is_anomaly: bool
    heatmap: np.ndarray
    reconstruction: Image.Image
    more_unusual_than: float


@dataclass(frozen=True)
class Calibration:
    """Raw scores, and raw hottest pixels, of normal pictures that were not trained on: ascending, (n,) each; and the
    raw values above which a picture, and a pixel, are called anomalous."""

    scores: np.ndarray
    peaks: np.ndarray
    score_threshold: float
    peak_threshold: float

    @classmethod
    def of(cls, scores, peaks, least: float = 0.0) -> Calibration:
        """`least`: thresholds are at least so far above the median; of identical pictures the last digits are no spread."""
        scores, peaks = (np.sort(np.asarray(raw, np.float32)) for raw in (scores, peaks))
        return cls(scores, peaks, *(max(_threshold(raw), float(np.median(raw)) + least) for raw in (scores, peaks)))

    def score(self, raw):
        return _in_unit(raw, self.scores, self.score_threshold)

    def heat(self, raw):
        return _in_unit(raw, self.peaks, self.peak_threshold)

    @property
    def normal_scores(self) -> np.ndarray:
        """The normal validation pictures' scores in the unit of `Inspection.score`, ascending."""
        return self.score(self.scores)

    def save(self, folder: Path) -> None:
        limits = np.array([self.score_threshold, self.peak_threshold], np.float32)
        save_file({"scores": self.scores, "peaks": self.peaks, "thresholds": limits}, folder / "calibration.safetensors")

    @classmethod
    def read(cls, folder: Path) -> Calibration:
        try:
            kept = load_file(folder / "calibration.safetensors")
            return cls(kept["scores"], kept["peaks"], *map(float, kept["thresholds"]))
        except (OSError, SafetensorError, KeyError, TypeError) as error:
            raise ValueError(f"The calibration in {folder} is missing or damaged.") from error


def _threshold(normal: np.ndarray) -> float:
    """The value that a further normal picture stays under with 95% probability.

    Of forty pictures and more it is counted; of fewer it is the upper end of the prediction interval of a normal
    distribution, as the largest of ten values is no good guess of the next hundred.
    """
    if len(normal) >= 40:
        return float(np.quantile(normal, 1 - FALSE_ALARMS))
    from scipy.stats import t

    n = len(normal)
    width = float(t.ppf(1 - FALSE_ALARMS, n - 1)) * float(np.std(normal, ddof=1)) * (1 + 1 / n) ** 0.5
    return float(np.mean(normal)) + width


def _in_unit(raw, normal: np.ndarray, threshold: float):
    middle = float(np.median(normal))
    # identical normal pictures have no spread; the unit must not become zero
    unit = max(threshold - middle, 1e-3 * abs(middle), 1e-4)
    return (raw - threshold) / unit + 1


class Detector:
    """A trained auto-encoder with its calibration. Stateless between calls; safe to share between threads."""

    threshold = 1.0  # of `Inspection.score`: lets 5% of normal validation pictures through as alarms
    calibration: Calibration  # only while one is being trained there is none

    def __init__(self, network: AnomalyAutoencoder, calibration: Calibration | None = None):
        self.network = network
        if calibration is not None:
            self.calibration = calibration
        # in the layout that convolutions and pooling on a CPU like best
        self._fast = without_norms(network).to(memory_format=torch.channels_last)
        self.config = network.config
        self.device = next(network.parameters()).device

    def to(self, device: str | torch.device) -> Detector:
        """Move to a device."""
        self.network, self._fast = self.network.to(device), self._fast.to(device)
        self.device = next(self.network.parameters()).device
        return self

    def inspect(self, images) -> list[Inspection]:
        """Score pictures and show where they are odd.

        Parameters
        ----------
        images : list of PIL images (paths and arrays are understood too, see `aedemo.images.read`), any size and mode

        Raises
        ------
        ValueError, TypeError
            For an empty list, or what is no picture; the sentence says which one.
        """
        read = []
        for number, source in enumerate(_listed(images), 1):
            try:
                read.append(pictures.read(source))
            except (ValueError, TypeError) as problem:
                raise type(problem)(f"Picture {number}: {problem}") from problem
        if not read:
            raise ValueError("There are no pictures to inspect.")
        arrays = [to_array(image, self.config.channels, self.config.side) for image in read]
        results: dict[int, Inspection] = {}
        for where, rebuilt, heat, score in self._batches(arrays):
            for k, i in enumerate(where):
                results[i] = self._result(read[i].size, rebuilt[k], heat[k], score[k])
        return [results[i] for i in range(len(read))]

    def calibrate(self, arrays: list[np.ndarray]) -> None:
        """Set the thresholds from normal pictures that were not trained on: (h, w, C) uint8 at working size."""
        # what `restore` compares is in units of its usual spread, so a hundredth of it is nothing
        self.calibration = Calibration.of(*self.raw(arrays), 0.01 if self.config.method == "restore" else 0.0)

    def raw(self, arrays: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Uncalibrated scores and hottest pixels of (h, w, C) uint8 arrays at working size: (n,), (n,)"""
        scores, peaks = np.zeros(len(arrays), np.float32), np.zeros(len(arrays), np.float32)
        for where, _, heat, score in self._batches(arrays):
            scores[where], peaks[where] = score, heat.amax((1, 2, 3))
        return scores, peaks

    @torch.inference_mode()
    def _batches(self, arrays: list[np.ndarray]):
        """Pictures of one size go through the network together: their places and, on the CPU, what was rebuilt (B, h, w, C) in grey levels,
        heat (B, 1, h, w) and scores (B,)."""
        sizes: dict[tuple, list[int]] = {}
        for i, array in enumerate(arrays):
            sizes.setdefault(array.shape, []).append(i)
        for (height, width, _), places in sizes.items():
            count = max(1, BATCH_PIXELS.get(self.device.type, BATCH_PIXELS["cpu"]) // (height * width))
            for k in range(0, len(places), count):
                where = places[k : k + count]
                x = torch.from_numpy(np.stack([arrays[i] for i in where])).to(self.device).permute(0, 3, 1, 2)
                rebuilt, heat = self._fast(x.float() / 255)
                score = self.network.score(heat)
                yield where, (rebuilt.permute(0, 2, 3, 1) * 255).round().byte().cpu().numpy(), heat.cpu(), score.cpu().numpy()

    def _result(self, size, values: np.ndarray, heat: torch.Tensor, raw: float) -> Inspection:
        width, height = size
        heat = self.calibration.heat(heat)
        if heat.shape[1:] != (height, width):
            heat = F.interpolate(heat[None], (height, width), mode="bilinear", align_corners=False)[0]
        image = Image.fromarray(values[..., 0] if values.shape[2] == 1 else values)
        if image.size != size:
            image = image.resize(size, Image.Resampling.BILINEAR)
        score = float(self.calibration.score(raw))
        below = float(np.searchsorted(self.calibration.scores, np.float32(raw)) / len(self.calibration.scores))
        return Inspection(score, score > self.threshold, heat[0].numpy().copy(), image, below)

    def save(self, folder: str | Path) -> Path:
        """Write model.safetensors, config.json and calibration.safetensors; `load(folder)` reads them back."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        card = folder / "README.md"
        had_card = card.is_file()
        deepcopy(self.network).half().save_pretrained(folder)
        if not had_card:
            card.unlink(missing_ok=True)  # the Hub's empty template
        self.calibration.save(folder)
        return folder


def _listed(images):
    if isinstance(images, (str, Path, Image.Image, np.ndarray, bytes)):
        raise TypeError("Images come as a list, even a single one.")
    try:
        return list(images)
    except TypeError:
        raise TypeError(f"Images come as a list, not as {type(images).__name__}.") from None


_loading = threading.Lock()


def load(name: str | Path, device=None) -> Detector:
    """A trained detector: "faces", "tiles" or "paper"; the plain pixel-error auto-encoder beside each ("faces-plain", ...);
    one trained by you, or the folder that `Detector.save` wrote.

    Raises
    ------
    ValueError
        If there is none of that name, or its files are damaged.
    """
    found = place(name)
    with _loading:  # two visitors at once must not load it twice
        return _load(found, str(devices.choose(device)), (found / "model.safetensors").stat().st_mtime_ns)


def place(name: str | Path) -> Path:
    """The folder of a model: one that is given, or that of a shipped one."""
    given = Path(name)
    return given.resolve() if given.is_dir() and (given / "model.safetensors").is_file() else pretrained.folder("anomaly", str(name))


@lru_cache(maxsize=16)  # on ZeroGPU each model is there twice, and none for the GPU may be forgotten
def _load(folder: Path, device: str, changed: int) -> Detector:
    # on ZeroGPU nothing may be computed on the GPU before it is lent: norms are folded into convolutions on the CPU
    return Detector(pretrained.load_folder(AnomalyAutoencoder, folder, "cpu"), Calibration.read(folder)).to(device)


def fit(images, progress: Callable[[float, float], None] | None = None, seconds: float = 45.0, device=None) -> Detector:
    """Learn what is normal from a person's own pictures.

    Parameters
    ----------
    images : at least 10 pictures (as for `Detector.inspect`), all normal; any sizes, grey or colour
    progress : called with the share done (0 to 1) and the loss of the moment; raise from it to stop
    seconds : about how long to train

    Raises
    ------
    ValueError, TypeError
        For fewer than 10 pictures, or what is no picture.
    """
    steps = fitting(images, seconds, device)
    while True:
        try:
            done, loss = next(steps)
        except StopIteration as end:
            return end.value
        if progress:
            progress(done, loss)


def fitting(images, seconds: float = 45.0, device=None) -> Generator[tuple[float, float], None, Detector]:
    """`fit`, a step at a time: yields the share done and the loss; the detector is the generator's return value."""
    from . import recipe

    read = [pictures.read(source) for source in _listed(images)]
    network, calibrating = yield from recipe.fit_network(read, seconds, device)
    detector = Detector(network)
    detector.calibrate(calibrating)
    return detector
