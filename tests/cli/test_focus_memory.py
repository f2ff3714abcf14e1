"""A countdown that runs for hours takes no more memory than one that runs for minutes."""

import subprocess

import pytest

from tests.parts import python_command, python_environment

FRAMES, WARM, MOST_KB = 30_000, 1_000, 2_048

# The command's own countdown over a real journal, its clock driven by hand, a second a frame; breaks, pauses and
# resizes on the way. Nothing is left out but the helper.
DRIVEN = """
import sys
from datetime import timedelta
from pathlib import Path
from braindump_cli.commands import focusing
from braindump_cli.commands.sitting import Sitting
from braindump_cli.domain.focus.session import Plan
from braindump_cli.rendering import stage
from braindump_cli.rendering.countdown import Size
from braindump_cli.rendering.stage import FullScreen
from braindump_cli.runtime import Runtime
from braindump_cli.services import focus
from tests.fakes import FakeClock
from tests.focus_parts import FakeHelpers

def memory_kb():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])

runtime = Runtime()
runtime.clock = FakeClock()
runtime.__dict__["helpers"] = FakeHelpers()
plan = Plan(work=timedelta(minutes=25), short_break=timedelta(minutes=5), rounds=100)
focus.start(plan, runtime.timer)
sizes = [Size(80, 24), Size(200, 50), Size(40, 14)]
frames = 0
stage._size_of = lambda _: sizes[frames // 500 % 3]
keys = {97: "p", 98: "p", 699: "+"}
with open("/dev/null", "w") as screen, focusing._aside(runtime) as controls:
    sitting = Sitting(controls, FullScreen(screen, has_color=True), runtime.clock, runtime.focus_bell)
    for frames in range(int(sys.argv[1])):
        runtime.clock.advance(timedelta(seconds=1))
        assert sitting.frame(keys.get(frames % 1000, "")) is None
        if frames == int(sys.argv[2]):
            before = memory_kb()
print(memory_kb() - before)
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_thirty_thousand_frames_take_no_more_memory_than_the_first(home):
    driven = python_command(DRIVEN, FRAMES, WARM)

    grown = subprocess.run(driven, env=python_environment(), capture_output=True, text=True, check=True)

    assert int(grown.stdout) <= MOST_KB
