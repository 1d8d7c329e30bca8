"""Small models that have learned nothing: what must hold of the verbs and the tab holds of these too."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import torch

from aedemo import pretrained, training
from aedemo.codebook import atlas
from aedemo.codebook.model import FlipAutoencoder, FlipConfig, ImageAutoencoder, ImageConfig, SpeechAutoencoder, SpeechConfig
from aedemo.codebook.tab_common import sheet
from aedemo.squares import to_tensor


def write(out: Path) -> None:
    """image, image-32, image-one-hot, image-binary, flip-*, speech under `out`/codebook; the other demos' are the shipped ones."""
    for demo in pretrained.HERE.iterdir():
        if demo.name != "codebook":
            os.symlink(demo, out / demo.name)
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    for name, method, codes in (("image", "vq", 64), ("image-32", "vq", 32), ("image-one-hot", "one-hot", 64), ("image-binary", "binary", 64)):
        model = ImageAutoencoder(ImageConfig(method, codes, dim=16, encoder_layers=1, decoder_layers=1)).eval()
        x = to_tensor(sheet()[::6])
        with torch.no_grad():
            if method == "vq":
                model.quantiser.start(model.latents(x).reshape(-1, 16), 1000)
        training.save_pretrained(model, out / "codebook" / name)
        known = {"map": rng.uniform(-1, 1, (codes, 2)), "usage": rng.dirichlet(np.ones(codes)), "colour": rng.random((codes, 3))}
        atlas.write(out / "codebook" / name, {k: np.float32(v) for k, v in known.items()} | {"stamp": atlas.stamps(model.requires_grad_(False))})
    for method in ("one-hot", "binary"):
        training.save_pretrained(FlipAutoencoder(FlipConfig(method, 64, 8, 16)).eval(), out / "codebook" / f"flip-{method}")
    model = SpeechAutoencoder(SpeechConfig(32, 8, 16, 2, decoder_dim=16, decoder_layers=2)).eval()
    with torch.no_grad():
        model.quantiser.start(model.latents(3 * torch.randn(8, 80, 120) - 5).reshape(-1, 8), 1000)
        model.average[:48] = torch.randn(48)
    training.save_pretrained(model, out / "codebook" / "speech")
    known = {
        "map": rng.uniform(-1, 1, (32, 2)),
        "usage": rng.dirichlet(np.ones(32)),
        "phones": rng.integers(0, 50, (32, 40)),
        "speakers": rng.random(32),
    }
    atlas.write(out / "codebook" / "speech", {k: np.float32(v) for k, v in known.items()})
