"""Which device computes."""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar

import torch

LENT = "cuda"  # what ZeroGPU lends
_lent: ContextVar[bool] = ContextVar("lent", default=False)


def zero() -> bool:
    """On a ZeroGPU Space, where a GPU is lent to one call at a time."""
    return bool(os.environ.get("SPACES_ZERO_GPU"))


@contextmanager
def lent():
    """While this lasts a ZeroGPU Space has its GPU; models loaded before it (`choose`) computed on the CPU there."""
    token = _lent.set(True)
    try:
        yield
    finally:
        _lent.reset(token)


def choose(device: str | torch.device | None = None) -> torch.device:
    """`device` if given, else AEDEMO_DEVICE, else CUDA where there is any, else the CPU. On ZeroGPU: CUDA while it is lent."""
    usual = "cuda" if torch.cuda.is_available() else "cpu"
    if zero():
        usual = LENT if _lent.get() else "cpu"
    wanted = str(device or os.environ.get("AEDEMO_DEVICE") or usual)
    try:
        chosen = torch.device(wanted)
    except RuntimeError:
        raise ValueError(f"{wanted!r} is no device; cpu, cuda or cuda:1 for example are.") from None
    if chosen.type == "cuda" and not torch.cuda.is_available():
        raise ValueError("CUDA was asked for, but this machine has no usable CUDA device.")
    return chosen
