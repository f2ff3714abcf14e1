"""What focus sessions come to: bars and totals on a page, a document, and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from braindump_cli.rendering import dates
from braindump_cli.rendering.page import (
    ACCENT,
    BLANK,
    FAINT,
    STRONG,
    Block,
    Cell,
    Column,
    Line,
    Page,
    Rows,
    cell,
    heading,
    line,
    say,
)  # fmt: skip

if TYPE_CHECKING:
    from braindump_cli.domain.focus.report import Report
    from braindump_cli.rendering.dates import Here
    from braindump_cli.rendering.documents import Document

_DAY = timedelta(days=1)
_MOST_BARS = 31
_MANY_DAYS, _MANY_MONTHS = _MOST_BARS, 800
_LONGEST_BAR = 24  # columns: label, bar and length fit into 60
_FACTS = (Column(), Column(is_wrapped=True))
_NAMELESS = {"todo": "Without a to-do", "tag": "Without a tag"}


def report_document(report: Report) -> Document:
    """Return `focus_report/1`."""
    totals, streak = report.totals, report.streak
    return {
        "first_on": report.span.first.isoformat(),
        "last_on": (report.span.after - _DAY).isoformat(),
        "by": report.by,
        "focused_s": _seconds(report.focused_s),
        "sessions": totals.sessions,
        "planned_s": _seconds(totals.planned_s),
        "done_s": _seconds(totals.done_s),
        "finished": totals.finished,
        "interruptions": totals.pauses,
        "days": [
            {"on": on.isoformat(), "focused_s": _seconds(seconds)} for on, seconds in report.worked.days
        ],
        "hours": [_seconds(seconds) for seconds in report.worked.hours],
        "weekdays": [_seconds(seconds) for seconds in report.worked.weekdays],
        "best_hours": list(report.best_hours),
        "streak": {"current_days": streak.current, "longest_days": streak.longest},
        "slices": [
            {
                "key": each.key,
                "label": each.label or None,
                "number": each.number,
                "focused_s": _seconds(each.focused_s),
                "sessions": each.sessions,
            }
            for each in report.slices
        ],
    }


def csv_rows(report: Report) -> Iterator[Sequence[object]]:
    """Yield `focus report --csv`, the head first: a row a day, or a row a slice."""
    if report.by is None:
        yield ("on", "focused_s")
        yield from ((on.isoformat(), _seconds(seconds)) for on, seconds in report.worked.days)
        return
    yield (report.by, "label", "focused_s", "sessions")
    for each in report.slices:
        key = each.number if report.by == "todo" else each.key
        yield (key, each.label, _seconds(each.focused_s), each.sessions)


def report_page(report: Report, *, here: Here) -> Page:
    """Lay out a report: a bar a day, an hour or a slice, then what they come to."""
    title = _title(report, here.today)
    focused = f"{dates.span(report.focused_s)} focused"
    page: list[Block] = [BLANK, Line((say(title, STRONG),), (say(focused, FAINT),)), BLANK]
    if not report.focused_s and not report.totals.sessions:
        return [*page, line("No focus in these days. braindump focus start", weight=FAINT), BLANK]
    if report.by:
        page += [heading({"todo": "By to-do", "tag": "By tag"}.get(report.by, f"By {report.by}"))]
    rows = _rows(report, here.today)
    page += [_bars(rows[:_MOST_BARS], is_named=report.by in _NAMELESS)]
    page += [line(f"{len(rows) - _MOST_BARS} more: --csv", weight=FAINT)] if len(rows) > _MOST_BARS else []
    return [*page, BLANK, Rows(_FACTS, tuple(_facts(report))), BLANK]


def _title(report: Report, today: date) -> str:
    first, last = report.span.first, report.span.after - _DAY
    if first == last:
        return "Today" if first == today else dates.day(first, today)
    return f"{dates.day(first, today)} to {dates.day(last, today)}"


def _rows(report: Report, today: date) -> Sequence[tuple[str, str, float]]:
    """Return a number, a label and seconds for each bar."""
    if report.by:
        nameless = _NAMELESS.get(report.by, "")
        shown = (each for each in report.slices if each.focused_s or report.by == "weekday")
        return [(str(each.number or ""), each.label or nameless, each.focused_s) for each in shown]
    if len(report.worked.days) == 1:
        return [("", f"{hour:2}:00", seconds) for hour, seconds in enumerate(report.worked.hours) if seconds]
    return [("", label, seconds) for label, seconds in _by_time(report.worked.days, today)]


def _bars(rows: Sequence[tuple[str, str, float]], *, is_named: bool) -> Rows:
    """Draw a bar a row; names that somebody gave are shortened where there is no room."""
    most = max((seconds for _, _, seconds in rows), default=0.0)
    columns = (Column(is_right=True), Column(is_flexible=is_named), Column(), Column(is_right=True))
    drawn = (
        (
            cell(number, ACCENT),
            cell(label),
            cell("▇" * max(round(_LONGEST_BAR * seconds / most), 1) if seconds else "", ACCENT),
            cell(dates.span(seconds) if seconds else ""),
        )
        for number, label, seconds in rows
    )
    return Rows(columns, tuple(drawn))


def _by_time(days: Sequence[tuple[date, float]], today: date) -> Iterator[tuple[str, float]]:
    """Yield a bar's label and seconds: a day each, of many days a month each, of many months a year."""
    for label, group in groupby(days, key=lambda day: _label(day[0], len(days))):
        within = list(group)
        seconds = sum(seconds for _, seconds in within)
        if within[0][0] <= today or seconds:
            yield label, seconds


def _label(on: date, count: int) -> str:
    if count <= _MANY_DAYS:
        return f"{on:%a} {on.day} {on:%b}"
    return f"{on:%B %Y}" if count <= _MANY_MONTHS else f"{on:%Y}"


def _facts(report: Report) -> Iterator[tuple[Cell, ...]]:
    totals, streak = report.totals, report.streak
    share = f", {totals.done_s / totals.planned_s:.0%}" if totals.planned_s else ""
    planned = f"{dates.span(totals.planned_s)}; done {dates.span(totals.done_s)}{share}"
    facts = {
        "Planned": planned if totals.sessions else "",
        "Sessions": f"{totals.sessions}, {totals.finished} to the end" if totals.sessions else "",
        "Interruptions": str(totals.pauses or "none") if totals.sessions else "",
        "Best hours": ", ".join(f"{hour}:00" for hour in report.best_hours),
        "Streak": f"{_days(streak.current)}; the longest {_days(streak.longest)}" if streak.longest else "",
    }
    yield from ((cell(name, FAINT), cell(words)) for name, words in facts.items() if words)


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _seconds(seconds: float) -> float:
    return round(seconds, 3)
