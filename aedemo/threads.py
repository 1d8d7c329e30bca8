"""What is needed where many visitors' threads compute in one process: nobody gets another's notices, chance or place in a cache."""

from __future__ import annotations

import threading
import warnings
from collections import OrderedDict, deque
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

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

    def around(function) -> Any:
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

        asked.cache_clear = kept.clear  # type: ignore[attr-defined]
        return asked

    return around


class Turns:
    """What many want again and again for a moment: one has it at a time, in the order in which they asked (of a lock whoever is quickest has it)."""

    def __init__(self):
        self.waiting: deque[threading.Event] = deque()
        self.door = threading.Lock()

    @contextmanager
    def turn(self):
        mine = threading.Event()
        with self.door:
            self.waiting.append(mine)
            self.waiting[0].set()
        mine.wait()
        try:
            yield
        finally:
            with self.door:
                self.waiting.popleft()
                if self.waiting:
                    self.waiting[0].set()


class _Ask:
    """What one thread wants of a function that many ask."""

    def __init__(self, thing):
        self.thing, self.done, self.result, self.problem = thing, False, None, None


def together(most: int):
    """For a function of a list: each caller gives one thing, and those that wait at the same moment, up to `most`, are computed at once.

    One computation runs at a time. Only what was asked with the same options is put together; whoever's own thing fails, fails alone.
    """

    def around(function):
        waiting: dict[tuple, list[_Ask]] = {}
        door, turn = threading.Lock(), threading.Lock()

        def answer(asks: list[_Ask], options: dict) -> None:
            try:
                for ask, result in zip(asks, function([ask.thing for ask in asks], **options), strict=True):
                    ask.result = result
            except Exception as problem:
                if len(asks) > 1:
                    for ask in asks:
                        answer([ask], options)
                else:
                    asks[0].problem = problem
            for ask in asks:
                ask.done = True

        @wraps(function)
        def asked(thing, **options):
            ask, key = _Ask(thing), tuple(sorted(options.items()))
            with door:
                waiting.setdefault(key, []).append(ask)
            with turn:
                if not ask.done:
                    with door:
                        queue = waiting.pop(key)
                        asks = [ask, *(other for other in queue if other is not ask)]
                        asks, left = asks[:most], asks[most:]
                        if left:
                            waiting[key] = left
                    answer(asks, options)
            if ask.problem:
                raise ask.problem
            return ask.result

        return asked

    return around
