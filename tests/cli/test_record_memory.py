"""How much memory `record --from` takes: no more for ten minutes than for one."""

import os
import subprocess
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


def peak_mb(cli: Cli, *words: str) -> float:
    """Run a command and return the most memory it held at a time."""
    process = subprocess.Popen(
        [*BRAINDUMP, *words], env=cli.environment, cwd=cli.folder, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss / 1024  # Linux tells kilobytes
