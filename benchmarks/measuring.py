"""What a command costs: CPU time and peak memory of its whole process, measured again and again in turn.

The process that measures has to stay small: Linux counts what it holds at the moment of the fork as the
child's own peak. So everything heavy (making journals, hearing speech) runs in processes of its own.
"""

import os
import pty
import statistics
import sys
import termios
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

_SCREEN = (24, 80)
_CHUNK = 1 << 16
_NOTHING = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
K = TypeVar("K")


class Command(NamedTuple):
    """A program as it is started; an answer without `expected` in it is no answer."""

    words: tuple[str, ...]
    home: Path = Path("/nonexistent")
    expected: str = ""
    is_on_terminal: bool = False
    settings: Mapping[str, str] = MappingProxyType({})  # variables beside the usual ones


class Cost(NamedTuple):
    """What one process used, its children included."""

    cpu_ms: float  # user and system
    peak_mb: float


class Run(NamedTuple):
    """One command, run once."""

    cost: Cost
    answer: str


def python(*words: str | Path) -> tuple[str, ...]:
    """Return how this very Python is started."""
    return (sys.executable, *map(str, words))


def in_turn(commands: Mapping[K, Command], *, rounds: int) -> dict[K, Cost]:
    """Run all commands one after the other, `rounds` times after a first one that warms the caches.

    So other work on the machine meets them all alike. CPU time is the median, memory the highest of all rounds.
    """
    costs: dict[K, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        print(f"\rround {number} of {rounds} ", end="", file=sys.stderr, flush=True)
        for name, command in commands.items():
            cost = run(command).cost
            if number:
                costs[name].append(cost)
    print(file=sys.stderr)
    return {
        name: Cost(statistics.median(cost.cpu_ms for cost in all_), max(cost.peak_mb for cost in all_))
        for name, all_ in costs.items()
    }


def run(command: Command) -> Run:
    """Run a command in a pipe or on a terminal. Raises RuntimeError if it fails or answers something else."""
    reading, writing = pty.openpty() if command.is_on_terminal else os.pipe()
    if command.is_on_terminal:
        termios.tcsetwinsize(writing, _SCREEN)
    stdin = (os.POSIX_SPAWN_DUP2, writing, 0) if command.is_on_terminal else _NOTHING
    child = os.posix_spawn(
        command.words[0],
        command.words,
        {**_environment(command.home), **command.settings},
        file_actions=[stdin, (os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_DUP2, writing, 2)],
    )
    os.close(writing)
    answer = _all_of(reading).decode(errors="replace")
    _, status, used = os.wait4(child, 0)
    if status != 0 or command.expected not in answer:
        raise RuntimeError(f"{' '.join(command.words)} ended with {status}: {answer[-2000:]}")
    return Run(Cost((used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024), answer)


def _environment(home: Path) -> dict[str, str]:
    """Return the surroundings of a user without habits whose journal lies in `home`."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "BRAINDUMP_HOME": str(home),
        "BRAINDUMP_KEYS_STORE": "file",
        "BRAINDUMP_JOURNAL_LANGUAGE": "en",
    }


def _all_of(reading: int) -> bytes:
    """Read to the end; a terminal that nobody holds any more ends with an error."""
    pieces = []
    try:
        while piece := os.read(reading, _CHUNK):
            pieces.append(piece)
    except OSError:
        pass
    os.close(reading)
    return b"".join(pieces)
