"""The anomaly recipe's steps: one part of the normal pictures trains the auto-encoder, the other sets its threshold.

`train.train` takes them at full length; `fit_network` here in the seconds that a visitor of the page waits.
"""

from __future__ import annotations

import time
from copy import deepcopy

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from .. import device as devices
from .. import threads
from .data import Painter, is_grey, to_array
from .model import STRIDE, AnomalyAutoencoder, AnomalyConfig

HELD_OUT = 0.15  # share of the normal pictures that set the threshold
FEWEST = 10  # normal pictures
FEWEST_STEPS = 120  # of learning on the page: a busy machine takes longer rather than give up half-way


def objective(model: AnomalyAutoencoder, clean, painted, mask) -> dict[str, torch.Tensor]:
    """The losses of one batch, by name; their sum is what is minimised."""
    if model.config.method != "restore":
        rebuilt = model.network(clean + 0.05 * torch.randn_like(clean))  # denoising: copying pixels does not pay
        return {"rebuilt": F.mse_loss(rebuilt, clean) * 100}
    rebuilt, odd, _ = model.network(painted)
    there = (mask > 0).float()
    cross = F.binary_cross_entropy_with_logits(odd, there, reduction="none")
    sure = odd.sigmoid()
    return {
        "marked": ((1 - there + mask) * cross).mean(),
        "overlap": 0.3 * (1 - (2 * (sure * there).sum() + 1) / ((sure + there).sum() + 1)),  # Dice, arXiv 1606.04797
        "rebuilt": 2 * F.l1_loss(rebuilt, clean),
    }


def configure(pictures: list[Image.Image], method: str, side: int) -> AnomalyConfig:
    channels = 1 if all(map(is_grey, pictures)) else 3
    # plain errors are smoothed more: single pixels of them are noise
    blur = {"restore": 5, "whitened": 3, "pixel": 9}
    config = AnomalyConfig(method=method, channels=channels, side=side)
    config.blur = blur.get(method, config.blur)
    return config


def split(arrays: list[np.ndarray]) -> tuple[list, list]:
    """What is trained on, and what sets the threshold, at random."""
    order = np.random.default_rng(0).permutation(len(arrays))
    count = max(3, round(HELD_OUT * len(arrays)))
    return [arrays[i] for i in order[count:]], [arrays[i] for i in order[:count]]


@torch.no_grad()
def finish(model: AnomalyAutoencoder, painter: Painter, arrays: list[np.ndarray], batch: int) -> AnomalyAutoencoder:
    """What follows the last step: averaged weights need their own normalisation statistics (as torch's `update_bn`), and
    errors can be whitened only once they are what they will be."""
    device = next(model.parameters()).device
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain average over the batches below
    model.train()
    for _ in range(20):
        clean, painted, _ = painter.batch(batch)
        model.network((painted if model.config.method == "restore" else clean).to(device))
    model.eval().requires_grad_(False)
    for norm in norms:
        norm.momentum = 0.1
    if model.whitening:
        whiten(model, arrays)
    if model.features:
        learn_features(model, arrays)
    return model


@torch.no_grad()
def learn_features(model: AnomalyAutoencoder, arrays: list[np.ndarray], most: int = 300) -> None:
    """Fit the code of features on (at most 300 of) the pictures trained on, then see how hot each map usually gets."""
    assert model.features is not None
    device, generator = next(model.parameters()).device, torch.Generator().manual_seed(0)
    chosen, samples, peaks = [arrays[i] for i in np.random.default_rng(1).permutation(len(arrays))[:most]], [], []

    def tensor(array):
        x = torch.from_numpy(np.ascontiguousarray(array)).to(device).permute(2, 0, 1)[None].float() / 255
        return F.pad(x, (0, -x.shape[3] % STRIDE, 0, -x.shape[2] % STRIDE), mode="replicate")

    for array in chosen:
        features = model.features.features(model.network(tensor(array))[2])[0].flatten(1).T  # (h/4 * w/4, D)
        samples.append(features[torch.randperm(len(features), generator=generator)[:200].to(device)])
    model.features.fit(torch.cat(samples))
    for array in chosen[:150]:
        peaks.append(torch.stack([m.max() for m in model.maps(tensor(array))[1]]))
    hottest = torch.stack(peaks)
    spread = (hottest.quantile(0.95, 0) - hottest.median(0).values).clamp_min(0.05)
    model.usual.copy_(torch.stack([hottest.median(0).values, spread], 1))


@torch.no_grad()
def whiten(model: AnomalyAutoencoder, arrays: list[np.ndarray], most: int = 3000) -> None:
    """Set the whitening of patches from the errors on (at most 3,000 of) the pictures trained on, that of wholes on all."""
    device, size = next(model.parameters()).device, model.whitening[0].size
    sums = [(torch.zeros(size, dtype=torch.float64), torch.zeros(size, size, dtype=torch.float64), [0]) for _ in model.whitening]
    wholes = []
    for i, array in enumerate(arrays if model.whole else arrays[:most]):
        x = torch.from_numpy(array).to(device).permute(2, 0, 1)[None].float() / 255
        x = F.pad(x, (0, -x.shape[3] % STRIDE, 0, -x.shape[2] % STRIDE), mode="replicate")
        error = x - model.network(x)
        if model.whole:
            wholes.append(model.whole.shrink(error).cpu())
        if i >= most:
            continue
        for level, (mean, square, count) in zip(model.whitening, sums, strict=True):
            patches = level.patches(error).cpu()
            mean += patches.sum(0)
            square += patches.T @ patches
            count[0] += len(patches)
    if model.whole:
        model.whole.fit(torch.cat(wholes))
    for level, (total, square, (many,)) in zip(model.whitening, sums, strict=True):
        mean = total / many
        level.fit(mean.float(), square / many - torch.outer(mean, mean))


def fit_network(pictures: list[Image.Image], seconds: float, device=None):
    """The recipe within about `seconds`: a generator of (share done, loss) that returns the network and the pictures, at
    working size, that should set its threshold."""
    if len(pictures) < FEWEST:
        raise ValueError(f"At least {FEWEST} normal pictures are needed to learn from; there are {len(pictures)}.")
    begun = time.monotonic()
    longer = float(np.median([max(image.size) for image in pictures]))
    side = int(min(256, max(64, 16 * round(longer / 16))))
    config = configure(pictures, "restore", side)
    config.widths = (16, 32, 48, 64)  # half the size of what ships: a minute is short
    arrays = [to_array(image, config.channels, config.side) for image in pictures]
    fitting, calibrating = split(arrays)
    painter = Painter(fitting, min(96, side))
    with threads.seeded(0):
        model = AnomalyAutoencoder(config)
    model = model.to(devices.choose(device), memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3, weight_decay=1e-3)
    average = deepcopy(model)
    place, done, step = next(model.parameters()).device, 0.0, 0
    while done < 1:
        for group in optimizer.param_groups:  # by the clock, not the count: warm-up, then half a cosine to nothing
            group["lr"] = 3e-3 * min(1, (step + 1) / 20) * (0.02 + 0.98 * np.cos(0.5 * np.pi * done) ** 2)
        losses = objective(model, *(x.to(place, memory_format=torch.channels_last) for x in painter.batch(8)))
        loss = sum(losses.values())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        keep = min(0.98, step / (step + 10))
        with torch.no_grad():
            for a, b in zip(average.parameters(), model.parameters(), strict=True):
                a.lerp_(b, 1 - keep)
        done = min(1.0, (time.monotonic() - begun) / seconds, step / FEWEST_STEPS)
        yield 0.98 * done, float(loss.detach())
    network = finish(average, painter, fitting, 8).half().float()  # rounded as it will be saved
    if len(calibrating) < 40:  # few: each is seen mirrored too, which shows how much a score wavers
        calibrating = [np.ascontiguousarray(a[::v, ::h]) for a in calibrating for v in (1, -1) for h in (1, -1)]
    return network, calibrating
