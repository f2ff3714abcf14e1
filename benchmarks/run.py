"""Measure the promises of docs/benchmarks.md in one run and print them as Markdown.

`python benchmarks/run.py --help` tells the options; 1 as exit status says that a promise is not kept.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import cache, countdown, encryption, everyday, focus, insights, report, services, speech
from benchmarks.measuring import in_turn
from benchmarks.report import Part

_DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def _commands(wanted: argparse.Namespace, work: Path) -> list[Part]:
    homes = cache.copies(everyday.SIZES, work)
    large = homes[everyday.LARGE]
    costs = in_turn(everyday.commands(homes) | encryption.commands(large), rounds=wanted.rounds)
    return everyday.parts(costs) + encryption.parts(costs, large, rounds=wanted.rounds)


def _speech(wanted: argparse.Namespace, work: Path) -> list[Part]:
    return speech.parts(work, minutes=(1, 10, 60) if wanted.hour else (1, 10))


_MEASURED: dict[str, Callable[[argparse.Namespace, Path], list[Part]]] = {
    "commands": _commands,
    "focus": lambda wanted, work: focus.parts(work, rounds=wanted.rounds),
    "countdown": lambda _, work: countdown.parts(work),
    "speech": _speech,
    "insights": lambda _, work: insights.parts(work),
    "services": lambda _, work: services.parts(work),
}


def main() -> int:
    """Measure, print, and end with 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description="Measure CPU time and memory beside their references.")
    parser.add_argument("--rounds", type=int, default=21, help="how often each command runs")
    parser.add_argument("--only", default=",".join(_MEASURED), help="what to measure, separated by commas")
    parser.add_argument("--hour", action="store_true", help="an hour of speech too; takes a quarter of one")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="braindump-benchmarks-") as work:
        parts = [part for name in wanted.only.split(",") for part in _MEASURED[name](wanted, Path(work))]
    text = report.markdown(parts)
    print(text)
    if wanted.write:
        report.write(text, _DOCUMENT)
    missed = report.missed(parts)
    for what in missed:
        print(f"over its bar: {what}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
