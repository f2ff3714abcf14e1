"""What focus sessions come to, as plain values: sums by day, hour, weekday, to-do and tag, and streaks of days."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from braindump_cli.domain.moments import Span

TODO, TAG, WEEKDAY, HOUR = "todo", "tag", "weekday", "hour"
BY = (TODO, TAG, WEEKDAY, HOUR)

_EPOCH_DAY = date(1970, 1, 1)
_DAY = timedelta(days=1)
_STEP = timedelta(minutes=15)  # zones change at whole quarters of an hour
_BEST = 3  # hours


class Stretch(NamedTuple):
    """A time in which the zone's clock ran evenly; half-open."""

    since: datetime
    until: datetime
    offset_s: int  # what the clock there shows more than UTC


class Slice(NamedTuple):
    """A share of the work: of a to-do, a tag, a weekday or an hour of the day."""

    key: str | None  # the to-do's id, the tag, `0` (Monday) to `6`, `0` to `23`; None: without to-do or tag
    label: str
    focused_s: float
    sessions: int | None = None  # None by weekday and hour, where one session lies in several
    number: int | None = None  # the to-do's
    is_private: bool = False


class Totals(NamedTuple):
    """What the sessions that began in some time come to."""

    sessions: int = 0
    planned_s: float = 0.0  # work of their whole plans
    done_s: float = 0.0  # work that was done of it
    finished: int = 0  # sessions whose plan was done to its end
    pauses: int = 0

    def plus(self, other: "Totals") -> "Totals":
        """Return both together."""
        return Totals(
            self.sessions + other.sessions,
            self.planned_s + other.planned_s,
            self.done_s + other.done_s,
            self.finished + other.finished,
            self.pauses + other.pauses,
        )


class Streak(NamedTuple):
    """Days in a row with focus: up to today, or up to yesterday while today has none; and the longest of all."""

    current: int
    longest: int


class Worked(NamedTuple):
    """Seconds worked, folded in three ways."""

    days: tuple[tuple[date, float], ...]  # every day of a span
    hours: tuple[float, ...]  # of the day, 24
    weekdays: tuple[float, ...]  # Monday first


class Report(NamedTuple):
    """The focus of some days."""

    span: Span
    by: str | None
    worked: Worked
    totals: Totals
    slices: tuple[Slice, ...]
    streak: Streak

    @property
    def focused_s(self) -> float:
        """Seconds worked."""
        return sum(self.worked.weekdays)

    @property
    def best_hours(self) -> tuple[int, ...]:
        """The hours of the day with the most work, the best first."""
        hours = self.worked.hours
        ranked = sorted(range(24), key=lambda hour: (-hours[hour], hour))
        return tuple(hour for hour in ranked[:_BEST] if hours[hour])


def folded(work: Iterable[tuple[int, float]], span: Span) -> Worked:
    """Fold seconds by the local hour since 1970, each any number of times."""
    days: dict[int, float] = {}
    hours, weekdays = [0.0] * 24, [0.0] * 7
    for hour, seconds in work:
        day = hour // 24
        days[day] = days.get(day, 0.0) + seconds
        hours[hour % 24] += seconds
        weekdays[(day + _EPOCH_DAY.weekday()) % 7] += seconds
    first = (span.first - _EPOCH_DAY).days
    count = (span.after - span.first).days
    every = ((span.first + place * _DAY, days.get(first + place, 0.0)) for place in range(count))
    return Worked(tuple(every), tuple(hours), tuple(weekdays))


def stretches(since: datetime, until: datetime, zone: tzinfo | None) -> Sequence[Stretch]:
    """Cut a time where the clock of `zone` (None: this machine's) was put forward or back."""
    found: list[Stretch] = []
    begun, offset, at = since, _offset(since, zone), since
    while at < until:
        after = min(at + _DAY, until)
        if _offset(after, zone) != offset:
            after = min(_change(at, after, zone), until)
            found.append(Stretch(begun, after, offset))
            begun, offset = after, _offset(after, zone)
        at = after
    return [*found, Stretch(begun, until, offset)] if begun < until else found


def streak_of(days: Iterable[int], today: date) -> Streak:
    """Return the streaks in days (since 1970) with focus, given in order."""
    now = (today - _EPOCH_DAY).days
    longest = run = 0
    last: int | None = None
    for day in days:
        run = run + 1 if last is not None and day == last + 1 else 1
        longest, last = max(longest, run), day
    return Streak(run if last is not None and last >= now - 1 else 0, longest)


def _change(at: datetime, after: datetime, zone: tzinfo | None) -> datetime:
    """Return the instant between two at which the clock changes: the first quarter with another offset."""
    before, first = _offset(at, zone), datetime.fromtimestamp(at.timestamp() // 900 * 900, UTC)
    low, high = 0, -(-(after - first) // _STEP)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(first + middle * _STEP, zone) == before else (low, middle)
    return first + high * _STEP


def _offset(at: datetime, zone: tzinfo | None) -> int:
    offset = at.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
