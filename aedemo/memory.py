"""How the C library keeps the memory that was freed, where it is glibc."""

from __future__ import annotations

import ctypes

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # mallopt's names for them, of malloc.h


def _set(options: dict[int, int]) -> None:
    try:
        libc = ctypes.CDLL("libc.so.6")
        for option, value in options.items():
            libc.mallopt(option, value)
    except (OSError, AttributeError):
        pass  # another C library


def for_many_threads() -> None:
    """Two pools for all threads, not eight a core; large pieces go back to the system at once (their threshold grows otherwise)."""
    _set({ARENA_MAX: 2, MMAP_THRESHOLD: 1 << 18})


def for_training() -> None:
    """Large pieces are kept: a step frees and asks for the same ones, which can cost half its time if they go to and fro."""
    _set({MMAP_THRESHOLD: 1 << 30, TRIM_THRESHOLD: (1 << 31) - 1})
