"""Sentences from bare words: an engine without punctuation tells only when each word was said."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from braindump_cli.domain.transcript import Segment

_PAUSE_S = 0.45  # between sentences; people breathe shorter within one
_LONG_PAUSE_S = 0.9  # ends even a sentence of one or two words
_FEWEST_WORDS = 3
# "may" and "march" are more often said as verbs.
_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday"
    " january february april june july august september october november december".split()
)


class Word(NamedTuple):
    """A word and when it was said, in seconds of the recording."""

    text: str
    start_s: float
    end_s: float
    probability: float  # 0 to 1; 0 also where it is not known


def sentences(words: Iterable[Word]) -> Iterator[Segment]:
    """Yield one segment a sentence, with a capital and a full stop; words come in the order spoken."""
    sentence: list[Word] = []
    for word in words:
        if sentence and _ends(sentence, word):
            yield _segment(sentence)
            sentence = []
        sentence.append(word)
    if sentence:
        yield _segment(sentence)


def _ends(sentence: list[Word], following: Word) -> bool:
    pause_s = following.start_s - sentence[-1].end_s
    return pause_s >= (_PAUSE_S if len(sentence) >= _FEWEST_WORDS else _LONG_PAUSE_S)


def _segment(words: list[Word]) -> Segment:
    text = " ".join(_cased(word.text) for word in words)
    return Segment(
        text=f"{text[:1].upper()}{text[1:]}.",
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        confidence=round(sum(word.probability for word in words) / len(words), 3),
    )


def _cased(word: str) -> str:
    """Give `i`, `i'm` and `i'll` their capital, days and months theirs."""
    is_name = word == "i" or word.startswith("i'") or word.removesuffix("'s") in _NAMES
    return word[:1].upper() + word[1:] if is_name else word
