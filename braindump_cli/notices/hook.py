"""The user's own command, `focus.hook`: told of each change by one JSON document on its stdin."""

import os
import shlex
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO

LONGEST_S = 10.0
_TAIL_BYTES = 1000  # of what it says on stderr
_BLOCK_BYTES = 8192


class CommandHook:
    """Keeps ports.Hook with one command line, which no shell reads."""

    def __init__(self, line: str, *, longest_s: float = LONGEST_S) -> None:
        self._line = line
        self._longest_s = longest_s

    def run(self, document: str) -> str | None:
        """Run it in the user's home folder; when its time is over it is killed, with all it started."""
        try:
            words = shlex.split(self._line)
        except ValueError as error:
            return f"focus.hook cannot be read: {error}."
        if not words:
            return None
        try:
            process = _started(words)
        except (OSError, ValueError) as error:  # ValueError: there is a NUL in it
            return f"focus.hook did not start: {words[0]}: {getattr(error, 'strerror', None) or error}."
        return _lived_through(process, document, self._longest_s)


def _started(words: list[str]) -> "subprocess.Popen[bytes]":
    home = Path.home()  # the same for a command and for the helper
    return subprocess.Popen(
        [os.path.expanduser(words[0]), *words[1:]],  # noqa: PTH111 - a name without a folder stays one
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=home if home.is_dir() else None,
        start_new_session=True,
    )


def _lived_through(process: "subprocess.Popen[bytes]", document: str, longest_s: float) -> str | None:
    said = _Said()
    beside = (
        Thread(target=_feed, args=(process.stdin, document.encode()), daemon=True),
        Thread(target=said.hear, args=(process.stderr,), daemon=True),
    )
    for thread in beside:
        thread.start()
    try:
        status = process.wait(longest_s)
    except subprocess.TimeoutExpired:
        _kill(process)
        return f"focus.hook was killed: it took longer than {longest_s:g} seconds."
    if status == 0:
        return None
    beside[-1].join(1)  # what it started may hold the pipe for longer
    ended = f"by signal {-status}" if status < 0 else f"with status {status}"
    return f"focus.hook ended {ended}: {said.last_line}." if said.last_line else f"focus.hook ended {ended}."


class _Said:
    """The end of what it says on stderr, however much that is."""

    def __init__(self) -> None:
        self._tail = b""

    @property
    def last_line(self) -> str:
        return self._tail.decode(errors="replace").strip().rpartition("\n")[2].rstrip(".")

    def hear(self, stderr: IO[bytes]) -> None:
        with suppress(OSError, ValueError), stderr:
            while block := os.read(stderr.fileno(), _BLOCK_BYTES):
                self._tail = (self._tail + block)[-_TAIL_BYTES:]


def _feed(stdin: IO[bytes], document: bytes) -> None:
    """Hand the document over; a command need not read it."""
    with suppress(OSError, ValueError), stdin:
        stdin.write(document)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
