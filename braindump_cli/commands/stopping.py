"""Signals while something is being kept: the first one ends it the normal way, a second one leaves at once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_WATCHED = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stops:
    """What was asked for so far."""

    def __init__(self) -> None:
        self._count = 0
        self._last = 0
        self._needed = 2  # signals until the rest is left to the queue
        self._raises = False

    @property
    def wants_end(self) -> bool:
        """Whether somebody wants the recording to end."""
        return self._count > 0

    @property
    def wants_out(self) -> bool:
        """Whether the rest is to be left to the queue."""
        return self._count >= self._needed or self.is_hangup

    def has_patience(self) -> bool:
        """Tell whether nobody asked to leave the rest to the queue."""
        return not self.wants_out

    @property
    def is_hangup(self) -> bool:
        """Whether the terminal was closed."""
        return self._last == getattr(signal, "SIGHUP", -1)

    @property
    def exit_status(self) -> int:
        """The status that tells of the last signal: 130 Ctrl-C, 143 TERM, 129 HUP."""
        return 128 + self._last

    def settle(self) -> None:
        """Say that the recording has ended: from now on one more signal is enough."""
        self._needed = min(self._count + 1, 2)

    @contextmanager
    def raising(self) -> Iterator[None]:
        """Let a signal interrupt what runs inside."""
        self._raises = True
        try:
            yield
        finally:
            self._raises = False

    def note(self, number: int, _: FrameType | None) -> None:
        """Keep a signal in mind."""
        self._count += 1
        self._last = number
        if self._raises:
            raise KeyboardInterrupt


@contextmanager
def watched_signals() -> Iterator[Stops]:
    """Count signals instead of dying of them, for a while.

    Who wants out is on the way out: from then on no further signal tears up the end.
    """
    stops = Stops()
    before = {number: signal.signal(number, stops.note) for number in _WATCHED}
    try:
        yield stops
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if stops.wants_out else handler)
