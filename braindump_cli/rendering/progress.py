"""One line that says how far it is, on a terminal alone; wiped before anything else is said."""

import shutil

from braindump_cli.rendering.output import Output

_WIPE = "\r\x1b[K"


class Progress:
    """A line that is written over; nothing where nobody watches."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._shown = ""

    def show(self, words: str) -> None:
        """Say how far it is."""
        words = f"  {words}"[: min(shutil.get_terminal_size().columns, 80) - 1]
        if self._output.is_live and words != self._shown:
            self._shown = words
            print(f"{_WIPE}{words}", end="", file=self._output.err, flush=True)

    def wipe(self) -> None:
        """Take the line away."""
        if self._shown:
            self._shown = ""
            print(_WIPE, end="", file=self._output.err, flush=True)
