"""Focus beside Typer alone: a status line, and reports over ten years of sessions."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.everyday import BRAINDUMP, EMPTY, JSON, MOST_MB, PIPE, TERMINAL, TYPER, Case
from benchmarks.measuring import Command, Cost, in_turn, python, run
from benchmarks.report import Part, Row, at_most, ratio

SESSIONS = 20_000
_STATUS = {
    "focus status": ("focus", "status"),
    "focus status --format": ("focus", "status", "--format", "{phase} {remaining} {todo}"),
}
_REPORTS = {
    "focus report --week": ("focus", "report", "--week"),
    "focus report, ten years": ("focus", "report", "--from", "10 years ago"),
    "focus report, ten years, by to-do": ("focus", "report", "--from", "10 years ago", "--by", "todo"),
    "focus report, ten years, by tag": ("focus", "report", "--from", "10 years ago", "--by", "tag"),
}
_OTHERS = {"focus log": ("focus", "log", "--limit", "20"), "todos list": ("todos", "list", "--limit", "20")}
_FOR_SORTING_MB = 10  # what the engine takes to sum by tag and to-do


def parts(work: Path, *, rounds: int) -> list[Part]:
    """Return the tables."""
    home = work / "home-focus"
    home.mkdir()
    run(Command(python("-m", "benchmarks.sessions", str(SESSIONS)), home))
    asked = _STATUS | _REPORTS | _OTHERS
    cases = {
        Case(what, form): Command(_words(words, form), home, is_on_terminal=form == TERMINAL)
        for what, words in asked.items()
        for form in (JSON, PIPE, TERMINAL)
        if not (form == JSON and "--format" in words)
    }
    costs = in_turn({TYPER: EMPTY} | cases, rounds=rounds)
    return [
        Part(
            "Focus",
            f"With {SESSIONS:,} sessions of ten years and one that runs, beside the empty app. A status bar that reads"
            " `focus.state` starts no process of ours at all.",
            list(_beside_typer(costs)),
        ),
        Part(
            "Focus, memory",
            "The peak of each process, the highest of its forms.",
            [_memory(costs, what) for what in asked],
        ),
    ]


def _words(words: tuple[str, ...], form: str) -> tuple[str, ...]:
    return (BRAINDUMP, *words, *(("--json",) if form == JSON else ()))


def _beside_typer(costs: Mapping[Case, Cost]) -> Iterator[Row]:
    for case, cost in costs.items():
        if case != TYPER:
            reading = 1.9 if case.form == TERMINAL else 1.3
            bar = 4.0 if case.what in _REPORTS else None if case.what == "focus log" else reading
            yield ratio(f"`{case.what}` {case.form} / empty app", cost.cpu_ms, costs[TYPER].cpu_ms, bar=bar)


def _memory(costs: Mapping[Case, Cost], what: str) -> Row:
    most = max(cost.peak_mb for case, cost in costs.items() if case.what == what)
    return at_most(f"`{what}`", most, MOST_MB + (_FOR_SORTING_MB if what in _REPORTS else 0), unit="MB")
