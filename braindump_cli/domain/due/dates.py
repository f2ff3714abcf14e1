"""Dates of the calendar: days of a month in every order, bare days, figures, counted weekdays."""

from datetime import date

from braindump_cli.domain.due.found import Day, day
from braindump_cli.domain.due.near import weekday_at
from braindump_cli.domain.due.numbers import day_number, ordinal, year
from braindump_cli.domain.due.reckoning import (
    first_of_month,
    last_of_month,
    next_day_of_month,
    next_month_day,
    nth_weekday,
    valid_day,
)
from braindump_cli.domain.due.tokens import Words
from braindump_cli.domain.due.vocabulary import AFTER_A_DATE, MONTHS, MONTHS_THAT_ARE_WORDS

_CERTAIN_FIGURES = frozenset(
    ("on", "by", "before", "for", "until", "due", "of", "till", "latest", "is", "than")
)


def _with_year(words: Words, month_day: tuple[int, int], *, end: int, today: date) -> Day | None:
    """Read the year that may follow; without one the next such day is meant."""
    month, number = month_day
    spoken = year(words, words.skip(end, ",", "in"))
    if not spoken:
        return day(next_month_day(today, month, number), end)
    found = valid_day(spoken[0], month, number)
    return day(found, spoken[1]) if found and found >= today else None


def month_and_day(words: Words, place: int, today: date) -> Day | None:
    """Read "the first of December", "December 1st", "5 December", "Friday, 4 December"."""
    start = place
    if weekday_at(words, place) is not None:
        start = words.skip(place + 1, ", the", ",", "the")
    start = words.skip(start, "the")
    if words.at(start) in MONTHS:
        return _day_after_month(words, start, today)
    number = day_number(words, start)
    if not number:
        return None
    month_at = words.skip(number[1], "day of", "of")
    if words.at(month_at) not in MONTHS:
        return None
    spoken_plainly = month_at == number[1] and not ordinal(words, start)
    if spoken_plainly and _is_other_word(words, month_at):
        return None
    end = month_at + 1
    end = end + 1 if words.at(end) == "." and len(words.at(month_at)) == 3 and year(words, end + 1) else end
    return _with_year(words, (MONTHS[words.at(month_at)], number[0]), end=end, today=today)


def _is_other_word(words: Words, month_at: int) -> bool:
    """Tell whether "may" or "march" after a bare number is a verb: "two may come", "three march home"."""
    after = words.at(month_at + 1)
    return (
        words.at(month_at) in ("may", "march")
        and after.isalpha()
        and (after not in AFTER_A_DATE or after in ("have", "do", "on", "not"))
    )


def _day_after_month(words: Words, month_at: int, today: date) -> Day | None:
    dotted = words.at(month_at + 1) == "." and len(words.at(month_at)) <= 4
    number_at = words.skip(month_at + 1, ". the", "the", ".") if dotted else words.skip(month_at + 1, "the")
    number = day_number(words, number_at)
    if not number or words.at(number[1]) in (
        "percent",
        "%",
        "people",
        "of",
        "times",
        "hours",
        "minutes",
        "o'clock",
    ):
        return None
    if (
        words.at(month_at) in ("may", "march")
        and not ordinal(words, number_at)
        and not words.at(number_at).isdecimal()
    ):
        return None
    return _with_year(words, (MONTHS[words.at(month_at)], number[0]), end=number[1], today=today)


def day_of_month(words: Words, place: int, today: date) -> Day | None:
    """Read "the fifteenth", "on the 2nd", "the 21st of next month", "Tuesday the eighth"."""
    start = place
    has_weekday = weekday_at(words, place) is not None
    if has_weekday:
        start = words.skip(place + 1, ",")
    after_the = words.follows(start, "the")
    number = ordinal(words, after_the or start)
    if not number:
        return None
    if after := words.follows(
        number[1], "of the month", "of this month", "of the next month", "of next month"
    ):
        months = 1 if words.at(after - 2) == "next" else 0
        return day(_day_in_month(today, number[0], months), after)
    spelled_small = not words.at(after_the or start).isdecimal() and number[0] <= 12
    led = words.at(place - 1) in _CERTAIN_FIGURES
    if words.at(number[1]).isalpha() and words.at(number[1]) not in AFTER_A_DATE:
        return None
    if (spelled_small and not (led or has_weekday)) or not (after_the or led):
        return None
    return day(next_day_of_month(today, number[0]), number[1])


def _day_in_month(today: date, number: int, months: int) -> date | None:
    if not months:
        return next_day_of_month(today, number)
    first = first_of_month(today, months=months)
    return valid_day(first.year, first.month, number)


def figures(words: Words, place: int, today: date) -> Day | None:
    """Read "2026-12-24", "24.12.2026", "24.12.", "12/24"; nothing where day and month could be swapped."""
    word = words.at(place)
    for mark in "-/.":
        if mark in word:
            parts = word.split(mark)
            break
    else:
        return None
    if not 2 <= len(parts) <= 3 or not all(part.isdecimal() and len(part) <= 4 for part in parts):
        return None
    numbers = [int(part) for part in parts]
    if len(parts[0]) == 4:
        return _past_is_none(valid_day(*numbers), today, place) if len(numbers) == 3 else None
    month, number = _month_first_or_last(numbers[0], numbers[1], mark)
    if not month:
        return None
    if len(numbers) == 3:
        full = numbers[2] if numbers[2] > 99 else 2000 + numbers[2]
        return _past_is_none(valid_day(full, month, number), today, place)
    return _without_year(words, place, (month, number, mark), today=today)


def _past_is_none(found: date | None, today: date, place: int) -> Day | None:
    return day(found, place + 1) if found and found >= today else None


def _month_first_or_last(first: int, second: int, mark: str) -> tuple[int, int]:
    """Return month and day, or zeros where it could be either; a dot is only used day first."""
    if mark == "." or (first > 12 >= second) or first == second:
        return (second, first) if 1 <= second <= 12 and 1 <= first <= 31 else (0, 0)
    if second > 12 >= first and second <= 31:
        return first, second
    return 0, 0


def _without_year(words: Words, place: int, parts: tuple[int, int, str], *, today: date) -> Day | None:
    """Accept two figures where nothing else is likely: "24/7", "9.5" and "3-4" are no dates."""
    month, number, mark = parts
    dotted = mark == "." and words.at(place + 1) == "." and words.is_glued(place + 1)
    led = words.at(place - 1) in _CERTAIN_FIGURES
    if words.at(place) == "24/7" or mark == "-" or (mark == "." and not (dotted and (led or place == 0))):
        return None
    if month == number and not led:
        return None
    return day(next_month_day(today, month, number), place + (2 if dotted and place + 2 == len(words) else 1))


def counted_weekday(words: Words, place: int, today: date) -> Day | None:
    """Read "the first Monday in December", "the last Friday of the month", "the last day of November"."""
    start = words.skip(place, "the very", "the")
    nth = ordinal(words, start)
    end = nth[1] if nth else words.follows(start, "last", "final")
    if not end or (nth and nth[0] > 5):
        return None
    weekday = weekday_at(words, end)
    is_last = nth is None
    is_last_day = is_last and words.at(end) in ("day", "working")
    month = _month_named(
        words, words.skip(end + 1, "day of" if words.at(end) == "working" else "of", "in"), today
    )
    if month is None or (weekday is None and not is_last_day):
        return None
    first, after = month
    if weekday is None:
        return day(last_of_month(first), after)
    found = nth_weekday(first.year, first.month, weekday, nth=nth[0] if nth else -1)
    if found and found < today:
        later = first_of_month(first, months=12 if words.at(after - 1) in MONTHS else 1)
        found = nth_weekday(later.year, later.month, weekday, nth=nth[0] if nth else -1)
    return day(found, after)


def _month_named(words: Words, place: int, today: date) -> tuple[date, int] | None:
    """Read a month as its first day: "next month", "the month", "December"."""
    if words.at(place - 1) not in ("of", "in", "day"):
        return None
    if after := words.follows(place, "next month", "the next month"):
        return first_of_month(today, months=1), after
    if after := words.follows(place, "the month", "this month", "each month", "every month"):
        return first_of_month(today), after
    if words.at(place) in MONTHS:
        number = MONTHS[words.at(place)]
        return date(today.year + (number < today.month), number, 1), place + 1
    return None


def named_month(words: Words, place: int, today: date) -> Day | None:
    """Read "in December", "next March", "mid January", "the end of November"."""
    start = words.skip(place, "the")
    edge_end = words.follows(
        start,
        "end of",
        "start of",
        "beginning of",
        "middle of",
        "mid",
        "early",
        "early in",
        "late",
        "late in",
    )
    edge = words.at(start) if edge_end else ""
    month_at = words.skip(edge_end or place, "next", "this", "this coming")
    name = words.at(month_at)
    if name not in MONTHS or day_number(words, month_at + 1):
        return None
    says_next = words.at(month_at - 1) == "next"
    led = words.at(place - 1) in ("in", "by", "before", "until", "for", "during")
    if not (edge or says_next or led) or (name in MONTHS_THAT_ARE_WORDS and not _is_month(words, month_at)):
        return None
    first = date(today.year + (MONTHS[name] < today.month), MONTHS[name], 1)
    spoken = year(words, month_at + 1)
    first = first.replace(year=spoken[0]) if spoken else first
    return _edge_of_month(first, edge, end=spoken[1] if spoken else month_at + 1, today=today)


def _is_month(words: Words, place: int) -> bool:
    after = words.at(place + 1)
    return not after.isalpha() or after in AFTER_A_DATE


def _edge_of_month(first: date, edge: str, *, end: int, today: date) -> Day | None:
    if edge in ("end", "late"):
        return Day(on=last_of_month(first), end=end, is_limit=True) if last_of_month(first) >= today else None
    on = first.replace(day=15) if edge in ("middle", "mid") else first
    if on < today:
        on = today if (today.year, today.month) == (on.year, on.month) else on.replace(year=on.year + 1)
    return Day(on=on, end=end)
