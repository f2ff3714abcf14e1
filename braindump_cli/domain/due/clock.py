"""Times of the day: "5pm", "half past three", "quarter to nine", "seventeen hundred", "at noon"."""

from dataclasses import dataclass
from datetime import time

from braindump_cli.domain.due.numbers import cardinal
from braindump_cli.domain.due.tokens import Words
from braindump_cli.domain.due.vocabulary import LATE_PARTS

_FIRST_LIKELY_HOUR = 7  # "at six" without more is the evening, "at seven" the morning
_LAST_MINUTE = time(23, 59)
_NOT_AFTER_A_TIME = frozenset(
    "point points time times percent % of hundred thousand million pounds pound quid dollars dollar euros euro km"
    " kilometres miles mile minutes minute hours hour days day weeks week months month years year people degrees per"
    " stage a street road avenue kids children things more or foot feet inches grand bucks litres kilos pages"
    " stars items weeks' days' th st nd rd and units x least most".split()
)
_NAMED = {"noon": time(12), "midday": time(12), "midnight": _LAST_MINUTE}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day up to the place `end`; a weak one needs "at", "by" or a day beside it."""

    at: time
    end: int
    is_strong: bool = True
    part: str = ""


def clock(words: Words, place: int, *, part: str = "") -> Clock | None:
    """Read a time of day; `part` tells morning from evening where the words do not."""
    word = words.at(place)
    if word in _NAMED:
        return Clock(_NAMED[word], place + 1)
    return _past_or_to(words, place, part) or _figures(words, place, part) or _spoken(words, place, part)


def _half_of_day(words: Words, place: int) -> tuple[str, int]:
    """Read "pm", "p.m.", "p m" or "in the evening" after an hour."""
    for mark in ("am", "pm"):
        spelled = f"{mark[0]} . m .", f"{mark[0]} . m", f"{mark[0]} m", mark
        if after := words.follows(place, *spelled):
            return mark, after
    if after := words.follows(place, "in the morning", "in the afternoon", "in the evening", "at night"):
        return words.at(after - 1), after
    return "", place


def _likely(hour: int, minute: int, part: str) -> time | None:
    """Return the time an hour names, given the part of the day it was said with."""
    if not (0 <= hour <= 24 and 0 <= minute < 60):
        return None
    if part in ("am", "morning"):
        hour = hour % 12 if hour <= 12 else hour
    elif part in LATE_PARTS:
        hour = hour + 12 if hour < 12 else hour
    elif not part and 0 < hour < _FIRST_LIKELY_HOUR:
        hour += 12
    return time(hour, minute) if hour < 24 else _LAST_MINUTE


def _past_or_to(words: Words, place: int, part: str) -> Clock | None:
    """Read "half past three", "half three", "quarter to nine", "ten past six", "twenty five to five"."""
    start = words.skip(place, "a")
    first = words.at(start)
    if first in ("half", "quarter"):
        minutes, at = (30 if first == "half" else 15), start + 1
    elif number := cardinal(words, start):
        minutes, at = number[0], words.skip(number[1], "minutes", "minute")
    else:
        return None
    link = words.at(at)
    hour = cardinal(words, at + 1) if link in ("past", "to", "after", "of", "till") else None
    if first == "half" and not hour and link not in ("past", "to", "of"):
        link, hour = "past", cardinal(words, at)
    if (
        not hour
        or not 1 <= hour[0] <= 12
        or minutes >= 60
        or (link in ("after", "of") and first != "quarter")
    ):
        return None
    if link in ("to", "of", "till") and first not in ("half", "quarter") and minutes not in (5, 10, 20, 25):
        return None
    said, end = _half_of_day(words, words.skip(hour[1], "o'clock"))
    if end == hour[1] and words.at(end) in _NOT_AFTER_A_TIME:
        return None
    base = _likely(hour[0], 0, said or part)
    if not base:
        return None
    total = base.hour * 60 + (minutes if link in ("past", "after") else -minutes)
    return Clock(time(total // 60 % 24, total % 60), end, part=said)


def _figures(words: Words, place: int, part: str) -> Clock | None:
    """Read "17:30", "5.30pm", "5pm", "1730 hours"."""
    word = words.at(place)
    for mark in (":", "."):
        hour, found, minute = word.partition(mark)
        if found and hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and len(minute) == 2:
            said, end = _half_of_day(words, place + 1)
            at = _likely(int(hour), int(minute), said or part)
            is_strong = mark == ":" or bool(said)
            return Clock(at, end, is_strong=is_strong, part=said) if at and int(hour) <= 24 else None
    if word.isdecimal() and len(word) == 4 and words.at(place + 1) in ("hours", "hrs", "h"):
        at = _likely(int(word[:2]), int(word[2:]), "24")
        return Clock(at, place + 2) if at else None
    return None


def _spoken(words: Words, place: int, part: str) -> Clock | None:
    """Read "five", "five thirty", "5 o'clock", "nine am", "seventeen hundred", "oh nine hundred"."""
    start = words.skip(place, "oh", "zero") if words.at(place + 2) == "hundred" else place
    number = cardinal(words, start)
    if number and words.at(number[1] - 1) == "hundred":
        value = number[0] // 100
        end = words.skip(number[1], "hours")
        if number[0] % 100 or not (value >= 13 or start > place or end > number[1]) or value > 24:
            return None
        at = _likely(value, 0, "24")
        return Clock(at, end, is_strong=end > number[1] or start > place) if at else None
    if not number or not 0 < number[0] <= 24:
        return None
    hour, end = number
    minute = cardinal(words, end) if not words.at(end).isdecimal() else None
    minute_value = minute[0] if minute and 10 <= minute[0] < 60 else 0
    if minute_value:
        end = minute[1] if minute else end
    elif words.follows(end, "oh five"):
        minute_value, end = 5, end + 2
    exact = words.skip(end, "o'clock", "oclock", "o clock")
    said, after = _half_of_day(words, words.skip(exact, "sharp"))
    is_strong = exact > end or bool(said) or bool(minute_value)
    if words.at(after) == "to" and cardinal(words, after + 1):
        return None
    if (not is_strong and words.at(after) in _NOT_AFTER_A_TIME) or (not is_strong and hour > 12):
        return None
    at = _likely(hour, minute_value, said or part)
    return Clock(at, after, is_strong=is_strong and (exact > end or bool(said)), part=said) if at else None
