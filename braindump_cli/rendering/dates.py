"""Days, times and lengths the way people say them."""

from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

_WEEK = timedelta(days=7)


class Here(NamedTuple):
    """Where and when the page is read."""

    today: date
    zone: tzinfo | None  # None is this machine's own

    def local(self, at: datetime) -> datetime:
        """Return the instant as the reader's clock shows it."""
        return at.astimezone(self.zone)


def day(on: date, today: date) -> str:
    """Return `Wed 4 March`, with the year where it is another one."""
    year = "" if on.year == today.year else f" {on.year}"
    return f"{on:%a} {on.day} {on:%B}{year}"


def time(at: datetime) -> str:
    """Return `9:14`, in the zone of `at`."""
    return f"{at.hour}:{at.minute:02}"


def moment(at: datetime, today: date) -> str:
    """Return `Mon 2 March, 9:14`."""
    return f"{day(at.date(), today)}, {time(at)}"


def due(on: date | None, at: datetime | None, today: date) -> str:
    """Return `today`, `tomorrow`, `since Thursday`, `Wed 4 March`; with the time where one is set."""
    if on is None:
        return ""
    clock = f", {time(at)}" if at else ""
    if on < today:
        return f"since {on:%A}" if today - on < _WEEK else f"since {day(on, today).split(' ', 1)[1]}"
    names = {today: "today", today + timedelta(days=1): "tomorrow"}
    return names.get(on, day(on, today)) + clock


def length(seconds: float | None) -> str:
    """Return `0:42`, `1:02:03`; nothing for what has no length."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def span(seconds: float) -> str:
    """Return how long something took, as people say it: `45 s`, `25 min`, `1 h 15`, `2 h`."""
    if seconds < 60:
        return f"{int(seconds)} s"
    hours, minutes = divmod(int(seconds) // 60, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02}" if minutes else f"{hours} h"
