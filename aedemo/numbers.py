"""Numbers from anywhere, as verbs want them; and the sentences for what is none."""

from __future__ import annotations

import warnings

import numpy as np


def array(values, what: str) -> np.ndarray:
    """Values as float32. Raises TypeError with a sentence that begins with `what` ("The speaker") if they are no numbers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # complex numbers lose a part, large ones become infinite: what was wanted is checked next
            found = np.asarray(values)
            if found.dtype.kind not in "fiub":
                raise TypeError
            return found.astype(np.float32)
    except (ValueError, TypeError, OverflowError):
        raise TypeError(f"{what} should be numbers, not {type(values).__name__}.") from None


FAR = 1e3  # a code's numbers are of the size of 1; what is farther out is a mistake, and would not come back as numbers


def near(values, what: str) -> np.ndarray:
    """As `array`, of numbers from -1,000 to 1,000. Raises ValueError with a sentence that begins with `what` for others."""
    found = array(values, what)
    if not np.isfinite(found).all():
        raise ValueError(f"{what} holds values that are not numbers (NaN or infinity).")
    if found.size and np.abs(found).max() > FAR:
        raise ValueError(f"{what} holds values beyond {FAR:,.0f}.")
    return found


def within(value, low: float, high: float) -> bool:
    """Whether something is a number from `low` to `high`; NaN and everything else is not."""
    try:
        return not isinstance(value, (bool, complex, str, bytes)) and bool(low <= float(value) <= high)
    except (ValueError, TypeError, OverflowError):
        return False


def whole(value, low: int, high: int) -> bool:
    """Whether something is a whole number from `low` to `high`, of whatever type."""
    return within(value, low, high) and float(value).is_integer()
