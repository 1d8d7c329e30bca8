"""After training: the tables of frequencies, counted on training pictures, and all that the coder needs in one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from .coder import BEYOND, REACH, Coder, float_weights, frequencies, laplace_tables, symbols_of, whole_weights
from .data import Crops
from .model import COARSE, GROUPS, MEANS, CodecNetwork, worth

FILE = "context.safetensors"
BATCHES = 150  # of crops that are counted
TRUST = 60.0  # numbers that a table begins with, spread by Laplace's law


def price(gain_back: torch.Tensor, quality: int) -> np.ndarray:
    """(320,): bits that a squared error of 1 in each channel's numbers is worth at a quality. gain_back: of a `Transform`, on the CPU"""
    grey = 255 * gain_back[quality].exp().double().numpy()  # levels that a number stands for
    return worth(COARSE[quality]) * grey**2


@torch.no_grad()
def count(network: CodecNetwork, crops: Crops) -> dict[str, torch.Tensor]:
    """What `Coder` needs: whole weights, and tables counted on numbers as the coder would choose them."""
    kept = whole_weights(network)
    shares = laplace_tables()
    kept["tables"] = torch.from_numpy(frequencies(shares))
    coder = Coder(kept)
    counts = np.zeros_like(shares)

    def counted(quality, scaled):
        def visit(channels, rows, columns, whole, tables):
            chosen, _ = coder._chosen(scaled[channels, rows, columns].astype(np.float64), whole, tables, prices[quality][channels, None])
            symbols = symbols_of(chosen, whole)
            np.add.at(counts, (tables, symbols), 1)
            if channels.start >= GROUPS[MEANS][0]:  # groups without means are symmetric about 0: each number counts for its negative too
                np.add.at(counts, (tables, np.where(symbols == BEYOND, symbols, 2 * REACH - symbols)), 1)
            return chosen

        coder._walk(scaled.shape[1], scaled.shape[2], quality, visit)

    prices = [price(network.gain_back.detach(), quality) for quality in range(len(COARSE))]
    for index in range(BATCHES):
        x = crops.draw(4)
        quality = torch.full((len(x),), index % len(COARSE))
        for one in network.scaled(x, quality).numpy():
            counted(int(quality[0]), one)
    kept["tables"] = torch.from_numpy(frequencies(counts + TRUST * shares))
    return kept


def write(network: CodecNetwork, crops: Crops, folder: Path) -> None:
    save_file({key: value.contiguous() for key, value in count(network, crops).items()}, folder / FILE)


def restore(network: CodecNetwork, folder: Path) -> None:
    """Networks that foresee, from a folder's whole weights: to go on training."""
    network.foresee.load_state_dict(float_weights(load_file(folder / FILE)))
