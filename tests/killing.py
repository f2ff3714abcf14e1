"""Killing the real command at a system call of our choice, by strace.

strace counts the calls of each thread apart: `when=7` fires in the thread that comes to its seventh first. So
that is how points are counted here as well.
"""

import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from braindump_cli.audio.spool import Spool
from braindump_cli.audio.wav import HEADER_BYTES
from braindump_cli.domain.entry import VOICE
from braindump_cli.domain.ids import new_id
from braindump_cli.domain.new_entry import NewEntry
from tests.parts import need_program
from tests.shell import BRAINDUMP, LONGEST_S, Result

CALLS = (
    "openat", "close", "lseek", "write", "pwrite64", "pread64", "fsync", "fdatasync", "ftruncate", "rename", "unlink",
    "mkdir", "flock", "fcntl",
)  # fmt: skip


class Point(NamedTuple):
    """The n-th call of its kind in the thread that makes so many of it first."""

    call: str
    number: int


def traced(
    environment: Mapping[str, str],
    log: Path,
    *words: str,
    at: Point | None = None,
    input: bytes | None = None,
) -> Result:
    """Run the command under strace, killed at a point or to its end; `log` gets the calls."""
    need_program("strace")
    calls = at.call if at else ",".join(CALLS)
    fault = ["-e", f"inject={at.call}:signal=SIGKILL:when={at.number}"] if at else []
    ran = subprocess.run(
        ["strace", "-f", "-qq", "-o", log, "-e", f"trace={calls}", *fault, *BRAINDUMP, *words],
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        input=input,
        stdin=None if input is not None else subprocess.DEVNULL,
        capture_output=True,
        timeout=LONGEST_S,
        check=False,
    )
    return Result(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def was_killed(result: Result) -> bool:
    """Tell whether the point was reached."""
    return result.status in {-signal.SIGKILL, 128 + signal.SIGKILL}


def points_in(log: Path, *, after: str, of_each: int = 8, few: int = 40) -> list[Point]:
    """Return the points from the first call that names `after`, the home, on.

    Of files opened only those in the home are points. A call made up to `few` times is a point every time, of
    others `of_each` are, evenly spread.
    """
    made: Counter[tuple[str, str]] = Counter()  # by thread and call
    most: Counter[str] = Counter()
    found: dict[str, list[Point]] = {}
    for line in log.read_text(errors="replace").splitlines():
        if not (call := re.match(r"(\d+) +(\w+)\(", line)):
            continue
        thread, name = call.groups()
        made[thread, name] += 1
        if made[thread, name] > most[name]:
            most[name] += 1
            if after in line or (found and name != "openat"):
                found.setdefault(name, []).append(Point(name, most[name]))
    return [point for points in found.values() for point in _spread(points, of_each, few)]


def abandon_spool(home: Path, speech: Path) -> None:
    """Leave what a recorder leaves that died while somebody spoke into the microphone."""
    now = datetime.now(UTC)
    new = NewEntry(id=new_id(now), kind=VOICE, created_at=now, zone="Europe/London", language="en")
    with Spool(home / "spool").begin(new) as spool:
        spool.write(speech.read_bytes()[HEADER_BYTES:])


def leave_spool(environment: Mapping[str, str], home: Path, speech: Path, log: Path) -> None:
    """Kill a recorder just before it finishes its spool; what came from a pipe cannot be read again."""
    words, sound = ("record", "--from", "-", "--json"), speech.read_bytes()
    begun = home.with_name("begun-before")
    shutil.copytree(home, begun)
    traced(environment, log, *words, input=sound)
    last = [point for point in points_in(log, after=str(home)) if point.call == "write"][-1]
    shutil.rmtree(home)
    begun.rename(home)
    assert was_killed(traced(environment, log, *words, at=last, input=sound))


def _spread(points: Sequence[Point], wanted: int, few: int) -> Sequence[Point]:
    """Return all of a few, and of many some, their first and their last among them."""
    if len(points) <= few:
        return points
    return [points[round(place * (len(points) - 1) / (wanted - 1))] for place in range(wanted)]
