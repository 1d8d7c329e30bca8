"""Which device computes."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

import torch

LENT = "cuda"  # what ZeroGPU lends
HALF = torch.float16  # not bfloat16: with its 8 bits heat maps differ by more than is tolerated (`tests/test_gpu.py`)
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
    """`device` if given, else AEDEMO_DEVICE, else CUDA where there is any, else the CPU. On ZeroGPU: the CPU unless a GPU is lent."""
    usual = os.environ.get("AEDEMO_DEVICE") or (LENT if zero() else "cuda" if torch.cuda.is_available() else "cpu")
    wanted = str(device or ("cpu" if zero() and not _lent.get() else usual))
    try:
        chosen = torch.device(wanted)
    except RuntimeError:
        raise ValueError(f"{wanted!r} is no device; cpu, cuda or cuda:1 for example are.") from None
    if chosen.type == "cuda" and not torch.cuda.is_available():
        raise ValueError("CUDA was asked for, but this machine has no usable CUDA device.")
    return chosen


def autocast(device: str | torch.device) -> AbstractContextManager:
    """Half precision inside, where AEDEMO_AUTOCAST=1 asks for it and `device` is CUDA: around networks whose output is looked at or
    listened to. Never while something is learned, and not around what makes codes, scores of words and trees, or a file's numbers.

    Off unless asked for: it has not been measured yet on a GPU whether it pays (`benchmarks/gpu.py` does that).
    """
    asked = os.environ.get("AEDEMO_AUTOCAST") == "1" and torch.device(device).type == "cuda" and not torch.is_grad_enabled()
    return torch.autocast("cuda", HALF) if asked else nullcontext()
