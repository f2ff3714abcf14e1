"""From spoken words to a to-do: without date, filler and hedge, pronouns replaced, the first letter a capital."""

from braindump_cli.insights.offline.lexicon import (
    DETERMINERS,
    FINITE,
    HIGH_PRIORITY,
    LOW_PRIORITY,
    PREPOSITIONS,
    STOP_WORDS,
    SUBJECTS,
)
from braindump_cli.insights.offline.reading import Reading

_MOST_WORDS = 14
_TRAILING = frozenset(
    "and or then too also though again please as well maybe really just properly first asap urgently so by"
    " on at"
    " yet for the a like today soon before now instead possibly hopefully definitely ideally actually either"
    " sometime finally to with immediately probably , of in".split()
)
_KEPT_TRAILS = frozenset(("again", "in", "on", "to", "with", "by", "for", "of", "before"))
_DROPPED = (
    *LOW_PRIORITY, *HIGH_PRIORITY, "you know", "i mean", "i guess", "sort of", "kind of", "for real",
    "this time", "at the very least", "once and for all", "if possible", "as well", "one way or another",
    "i think", "in the end", "sometime", "some time", "some point", "ahead of time", "in advance", "at last",
    "sooner rather than later", "the latest", "at the latest", "soon", "like", "right now", "right away",
    "just", "really", "actually",
    "probably", "maybe", "basically", "myself", "somehow", "at all", "literally", "definitely", "properly",
    "finally", "quickly", "please", "still", "honestly", "perhaps", "eventually",
)  # fmt: skip
_SPELLED = {"mister": "Mr", "missus": "Mrs", "doctor": "doctor", "i": "I"}


def words_of(reading: Reading, start: int, end: int, *, without: set[int] | None = None) -> list[int]:
    """Return the places of the words a to-do keeps: no dates in `without`, no fillers, no hedges."""
    places: list[int] = []
    place = start
    while place < end:
        number = reading.date_at(place)
        if number is not None and (without is None or number in without):
            place = _after_date(reading, number, end=end, places=places)
            continue
        onward = reading.words.follows(place, *_DROPPED) if place > start else 0
        if onward and not (reading.at(place) == "like" and reading.at(place - 1) in ("to", "would")):
            place = onward
            continue
        places.append(place)
        place += 1
    return _trimmed(reading, places)


def _after_date(reading: Reading, number: int, *, end: int, places: list[int]) -> int:
    """Step over a date; of "for Thursday's seminar" the words "for" and "seminar" stay."""
    first, after = reading.date_range(number)
    is_owner = reading.at(after - 1).endswith("'s") and reading.at(after - 1) not in (
        "new year's",
        "valentine's",
    )
    if is_owner and after < end:
        if reading.at(first) in PREPOSITIONS:
            places.append(first)
        places.append(-1)  # stands for "the"
    if reading.at(first) == "from" and reading.at(after) in ("on", "onwards", "onward"):
        after += 1
    elif (
        not is_owner
        and places
        and reading.at(places[-1]) in ("on", "by", "for", "in", "at", "before", "due", "the")
        and after >= end
    ):
        places.pop()
    return after


def _trimmed(reading: Reading, places: list[int]) -> list[int]:
    while len(places) > 1 and (places[-1] < 0 or reading.at(places[-1]) in _TRAILING):
        last = places[-1]
        if last >= 0 and reading.at(last) in _KEPT_TRAILS and len(places) == 2:
            break
        places.pop()
    if len(places) > _MOST_WORDS:
        cut = next(
            (k for k in range(_MOST_WORDS, 6, -1) if reading.at(places[k]) in PREPOSITIONS), _MOST_WORDS
        )
        places = places[:cut]
    return places


def spelled(reading: Reading, places: list[int]) -> str:
    """Return the words at `places` as written, "the" for -1, marks joined to the word before."""
    parts: list[str] = []
    for place in places:
        if place == -1:
            parts.append("the")
            continue
        if place < -1:
            word = reading.words.words[-place - 2]
            parts.append(reading.text[word.start : word.end - 2])
            continue
        word = reading.words.words[place]
        raw = reading.text[word.start : word.end]
        raw = raw.lower() if word.text in DETERMINERS else raw
        if raw == "," and (not parts or parts[-1].endswith(",")):
            continue
        if parts and (raw in (",", ".", "%", ")") or _is_joined(reading, place)):
            parts[-1] += (
                "-" if raw not in (",", ".", "%", ")") and _has_hyphen(reading, place) else ""
            ) + raw
        else:
            parts.append(_SPELLED.get(raw, raw))
    return sentence_case(" ".join(parts))


def _is_joined(reading: Reading, place: int) -> bool:
    """Tell whether the word touches the one before, with a hyphen at most between."""
    if place == 0:
        return False
    between = reading.text[reading.words.words[place - 1].end : reading.words.words[place].start]
    return between in ("", "-") and reading.at(place)[0].isalnum() | (reading.at(place)[0] in "£$€&/@+")


def _has_hyphen(reading: Reading, place: int) -> bool:
    return reading.text[reading.words.words[place - 1].end : reading.words.words[place].start] == "-"


def sentence_case(text: str) -> str:
    """Return the text with a capital at its start."""
    text = text.strip(" ,.;:")
    return text[:1].upper() + text[1:]


def noun_phrase(reading: Reading, place: int, limit: int) -> tuple[int, int]:
    """Return the range of the thing named from `place` on: a determiner and what follows, without clauses."""
    end = place
    while end < limit and end - place < 6:
        word = reading.at(end)
        if not word[0].isalnum() or word in SUBJECTS or word in FINITE or word in STOP_WORDS:
            break
        if end > place and (word in DETERMINERS or word in PREPOSITIONS):
            break
        end += 1
    return place, end
