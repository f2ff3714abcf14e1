"""The real command on a terminal of a chosen size, as a person would see it."""

import os
import pty
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.shell import BRAINDUMP, LONGEST_S


class Terminal:
    """Runs `braindump` with stdin, stdout and stderr on one pseudo-terminal."""

    def __init__(
        self,
        environment: Mapping[str, str],
        folder: Path,
        *,
        columns: int = 80,
        command: Sequence[str] = BRAINDUMP,
    ) -> None:
        self.environment = {"TERM": "xterm-256color", **environment}
        self.folder = folder
        self.columns = columns
        self.command = command

    def run(self, *words: str, typed: str = "", env: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Run a command to its end and return its status and all that reached the screen."""
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, self.columns))
        with subprocess.Popen(
            [*self.command, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**self.environment, **(env or {})},
            cwd=self.folder,
            start_new_session=True,
        ) as process:
            os.close(theirs)
            os.write(ours, typed.encode())
            shown = _all_of(ours)
            status = process.wait(LONGEST_S)
        return status, shown.replace("\r\n", "\n")


def _all_of(handle: int) -> str:
    """Read until the last process has closed the terminal."""
    read = b""
    with os.fdopen(handle, "rb", buffering=0) as stream:
        while True:
            try:
                part = stream.read(65536)
            except OSError:  # EIO: nobody holds the other end any more
                part = b""
            if not part:
                return read.decode()
            read += part
