"""Days counted in units: "in two weeks", "ten days from now", "a week on Friday", "two days before Christmas"."""

from collections.abc import Callable
from datetime import date, timedelta

from braindump_cli.domain.due.found import Day
from braindump_cli.domain.due.numbers import count
from braindump_cli.domain.due.reckoning import plus_days, plus_months, plus_working_days
from braindump_cli.domain.due.tokens import Words
from braindump_cli.domain.due.vocabulary import SHORT_WEEKDAYS, TODAY, TOMORROW, UNITS, WEEKDAYS

Anchor = Callable[[Words, int, date], Day | None]
Span = tuple[int, str, int]  # how many, of which unit, and the place after them

_INTO = (
    "in about",
    "in around",
    "in just over",
    "in just under",
    "in roughly",
    "in",
    "within",
    "inside",
    "in like",
)
_AHEAD = (
    "over the next",
    "in the next",
    "within the next",
    "during the next",
    "for the next",
    "in the coming",
)
_HALVES = {
    "half an hour": timedelta(minutes=30),
    "half hour": timedelta(minutes=30),
    "quarter of an hour": timedelta(minutes=15),
    "a quarter of an hour": timedelta(minutes=15),
    "three quarters of an hour": timedelta(minutes=45),
    "an hour and a half": timedelta(minutes=90),
    "the hour": timedelta(hours=1),
}
_LONGEST = {"day": 3660, "week": 520, "month": 120, "fortnight": 260, "quarter": 40, "year": 10, "decade": 1}


def _span(words: Words, place: int) -> Span | None:
    """Read "two weeks", "a day or two", "half a year", "five working days"."""
    if after := words.follows(place, "half a year"):
        return 6, "month", after
    if after := words.follows(place, "a year and a half"):
        return 18, "month", after
    if after := words.follows(place, "a day or two", "a week or two", "a month or two"):
        return 2, UNITS[words.at(after - 3)], after
    number = count(words, place)
    if not number:
        return None
    value, at = number
    if words.at(at) in ("working", "business", "work") and UNITS.get(words.at(at + 1)) == "day":
        return value, "working day", at + 2
    at = words.skip(at, "full", "more", "short", "whole")
    unit = UNITS.get(words.at(at).removesuffix("'"))
    if words.at(at) in ("week's", "month's", "day's", "hour's", "year's", "fortnight's"):
        unit = words.at(at)[:-2]
    if unit in ("week", "fortnight", "month", "year") and words.follows(at + 1, "or so", "or thereabouts"):
        at += 2
    return (value, unit, at + 1) if unit else None


def later(day: date, how_many: int, unit: str) -> date | None:
    """Return the day so many units after `day`, or before it if negative; None beyond all plans."""
    if abs(how_many) > _LONGEST.get(unit, 3660):
        return None
    match unit:
        case "day":
            return plus_days(day, how_many)
        case "working day":
            return plus_working_days(day, how_many)
        case "week":
            return plus_days(day, 7 * how_many)
        case "fortnight":
            return plus_days(day, 14 * how_many)
        case "month" | "quarter" | "year" | "decade":
            months = {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
            return plus_months(day, how_many * months)
    return None


def _ahead(today: date, span: Span, end: int) -> Day | None:
    how_many, unit, _ = span
    if unit in ("hour", "minute"):
        delay = timedelta(hours=how_many) if unit == "hour" else timedelta(minutes=how_many)
        if delay >= timedelta(hours=24):
            return Day(on=today + timedelta(days=delay.days), end=end, delay=delay)
        return Day(on=today, end=end, delay=delay) if delay <= timedelta(hours=72) else None
    on = later(today, how_many, unit)
    return Day(on=on, end=end) if on else None


def in_units(words: Words, place: int, today: date) -> Day | None:
    """Read "in three days", "within a week", "in the next couple of days", "in a week's time"."""
    if words.follows(place, "in a minute", "in one minute", "in a few minutes", "in a couple of minutes"):
        return None  # means "soon", not a time
    after = words.follows(place, *_AHEAD)
    if after and words.at(after) in ("week", "month", "fortnight", "hour", "year"):
        return _ahead(today, (1, UNITS[words.at(after)], after + 1), after + 1)
    after = after or words.follows(place, *_INTO)
    if not after:
        return None
    after = words.skip(after, "about", "around", "exactly", "the next", "like", "maybe", "roughly", "at most")
    for phrase, delay in _HALVES.items():
        if end := words.follows(after, phrase):
            return Day(on=today, end=end, delay=delay)
    span = _span(words, after)
    if not span:
        return None
    end = words.skip(
        span[2], "time", "from now", "from today", "at most", "at the latest", "or less", "or so", "max"
    )
    if words.at(end) in ("ago", "of") or (end < len(words) and words.at(end) == "'"):
        return None
    return _ahead(today, span, end)


def from_now(words: Words, place: int, today: date) -> Day | None:
    """Read "two weeks from now", "a week's time", "a week today", "half an hour from now"."""
    if end := words.follows(place, "half an hour from now", "an hour from now"):
        delay = timedelta(minutes=30) if words.at(place) == "half" else timedelta(hours=1)
        return Day(on=today, end=end, delay=delay)
    if end := words.follows(place, "this time next week", "this day next week", "same time next week"):
        return _ahead(today, (1, "week", end), end)
    if end := words.follows(
        place, "this time next month", "this time next year", "this day next month", "this day next year"
    ):
        return _ahead(today, (1, words.at(end - 1), end), end)
    span = _span(words, place)
    if not span:
        return None
    if end := words.follows(span[2], "from now", "hence", "from today", "today", "time"):
        return _ahead(today, span, end) if words.at(end) != "ago" else None
    return None


def counted_from(words: Words, place: int, today: date, *, anchor: Anchor) -> Day | None:
    """Read "a week on Friday", "two weeks from tomorrow", "three days after Easter", "the day before Christmas"."""
    span = _span(words, place) or _the_day(words, place)
    if not span:
        return None
    how_many, unit, after = span
    link = words.at(after)
    if unit in ("hour", "minute"):
        return None
    if link not in ("on", "from", "after", "before", "following"):
        named = link in WEEKDAYS or link in TOMORROW or link in TODAY or link in SHORT_WEEKDAYS
        if not named or unit not in ("week", "fortnight", "month", "year"):
            return None
        after -= 1
    found = anchor(words, words.skip(after + 1, "this coming", "this", "the coming"), today)
    if not found or found.recurrence:
        return None
    on = later(found.on, -how_many if link == "before" else how_many, unit)
    return Day(on=on, end=found.end, part=found.part) if on and on >= today else None


def _the_day(words: Words, place: int) -> Span | None:
    """Read "the day" of "the day before Christmas"."""
    after = words.follows(place, "the day", "the very day", "the week", "the night", "the evening")
    if not after or words.at(after) not in ("before", "after"):
        return None
    return 1, "week" if words.at(after - 1) == "week" else "day", after
