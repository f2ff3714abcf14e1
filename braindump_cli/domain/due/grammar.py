"""From families to phrases: a lead ("by", "no later than"), a day, a time of day, a tail ("at the latest")."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from braindump_cli.domain.due import counts, dates, near, periods, recurring
from braindump_cli.domain.due.clock import Clock, clock
from braindump_cli.domain.due.found import Day
from braindump_cli.domain.due.holidays import FIRST_WORDS, holiday
from braindump_cli.domain.due.tokens import Words
from braindump_cli.domain.due.vocabulary import (
    CARDINALS,
    MEALS,
    MONTHS,
    ORDINALS,
    PARTS_OF_DAY,
    SHORT_WEEKDAYS,
    TODAY,
    TOMORROW,
    WEEKDAY_PLURALS,
    WEEKDAYS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A date as it stands in a text: `phrase` is text[start:end]."""

    start: int
    end: int
    phrase: str
    on: date | None = None  # for what recurs: the first occurrence
    at: time | None = None  # only where a time of day was spoken
    recurrence: str | None = None  # daily, weekdays, weekly, biweekly, monthly, yearly
    delay: timedelta | None = None  # "in half an hour": from the moment it was said
    is_time_only: bool = False  # "at five": the day is only supposed to be today


_LEADS = (
    "by", "on", "before", "at", "for", "in", "due", "until", "till", "til", "no later than", "not later than",
    "around", "about", "from", "starting", "starting from", "starting on", "beginning", "as of", "come", "sometime",
    "some time", "ideally", "ahead of", "prior to", "in time for", "just before", "right before", "well before",
    "on or before", "after", "straight after", "right after", "on the morning of", "the morning of", "the night of",
    "on the evening of", "the evening of", "hopefully", "latest", "at the latest", "effective", "of",
)  # fmt: skip
_BEFORE = frozenset(("before", "prior", "ahead"))
_CLOCK_LEADS = frozenset(("at", "by", "before", "until", "till", "after", "from", "than", "latest"))
_NEVER_AFTER = frozenset("last since past previous ago until till til through yesterday through".split())
_IDIOMS = (
    "month of sundays", "monday's child", "friday's child", "sunday's child", "sunday best", "monday morning feeling",
    "friday feeling", "sunday roast", "saturday job", "friday night feeling", "sunday blues", "sunday scaries",
)  # fmt: skip
_ONE_OF_MANY = frozenset(
    ("a", "an", "one", "some", "any", "that", "those", "most", "typical", "usual", "these")
)
_DO_THAT = frozenset(("do", "get", "send", "finish", "sort", "have", "need", "book", "pay", "did", "make"))
_TAILS = (
    "at the latest", "at the very latest", "latest", "or sooner", "or earlier", "or before", "tops", "sharp",
    "at most", "on the dot", "first thing",
)  # fmt: skip
_STARTERS = frozenset((
    *(lead.split()[0] for lead in _LEADS), *CARDINALS, *ORDINALS, *WEEKDAYS, *SHORT_WEEKDAYS, *WEEKDAY_PLURALS,
    *MONTHS, *TODAY, *TOMORROW, *FIRST_WORDS,
    *(
        "a an the this next coming first last final early earlier late later bright end start beginning middle"
        " mid close every each once twice daily nightly weekly fortnightly biweekly monthly yearly annually"
        " within inside over during half quarter couple week fortnight month quarter year eod cob eow eom eoq"
        " eoy midweek noon midday midnight overmorrow day same weekend anytime any two all top halfway"
    ).split(),
))  # fmt: skip


def find_due(text: str, today: date) -> tuple[Due, ...]:
    """Return the dates spoken in `text`, in its order, reckoned from `today`; what is past is left out."""
    words = Words(text)
    found: list[Due] = []
    place = 0
    while place < len(words):
        is_stammer = words.at(place) == words.at(place + 1) and words.at(place) not in CARDINALS
        phrase = _phrase(words, place, today) if _may_start(words.at(place)) and not is_stammer else None
        if phrase is None:
            place += 1
            continue
        if phrase.is_due and _stands_well(words, place, phrase):
            found.append(_due(words, place, phrase))
        place = phrase.end
    return tuple(found)


def parse_due(phrase: str, today: date) -> Due | None:
    """Return the date that `phrase` as a whole is ("next friday", "by the 3rd of May"), or None."""
    for said in (phrase.strip(), phrase.strip().rstrip(".!?")):
        words = Words(said)
        found = _phrase(words, 0, today) if len(words) else None
        if found and found.end == len(words) and found.is_due:
            return _due(words, 0, found)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    end: int
    on: date
    at: time | None = None
    recurrence: str | None = None
    delay: timedelta | None = None
    lead: str = ""
    is_due: bool = True  # False: words about a date that is not due, as in "after Friday"
    is_bare_clock: bool = False
    is_time_only: bool = False


def _may_start(word: str) -> bool:
    return word in _STARTERS or word[:1].isdigit() or word.removesuffix("'s") in _STARTERS


def _due(words: Words, place: int, found: _Phrase) -> Due:
    start, end = words.words[place].start, words.words[found.end - 1].end
    if words.source[start:end].lower().endswith(("'s", "’s")) and not words.source[
        start:end
    ].lower().endswith("year's"):
        end -= 2
    return Due(
        start=start,
        end=end,
        phrase=words.source[start:end],
        on=found.on,
        at=found.at,
        recurrence=found.recurrence,
        delay=found.delay,
        is_time_only=found.is_time_only,
    )


def _stands_well(words: Words, place: int, found: _Phrase) -> bool:
    """Tell whether the words around allow a date: not "last Friday", "since May", "one Sunday"."""
    before = words.at(place - 1)
    first = words.at(place)
    if any(words.follows(place - back, *_IDIOMS) for back in range(3)):
        return False
    if found.is_bare_clock and not (place == 0 and found.end == len(words)):
        return False
    if first in ("until", "till", "til") and before not in ("have", "got", "i've", "has", "we've"):
        return place == 0 and found.end == len(words)
    if before in _NEVER_AFTER or words.at(found.end) == "ago":
        return False
    if before == "that" and words.at(place - 2) in _DO_THAT:
        return True
    is_name = first.removesuffix("'s") in WEEKDAYS or first in MONTHS
    return not (is_name and before in _ONE_OF_MANY)


def _phrase(words: Words, place: int, today: date) -> _Phrase | None:
    """Read the longest phrase that starts at `place`, with or without a lead."""
    plain = _body(words, place, today, lead="")
    after = place
    for _ in range(3):
        after = words.skip(after, *_LEADS)
    led = None
    if after > place:
        lead = words.at(after - 1) if words.at(after - 1) != "latest" else "by"
        if words.at(after - 1) == "of":
            lead = words.at(after - 2)
        led = _body(words, after, today, lead=lead)
    if plain and led and led.lead == "after" and plain.end >= led.end:
        return plain
    if led and (not plain or led.end > plain.end or (led.end == plain.end and led.lead)):
        return _led(led, today)
    return plain


def _led(found: _Phrase, today: date) -> _Phrase:
    """Apply what the lead means: "before Friday" is Thursday, "after Friday" no date at all."""
    if found.lead == "after" and not found.at:
        return replace(found, is_due=False)
    is_day = not found.at and not found.recurrence and not found.delay
    if found.lead in _BEFORE and is_day and found.on > today:
        return replace(found, on=found.on - timedelta(days=1))
    return found


def _body(words: Words, place: int, today: date, *, lead: str) -> _Phrase | None:
    """Read a day with its time, a time with its day, or a meal of today."""
    found = _day(words, place, today)
    if found:
        return _with_time(words, found, lead=lead)
    if meal := _meal(words, place, today, lead=lead):
        return meal
    moment = clock(words, place)
    if not moment or not (moment.is_strong or lead in _CLOCK_LEADS):
        return None
    return _with_day(words, moment, today, lead=lead)


def _day(words: Words, place: int, today: date) -> Day | None:
    """Return the longest reading of a day at `place`."""
    single = _single_day(words, place, today)
    anchored = counts.counted_from(words, place, today, anchor=_anchor)
    after_end = periods.after_day_end(words, place)
    closing = None
    if after_end:
        anchor_at = words.skip(after_end, ",", "on", "of", "this coming")
        closing = periods.end_of_day(_single_day(words, anchor_at, today), after_end, today)
    of_week = None
    if after := words.follows(place, "the week of", "the week commencing", "week commencing", "week of"):
        of_week = periods.week_of(_single_day(words, words.skip(after, "on"), today), today)
    readings = [reading for reading in (single, anchored, closing, of_week) if reading]
    return max(readings, key=lambda reading: reading.end) if readings else None


def _anchor(words: Words, place: int, today: date) -> Day | None:
    return _single_day(words, place, today)


def _single_day(words: Words, place: int, today: date) -> Day | None:
    """Return the longest reading that needs no other day to count from."""
    best: Day | None = None
    for read in (
        recurring.recurring,
        counts.in_units,
        counts.from_now,
        holiday,
        dates.month_and_day,
        dates.counted_weekday,
        dates.day_of_month,
        dates.figures,
        dates.named_month,
        near.near_day,
        near.weekend,
        near.named_weekday,
        periods.period,
        periods.period_end,
    ):
        try:
            found = read(words, place, today)
        except (ValueError, OverflowError):  # beyond the first or last year of the calendar
            continue
        if found and (best is None or found.end > best.end):
            best = found
    return best


def _with_time(words: Words, found: Day, *, lead: str) -> _Phrase:
    """Read on after a day: "Monday morning", "tomorrow at 5", "Friday by noon", "tonight before bed"."""
    part, end = _part(words, found)
    end = words.skip(end, "eod", "cob", "close of play", "close of business", "end of day", "end of play")
    at_place = words.skip(end, ",")
    link = words.follows(
        at_place, "at", "by", "before", "around", "about", "at around", "at about", "from", "no later than"
    )
    moment = clock(words, link or end, part=part)
    if moment and not (moment.is_strong or (link and words.at(link - 1) != "about")):
        moment = None
    if moment:
        end = moment.end
        part, end = _part(words, found.until(end, part=part))
    elif link and words.at(link) in MEALS:
        end = link + 1
    return _Phrase(
        end=words.skip(end, *_TAILS)
        if words.at(end) != "first" or not words.follows(end, "first thing on")
        else end,
        on=found.on,
        at=moment.at if moment else None,
        recurrence=found.recurrence,
        delay=found.delay,
        lead="" if found.is_limit or part else lead,
    )


def _part(words: Words, found: Day) -> tuple[str, int]:
    """Read the part of the day after a day."""
    end = words.skip(
        found.end, "first thing", "first thing in the", "in the", "early", "late", "early in the"
    )
    if words.at(end) in PARTS_OF_DAY and words.at(end) not in ("noon", "am", "pm"):
        return words.at(end), end + 1
    return found.part, words.skip(found.end, "first thing")


def _with_day(words: Words, moment: Clock, today: date, *, lead: str) -> _Phrase:
    """Read on after a time: "5pm on Friday", "at five this afternoon", "half past three"."""
    day_at = words.skip(moment.end, ", on", ",", "on", "of")
    found = _day(words, day_at, today) if words.at(day_at) != "in" else None
    if found and not found.delay:
        part, end = _part(words, found)
        shifted = moment.at if moment.part else _to_part(moment.at, part)
        return _Phrase(
            end=words.skip(end, *_TAILS), on=found.on, at=shifted, recurrence=found.recurrence, lead=lead
        )
    end = words.skip(moment.end, *_TAILS)
    is_bare = lead not in _CLOCK_LEADS
    return _Phrase(end=end, on=today, at=moment.at, lead=lead, is_bare_clock=is_bare, is_time_only=True)


def _to_part(at: time, part: str) -> time:
    """Move a time to the part of the day named after it: "at eight tonight" is 20:00."""
    if part in ("afternoon", "evening", "night", "tonight", "tonite") and at.hour < 12:
        return at.replace(hour=at.hour + 12)
    if part == "morning" and at.hour > 12:
        return at.replace(hour=at.hour - 12)
    return at


def _meal(words: Words, place: int, today: date, *, lead: str) -> _Phrase | None:
    """Read "by lunchtime", "before bed", "after work" as today."""
    word = words.at(place)
    meals = {
        "by": ("lunch", "lunchtime", "dinner", "dinnertime", "teatime", "bedtime", "tea"),
        "before": ("lunch", "lunchtime", "dinner", "teatime", "bed", "bedtime", "tea", "supper"),
        "at": ("lunchtime", "teatime", "bedtime", "lunch"),
        "after": ("work", "lunch", "dinner", "school", "tea", "supper", "lunchtime"),
    }
    if word not in meals.get(lead, ()) or words.at(place + 1) in ("is", "was", "with", "experience"):
        return None
    day_at = words.skip(place + 1, "on")
    found = _day(words, day_at, today)
    if found and not found.recurrence:
        return _Phrase(end=found.end, on=found.on)
    return _Phrase(end=place + 1, on=today, is_time_only=True)
