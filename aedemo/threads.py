"""What is needed where many visitors' threads compute in one process: nobody gets another's notices, chance or place in a cache."""

from __future__ import annotations

import threading
import warnings
from collections import OrderedDict
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

import torch

_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)
CHANCE = threading.RLock()  # torch has one chance for all threads: whoever seeds it, or draws first weights, holds this


def tell(sentence: str, stacklevel: int = 2) -> None:
    """A remark on what was given, which is no error: a UserWarning, or a notice to whoever is `listening` in this thread.

    The filters that `warnings.catch_warnings` sets are those of the whole process, and so would show a remark to another visitor.
    """
    heard = _heard.get()
    if heard is None:
        warnings.warn(sentence, stacklevel=stacklevel + 1)
    else:
        heard.append(sentence)


@contextmanager
def listening():
    """The remarks that are made inside, as they come: a list of sentences."""
    heard: list[str] = []
    before = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(before)


@contextmanager
def seeded(seed: int):
    """Torch's own chance from a seed, by one thread at a time; as it was afterwards."""
    with CHANCE, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def once(maxsize: int):
    """A bounded cache like `functools.lru_cache`, but what many ask for at the same moment is computed once, and the others wait for it."""

    def around(function):
        kept: OrderedDict[tuple, tuple[threading.Lock, list]] = OrderedDict()
        door = threading.Lock()

        @wraps(function)
        def asked(*key):
            with door:
                lock, result = kept.setdefault(key, (threading.Lock(), []))
                kept.move_to_end(key)
                while len(kept) > maxsize:
                    kept.popitem(last=False)
            with lock:
                if not result:
                    result.append(function(*key))
            return result[0]

        asked.cache_clear = kept.clear
        return asked

    return around
