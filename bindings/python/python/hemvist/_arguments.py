"""Plain arguments: converted, or refused with a `ValueError` that names them."""

from __future__ import annotations

import math
import operator
from typing import SupportsFloat, SupportsIndex

_MOST_THREADS = 1024


def whole(name: str, given: SupportsIndex, least: int, most: int) -> int:
    """A whole number within its limits."""
    try:
        value = operator.index(given)
    except TypeError:
        raise ValueError(f"{name} must be a whole number") from None
    if not least <= value <= most:
        raise ValueError(f"{name} is {value if abs(value) < 10**20 else 'huge'}; allowed: {least} to {most}")
    return value


def threads(given: SupportsIndex | None) -> int:
    """A number of threads; 0 stands for one per processor."""
    return 0 if given is None else whole("threads", given, 1, _MOST_THREADS)


def seconds(given: SupportsFloat | None) -> float | None:
    """A time limit in seconds."""
    if given is None:
        return None
    try:
        value = float(given)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("time_limit must be a number of seconds or None") from None
    if math.isnan(value) or value < 0:
        raise ValueError(f"time_limit is {value}; it must be 0 or more")
    return value
