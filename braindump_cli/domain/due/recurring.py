"""What comes again: every Monday, twice a week, on the first of each month. The first occurrence is the date."""

from datetime import date, timedelta

from braindump_cli.domain.due.found import Day
from braindump_cli.domain.due.near import weekday_at
from braindump_cli.domain.due.numbers import cardinal, day_number, ordinal
from braindump_cli.domain.due.reckoning import (
    SATURDAY,
    first_of_month,
    last_of_month,
    next_day_of_month,
    next_month_day,
    nth_weekday,
    weekday_after,
    weekday_on_or_after,
)
from braindump_cli.domain.due.tokens import Words
from braindump_cli.domain.due.vocabulary import MONTHS, PARTS_OF_DAY, WEEKDAY_PLURALS

_EVERY = ("every single", "each and every", "every", "each")
_UNITS = {"day": "daily", "week": "weekly", "fortnight": "biweekly", "month": "monthly", "year": "yearly"}
_ADVERBS = {
    "daily": "daily", "nightly": "daily", "weekly": "weekly", "fortnightly": "biweekly", "biweekly": "biweekly",
    "monthly": "monthly", "yearly": "yearly", "annually": "yearly",
}  # fmt: skip
_OTHER = ("every other", "every second", "each second", "every alternate")


def recurring(words: Words, place: int, today: date) -> Day | None:
    """Read anything that repeats, or None."""
    return (
        _every_other(words, place, today)
        or _every_day_of_month(words, place, today)
        or _every(words, place, today)
        or _plural(words, place, today)
        or _times_a(words, place, today)
    )


def _every_other(words: Words, place: int, today: date) -> Day | None:
    after = words.follows(place, *_OTHER)
    if not after:
        number = cardinal(words, words.follows(place, "every")) if words.follows(place, "every") else None
        if number and number[0] == 2 and words.at(number[1]) == "weeks":
            return Day(on=today, end=number[1] + 1, recurrence="biweekly")
        return None
    weekday = weekday_at(words, after)
    if weekday is not None:
        return Day(on=weekday_after(today, weekday), end=after + 1, recurrence="biweekly")
    if words.at(after) == "weekend":
        return Day(on=weekday_on_or_after(today, SATURDAY), end=after + 1, recurrence="biweekly")
    return Day(on=today, end=after + 1, recurrence="biweekly") if words.at(after) == "week" else None


def _every(words: Words, place: int, today: date) -> Day | None:
    after = words.follows(place, *_EVERY)
    if not after:
        return None
    name = words.at(after)
    weekday = weekday_at(words, after)
    if weekday is None and name in WEEKDAY_PLURALS:
        weekday = WEEKDAY_PLURALS[name]
    if weekday is not None:
        return _several_weekdays(words, Day(on=weekday_after(today, weekday), end=after + 1), today)
    if name in PARTS_OF_DAY:
        first = today + timedelta(days=1) if name in ("morning", "am") else today
        return Day(on=first, end=after + 1, part=name, recurrence="daily")
    if name in ("weekday", "workday"):
        return Day(on=_working_day(today), end=after + 1, recurrence="weekdays")
    if words.follows(after, "working day", "work day", "school day"):
        return Day(on=_working_day(today), end=after + 2, recurrence="weekdays")
    if name == "weekend":
        return Day(on=weekday_on_or_after(today, SATURDAY), end=after + 1, recurrence="weekly")
    if name in MONTHS and words.at(place) == "every":
        on = next_month_day(today, MONTHS[name], 1)
        return Day(on=on, end=after + 1, recurrence="yearly") if on else None
    return Day(on=today, end=after + 1, recurrence=_UNITS[name]) if name in _UNITS else None


def _working_day(today: date) -> date:
    return today if today.weekday() < SATURDAY else weekday_on_or_after(today, 0)


def _several_weekdays(words: Words, first: Day, today: date) -> Day:
    """Read on over "Monday and Thursday": the first to come is the date, the whole is weekly."""
    on, end = first.on, first.end
    end = words.skip(end, "morning", "afternoon", "evening", "night")
    while words.at(end) in ("and", ","):
        at = words.skip(end + 1, "and", "every")
        weekday = weekday_at(words, at)
        if weekday is None:
            weekday = WEEKDAY_PLURALS.get(words.at(at))
        if weekday is None:
            break
        on, end = min(on, weekday_after(today, weekday)), at + 1
    return Day(
        on=on,
        end=end,
        part=words.at(end - 1) if words.at(end - 1) in PARTS_OF_DAY else "",
        recurrence="weekly",
    )


def _plural(words: Words, place: int, today: date) -> Day | None:
    """Read "on Mondays", "Tuesday mornings", "at weekends", "daily"."""
    start = words.skip(place, "on", "at", "on the")
    name = words.at(start)
    if name in WEEKDAY_PLURALS:
        return _several_weekdays(
            words, Day(on=weekday_after(today, WEEKDAY_PLURALS[name]), end=start + 1), today
        )
    weekday = weekday_at(words, start)
    if weekday is not None and words.at(start + 1) in ("mornings", "afternoons", "evenings", "nights"):
        return Day(
            on=weekday_after(today, weekday),
            end=start + 2,
            part=words.at(start + 1)[:-1],
            recurrence="weekly",
        )
    if start > place and name in ("weekends", "weekdays"):
        if name == "weekends":
            return Day(on=weekday_on_or_after(today, SATURDAY), end=start + 1, recurrence="weekly")
        return Day(on=_working_day(today), end=start + 1, recurrence="weekdays")
    if name in _ADVERBS and start == place and not words.at(place + 1).isalpha():
        return Day(on=today, end=place + 1, recurrence=_ADVERBS[name])
    return None


def _times_a(words: Words, place: int, today: date) -> Day | None:
    """Read "once a day", "twice a week", "three times a month"."""
    after = words.follows(place, "once", "twice")
    if not after:
        number = cardinal(words, place)
        after = number[1] + 1 if number and words.at(number[1]) == "times" else 0
    if after and words.at(after) in ("a", "an", "per", "each", "every") and words.at(after + 1) in _UNITS:
        return Day(on=today, end=after + 2, recurrence=_UNITS[words.at(after + 1)])
    return None


def _every_day_of_month(words: Words, place: int, today: date) -> Day | None:
    """Read "on the first of every month", "the last Friday of each month", "every year on 5 May"."""
    start = words.skip(place, "on the", "the", "on", "every", "by the", "each")
    if words.at(start) == "last":
        weekday = weekday_at(words, start + 1)
        end = _of_every_month(words, start + 2)
        if not end or (weekday is None and words.at(start + 1) != "day"):
            return None
        return Day(on=_in_month_or_next(today, weekday, -1), end=end, recurrence="monthly")
    number = ordinal(words, start) or (day_number(words, start) if start > place else None)
    if not number:
        return None
    weekday = weekday_at(words, number[1])
    name_end = number[1] + (weekday is not None)
    end = _of_every_month(words, name_end)
    if not end and words.at(place) in ("every", "each"):
        end = words.follows(name_end, "of the month", "in the month")
    if end and weekday is not None and number[0] <= 5:
        return Day(on=_in_month_or_next(today, weekday, number[0]), end=end, recurrence="monthly")
    on = next_day_of_month(today, number[0]) if end and weekday is None else None
    return Day(on=on, end=end, recurrence="monthly") if on else None


def _of_every_month(words: Words, place: int) -> int:
    return words.follows(
        place, "of every month", "of each month", "in every month", "every month", "each month"
    )


def _in_month_or_next(today: date, weekday: int | None, nth: int) -> date:
    """Return the nth such weekday of this month, or of the next ones if that is gone; the last day if none is named."""
    for months in range(4):
        first = first_of_month(today, months=months)
        found = (
            last_of_month(first)
            if weekday is None
            else nth_weekday(first.year, first.month, weekday, nth=nth)
        )
        if found and found >= today:
            return found
    return today
