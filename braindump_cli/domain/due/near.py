"""Days named from today or by their weekday: tomorrow, this evening, Friday week, the Tuesday after next."""

from datetime import date, timedelta

from braindump_cli.domain.due.found import Day, day
from braindump_cli.domain.due.reckoning import (
    MONDAY,
    SATURDAY,
    SUNDAY,
    day_of_week,
    weekday_after,
    weekday_on_or_after,
)
from braindump_cli.domain.due.tokens import Words
from braindump_cli.domain.due.vocabulary import (
    AFTER_A_DATE,
    LATE_PARTS,
    PARTS_OF_DAY,
    SHORT_WEEKDAYS,
    TODAY,
    TOMORROW,
    WEEKDAYS,
)

_LEADS_TO_SHORT_WEEKDAY = frozenset(
    ("on", "by", "next", "before", "this", "every", "each", "until", "coming", "for")
)
_OTHER_NEXT = frozenset(("month", "year", "time", "door", "steps", "to", "up"))
_FIRST_THING = (
    "first thing",
    "bright and early",
    "early",
    "late",
    "later",
    "last thing",
    "some time",
    "sometime",
)


def near_day(words: Words, place: int, today: date) -> Day | None:
    """Read a day counted from today: "the day after tomorrow", "later today", "this evening"."""
    if after := words.follows(place, "first thing in the morning"):
        return Day(on=today + timedelta(days=1), end=after, part="morning")
    start = words.skip(place, *_FIRST_THING)
    start = words.skip(start, "in the", "on", "the") if start > place else start
    if after := words.follows(start, "tomorrow week", "today week"):
        return day(today + timedelta(days=8 if words.at(start) == "tomorrow" else 7), after)
    if after := words.follows(start, "the day after tomorrow", "day after tomorrow", "overmorrow"):
        return day(today + timedelta(days=2), after)
    word = words.at(start)
    if word.removesuffix("'s") in TODAY:
        return Day(on=today, end=start + 1, part=word if word in LATE_PARTS else "")
    if word.removesuffix("'s") in TOMORROW:
        return day(today + timedelta(days=1), start + 1)
    if after := words.follows(start, "later on today", "later today", "later on tonight", "this very day"):
        return day(today, after)
    if after := words.follows(start, "this time tomorrow"):
        return day(today + timedelta(days=1), after)
    return _part_of_today(words, start, today)


def _part_of_today(words: Words, place: int, today: date) -> Day | None:
    """Read "this evening", "later this afternoon" and, of the coming parts of a day, "in the morning"."""
    here = words.follows(words.skip(place, "later", "later on", "early", "late"), "this")
    part = words.at(here) if here else ""
    if part in PARTS_OF_DAY and part not in ("noon", "am", "pm"):
        return Day(on=today, end=here + 1, part=part)
    after = words.follows(place, "in the morning", "first thing in the morning")
    if after and not words.follows(after, "s", "of"):
        return Day(on=today + timedelta(days=1), end=after, part="morning", needs_lead=False)
    after = words.follows(place, "in the afternoon", "in the evening")
    return Day(on=today, end=after, part=words.at(after - 1)) if after else None


def weekday_at(words: Words, place: int) -> int | None:
    """Return the number of the weekday that stands at `place`, short forms only in safe company."""
    word = words.at(place).removesuffix("'s")
    if word in WEEKDAYS:
        return WEEKDAYS[word]
    if word not in SHORT_WEEKDAYS:
        return None
    before, after = words.at(place - 1), words.at(place + 1)
    if word in ("sat", "sun") and before in ("this", "for") and not words.words[place].is_capital:
        return None
    led = before in _LEADS_TO_SHORT_WEEKDAY or after in PARTS_OF_DAY
    return SHORT_WEEKDAYS[word] if led and after not in ("a", "the", "down", "on") else None


def named_weekday(words: Words, place: int, today: date) -> Day | None:
    """Read a weekday with all that can stand around it."""
    start = words.skip(place, *_FIRST_THING)
    start = words.skip(start, "on", "the") if start > place else start
    start = words.skip(start, "the") if words.at(start + 1) in ("coming", "following") else start
    if after := words.follows(start, "next week on", "next week"):
        weekday = weekday_at(words, after)
        return day(day_of_week(today, weekday, weeks=1), after + 1) if weekday is not None else None
    name_at = words.skip(start, "this coming", "this", "next", "coming", "the")
    weekday = weekday_at(words, name_at)
    if weekday is None:
        return None
    says_next = name_at > start and words.at(name_at - 1) == "next"
    if words.at(name_at - 1) == "the" and not _after_next(words, name_at + 1):
        return None
    on = day_of_week(today, weekday, weeks=1) if says_next else weekday_after(today, weekday)
    return _weekday_tail(words, Day(on=on, end=name_at + 1), today, says_next=says_next)


def _after_next(words: Words, place: int) -> int:
    return words.follows(place, "after next")


def _weekday_tail(words: Words, found: Day, today: date, *, says_next: bool) -> Day:
    """Read what moves a weekday by weeks: "Friday week", "Friday next week", "Friday after next"."""
    weekday, end = found.on.weekday(), found.end
    if after := words.follows(end, "week after next", "of the week after next", "the week after next"):
        return Day(on=day_of_week(today, weekday, weeks=2), end=after)
    after = words.follows(end, "next week", "of next week", "next")
    if after and not says_next and words.at(after) not in _OTHER_NEXT:
        return Day(on=day_of_week(today, weekday, weeks=1), end=after)
    if after := words.follows(end, "this week", "of this week"):
        return Day(on=max(today, day_of_week(today, weekday)), end=after)
    if after := words.follows(end, "in two weeks", "fortnight"):
        return Day(on=found.on + timedelta(weeks=2), end=after)
    if after := _after_next(words, end):
        return Day(on=day_of_week(today, weekday, weeks=2), end=after)
    if words.at(end) == "week" and words.at(end + 1) not in ("of", "long", "in", "day", "night"):
        return Day(on=found.on + timedelta(weeks=1), end=end + 1)
    return found


_WEEKEND_LEADS = ("this coming", "this", "the coming", "the", "at the", "over the", "on the", "coming", "all")


def weekend(words: Words, place: int, today: date) -> Day | None:
    """Read weekends: their Saturday, or today on a Sunday."""
    if after := words.follows(
        place, "after the weekend", "straight after the weekend", "right after the weekend"
    ):
        return day(weekday_after(today, MONDAY), after)
    start = words.skip(place, "early", "late", "some time", "sometime")
    if after := words.follows(start, "the weekend after next", "weekend after next"):
        return day(day_of_week(today, SATURDAY, weeks=2), after)
    if after := words.follows(start, "next weekend", "the weekend after"):
        return day(day_of_week(today, SATURDAY, weeks=1), after) if words.at(after - 1) == "weekend" else None
    after = words.follows(start, "the weekend after")
    if after and (
        not words.at(after).isalpha()
        or words.at(after) in AFTER_A_DATE - {"that", "this", "the", "my", "our"}
    ):
        return day(weekday_on_or_after(today, SATURDAY) + timedelta(days=7), after)
    name_at = words.skip(start, *_WEEKEND_LEADS)
    if words.at(name_at).removesuffix("'s") != "weekend" or name_at == start:
        return None
    is_this = words.at(name_at - 1) == "this" and today.weekday() == SUNDAY
    return day(today if is_this else weekday_on_or_after(today, SATURDAY), name_at + 1)
