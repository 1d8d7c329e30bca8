"""How long something takes."""

from __future__ import annotations

import time

import numpy as np


def seconds(function, rounds: int = 3) -> float:
    """The median of some calls, after a first that pays for more than itself."""
    function()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))
