"""What encryption costs: the same rows in a plain SQLite file, read by the same engine and the same program."""

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.everyday import JSON, LARGE, READ, SEARCH, SOUGHT, Case, Costs
from benchmarks.measuring import Command, python, run
from benchmarks.report import Part, Row, ratio

_PROGRAM = Path(__file__).with_name("plain.py")
_PLAIN = "as JSON, over a plain file"
_COMPARED = {"list": READ["list"], **SEARCH}
_BAR = 1.5


def commands(home: Path) -> dict[Case, Command]:
    """Return the commands over the plain file."""
    return {
        Case(what, _PLAIN, LARGE): Command(python(_PROGRAM, *words, "--json"), home, expected='"data"')
        for what, words in _COMPARED.items()
    }


def parts(costs: Costs, home: Path, *, rounds: int) -> list[Part]:
    """Return the tables that compare encrypted and plain."""
    return [
        Part(
            "Encrypted, whole commands",
            f"The journal of {LARGE:,} entries beside the same tables and rows in a plain SQLite file.",
            list(_whole(costs)),
        ),
        Part(
            "Encrypted, queries alone",
            "The same without Python's start: open the file, ask, close, in one process. A command does this once.",
            list(_alone(home, rounds)),
        ),
    ]


def _whole(costs: Costs) -> Iterator[Row]:
    for what in _COMPARED:
        sealed, plain = (costs[Case(what, form, LARGE)].cpu_ms for form in (JSON, _PLAIN))
        yield ratio(f"`{what}`, encrypted / plain", sealed, plain, bar=_BAR)


def _alone(home: Path, rounds: int) -> Iterator[Row]:
    command = Command(python("-m", "benchmarks.queries", str(rounds), *SOUGHT.values()), home)
    costs: dict[str, dict[str, float]] = json.loads(run(command).answer)
    for what, cost in zip(_COMPARED, costs.values(), strict=True):
        yield ratio(f"`{what}`, encrypted / plain", cost["encrypted"], cost["plain"], bar=None)
