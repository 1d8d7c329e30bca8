"""What each number of a code does to a picture, measured, so that a slider can be named honestly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from .model import THREE, Vae

CODES, REACH = 192, 2.0  # random codes, and how far a number is moved to either side
FEW, LOOKED = 12, 10  # codes that every latent is tried on first; latents that are then looked at with all codes
LEAST = 0.5  # correlation from which on a name is given
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
    """For each beta the latents that change pictures most, in that order, with names where one thing follows them."""
    found = {}
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((CODES, model.config.latents)).astype(np.float32)
    moves = np.linspace(-REACH, REACH, CODES)[rng.permutation(CODES)].astype(np.float32)
    for index in range(THREE):

        def decoded(z, index=index):
            parts = torch.from_numpy(z).split(BATCH)
            return torch.cat([model.picture(part, torch.full((len(part),), index)) for part in parts]).clamp(0, 1).numpy()

        def moved(latent, count):
            z = codes[:count].copy()
            z[:, latent] = moves[:count]
            return decoded(z), moves[:count] - codes[:count, latent]

        usual, effects = decoded(codes[:FEW]), {}
        for latent in range(model.config.latents):  # a few codes tell which latents are worth a closer look
            pictures, by = moved(latent, FEW)
            effects[latent] = 255 * float(np.sqrt(((pictures - usual) ** 2).mean() / (by**2).mean()))
        rows = []
        for latent in sorted(effects, key=lambda latent: effects[latent], reverse=True)[:LOOKED]:
            after = measures(moved(latent, CODES)[0])
            # over pictures whose other numbers are by chance: how well the number tells each thing
            agreement = {key: float(np.corrcoef(values, moves)[0, 1]) if values.std() > 1e-6 else 0.0 for key, values in after.items()}
            best = max(agreement, key=lambda key: abs(agreement[key]))
            named = abs(agreement[best]) >= LEAST
            row = {"latent": latent, "effect": round(effects[latent], 3)}
            rows.append(row | {"name": best if named else "", "agreement": round(agreement[best], 3)})
        found[str(index)] = rows
    return found


def write(model: Vae, folder: Path) -> None:
    (folder / "axes.json").write_text(json.dumps(measure(model), indent=1) + "\n")
