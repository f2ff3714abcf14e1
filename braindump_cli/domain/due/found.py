"""What a rule of the grammar answers."""

from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day read from the words up to `end`."""

    on: date
    end: int  # the place after the last word read
    part: str = ""  # part of the day, as spoken
    recurrence: str | None = None
    delay: timedelta | None = None  # spoken as a span of minutes or hours from now
    is_limit: bool = False  # the end of a period: "before the end of May" is that end itself
    needs_lead: bool = False  # only a date after "on", "by" and the like

    def until(self, end: int, *, part: str = "") -> "Day":
        """Return the same day, read up to `end`."""
        return replace(self, end=end, part=part or self.part)


def day(on: date | None, end: int) -> Day | None:
    """Return a Day, or None where the calendar has no such date."""
    return Day(on=on, end=end) if on else None
