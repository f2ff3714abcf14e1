"""Numbers as they are said or typed: each reader returns the value and the place after it, or None."""

from braindump_cli.domain.due.tokens import Words
from braindump_cli.domain.due.vocabulary import CARDINALS, ONES, ORDINAL_ENDINGS, ORDINALS, TENS

Read = tuple[int, int] | None


def cardinal(words: Words, place: int) -> Read:
    """Read "7", "seven", "twenty four" or "a hundred and ten"."""
    word = words.at(place)
    if word.isdecimal() and len(word) <= 4:
        return int(word), place + 1
    small = _below_hundred(words, place)
    start = place if word in ("a", "one") else (small[1] - 1 if small else place)
    if words.at(start + 1) == "hundred" and (word == "a" or small):
        hundreds = small[0] if small else 1
        rest_at = words.skip(start + 2, "and")
        rest = _below_hundred(words, rest_at)
        return (hundreds * 100 + rest[0], rest[1]) if rest else (hundreds * 100, start + 2)
    return small


def _below_hundred(words: Words, place: int) -> Read:
    word = words.at(place)
    if word in TENS:
        ones = ONES.get(words.at(place + 1), 0)
        return (TENS[word] + ones, place + 2) if 0 < ones < 10 else (TENS[word], place + 1)
    return (ONES[word], place + 1) if word in ONES else None


def ordinal(words: Words, place: int) -> Read:
    """Read "21st", "twenty first" or "thirtieth" as a number from 1 to 31."""
    word = words.at(place)
    value, after = 0, place
    if word.isdecimal() and len(word) <= 2 and words.at(place + 1) in ORDINAL_ENDINGS:
        if words.is_glued(place + 1) or words.at(place + 1) == "th":
            value, after = int(word), place + 2
    elif word in ORDINALS:
        value, after = ORDINALS[word], place + 1
    elif word in TENS and 0 < ORDINALS.get(words.at(place + 1), 0) < 10:
        value, after = TENS[word] + ORDINALS[words.at(place + 1)], place + 2
    return (value, after) if 1 <= value <= 31 else None


def day_number(words: Words, place: int) -> Read:
    """Read a day of the month as an ordinal or a plain number."""
    found = ordinal(words, place) or cardinal(words, place)
    return found if found and 1 <= found[0] <= 31 else None


def year(words: Words, place: int) -> Read:
    """Read "2026", "two thousand and twenty six" or "twenty twenty six"; years from 1990 to 2199."""
    word = words.at(place)
    if word.isdecimal():
        return (int(word), place + 1) if len(word) == 4 and 1990 <= int(word) < 2200 else None
    if after := words.follows(place, "two thousand and", "two thousand"):
        rest = _below_hundred(words, after)
        return (2000 + rest[0], rest[1]) if rest else (2000, after)
    if word == "twenty" and words.at(place + 1) in CARDINALS:
        rest = _below_hundred(words, place + 1)
        return (2000 + rest[0], rest[1]) if rest and rest[0] >= 20 else None
    return None


def count(words: Words, place: int) -> Read:
    """Read how many: "3", "a", "a couple of", "one or two", "the next few" counts as three."""
    if after := words.follows(place, "a couple of", "a couple", "couple of", "couple"):
        return words_or_more(words, 2, after)
    if after := words.follows(place, "a few", "few"):
        return 3, after
    if after := words.follows(place, "half a dozen"):
        return 6, after
    if after := words.follows(place, "a dozen"):
        return 12, after
    if found := cardinal(words, place):
        return words_or_more(words, *found)
    span = words.at(place)
    if "-" in span and all(part.isdecimal() and len(part) <= 3 for part in span.split("-")):
        return int(span.split("-")[-1]), place + 1
    if span in ("a", "an", "another"):
        return 1, place + 1
    return None


def words_or_more(words: Words, value: int, place: int) -> Read:
    """Read on after a number: of "two or three" and "two to three" the greater counts."""
    if words.at(place) in ("or", "to"):
        more = cardinal(words, place + 1)
        if more and more[0] > value:
            return more
    return value, place
