"""Starts the helper: a process of its own, of which one lives at a time."""

import os
import sys
from contextlib import suppress

from braindump_cli.errors import StoreError
from braindump_cli.paths import Paths

MODULE = "braindump_cli.runtime.focus_helper"


class HelperProcess:
    """Keeps ports.focus.Helpers."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def ensure(self) -> None:
        """See to it that one lives, and knows our terminal, if we have one; what cannot be done is left undone."""
        with suppress(StoreError):
            self._note_terminal()
        if not self._lives():
            _start()

    def _lives(self) -> bool:
        """Tell whether one lives; in a folder that cannot be written none can."""
        from braindump_cli.storage.locks import FOCUS_HELPER, hold_byte

        try:
            with hold_byte(self._paths.locks, FOCUS_HELPER) as is_free:
                return not is_free
        except StoreError:
            return False

    def _note_terminal(self) -> None:
        path = _own_terminal()
        if path:
            from braindump_cli.notices.terminal import Voice
            from braindump_cli.storage.focus_background import FocusTerminal, Terminal

            voice = Voice.of(os.environ)
            FocusTerminal(self._paths).write(Terminal(path, voice.sequences, voice.inside))


def _own_terminal() -> str | None:
    """Return the path of the terminal that this process talks on."""
    for stream in (sys.stderr, sys.stdout, sys.stdin):
        try:
            if stream and stream.isatty():
                return os.ttyname(stream.fileno())
        except (OSError, ValueError, AttributeError):  # AttributeError: Windows has no such paths
            continue
    return None


def _start() -> None:
    """Start one, detached: in a session of its own, with none of our files, in no folder that somebody may want away.

    If another one is quicker it ends at once.
    """
    import subprocess

    with suppress(OSError):
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", MODULE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=os.path.abspath(os.sep),  # noqa: PTH100 - the root, on every system
        )
        process.returncode = 0  # nobody waits for it
