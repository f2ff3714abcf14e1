"""How much memory `record --from` takes: no more for ten minutes than for one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.shell import BRAINDUMP, Cli
from tests.speech import say

MOST_MB, MOST_MORE_MB = 230, 5
MINUTE = (
    "I have to call the dentist on Friday.",
    "The walk by the canal was good today.",
    "We talked about the garden and the old house.",
    "Remember to send the report to the office by Wednesday.",
    "Dinner with my sister was lovely.",
)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.alone("processor")
def test_ten_minutes_take_no_more_memory_than_one(cli: Cli, tmp_path: Path):
    some = say(tmp_path / "some.wav", *MINUTE)
    one, ten = tmp_path / "one.wav", tmp_path / "ten.wav"
    subprocess.run(["sox", some, one, "repeat", "9", "trim", "0", "60"], check=True)
    subprocess.run(["sox", one, ten, "repeat", "9"], check=True)

    for_one, for_ten = (peak_mb(cli, "record", "--from", str(sound), "--json") for sound in (one, ten))

    assert [entry["duration_s"] for entry in cli.run("list", "--json").json()["data"]] == [600.0, 60.0]
    assert max(for_one, for_ten) <= MOST_MB
    assert for_ten <= for_one + MOST_MORE_MB


# A process begins with the memory of the one that made it, so a small one makes it: this one may be large.
_MAKES = """
import os, subprocess, sys
made = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(made.pid, 0)
print(used.ru_maxrss)
made.returncode = os.waitstatus_to_exitcode(status)
sys.exit(made.returncode)
"""


def peak_mb(cli: Cli, *words: str) -> float:
    """Run a command and return the most memory it held at a time."""
    told = subprocess.run(
        [sys.executable, "-c", _MAKES, *BRAINDUMP, *words],
        env=cli.environment,
        cwd=cli.folder,
        stdout=subprocess.PIPE,
        check=True,
    )
    return int(told.stdout) / 1024  # Linux tells kilobytes
