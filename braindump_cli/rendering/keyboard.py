"""Single key presses, without Enter and without echo, while a recording or a countdown runs."""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self


class Keyboard:
    """The terminal's keys, where there is a terminal; else no key is ever pressed."""

    def __init__(self, handle: int | None) -> None:
        self._handle = handle

    def pressed(self) -> str:
        """Return the keys pressed since the last call, at once; "" for none or a terminal that is gone."""
        if self._handle is None or not select.select([self._handle], [], [], 0)[0]:
            return ""
        try:
            keys = os.read(self._handle, 64)
        except OSError:
            keys = b""
        if not keys:  # the terminal was closed: it would be ready for ever
            self._handle = None
        return keys.decode("utf-8", "replace")

    def wait(self, longest_s: float, *handles: int) -> None:
        """Wait until a key is pressed, one of the handles has something to read, or the time is over."""
        keys = () if self._handle is None else (self._handle,)
        select.select([*keys, *handles], [], [], max(longest_s, 0.0))

    @classmethod
    @contextmanager
    def of_terminal(cls, *, wanted: bool) -> Iterator[Self]:
        """Give key presses one by one for a while; afterwards the terminal is as it was. Ctrl-C stays a signal."""
        if not wanted:
            yield cls(None)
            return
        try:
            import termios
            import tty
        except ImportError:
            yield cls(None)
            return
        try:
            handle = sys.stdin.fileno()
            before = termios.tcgetattr(handle)
        except (OSError, ValueError, termios.error):
            yield cls(None)
            return
        try:
            tty.setcbreak(handle, termios.TCSANOW)
            yield cls(handle)
        finally:
            with suppress(termios.error):  # the terminal may be gone
                termios.tcsetattr(handle, termios.TCSADRAIN, before)
