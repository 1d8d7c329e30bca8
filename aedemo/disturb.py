"""Speech heard through other rooms and throats: what an encoder is shown so that it keeps the words and drops the rest."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from .halves import mel_centres


class Disturb:
    """What the content encoder is shown instead of a clip: the words are there, some of the voice and the room is not.

    Each clip's frequency axis is stretched, as by a shorter or longer vocal tract (VTLP, Jaitly and Hinton 2013), and
    half of them get a noise floor of their own. The decoder must rebuild the clip as it was, so the length of the vocal
    tract and the room have to come from the speaker half. (B, 80, T) -> (B, 80, T)
    """

    def __init__(self, device, widest: float = 1.08):
        self.warps = warp_matrices(17, widest).to(device)

    def __call__(self, mel):
        pick = torch.randint(len(self.warps), (len(mel),), device=mel.device)
        return in_noise(torch.bmm(self.warps[pick], mel))


def in_noise(mel):
    """Half of the rows with a noise floor of their own, from under everything to some 15 dB below speech. (B, 80, T)"""

    def uniform():
        return torch.rand(len(mel), 1, 1, device=mel.device)

    tilt = torch.linspace(-1.5, 1.5, mel.shape[1], device=mel.device)[:, None] * (2 * uniform() - 1)
    floor = -11.5 + 5.5 * uniform() + tilt + 0.3 * torch.randn_like(mel)
    return torch.where(uniform() < 0.5, torch.logaddexp(mel, floor), mel)


def random_filters(count: int, device) -> torch.Tensor:
    """Smooth random filters, as of microphones and rooms: natural-log gains. (count, 80, 1)"""
    gains = 0.8 * torch.randn(count, 1, 6, device=device)
    return F.interpolate(gains, 80, mode="linear", align_corners=True).transpose(1, 2)


def warp_matrices(count: int, widest: float) -> torch.Tensor:
    """Stretchings of the frequency axis by factors from 1 / widest to widest. (count, 80, 80)"""
    centres = mel_centres().numpy()
    matrices = []
    for factor in np.geomspace(1 / widest, widest, count):
        place = np.interp(centres * factor, centres, np.arange(len(centres)))
        low = np.floor(place).astype(int).clip(0, len(centres) - 2)
        matrix = np.zeros((len(centres), len(centres)), np.float32)
        matrix[np.arange(len(centres)), low] = 1 - (place - low)
        matrix[np.arange(len(centres)), low + 1] = place - low
        matrices.append(matrix)
    return torch.from_numpy(np.stack(matrices))
