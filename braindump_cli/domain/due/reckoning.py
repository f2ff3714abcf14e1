"""Arithmetic with days; weeks run from Monday to Sunday."""

from calendar import monthrange
from datetime import date, timedelta

MONDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 2, 3, 4, 5, 6


def plus_days(day: date, count: int) -> date | None:
    """Return the day `count` days later, or None outside the calendar."""
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return None


def plus_months(day: date, count: int) -> date | None:
    """Return the same day `count` months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def plus_working_days(day: date, count: int) -> date | None:
    """Return the day after `count` days from Monday to Friday."""
    weeks, rest = divmod(count, 5)
    found = plus_days(day, weeks * 7)
    while found and rest:
        found = plus_days(found, 1)
        rest -= found is not None and found.weekday() < SATURDAY
    return found


def weekday_after(day: date, weekday: int) -> date:
    """Return the first such weekday strictly after `day`."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def weekday_on_or_after(day: date, weekday: int) -> date:
    """Return `day` itself if it is that weekday, else the next one."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def day_of_week(day: date, weekday: int, *, weeks: int = 0) -> date:
    """Return that weekday of the week `day` lies in, or of one `weeks` later."""
    return day + timedelta(days=weekday - day.weekday() + 7 * weeks)


def friday_of(day: date) -> date:
    """Return the end of the working week; on a Saturday or Sunday that of the coming one."""
    return weekday_on_or_after(day, FRIDAY)


def last_of_month(day: date) -> date:
    """Return the last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def first_of_month(day: date, *, months: int = 0) -> date:
    """Return the first day of the month `months` later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def last_of_quarter(day: date, *, quarters: int = 0) -> date:
    """Return the last day of the quarter `quarters` later."""
    months_left = (3 - day.month) % 3
    return last_of_month(first_of_month(day, months=months_left + 3 * quarters))


def nth_weekday(year: int, month: int, weekday: int, *, nth: int) -> date | None:
    """Return the nth such weekday of a month, counted from its end if `nth` is -1."""
    if nth < 0:
        last = last_of_month(date(year, month, 1))
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    found = weekday_on_or_after(date(year, month, 1), weekday) + timedelta(weeks=nth - 1)
    return found if found.month == month else None


def valid_day(year: int, month: int, day: int) -> date | None:
    """Return the date, or None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def next_month_day(today: date, month: int, day: int) -> date | None:
    """Return the first such day from today on; 29 February may lie years ahead."""
    for year in range(today.year, min(today.year + 9, date.max.year + 1)):
        found = valid_day(year, month, day)
        if found and found >= today:
            return found
    return None


def next_day_of_month(today: date, day: int) -> date | None:
    """Return the first date from today on that is the `day`th of its month."""
    for months in range(12):
        first = first_of_month(today, months=months)
        found = valid_day(first.year, first.month, day)
        if found and found >= today:
            return found
    return None


def easter(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)
