"""Weeks, months, quarters and years, and their beginnings and ends."""

from datetime import date

from braindump_cli.domain.due.found import Day, day
from braindump_cli.domain.due.reckoning import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    WEDNESDAY,
    day_of_week,
    first_of_month,
    friday_of,
    last_of_month,
    last_of_quarter,
)
from braindump_cli.domain.due.tokens import Words

_PERIODS = ("day", "week", "workweek", "month", "quarter", "year")
_SHORT_FORMS = {"eod": "day", "cob": "day", "eow": "week", "eom": "month", "eoq": "quarter", "eoy": "year"}
_END_OF = (
    "the end of", "the very end of", "end of", "the close of", "close of", "the last day of", "late", "late in",
    "the back end of", "the tail end of", "later", "the latter half of", "the second half of",
)  # fmt: skip
_START_OF = (
    "the start of", "start of", "the beginning of", "beginning of", "early", "early in", "the top of", "first thing",
    "the first half of", "the very start of",
)  # fmt: skip
_MIDDLE_OF = ("the middle of", "middle of", "mid", "halfway through")
_DAY_ENDS = (
    "close of business", "end of business", "close of play", "end of play", "end of the day", "end of day",
    "end of the working day", "end of the workday", "the end of the day", "the end of play", "the close of business",
    "the close of play", "the end of the working day", "eod", "cob",
)  # fmt: skip


def period(words: Words, place: int, today: date) -> Day | None:
    """Read "next week", "early next month", "the end of the quarter", "mid next week", "this year"."""
    place = words.skip(place, "some time", "sometime", "some point", "any time", "anytime")
    place = words.skip(place, "in", "during") if place else place
    if after := words.follows(place, "the week after next", "week after next"):
        return day(day_of_week(today, MONDAY, weeks=2), after)
    if after := words.follows(place, "the month after next", "month after next"):
        return day(first_of_month(today, months=2), after)
    edge, after = _edge(words, place)
    weeks, name_at = _which(words, after)
    name = words.at(name_at).removesuffix("'s")
    if name not in _PERIODS:
        return None
    says_which = name_at > after and words.at(name_at - 1) != "the"
    if not edge and not says_which:
        return None
    if words.at(name_at - 1) == "a" or (name == "day" and (edge != "end" or weeks)):
        return None
    if name_at == after and not (edge == "end" and words.at(after - 1) == "of"):
        return None
    end = name_at + 1
    if weeks == 1 and name in ("week", "month", "year") and (late := words.follows(end, "after next")):
        weeks, end = 2, late
    on = _day_in(name, edge, weeks, today=today)
    return Day(on=on, end=end, is_limit=edge == "end") if on and on >= today else None


def _edge(words: Words, place: int) -> tuple[str, int]:
    for edge, phrases in (("end", _END_OF), ("start", _START_OF), ("middle", _MIDDLE_OF)):
        if after := words.follows(place, *phrases):
            return edge, words.skip(after, "in") if after == place + 1 else after
    return "", place


def _which(words: Words, place: int) -> tuple[int, int]:
    """Return how many periods ahead, and where the period's name stands."""
    if after := words.follows(place, "next", "the next", "the coming", "the following", "coming"):
        return 1, after
    if words.follows(
        place, "the week after next", "the month after next", "week after next", "month after next"
    ):
        return 1, words.skip(place, "the")
    return 0, words.skip(place, "this coming", "this", "the", "the current")


def _day_in(name: str, edge: str, ahead: int, *, today: date) -> date | None:
    match name:
        case "day":
            return today
        case "week" | "workweek":
            return _day_in_week(edge, ahead, today)
        case "month":
            first = first_of_month(today, months=ahead)
            last = last_of_month(first)
        case "quarter":
            last = last_of_quarter(today, quarters=ahead)
            first = first_of_month(last, months=-2)
        case _:
            first, last = date(today.year + ahead, 1, 1), date(today.year + ahead, 12, 31)
    if edge == "end" or (not edge and not ahead):
        return last
    if edge == "middle":
        return (
            first.replace(day=15) if name == "month" else first.replace(month=7) if name == "year" else None
        )
    return first


def _day_in_week(edge: str, ahead: int, today: date) -> date:
    if edge == "start":
        return day_of_week(today, MONDAY, weeks=ahead)
    if edge == "middle":
        return day_of_week(today, WEDNESDAY, weeks=ahead)
    if ahead:
        return day_of_week(today, FRIDAY if edge else MONDAY, weeks=ahead)
    return friday_of(today)


def week_of(found: Day | None, today: date) -> Day | None:
    """Return the Monday of the week a day lies in, as in "the week of the 14th", or today if that is gone."""
    return day(max(today, day_of_week(found.on, MONDAY)), found.end) if found else None


def period_end(words: Words, place: int, today: date) -> Day | None:
    """Read "month end", "year's end", "EOW", "the week is out", "midweek"."""
    place = words.skip(place, "the")
    name = words.at(place).removesuffix("'s")
    if words.at(place) in ("eow", "eom", "eoq", "eoy"):
        on = _day_in(_SHORT_FORMS[name], "end", 0, today=today)
        return Day(on=on, end=place + 1, is_limit=True) if on else None
    if name in ("month", "year", "quarter", "week") and (after := words.follows(place + 1, "end")):
        on = _day_in(name, "end", 0, today=today)
        return Day(on=on, end=after, is_limit=True) if on else None
    if name in ("month", "year", "week") and (
        after := words.follows(place + 1, "is out", "is over", "is up", "ends", "'s out", "is through")
    ):
        on = _day_in(name, "end", 0, today=today)
        return Day(on=on, end=after, is_limit=True) if on else None
    if name == "midweek":
        on_day = day_of_week(today, WEDNESDAY, weeks=today.weekday() >= THURSDAY)
        return day(on_day, place + 1)
    if after := words.follows(place, "first of the year", "turn of the year"):
        return day(date(today.year + 1, 1, 1), after)
    return None


def end_of_day(anchor: Day | None, end: int, today: date) -> Day:
    """Return the day named after "close of business" or "EOD", or today if none is."""
    if anchor and not anchor.recurrence:
        return Day(on=anchor.on, end=anchor.end, is_limit=True)
    return Day(on=today, end=end, is_limit=True)


def after_day_end(words: Words, place: int) -> int:
    """Return the place after words for the end of a day, or 0."""
    return words.follows(place, *_DAY_ENDS)
