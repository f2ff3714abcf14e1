"""Silence for C libraries that talk on stderr whatever one does."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2
_LONGEST_S = 2.0  # a call may hang, and then people must hear again what we have to say


class _Mute:
    """The state of file descriptor 2, for the whole process and all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._depth = 0
        self._saved: int | None = None
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        with self._lock:
            self._depth += 1
            if self._depth > 1:
                return
            try:
                self._saved = os.dup(_STDERR)
            except OSError:
                return  # stderr is closed: nobody hears anything
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, _STDERR)
            os.close(nowhere)
            self._timer = threading.Timer(_LONGEST_S, self._give_back)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        with self._lock:
            self._depth -= 1
        if not self._depth:
            self._give_back()

    def _give_back(self) -> None:
        with self._lock:
            if self._timer:
                self._timer.cancel()
                self._timer = None
            if self._saved is not None:
                os.dup2(self._saved, _STDERR)
                os.close(self._saved)
                self._saved = None


_mute = _Mute()


@contextmanager
def muted() -> Iterator[None]:
    """Send what is written to file descriptor 2 to nowhere; keep it short, all threads are muted."""
    _mute.begin()
    try:
        yield
    finally:
        _mute.end()
