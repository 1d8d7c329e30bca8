"""Batches of pictures, mirrored."""

from __future__ import annotations

import numpy as np
import torch

from ..squares import to_tensor


def grey(arrays: np.ndarray) -> bool:
    """Whether no picture of (N, 64, 64, 3) has colour."""
    return bool((arrays == arrays[..., :1]).all())


class Batches:
    """Of pictures (N, 64, 64, 3) uint8, drawn by chance."""

    def __init__(self, arrays: np.ndarray, channels: int, seed: int):
        self.arrays, self.rng = arrays[..., :channels], np.random.default_rng(seed)

    def draw(self, size: int) -> torch.Tensor:
        """(B, C, 64, 64) in [0, 1]"""
        chosen = self.arrays[self.rng.integers(len(self.arrays), size=size)]
        mirrored = np.where(self.rng.random(size)[:, None, None, None] < 0.5, chosen[:, :, ::-1], chosen)
        return to_tensor(mirrored)
