"""The text as the check of an answer sees it: what was really said, and where."""

import re
import unicodedata
from bisect import bisect_left
from functools import cached_property
from typing import NamedTuple

from braindump_cli.insights.openai.wording import Said, content_words

LONGEST_QUOTE = 250  # characters; who quotes more has not found the place
_LONGEST_SENTENCE = 400
_SIGNS = str.maketrans("‘’‚‛`´“”„«»‹›–—‑−", "''''''\"\"\"\"\"''----")  # noqa: RUF001 - all quotes and dashes are one
_TO_A_MODEL = re.compile(
    r"\b(?:ignore|disregard|override)\b[\w\s,']{0,30}\b(?:instructions?|prompts?|guidelines)\b"
    r"|\b(?:ignore|disregard)\s+(?:all|any|your)\s+(?:\w+\s+)?rules\b"
    r"|\bforget\s+(?:all|any|everything|previous|prior|earlier)\b[\w\s,']{0,30}\b(?:instructions?|prompts?|rules)\b"
    r"|\bsystem\s+(?:prompt|message)\b|\bas\s+an\s+ai\b|\bdeveloper\s+mode\b|\bjailbreak\b"
    r"|\byou\s+are\s+(?:now\s+)?(?:an?\s+)?(?:ai|chatgpt|language\s+model|helpful\s+assistant)\b"
    r"|\b(?:set|make|change|write)\s+the\s+(?:title|summary)\s+(?:to|as|be)\b"
    r"|\b(?:answer|respond|reply|output)\s+(?:only\s+with|in\s+json)\b",
    re.IGNORECASE,
)
_ORDER_REACH = 300  # characters that an order to a model, with what it wants, may take
_ORDER_SENTENCES = 3
_SENTENCE_END = re.compile(r"[.!?…]+\s|\n")


class Span(NamedTuple):
    """text[start:end]."""

    start: int
    end: int


class Source:
    """A text in which quotes are found however case, quotation marks and blanks are written.

    Sentences that give orders to a model are no ground for anything: who speaks of a day does not say them.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _normal(self) -> tuple[str, list[int]]:
        return _normalised(self.text)

    @cached_property
    def _orders(self) -> tuple[Span, ...]:
        return _orders(self.text)

    @cached_property
    def said(self) -> Said:
        """The content words of the whole text."""
        return Said(content_words(self.without_orders(Span(0, len(self.text)))))

    def find(self, quote: str, within: Span | None = None) -> Span | None:
        """Return where `quote` stands first, as whole words, or None."""
        wanted = _normalised(quote.strip(" \t\n\r\"'“”‘’…"))[0].strip()
        if not wanted or len(wanted) > LONGEST_QUOTE or not any(map(str.isalnum, wanted)):
            return None
        letters, places = self._normal
        low, high = (0, len(letters)) if within is None else (bisect_left(places, place) for place in within)
        start = letters.find(wanted, low, high)
        while start >= 0:
            end = start + len(wanted)
            span = Span(places[start], places[end - 1] + 1)
            if _is_whole(letters, start, end) and not self.is_ordered(span):
                return span
            start = letters.find(wanted, start + 1, high)
        return None

    def words(self, span: Span) -> str:
        """Return what stands there, verbatim."""
        return self.text[span.start : span.end]

    def around(self, span: Span, reach: int) -> Span:
        """Return the span with up to `reach` more characters on both sides, cut between words."""
        start, end = max(span.start - reach, 0), min(span.end + reach, len(self.text))
        while 0 < start < span.start and not self.text[start - 1].isspace():
            start += 1
        while span.end < end < len(self.text) and not self.text[end].isspace():
            end -= 1
        return Span(start, end)

    def sentence(self, span: Span) -> Span:
        """Return the sentence around a span, at most 400 characters of it."""
        wide = self.around(span, max(_LONGEST_SENTENCE - (span.end - span.start), 0) // 2)
        before = [found.end() for found in _SENTENCE_END.finditer(self.text, wide.start, span.start)]
        after = _SENTENCE_END.search(self.text, max(span.end - 1, span.start), wide.end)
        start, end = (before[-1] if before else wide.start), (after.end() if after else wide.end)
        said = self.text[start:end]
        return Span(start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip()))

    def said_near(self, span: Span, reach: int) -> Said:
        """Return the content words said around a span."""
        return Said(content_words(self.without_orders(self.around(span, reach))))

    def is_ordered(self, span: Span) -> bool:
        """Tell whether the span touches an order to a model."""
        return any(span.start < order.end and order.start < span.end for order in self._orders)

    def without_orders(self, span: Span) -> str:
        """Return what stands there, less what was said to a model."""
        pieces, start = [], span.start
        for order in self._orders:
            if order.end > start and order.start < span.end:
                pieces.append(self.text[start : max(order.start, start)])
                start = order.end
        return " ".join([*pieces, self.text[start : span.end]])


def _is_whole(letters: str, start: int, end: int) -> bool:
    return not (
        _joins(letters[start - 1 : start], letters[start]) or _joins(letters[end - 1], letters[end : end + 1])
    )


def _joins(one: str, other: str) -> bool:
    """Tell whether two letters belong to one word; scripts without cases may know no blanks."""
    return _is_lettered(one) and _is_lettered(other)


def _is_lettered(letter: str) -> bool:
    return letter.isdecimal() or letter.lower() != letter.upper()


def _normalised(text: str) -> tuple[str, list[int]]:
    """Return the text in lower case, blanks as one, signs as one, and the place each letter comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text.translate(_SIGNS)):
        if letter.isspace():
            if letters and letters[-1] == " ":
                continue
            kept = " "
        elif unicodedata.category(letter)[0] == "C":
            continue
        else:
            lower = letter.lower()
            kept = lower if len(lower) == 1 else letter
        letters.append(kept)
        places.append(place)
    return "".join(letters), places


def _orders(text: str) -> tuple[Span, ...]:
    found = []
    for order in _TO_A_MODEL.finditer(text):
        before = [
            end.end() for end in _SENTENCE_END.finditer(text, max(order.start() - 100, 0), order.start())
        ]
        limit = min(order.end() + _ORDER_REACH, len(text))
        ends = [end.end() for end in _SENTENCE_END.finditer(text, order.end(), limit)][:_ORDER_SENTENCES]
        whole = len(ends) == _ORDER_SENTENCES
        found.append(Span(before[-1] if before else order.start(), ends[-1] if whole else limit))
    return tuple(found)
