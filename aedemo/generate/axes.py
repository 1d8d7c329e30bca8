"""What each number of a code does to a picture, measured, so that a slider can be named honestly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from .model import BETAS, Vae

CODES, REACH = 192, 2.0  # random codes, and how far a number is moved to either side
LEAST = 0.75  # correlation from which on a name is given
BATCH = 256


def measures(x: np.ndarray) -> dict[str, np.ndarray]:
    """Things that can be said of pictures (n, C, 64, 64) in [0, 1], a number for each picture."""
    grey = x.mean(1)
    middle, edge = grey[:, 16:48, 16:48], np.ones((64, 64), bool)
    edge[8:56, 8:56] = False
    border, inner = grey[:, edge].mean(1), middle.mean((1, 2))
    rows = {
        "brightness": grey.mean((1, 2)),
        "contrast": grey.std((1, 2)),
        "left": grey[:, :, :32].mean((1, 2)) - grey[:, :, 32:].mean((1, 2)),
        "top": grey[:, :32].mean((1, 2)) - grey[:, 32:].mean((1, 2)),
        "background": border - inner,
    }
    if x.shape[1] == 3:
        red, green, blue = (x[:, i].mean((1, 2)) for i in range(3))
        rows |= {"red": red - green, "yellow": (red + green) / 2 - blue}
    return rows


@torch.no_grad()
def measure(model: Vae) -> dict[str, list[dict]]:
    """For each beta its latents, those first that change pictures most, with names where one thing follows them."""
    found = {}
    rng = np.random.default_rng(0)
    latents = model.config.latents
    codes = torch.from_numpy(rng.standard_normal((CODES, latents)).astype(np.float32))
    moves = np.linspace(-REACH, REACH, CODES)[rng.permutation(CODES)].astype(np.float32)
    for index in range(len(BETAS)):

        def decoded(z, index=index):
            which = torch.full((len(z),), index)
            return torch.cat([model.decoder(part, w) for part, w in zip(z.split(BATCH), which.split(BATCH))]).clamp(0, 1).numpy()

        usual, rows = decoded(codes), []
        for latent in range(latents):
            moved = codes.clone()
            moved[:, latent] = torch.from_numpy(moves)
            pictures = decoded(moved)
            change = np.abs(moves - codes[:, latent].numpy()) + 1e-3
            effect = 255 * np.sqrt(((pictures - usual) ** 2).mean((1, 2, 3)))
            before, after = measures(usual), measures(pictures)
            # how much of what happened to a measure the number explains: both differ from the usual by its move alone
            agreement = {key: float(np.corrcoef(after[key] - before[key], moves - codes[:, latent].numpy())[0, 1]) for key in after}
            strength = {key: abs(agreement[key]) * float((after[key] - before[key]).std() / (before[key].std() + 1e-6)) for key in after}
            best = max(strength, key=strength.get)
            named = abs(agreement[best]) >= LEAST and strength[best] >= 0.15
            rows.append(
                {
                    "latent": latent,
                    "effect": round(float((effect / change).mean()), 3),
                    "name": best if named else "",
                    "agreement": round(agreement[best], 3),
                }
            )
        found[str(index)] = sorted(rows, key=lambda row: -row["effect"])
    return found


def write(model: Vae, folder: Path) -> None:
    (folder / "axes.json").write_text(json.dumps(measure(model), indent=1) + "\n")
