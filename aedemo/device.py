"""Which device computes."""

from __future__ import annotations

import os

import torch


def choose(device: str | torch.device | None = None) -> torch.device:
    """`device` if given, else AEDEMO_DEVICE, else CUDA where there is any, else the CPU."""
    wanted = str(device or os.environ.get("AEDEMO_DEVICE") or ("cuda" if torch.cuda.is_available() else "cpu"))
    try:
        chosen = torch.device(wanted)
    except RuntimeError:
        raise ValueError(f"{wanted!r} is no device; cpu, cuda or cuda:1 for example are.") from None
    if chosen.type == "cuda" and not torch.cuda.is_available():
        raise ValueError("CUDA was asked for, but this machine has no usable CUDA device.")
    return chosen
