"""The anomaly recipe at full length: from the command line, resuming, on as many processes as there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from tqdm import tqdm

from .. import images, training
from .data import Painter, normals, to_array
from .inference import Detector
from .model import AnomalyAutoencoder
from .recipe import FEWEST, configure, finish, objective, split


def train(data: str, name: str, steps: int, out: str, method: str = "restore", side: int = 256, batch: int = 12, crop: int = 128,
          pooled: list[float] | None = None, peak: float = 3e-3, start: Sequence[str] = (), weights: list[float] | None = None,
          blur: int | None = None, whole: int = 0) -> Path:  # fmt: skip
    """Train a detector on the normal pictures of `data` (MVTec AD layout or a plain folder); write it to `out`/`name`.

    side : the longer side, in pixels, at which pictures are seen
    crop : pixels of the square crops that are trained on
    pooled, weights, blur, whole : see `AnomalyConfig`
    start : other models in `out` to take the first weights from, or their mean
    """
    acc = training.accelerator()
    kept, skipped = [], []
    for file in normals(data):
        try:
            kept.append(images.read(file))
        except ValueError as problem:
            skipped.append(f"{file}: {problem}")
    if len(kept) < FEWEST:
        raise ValueError(f"At least {FEWEST} normal pictures are needed; {data} holds {len(kept)} that can be read.")
    config = configure(kept, method, side)
    config.pooled, config.weights = tuple(pooled or config.pooled), tuple(weights or config.weights)
    config.blur, config.whole = blur or config.blur, whole
    arrays = [to_array(image, config.channels, config.side) for image in kept]
    del kept
    fitting, calibrating = split(arrays)
    torch.manual_seed(0)  # the same first weights on every process
    model = AnomalyAutoencoder(config)
    training.begin_with(model, [Path(out) / one for one in start], strict=False)
    model = model.to(acc.device, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), peak, weight_decay=1e-3)
    loop = training.Loop(f"runs/{name}", steps, acc, model, peak=peak)
    painter = Painter(fitting, min(crop, config.side), seed=1000 * acc.process_index + 1, paints=method == "restore")
    torch.manual_seed(1 + acc.process_index)
    for _ in loop.over(optimizer):
        tensors = (x.to(acc.device, memory_format=torch.channels_last) for x in painter.batch(batch))
        with acc.autocast():
            losses = objective(model, *tensors)
        training.update(acc, optimizer, sum(losses.values()))
        loop.note(**losses)
    folder = Path(out) / name
    if acc.is_main_process:
        network = finish(loop.average.module, painter, fitting, batch)
        training.save_pretrained(network, folder)
        detector = Detector(network)
        detector.calibrate(calibrating)
        detector.calibration.save(folder)
        for line in skipped:
            tqdm.write(f"not read: {line}")
    return folder
