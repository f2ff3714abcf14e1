"""The everyday commands: beside Python and Typer alone, in a small journal and in a large one."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import Command, Cost, python
from benchmarks.report import Part, Row, at_most, ratio
from benchmarks.words import RARE, vocabulary

SMALL, MIDDLE, LARGE = 100, 10_000, 100_000
SIZES = (SMALL, MIDDLE, LARGE)
MOST_MB = 35

BRAINDUMP = str(Path(sys.executable).with_name("braindump"))
_EMPTY_APP = Path(__file__).with_name("empty_app.py")
_WORDS = vocabulary()

Asked = dict[str, tuple[str, ...]]  # command lines by the names they have in the tables
READ: Asked = {
    "list": ("list", "--limit", "20"),
    "show": ("show", "last"),
    "todos list": ("todos", "list", "--limit", "20"),
    "status": ("status",),
}
SOUGHT = {
    "a rare word": RARE,
    "the commonest word": _WORDS[0],
    "a beginning": next(word for word in _WORDS if len(word) > 4)[:4],
}
SEARCH: Asked = {f"search for {what}": ("search", words, "--limit", "20") for what, words in SOUGHT.items()}
ADD: Asked = {
    "add": ("add", "I need to send the budget to Martin by Friday. The walk by the river was lovely.")
}

JSON, PIPE, TERMINAL = "as JSON", "in a pipe", "on a terminal"
_AT_EACH_SIZE = {SMALL: READ | SEARCH | ADD, MIDDLE: SEARCH | ADD, LARGE: READ | SEARCH | ADD}


class Case(NamedTuple):
    """One way to call one command."""

    what: str
    form: str = JSON
    entries: int = 0


Costs = Mapping[Case, Cost]
PYTHON, TYPER, VERSION = Case("python -c pass"), Case("empty app"), Case("--version")


EMPTY = Command(python(_EMPTY_APP, "list"), expected="nothing")


def commands(homes: Mapping[int, Path]) -> dict[Case, Command]:
    """Return all that is run."""
    found = {
        PYTHON: Command(python("-c", "pass")),
        TYPER: EMPTY,
        VERSION: Command((BRAINDUMP, "--version"), expected="braindump"),
    }
    for size, asked in _AT_EACH_SIZE.items():
        for what, words in asked.items():
            for form in (JSON, PIPE, TERMINAL):
                found[Case(what, form, size)] = _command(words, form, homes[size])
    return found


def _command(words: tuple[str, ...], form: str, home: Path) -> Command:
    whole = (BRAINDUMP, *words, *(("--json",) if form == JSON else ()))
    expected = words[1] if words[0] == "search" else '"data"' if form == JSON else ""
    return Command(whole, home, expected, is_on_terminal=form == TERMINAL)


def parts(costs: Costs) -> list[Part]:
    """Return the tables about CPU time and memory."""
    version = ratio("`--version` / `python -c pass`", costs[VERSION].cpu_ms, costs[PYTHON].cpu_ms, bar=1.3)
    return [
        Part("Starting", "The version is told before Typer is imported.", [version]),
        Part(
            "Reading, as JSON and in a pipe",
            "Whole commands beside an app of the same Typer that prints one word.",
            list(_beside_typer(costs, READ, (JSON, PIPE), bar=1.3)),
        ),
        Part(
            "Reading, on a terminal",
            "The same with Rich, which sets the page; the empty app prints its one word without it.",
            list(_beside_typer(costs, READ, (TERMINAL,), bar=1.9)),
        ),
        Part(
            "Growing",
            "The same command in a journal of 100 entries and in larger ones, as JSON.",
            list(_growth(costs)),
        ),
        Part(
            "Searching",
            "Full text over 100,000 entries beside the empty app; the commonest word stands in nearly all of them.",
            [row for row in _beside_typer(costs, SEARCH, (JSON,), bar=1.5) if f"{LARGE:,}" in row.what],
        ),
        Part(
            "Memory",
            "The peak of each process in the larger journal, beside the smaller; the highest of the three forms.",
            [_memory(costs, what) for what in READ | SEARCH | ADD],
        ),
    ]


def _beside_typer(costs: Costs, asked: Asked, forms: tuple[str, ...], *, bar: float) -> Iterator[Row]:
    for what in asked:
        for form in forms:
            for size in (SMALL, LARGE):
                name = f"`{what}` {form}, {size:,} entries / empty app"
                yield ratio(name, costs[Case(what, form, size)].cpu_ms, costs[TYPER].cpu_ms, bar=bar)


def _growth(costs: Costs) -> Iterator[Row]:
    for what in SEARCH | ADD:
        small = costs[Case(what, JSON, SMALL)].cpu_ms
        for size in (MIDDLE, LARGE):
            yield ratio(f"`{what}`, {size:,} / {SMALL}", costs[Case(what, JSON, size)].cpu_ms, small, bar=1.2)


def _memory(costs: Costs, what: str) -> Row:
    small, large = (
        max(costs[Case(what, form, size)].peak_mb for form in (JSON, PIPE, TERMINAL))
        for size in (SMALL, LARGE)
    )
    return at_most(f"`{what}`", large, MOST_MB, unit="MB", reference=small)
