"""Days with a name. Left out: days that lie apart by country (Mother's Day) or moon (Eid, Diwali)."""

from collections.abc import Callable
from datetime import date, timedelta

from braindump_cli.domain.due.found import Day, day
from braindump_cli.domain.due.reckoning import easter, next_month_day, nth_weekday
from braindump_cli.domain.due.tokens import Words

_FIXED = {
    "christmas eve": (12, 24), "xmas eve": (12, 24), "christmas day": (12, 25), "xmas day": (12, 25),
    "christmas": (12, 25), "xmas": (12, 25), "boxing day": (12, 26), "st stephen's day": (12, 26),
    "new year's eve": (12, 31), "new years eve": (12, 31), "new year eve": (12, 31), "hogmanay": (12, 31),
    "new year's day": (1, 1), "new years day": (1, 1), "new year's": (1, 1), "new years": (1, 1),
    "new year": (1, 1), "epiphany": (1, 6), "twelfth night": (1, 5), "burns night": (1, 25),
    "australia day": (1, 26), "groundhog day": (2, 2), "candlemas": (2, 2), "valentine's day": (2, 14),
    "valentines day": (2, 14), "valentine's": (2, 14), "valentines": (2, 14), "saint valentine's day": (2, 14),
    "st david's day": (3, 1), "international women's day": (3, 8), "st patrick's day": (3, 17),
    "saint patrick's day": (3, 17), "st patricks day": (3, 17), "st paddy's day": (3, 17),
    "april fool's day": (4, 1), "april fools day": (4, 1), "april fools": (4, 1), "april fool's": (4, 1),
    "earth day": (4, 22), "st george's day": (4, 23), "anzac day": (4, 25), "may day": (5, 1),
    "star wars day": (5, 4), "cinco de mayo": (5, 5), "juneteenth": (6, 19), "canada day": (7, 1),
    "independence day": (7, 4), "bastille day": (7, 14), "halloween": (10, 31), "hallowe'en": (10, 31),
    "all hallows eve": (10, 31), "all saints' day": (11, 1), "all saints day": (11, 1), "all souls day": (11, 2),
    "bonfire night": (11, 5), "guy fawkes night": (11, 5), "guy fawkes": (11, 5), "veterans day": (11, 11),
    "veteran's day": (11, 11), "remembrance day": (11, 11), "armistice day": (11, 11),
    "st andrew's day": (11, 30), "st nicholas day": (12, 6), "saint nicholas day": (12, 6), "pi day": (3, 14),
    "tax day": (4, 15),
}  # fmt: skip

_FROM_EASTER = {
    "pancake day": -47, "shrove tuesday": -47, "mardi gras": -47, "ash wednesday": -46, "mothering sunday": -21,
    "palm sunday": -7, "maundy thursday": -3, "good friday": -2, "holy saturday": -1, "easter sunday": 0,
    "easter monday": 1, "easter": 0, "ascension day": 39, "whit sunday": 49, "pentecost": 49, "whit monday": 50,
    "whitsun": 49, "corpus christi": 60,
}  # fmt: skip

# Month, weekday (Monday is 0), which one (-1: the last), days added.
_BY_WEEKDAY = {
    "thanksgiving": (11, 3, 4, 0), "thanksgiving day": (11, 3, 4, 0), "black friday": (11, 3, 4, 1),
    "small business saturday": (11, 3, 4, 2), "cyber monday": (11, 3, 4, 4), "giving tuesday": (11, 3, 4, 5),
    "labor day": (9, 0, 1, 0), "memorial day": (5, 0, -1, 0), "martin luther king day": (1, 0, 3, 0),
    "mlk day": (1, 0, 3, 0), "presidents day": (2, 0, 3, 0), "presidents' day": (2, 0, 3, 0),
    "president's day": (2, 0, 3, 0), "columbus day": (10, 0, 2, 0), "indigenous peoples' day": (10, 0, 2, 0),
    "father's day": (6, 6, 3, 0), "fathers day": (6, 6, 3, 0), "remembrance sunday": (11, 6, 2, 0),
    "early may bank holiday": (5, 0, 1, 0), "spring bank holiday": (5, 0, -1, 0),
    "august bank holiday": (8, 0, -1, 0), "election day": (11, 0, 1, 1),
}  # fmt: skip

_NAMES = (*_FIXED, *_FROM_EASTER, *_BY_WEEKDAY)
FIRST_WORDS = frozenset(name.split()[0] for name in _NAMES)
_NOT_THE_DAY = frozenset(
    "card cards present presents tree party dinner shopping lights gift gifts list jumper market markets eggs egg"
    " decorations song songs costume costumes pudding cake holiday holidays break do resolution resolutions film"
    " movie play concert eve lunch period season dress sale sales deal deals bonus pantomime".split()
)


def holiday(words: Words, place: int, today: date) -> Day | None:
    """Read a named day; "Christmas cards" and "a Halloween costume" are none."""
    start = words.skip(place, "the")
    if words.at(start) not in FIRST_WORDS:
        return None
    after = words.follows(start, *_NAMES)
    if not after or words.at(after) in _NOT_THE_DAY:
        return None
    name = " ".join(words.at(k) for k in range(start, after))
    if name in ("may day", "election day", "easter") and words.at(place - 1) in ("a", "an"):
        return None
    return day(_next(_reader(name), today), after)


def _reader(name: str) -> Callable[[int, date], date | None]:
    """Return how to find the day in a year."""
    if name in _FIXED:
        month, number = _FIXED[name]
        return lambda _year, today: next_month_day(today, month, number)
    if name in _FROM_EASTER:
        return lambda year, _today: easter(year) + timedelta(days=_FROM_EASTER[name])
    month, weekday, nth, more = _BY_WEEKDAY[name]

    def counted(year: int, _today: date) -> date | None:
        found = nth_weekday(year, month, weekday, nth=nth)
        return found + timedelta(days=more) if found else None

    return counted


def _next(find: Callable[[int, date], date | None], today: date) -> date | None:
    for year in (today.year, today.year + 1):
        found = find(year, today)
        if found and found >= today:
            return found
    return None
