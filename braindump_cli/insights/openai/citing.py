"""What of an answer about passages is believed: sentences that name their quotes, and rest on them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from braindump_cli.insights.openai.prompt import day_of
from braindump_cli.insights.openai.wording import Said, content_words, plain, sentences
from braindump_cli.ports import Answer, Passage

NOTHING = Answer("", ())
_CITED = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_RUN = re.compile(rf"(?:\s*{_CITED.pattern})+")
_NUMBER = re.compile(r"\d{1,3}")
_LONGEST_SENTENCE = 400
_MOST_WORDS = (
    0.6  # of a sentence's content words stand in the quotes it names, in their days or in the question
)


def believed(
    answer: Mapping[str, Any], passages: Sequence[Passage], *, asked: str, most_sentences: int
) -> Answer:
    """Return the sentences that hold, and the places of their quotes; nothing where none does.

    A model names quotes by their numbers, counted from 1; in the text that is returned the entries' own numbers
    stand for them. `cited` counts from 0.
    """
    if answer.get("has_evidence") is not True:
        return NOTHING
    kept: list[str] = []
    cited: list[int] = []
    for sentence in _with_numbers(plain(answer.get("text"))):
        places = _places(sentence, len(passages))
        if (
            places
            and len(sentence) <= _LONGEST_SENTENCE
            and _rests_on(sentence, places, passages, asked=asked)
        ):
            kept.append(_by_entry(sentence, passages))
            cited += [place for place in places if place not in cited]
        if len(kept) == most_sentences:
            break
    return Answer(" ".join(kept), tuple(cited)) if kept else NOTHING


def _with_numbers(text: str) -> list[str]:
    """Return the sentences, each with the numbers that stand before or after its end mark."""
    whole: list[str] = []
    for piece in sentences(text):
        numbers = _CITED.match(piece)
        while numbers and whole:
            whole[-1] += numbers[0] if whole[-1].endswith("]") else f" {numbers[0]}"
            piece = piece[numbers.end() :].lstrip()  # noqa: PLW2901 - what is left of it
            numbers = _CITED.match(piece)
        if piece:
            whole.append(piece)
    return whole


def _places(sentence: str, count: int) -> list[int]:
    """Return the places of the quotes a sentence names; none if one of them was never given."""
    numbers = [int(number) for found in _CITED.findall(sentence) for number in _NUMBER.findall(found)]
    return [number - 1 for number in numbers] if all(1 <= number <= count for number in numbers) else []


def _by_entry(sentence: str, passages: Sequence[Passage]) -> str:
    """Return a sentence with the numbers of entries in place of those of quotes."""

    def named(run: re.Match[str]) -> str:
        entries = dict.fromkeys(passages[int(number) - 1].entry.number for number in _NUMBER.findall(run[0]))
        told = ", ".join(str(number) for number in entries if number is not None)
        return f" [{told}]" if told else ""

    return _RUN.sub(named, sentence).strip()


def _rests_on(sentence: str, places: Sequence[int], passages: Sequence[Passage], *, asked: str) -> bool:
    grounds = [f"{passages[place].quote} {day_of(passages[place])}" for place in places]
    own = _CITED.sub(" ", sentence)
    quoted = any(Said(content_words(ground)).share(own) > 0 for ground in grounds)
    return quoted and Said(content_words(" ".join([*grounds, asked]))).share(own) >= _MOST_WORDS
