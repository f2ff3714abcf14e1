"""The table: what was measured, beside what it is measured against and what it may be."""

import os
import platform
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

_HEAD = "| what | measured | reference | ratio | bar | ok |\n|---|--:|--:|--:|--:|---|"


class Row(NamedTuple):
    """One line of a table, ready to print."""

    what: str
    measured: str
    reference: str
    ratio: str
    bar: str
    is_ok: bool | None  # None where nothing was promised


class Part(NamedTuple):
    """One table; `told` says what its rows are."""

    title: str
    told: str
    rows: Sequence[Row]


def ratio(what: str, measured: float, reference: float, *, bar: float | None, unit: str = "ms") -> Row:
    """Return a row that is right if it is at most `bar` times its reference."""
    times = round(measured / reference, 2)
    return Row(
        what,
        _number(measured, unit),
        _number(reference, unit),
        f"{times:.2f}",
        f"{bar:g} ×" if bar else "",
        times <= bar if bar else None,
    )


def at_most(
    what: str, measured: float, bar: float | None, *, unit: str, reference: float | None = None
) -> Row:
    """Return a row that is right if it is at most `bar`; the reference, if any, is only shown."""
    return Row(
        what,
        _number(measured, unit),
        "" if reference is None else _number(reference, unit),
        "" if reference is None else f"{measured / reference:.2f}",
        "" if bar is None else f"{bar:,g} {unit}",
        None if bar is None else measured <= bar,
    )


def _number(value: float, unit: str) -> str:
    return f"{value:,.{2 if value < 10 else 1 if value < 100 else 0}f} {unit}"


def markdown(parts: Sequence[Part]) -> str:
    """Return the whole report."""
    return "\n\n".join([_machine(), *(block for part in parts for block in _blocks(part))])


def _blocks(part: Part) -> Iterator[str]:
    marks = {True: "yes", False: "**no**", None: ""}
    rows = (" | ".join((*row[:5], marks[row.is_ok])) for row in part.rows)
    yield f"## {part.title}"
    yield part.told
    yield "\n".join([_HEAD, *(f"| {row} |" for row in rows)])


def _machine() -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("typer", "rich", "sqlcipher3", "pocketsphinx")
    )
    return (
        f"Measured with Python {platform.python_version()}, {packages}, on {sys.platform} ({platform.machine()}) with"
        f" {os.cpu_count()} cores."
    )


def missed(parts: Sequence[Part]) -> list[str]:
    """Return what is over its bar."""
    return [row.what for part in parts for row in part.rows if row.is_ok is False]


def write(report: str, document: Path, *, section: str = "measured") -> None:
    """Put the report between the two marks of a section of the document."""
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    text = document.read_text("utf-8")
    between = re.compile(f"(?<={begin}\n).*(?={end})", re.DOTALL)
    document.write_text(between.sub(lambda _: f"\n{report}\n\n", text), "utf-8")
