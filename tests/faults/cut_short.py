"""Code of ours killed at one system call after another."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.killing import CALLS, Point, points_in
from tests.parts import LONGEST_S, need_program, python_command, python_environment

_BEGIN, _END = 'write(1, "begin', "end\n"


class CutShort(NamedTuple):
    """One run that was killed, or came to its end before it could be."""

    folder: Path
    point: Point
    said: str  # what it had printed by then


def kill_everywhere(
    code: str, folder: Path, *, most: int, prepare: Callable[[Path], None] | None = None
) -> Iterator[CutShort]:
    """Run `code`, which says "begin" and "end", once for each point between, each time in a fresh folder.

    The folder is its sys.argv[1] and is filled by `prepare`. Of all points at most `most`, evenly spread.
    """
    need_program("strace")
    for name in ("first", "whole"):  # the very first run alone compiles and the like
        assert _run(code, folder / name, prepare, f"trace={','.join(CALLS)}").endswith(_END)
    points = points_in(folder / "whole.log", after=_BEGIN)
    chosen = points[:: -(-len(points) // most)]
    survived = 0
    for point in chosen:
        here = folder / f"{point.call}-{point.number}"
        said = _run(code, here, prepare, f"inject={point.call}:signal=SIGKILL:when={point.number}")
        survived += said.endswith(_END)
        yield CutShort(here, point, said)
    assert survived < len(chosen) // 4, f"only {len(chosen) - survived} of {len(chosen)} were killed"


def _run(code: str, folder: Path, prepare: Callable[[Path], None] | None, what: str) -> str:
    folder.mkdir()
    if prepare:
        prepare(folder)
    ran = subprocess.run(
        ["strace", "-f", "-qq", "-o", f"{folder}.log", "-e", what, *python_command(code, folder)],
        env=python_environment(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    return ran.stdout
