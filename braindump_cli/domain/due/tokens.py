"""A text as a row of words with their places, so that rules can be written in words."""

import re
from dataclasses import dataclass, replace
from functools import cache

from braindump_cli.domain.due.vocabulary import FILLERS


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a number or a mark; `text` is in lower case with straight apostrophes, a dash reads as a comma."""

    text: str
    start: int
    end: int
    is_capital: bool = False
    is_after_filler: bool = False  # "um" or "uh" stood before it


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*['’]?|\d+(?:[:./-]\d+)*|[^\w\s]|_")


@cache
def _by_first_word(phrases: tuple[str, ...]) -> dict[str, list[list[str]]]:
    """Return the words of each phrase under its first one, the longest phrases first."""
    table: dict[str, list[list[str]]] = {}
    for words in sorted((phrase.split() for phrase in phrases), key=len, reverse=True):
        table.setdefault(words[0], []).append(words)
    return table


_MARKS_TO_FORGET = frozenset('-"“”()*_[]')
_DASHES = frozenset("–—…")


class Words:
    """The words of a text; fillers, hyphens and quotation marks do not count, other marks do."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.words = _without_fillers([_word(found) for found in _pattern().finditer(text)])

    def __len__(self) -> int:
        return len(self.words)

    def at(self, place: int) -> str:
        """Return the word at `place`, or "" before the first and after the last."""
        return self.words[place].text if 0 <= place < len(self.words) else ""

    def follows(self, place: int, *phrases: str) -> int:
        """Return the place after the longest of `phrases` that stands at `place`, or 0."""
        first = self.at(place)
        for wanted in _by_first_word(phrases).get(first, ()):
            if all(self.at(place + k) == word for k, word in enumerate(wanted)):
                return place + len(wanted)
        return 0

    def skip(self, place: int, *phrases: str) -> int:
        """Return the place after one of `phrases` if it stands at `place`, else `place`."""
        return self.follows(place, *phrases) or place

    def is_glued(self, place: int) -> bool:
        """Tell whether the word at `place` touches the one before it, as in "5pm"."""
        return 0 < place < len(self.words) and self.words[place].start == self.words[place - 1].end


def _word(found: re.Match[str]) -> Word:
    raw = found.group()
    text = raw.lower().replace("’", "'")
    if text.endswith("'") and len(text) > 1:
        text = text.rstrip("'")
    return Word(text, found.start(), found.end(), raw[0].isupper())


def _without_fillers(words: list[Word]) -> list[Word]:
    """Drop what interrupts a phrase: "on, um, Friday" reads "on Friday"."""
    kept: list[Word] = []
    after_filler = False
    for place, word in enumerate(words):
        if word.text in FILLERS:
            if kept and kept[-1].text == ",":
                kept.pop()
            after_filler = True
        elif word.text in _DASHES or (word.text == "-" and _is_spaced(words, place)):
            kept.append(replace(word, text=","))
        elif word.text not in _MARKS_TO_FORGET and not (after_filler and word.text == ","):
            kept.append(replace(word, is_after_filler=True) if after_filler else word)
            after_filler = False
    return kept


def _is_spaced(words: list[Word], place: int) -> bool:
    """Tell whether the dash at `place` stands alone between two words, as a pause does."""
    if not 0 < place < len(words) - 1:
        return False
    return words[place - 1].end < words[place].start and words[place].end < words[place + 1].start
