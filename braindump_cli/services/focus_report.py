"""What focus sessions come to on some days: sums by the engine, and the session that runs added to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.focus.report import (
    HOUR,
    TAG,
    TODO,
    WEEKDAY,
    Report,
    Slice,
    Stretch,
    Totals,
    folded,
    streak_of,
    stretches,
)
from braindump_cli.domain.focus.session import DONE
from braindump_cli.domain.focus.worked import QUARTER_S, quarter_of, worked_quarters
from braindump_cli.domain.moments import Span
from braindump_cli.services.focus import Timer, view_of

if TYPE_CHECKING:
    from braindump_cli.domain.filters import EntryFilter
    from braindump_cli.domain.focus.view import View
    from braindump_cli.ports.focus import FocusSums

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Books(NamedTuple):
    """What reports are made from."""

    timer: Timer
    sums: FocusSums
    zone: tzinfo | None  # that days are reckoned in; None is this machine's own


class _Running(NamedTuple):
    """The session whose end nobody has written down, which no sum holds."""

    view: View
    quarters: Mapping[int, float]


def log(wanted: EntryFilter, timer: Timer) -> Iterator[View]:
    """Yield sessions as everybody sees them, by their beginning."""
    for session in timer.sessions.find(wanted):
        yield view_of(session, timer)


def report(wanted: EntryFilter, books: Books, *, today: date, by: str | None = None) -> Report:
    """Return the focus of the days between two midnights, both in `wanted`."""
    since, until = _both_ends(wanted)
    running = _running(books.timer, wanted.tags)
    span = Span(since.astimezone(books.zone).date(), until.astimezone(books.zone).date())
    parts = stretches(since, until, books.zone)
    work = chain.from_iterable(
        chain(books.sums.worked(part, wanted.tags), _hours(running, part)) for part in parts
    )
    found = Report(
        span=span,
        by=by,
        worked=folded(work, span),
        totals=books.sums.totals(since, until, wanted.tags).plus(_totals(running, since, until)),
        slices=(),
        streak=streak_of(_days(books, running), today),
    )
    return found._replace(slices=tuple(_slices(found, wanted, books=books, running=running)))


def focused_s(since: datetime, until: datetime, books: Books) -> float:
    """Return the seconds worked in a time, in whole quarters of an hour."""
    running = _running(books.timer, ())
    return books.sums.focused_s(since, until) + _within(running, since, until)


def focused_on(wanted: EntryFilter, books: Books) -> Sequence[Slice]:
    """Return the work of each to-do between two midnights, both in `wanted`; most first."""
    since, until = _both_ends(wanted)
    found, running = books.sums.by_todo(since, until, wanted.tags), _running(books.timer, wanted.tags)
    return _with_running(found, running, span=(since, until), by=TODO)


def _both_ends(wanted: EntryFilter) -> tuple[datetime, datetime]:
    if wanted.since is None or wanted.until is None:
        raise ValueError("a report needs both ends")
    return wanted.since, wanted.until


def _running(timer: Timer, tags: Sequence[str]) -> _Running | None:
    session = timer.sessions.newest()
    if session is None or not session.is_open or not set(tags) <= set(session.tags):
        return None
    view = view_of(session, timer)
    return _Running(view, worked_quarters(view.session or session, timer.now()))


def _hours(running: _Running | None, part: Stretch) -> Iterator[tuple[int, float]]:
    first, after = quarter_of(part.since), quarter_of(part.until)
    for quarter, seconds in (running.quarters if running else {}).items():
        if first <= quarter < after:
            yield (quarter * QUARTER_S + part.offset_s) // 3600, seconds


def _within(running: _Running | None, since: datetime, until: datetime) -> float:
    quarters = running.quarters.items() if running else ()
    return sum(seconds for quarter, seconds in quarters if quarter_of(since) <= quarter < quarter_of(until))


def _totals(running: _Running | None, since: datetime, until: datetime) -> Totals:
    session = running.view.session if running else None
    if running is None or session is None or not since <= session.started_at < until:
        return Totals()
    standing = running.view.standing
    planned_s, focused = session.plan.whole_work.total_seconds(), standing.focused.total_seconds()
    return Totals(1, planned_s, focused, int(session.status == DONE), standing.pauses)


def _days(books: Books, running: _Running | None) -> Sequence[int]:
    """Return all local days with work, in order."""
    now = _hour_of(books.timer.now()) + timedelta(hours=1)
    first = books.sums.first_at() or now
    if running and running.view.session:
        first = min(first, running.view.session.started_at)
    first = _hour_of(first)
    found: list[int] = []
    for part in stretches(first, now, books.zone):
        live = {hour // 24 for hour, _ in _hours(running, part)}
        found += sorted({*books.sums.days(part), *live} - set(found[-1:]))
    return found


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _slices(found: Report, wanted: EntryFilter, *, books: Books, running: _Running | None) -> Sequence[Slice]:
    span = _both_ends(wanted)
    if found.by == TODO:
        return _with_running(books.sums.by_todo(*span, wanted.tags), running, span=span, by=TODO)
    if found.by == TAG:
        return _with_running(books.sums.by_tag(*span, wanted.tags), running, span=span, by=TAG)
    if found.by == WEEKDAY:
        return [Slice(str(day), _WEEKDAYS[day], seconds) for day, seconds in enumerate(found.worked.weekdays)]
    if found.by == HOUR:
        return [Slice(str(hour), f"{hour}:00", seconds) for hour, seconds in enumerate(found.worked.hours)]
    return ()


def _with_running(
    slices: Sequence[Slice], running: _Running | None, *, span: tuple[datetime, datetime], by: str
) -> Sequence[Slice]:
    """Add the session that runs to its to-do, or to each of its tags."""
    seconds = _within(running, *span)
    if running is None or running.view.session is None or not seconds:
        return slices
    found = {each.key: each for each in slices}
    for own in _own_slices(running.view, by):
        before = found.get(own.key, own)
        sessions = (before.sessions or 0) + 1
        found[own.key] = before._replace(focused_s=before.focused_s + seconds, sessions=sessions)
    return sorted(found.values(), key=lambda each: -each.focused_s)


def _own_slices(view: View, by: str) -> Iterator[Slice]:
    """Yield the empty slices that a session's work belongs to."""
    session, todo = view.session, view.todo
    if by == TAG:
        tags: Sequence[str | None] = session.tags if session and session.tags else (None,)
        yield from (Slice(tag, tag or "", 0.0, 0) for tag in tags)
    elif todo and session:
        yield Slice(todo.id, todo.text, 0.0, 0, todo.number, session.is_private)
    else:
        yield Slice(None, "", 0.0, 0)
