"""Waiting for something to be so, instead of for a time to pass."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_S = 60.0  # only a bug, or a machine that is very busy, takes that long
_PAUSE_S = 0.05


def until(
    answer: Callable[[], T], *, told: Callable[[], object] = lambda: "", within_s: float = PATIENCE_S
) -> T:
    """Return the answer as soon as it is true; `told` says how things stand if it never is."""
    end = time.monotonic() + within_s
    while not (found := answer()):
        assert time.monotonic() < end, f"waited {within_s:.0f} s in vain: {told()}"
        time.sleep(_PAUSE_S)
    return found
