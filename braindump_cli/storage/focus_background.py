"""What commands and the helper leave for one another: the terminal that rings, and what went wrong unseen."""

from contextlib import suppress
from typing import NamedTuple

from braindump_cli.paths import Paths, private_folder, private_opener, write_durably
from braindump_cli.storage.disk import disk_errors
from braindump_cli.storage.locks import FOCUS_TROUBLE, hold_byte

_MOST_BYTES = 10_000  # of trouble: a hook that fails each time shall not fill the disk


class Terminal(NamedTuple):
    """Where somebody last did something to the session, and how that terminal is told something."""

    path: str
    sequences: tuple[str, ...]
    inside: str


class FocusTerminal:
    """One line: path, sequences parted by commas, and what the terminal runs inside; parted by tabs."""

    def __init__(self, paths: Paths) -> None:
        self._path = paths.focus_terminal

    def read(self) -> Terminal | None:
        """Return the terminal; None where there is none or it cannot be read."""
        try:
            path, sequences, inside = self._path.read_text("utf-8").rstrip("\n").split("\t")
        except (OSError, ValueError):
            return None
        return Terminal(path, tuple(filter(None, sequences.split(","))), inside)

    def write(self, terminal: Terminal) -> None:
        """Keep it in place of the last one. Raises StoreError."""
        if self.read() == terminal:
            return
        line = f"{terminal.path}\t{','.join(terminal.sequences)}\t{terminal.inside}\n"
        with disk_errors(self._path):
            write_durably(self._path, line.encode())


class FocusTrouble:
    """Sentences that wait for the next focus command, one a line."""

    def __init__(self, paths: Paths) -> None:
        self._path = paths.focus_trouble
        self._locks = paths.locks

    def keep(self, words: str) -> None:
        """Add a sentence. Raises StoreError."""
        line = " ".join(words.split()) + "\n"
        with hold_byte(self._locks, FOCUS_TROUBLE, wait=True), disk_errors(self._path):
            private_folder(self._path.parent)
            with open(self._path, "a", encoding="utf-8", errors="replace", opener=private_opener) as file:
                if file.tell() < _MOST_BYTES:
                    file.write(line)

    def take(self) -> tuple[str, ...]:
        """Return the sentences, each once, and forget them."""
        if not self._path.exists():
            return ()
        with hold_byte(self._locks, FOCUS_TROUBLE, wait=True):
            try:
                lines = self._path.read_text("utf-8").splitlines()
            except (OSError, ValueError):
                lines = []
            with suppress(OSError):
                self._path.unlink()
        return tuple(dict.fromkeys(lines))
