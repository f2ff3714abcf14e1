"""What focus sessions come to, as plain values: sums by day, hour, weekday, to-do and tag, and streaks of days."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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


class Report(NamedTuple):
    """The focus of some days."""

    span: Span
    by: str | None
    hours_worked: Mapping[int, float]  # seconds by the local hour since 1970
    totals: Totals
    slices: tuple[Slice, ...]
    streak: Streak

    @property
    def focused_s(self) -> float:
        """Seconds worked."""
        return sum(self.hours_worked.values(), 0.0)

    @property
    def days(self) -> tuple[tuple[date, float], ...]:
        """Every day, and the seconds worked on it."""
        found: dict[date, float] = {}
        for hour, seconds in self.hours_worked.items():
            on = _EPOCH_DAY + hour // 24 * _DAY
            found[on] = found.get(on, 0.0) + seconds
        count = (self.span.after - self.span.first).days
        every = (self.span.first + place * _DAY for place in range(count))
        return tuple((on, found.get(on, 0.0)) for on in every)

    @property
    def hours(self) -> tuple[float, ...]:
        """Seconds worked in each of the 24 hours of the day."""
        return _folded(self.hours_worked, 24, lambda hour: hour % 24)

    @property
    def weekdays(self) -> tuple[float, ...]:
        """Seconds worked on each weekday, Monday first."""
        return _folded(self.hours_worked, 7, lambda hour: (hour // 24 + _EPOCH_DAY.weekday()) % 7)

    @property
    def best_hours(self) -> tuple[int, ...]:
        """The hours of the day with the most work, the best first."""
        ranked = sorted(range(24), key=lambda hour: (-self.hours[hour], hour))
        return tuple(hour for hour in ranked[:_BEST] if self.hours[hour])


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


def _folded(worked: Mapping[int, float], size: int, place: Callable[[int], int]) -> tuple[float, ...]:
    found = [0.0] * size
    for hour, seconds in worked.items():
        found[place(hour)] += seconds
    return tuple(found)
