"""What understanding an entry costs."""

import json
from pathlib import Path

from benchmarks.measuring import Command, python, run
from benchmarks.report import Part, at_most

_BAR_MS = 20


def parts(work: Path) -> list[Part]:
    """Return the table."""
    cost: dict[str, float] = json.loads(run(Command(python("-m", "benchmarks.understanding"), work)).answer)
    rows = [
        at_most("an entry of 65 words, on the average", cost["mean_ms"], _BAR_MS, unit="ms"),
        at_most("the first entry of a process", cost["first_ms"], None, unit="ms"),
    ]
    told = "The rules that find to-dos, dates, moods and names without a network; CPU time of the analysis alone."
    return [Part("Insights, offline", told, rows)]
