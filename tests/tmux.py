"""A terminal that lives on: the command inside tmux, its keys pressed and its screen read while it runs."""

import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.parts import need_program
from tests.shell import BRAINDUMP
from tests.waiting import until


class Tmux:
    """One command in a terminal, by itself of 80 columns and 40 lines."""

    def __init__(
        self, folder: Path, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        need_program("tmux")
        self._socket = folder / "tmux"
        self._status = folder / "status"
        self._pid = folder / "pid"
        script = folder / "run"
        exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment.items())
        script.write_text(
            f"{exports}cd {folder}\n(echo $BASHPID >pid; exec {shlex.join(command)})\n"
            "echo $? >status.new; mv status.new status\nexec sleep infinity\n"
        )
        columns, rows = map(str, size)
        self._tmux("new-session", "-d", "-x", columns, "-y", rows, f"exec bash {script}")

    @classmethod
    @contextmanager
    def running(
        cls,
        folder: Path,
        *words: str,
        environment: Mapping[str, str],
        size: tuple[int, int] = (80, 40),
        command: Sequence[str] = BRAINDUMP,
    ) -> Iterator[Self]:
        """Run `braindump` with the words; the terminal is closed afterwards."""
        folder.mkdir()
        terminal = cls(folder, [*command, *words], environment, size)
        try:
            yield terminal
        finally:
            terminal.hang_up()

    @property
    def pid(self) -> int:
        """The process of the command."""
        return int(until(lambda: self._pid.exists() and self._pid.read_text()))

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names: Enter, Space, C-c."""
        self._tmux("send-keys", *keys)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def ask(self, question: str) -> str:
        """Return what tmux knows by one of its formats, such as `#{window_bell_flag}`."""
        return self._tmux("display-message", "-p", question).strip()

    def screen(self) -> str:
        """Return all that stands on the screen or went over its edge."""
        return self._tmux("capture-pane", "-p", "-S", "-").rstrip()

    def visible(self) -> str:
        """Return what stands on the screen, line by line, without blanks at the right."""
        return "\n".join(line.rstrip() for line in self._tmux("capture-pane", "-p").splitlines()) + "\n"

    def wait_for(self, words: str) -> str:
        """Wait until the words stand on the screen; return it."""
        until(lambda: words in self.screen(), told=lambda: f"{words!r} on\n{self.screen()}")
        return self.screen()

    def has_rung(self) -> bool:
        """Tell whether a bell came while nobody looked at the terminal."""
        return (
            self._tmux("list-windows", "-F", "#{window_index} #{window_bell_flag}").splitlines()[0] == "0 1"
        )

    def look_away(self) -> None:
        """Look at another window, so that tmux keeps bells in mind."""
        self._tmux("new-window", "exec sleep infinity")

    def has_ended(self) -> bool:
        """Tell whether the command has ended."""
        return self._status.exists()

    def status(self) -> int:
        """Wait for the end of the command and return its status."""
        until(self.has_ended, told=self.screen)
        return int(self._status.read_text())

    def hang_up(self) -> None:
        """Close the terminal, which tells its processes SIGHUP."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *words: str) -> str:
        ran = subprocess.run(
            ["tmux", "-S", self._socket, "-f", "/dev/null", *words],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout
