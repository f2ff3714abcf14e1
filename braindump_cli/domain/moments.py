"""Days and moments the way people name them when they look back: `yesterday`, `last friday`, `3 days ago`.

Due dates look forward and have a grammar of their own (`domain.due`).
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

_DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
}
_CLOCK = re.compile(r"(?:at )?(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2})(?:\.\d+)?)? ?(am|pm)?")
_NAMED_TIMES = {
    "noon": time(12), "midnight": time(0), "midday": time(12),
    "morning": time(9), "afternoon": time(15), "evening": time(20), "night": time(21),
}  # fmt: skip
_DAYS_OF_PARTS = {"this": "today", "last": "yesterday"}  # this morning, last night


class Span(NamedTuple):
    """Whole days: from `first` up to, but not including, `after`."""

    first: date
    after: date


def parse_span(words: str, today: date, *, week_starts_sunday: bool = False) -> Span | None:
    """Return the days that `words` name, or None; bare weekdays and months are the latest ones."""
    text = " ".join(words.lower().replace(",", " ").split())
    try:
        return (
            _iso(text)
            or _relative(text, today)
            or _weekday(text, today)
            or _period(text, today, week_starts_sunday=week_starts_sunday)
            or _calendar(text, today)
        )
    except (ValueError, OverflowError):  # 30 February, the year 99999
        return None


def parse_moment(words: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    """Return the instant that `words` name, aware, or None.

    A day without a time keeps the time of `now` (aware); a time without a day is the latest such time. `zone`
    None is this machine's own.
    """
    try:
        at = _moment(words, now, zone)
        return at if at and 1 < at.astimezone(UTC).year < 9999 else None  # room for every zone
    except (ValueError, OverflowError, OSError):  # years that this machine cannot reckon with
        return None


def is_bare_time(words: str) -> bool:
    """Tell whether words name a time of the day without a day: `9:15`, `at 9`, `noon`."""
    day_words, clock = _split_clock(" ".join(words.lower().split()))
    return clock is not None and not day_words


def _moment(words: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    text = " ".join(words.split())
    if not text:
        return None
    exact = _exact(text, zone) or _ago(text.lower(), now)
    if exact:
        return exact
    local = now.astimezone(zone)
    day_words, clock = _split_clock(text.lower())
    day_words = _DAYS_OF_PARTS.get(day_words, day_words)
    span = parse_span(day_words, local.date()) if day_words else Span(local.date(), local.date() + _DAY)
    if span is None or (day_words and span.after - span.first != _DAY):
        return None
    chosen = clock if clock is not None else local.time()
    at = _aware(datetime.combine(span.first, chosen.replace(tzinfo=None)), zone)
    return at - _DAY if not day_words and at > now else at  # "9pm" in the morning was yesterday


def _ago(text: str, now: datetime) -> datetime | None:
    """Read `now`, `half an hour ago`, `20 minutes ago`."""
    if text == "now":
        return now
    found = re.fullmatch(r"(\d{1,4}|[a-z]+|half an) (minute|hour)s? ago", text)
    if not found:
        return None
    count = 0.5 if found[1] == "half an" else float(_NUMBERS.get(found[1], found[1]))
    return now - count * timedelta(**{f"{found[2]}s": 1})


def _aware(local: datetime, zone: tzinfo | None) -> datetime:
    return local.replace(tzinfo=zone) if zone else local.astimezone()


def _exact(text: str, zone: tzinfo | None) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text):
        return None
    at = datetime.fromisoformat(text)
    return at if at.utcoffset() is not None else _aware(at, zone)


def _split_clock(text: str) -> tuple[str, time | None]:
    """Part `yesterday 9pm` into its day and its time."""
    for name, named in _NAMED_TIMES.items():
        if text == name or text.endswith(f" {name}"):
            return text.removesuffix(name).strip().removesuffix(" at"), named
    for found in re.finditer(r"(?:^| )(?=at \d|\d)", text):
        start = found.end()
        match = _CLOCK.fullmatch(text[start:])
        if match and (match[2] or match[4] or text[start:].startswith("at ")):
            at = _clock(match)
            if at is not None:
                return text[: found.start()].strip(), at
    return text, None


def _clock(match: re.Match[str]) -> time | None:
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] == "pm" else 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _one(day: date) -> Span:
    return Span(day, day + _DAY)


def _iso(text: str) -> Span | None:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _one(date.fromisoformat(text))
    if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return _month(int(found[1]), int(found[2]))
    if re.fullmatch(r"\d{4}", text):
        return Span(date(int(text), 1, 1), date(int(text) + 1, 1, 1))
    return None


def _relative(text: str, today: date) -> Span | None:
    near = {"today": 0, "yesterday": -1, "tomorrow": 1, "the day before yesterday": -2}
    if text in near:
        return _one(today + near[text] * _DAY)
    found = re.fullmatch(r"(\d{1,5}|[a-z]+) (day|week|month|year)s? ago", text)
    if not found or not (found[1].isdigit() or found[1] in _NUMBERS):
        return None
    count = int(found[1]) if found[1].isdigit() else _NUMBERS[found[1]]
    if found[2] in ("day", "week"):
        return _one(today - count * (_DAY if found[2] == "day" else 7 * _DAY))
    return _one(_months_back(today, count * (12 if found[2] == "year" else 1)))


def _months_back(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 - count
    last = _month(months // 12, months % 12 + 1).after - _DAY
    return last.replace(day=min(day.day, last.day))


def _weekday(text: str, today: date) -> Span | None:
    name = text.removeprefix("last ").removeprefix("on ").removeprefix("this ")
    full = [day for day in _WEEKDAYS if len(name) >= 3 and day.startswith(name)]
    if len(full) != 1:
        return None
    back = (today.weekday() - _WEEKDAYS.index(full[0])) % 7
    return _one(today - (back or (7 if text.startswith("last ") else 0)) * _DAY)


def _period(text: str, today: date, *, week_starts_sunday: bool) -> Span | None:
    found = re.fullmatch(r"(this|last) (week|month|year)", text)
    if not found:
        return None
    back = found[1] == "last"
    if found[2] == "week":
        into = (today.weekday() + 1) % 7 if week_starts_sunday else today.weekday()
        first = today - into * _DAY - back * 7 * _DAY
        return Span(first, first + 7 * _DAY)
    if found[2] == "month":
        before = _months_back(today.replace(day=1), int(back))
        return _month(before.year, before.month)
    return Span(date(today.year - back, 1, 1), date(today.year - back + 1, 1, 1))


def _calendar(text: str, today: date) -> Span | None:
    """Read `november`, `2 november`, `nov 2 2025`, `2nd of november 2025`."""
    parts = [
        part for part in re.sub(r"\b(\d+)(st|nd|rd|th)\b", r"\1", text).split() if part not in ("of", "the")
    ]
    months = [part for part in parts if _month_number(part)]
    numbers = [int(part) for part in parts if part.isdigit() and len(part) <= 4]
    if len(months) != 1 or len(numbers) + 1 != len(parts) or len(numbers) > 2:
        return None
    month = _month_number(months[0])
    years = [number for number in numbers if number > 31]
    days = [number for number in numbers if number <= 31]
    if len(years) > 1 or len(days) > 1:
        return None
    first = date(years[0] if years else today.year, month, days[0] if days else 1)
    if not years and first > today:
        first = first.replace(year=today.year - 1)
    return _one(first) if days else _month(first.year, first.month)


def _month_number(word: str) -> int:
    full = [i for i, month in enumerate(_MONTHS, 1) if len(word) >= 3 and month.startswith(word)]
    return full[0] if len(full) == 1 else 0


def _month(year: int, month: int) -> Span:
    return Span(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))
