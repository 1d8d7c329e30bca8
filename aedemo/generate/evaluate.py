"""Figures of a generator on pictures never trained on, and how far what it draws is from real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from ..squares import read_folder, to_tensor
from .inference import Generator
from .model import MIDDLE, Vae

ACTIVE = 0.01  # variance over pictures of a latent's mean from which on it is active (Burda et al. 2016, arXiv 1509.00519)
DRAWN = 600
KEPT = 1000  # training pictures that the scale is measured with


def kernel_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Squared maximum mean discrepancy of features (n, D) and (m, D), without bias (KID, Binkowski et al. 2018, arXiv 1801.01401).

    The features are brought to mean 0 and deviation 1 as `a` has them, then compared by the kernel (x y / D + 1)^3.
    """
    mean, std = a.mean(0), a.std(0) + 1e-6
    a, b = (a - mean) / std, (b - mean) / std

    def kernel(x, y):
        return (x @ y.T / x.shape[1] + 1) ** 3

    n, m = len(a), len(b)
    same_a, same_b = kernel(a, a), kernel(b, b)
    within = (same_a.sum() - np.trace(same_a)) / (n * (n - 1)) + (same_b.sum() - np.trace(same_b)) / (m * (m - 1))
    return float(within - 2 * kernel(a, b).mean())


def nearest(network: Vae, places: torch.Tensor, kept: torch.Tensor, x: torch.Tensor) -> dict[str, float]:
    """Median distance to the nearest code of the training pictures `x`, in their deviations: of drawn pictures, and of kept ones.

    A generator that copies lies far nearer than pictures do that it never saw.
    """
    assert network.flow is not None
    device, which = next(network.parameters()).device, torch.full((max(len(places), 256),), MIDDLE)
    known = torch.cat([network.encoder(part.to(device), which[: len(part)].to(device))[0].cpu() for part in x.split(256)])
    drawn = network.flow.back(places.to(device), which[: len(places)].to(device)).cpu()
    spread = known.std(0)
    return {
        f"nearest_code_{key}": torch.cdist(codes / spread, known / spread).min(1)[0].median().item()
        for key, codes in (("drawn", drawn), ("kept", kept))
    }


@torch.inference_mode()
def evaluate(model: Generator, folder: str | Path, training: str | Path, features: Callable[[np.ndarray], np.ndarray]) -> dict[str, float]:
    """Figures on the pictures of a folder; for a variational model for each beta.

    training : folder of the pictures that were trained on, between which and the others the distance is measured too
    features : pictures (n, 64, 64, C) uint8 to features (n, D), by a network that had no part in training this one
    """
    channels = model.network.config.channels
    arrays = read_folder(folder)[..., :channels]
    known = read_folder(training)[..., :channels]
    some = known[np.random.default_rng(0).permutation(len(known))[:KEPT]]
    real = features(arrays)
    figures = {"distance_of_training_pictures": kernel_distance(real, features(some))}
    x = to_tensor(arrays)
    for index, beta in enumerate(model.betas) if model.variational else [(MIDDLE, 0.0)]:
        mark = f"_beta_{beta:g}" if model.variational else ""
        asked = beta if model.variational else None
        torch.manual_seed(0)
        bounds, kls, means, errors = [], [], [], []
        for part in x.split(128):
            part = part.to(model.device)
            which = torch.full((len(part),), index, device=model.device)
            mean, log_var = model.network.encoder(part, which)
            means.append(mean.cpu())
            again = model.network.decoder(mean, which).clamp(0, 1)
            errors.append((again - part).square().flatten(1).mean(1).cpu())
            if model.variational:
                z, each = model.network.drawn(mean, log_var)
                kl = each.sum(1)
                bounds.append((model.network.nats(part, model.network.decoder(z, which), which) + kl).cpu())
                kls.append(kl.cpu())
        figures[f"psnr{mark}_db"] = float(-10 * torch.cat(errors).log10().mean())
        if model.variational:
            figures[f"elbo{mark}_nats_per_pixel"] = float(-torch.cat(bounds).mean() / x[0].numel())
            figures[f"kl{mark}_nats"] = float(torch.cat(kls).mean())
            figures[f"active_latents{mark}"] = int((torch.cat(means).var(0) > ACTIVE).sum())
        codes = model.draw(DRAWN, seed=1, beta=asked)
        figures[f"distance{mark}"] = kernel_distance(real, features(model.arrays(codes, asked)))
        if model.variational and index == MIDDLE:
            figures |= nearest(model.network, torch.from_numpy(codes), torch.cat(means), to_tensor(known))
        if not model.variational:
            drawn = model.arrays(model.draw(DRAWN, seed=1, fitted=True))
            figures["distance_fitted"] = kernel_distance(real, features(drawn))
    return figures
