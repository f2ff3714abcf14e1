"""What it costs to look at a countdown: a minute of it on a terminal, and eight hours of frames driven by hand."""

from pathlib import Path

from benchmarks.everyday import BRAINDUMP
from benchmarks.measuring import Command, python, run
from benchmarks.report import Part, at_most
from tests.cli.test_focus_memory import DRIVEN, FRAMES, MOST_KB, WARM

_BAR_MS = 600
_QUIET = {"BRAINDUMP_FOCUS_SOUND": "none"}
_MINUTE = ("focus", "start", "--work", "60s", "--rounds", "1")


def parts(work: Path) -> list[Part]:
    """Return the table."""
    homes = [work / name for name in ("minute", "frames")]
    minute = run(
        Command((BRAINDUMP, *_MINUTE), homes[0], "Done: 1 of 1", is_on_terminal=True, settings=_QUIET)
    )
    root = {"PYTHONPATH": str(Path(__file__).parent.parent)}
    grown_kb = int(run(Command(python("-c", DRIVEN, str(FRAMES), str(WARM)), homes[1], settings=root)).answer)
    rows = [
        at_most("CPU of 60 real seconds, start and end included", minute.cost.cpu_ms, _BAR_MS, unit="ms"),
        at_most("its memory", minute.cost.peak_mb, None, unit="MB"),
        at_most(f"more memory after {FRAMES:,} frames", grown_kb / 1024, MOST_KB / 1024, unit="MB"),
    ]
    told = "`focus start` on a terminal of 80 columns, with its keys; the frames go through the clock's port."
    return [Part("Countdown", told, rows)]
