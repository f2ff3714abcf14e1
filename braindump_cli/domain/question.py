"""A question to the journal: its words and what they weigh, and the words of an entry that answer it best."""

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from braindump_cli.domain.words import LIGHT, STOP, WORD, Token, folded, kin, spellings, stem, tokens

MOST_TERMS = 24  # of a question; more would only slow the answer
ENOUGH = 0.5  # share of the question's weight that an answer holds at least
LONGEST_PIECE = 30  # words; what was said without a full stop is cut at joints

_KIN_FITS = 0.85  # how well a word fits that only means about the same
_ELSEWHERE = 0.6  # how much a word counts that stands in the entry, but not in the quote
_ANSWERS = 0.15  # what a date for a "when", or a name for a "who", adds to the evidence
_NEAR = 0.1  # what words add that stand side by side
_ILL_SIZED = 0.04  # what a quote loses that is twice as long as one that reads well
_FITTING = 18  # words in a quote that reads well
_LIGHT, _NAME = 0.3, 1.4
_SMALL = 20  # added to the count of entries: in a small journal a rare word is not so rare
_MISSING = 0.8  # of the weight of a word that one entry holds: who asks may word it otherwise, names excepted
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
_SIGNS = re.compile(r"[^\s\w]*")
_LOOSE = ",;:-–—([{"  # signs that part a word from the next one
_JOINT = re.compile(r"[,;:]\s+|\s+(?=(?:and|but|so|because|then|which|um|uh)\b)")

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety|hundred|thousand|million|half|couple|dozen)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september"
    r"|october|november|december|today|tonight|tomorrow|yesterday|morning|afternoon|evening|night|noon|midnight"
    r"|weekend|fortnight|o'clock|(?:last|next|this) (?:week|month|year|spring|summer|autumn|winter)|christmas|easter"
    r"|\d{1,2}(?:[:.]\d\d)? ?[ap]m|\d{1,2}(?:st|nd|rd|th)|half past|quarter (?:past|to)|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\b(?:second|minute|hour|day|night|week|fortnight|month|year|decade)s?\b", re.IGNORECASE)
_NAMED = re.compile(
    r"(?<=[\w,;] )[A-Z][a-z]+|\b(?:mum|mom|dad|mother|father|brother|sister|aunt|auntie|uncle|gran|granny|grandad|wife"
    r"|husband|son|daughter|friend|boss|doctor|neighbour|man|woman|she|he)\b"
)
_PLACED = re.compile(
    r"\b(?:in|at|on|behind|under|near|next to|inside|above|below|between|by|with|to) (?:the|my|a|[A-Z])"
)
_WANTS = (
    (re.compile(r"\bhow long\b", re.IGNORECASE), _SPAN),
    (re.compile(r"\bhow (?:old|much|many|often|far|big|high|large)\b", re.IGNORECASE), _NUMBER),
    (re.compile(r"\b(?:when|what (?:day|date|time|month|year)|which (?:day|date|month|year))\b", re.IGNORECASE), _DATE),
    (re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE), _NAMED),
    (re.compile(r"\bwhere\b", re.IGNORECASE), _PLACED),
)  # fmt: skip


class Term(NamedTuple):
    """A word of a question that an answer should hold."""

    stem: str
    kin: frozenset[str]  # stems that mean about the same
    is_name: bool = False
    is_light: bool = False  # asks about the journal rather than for what stands in it

    @property
    def emphasis(self) -> float:
        """How much more or less it counts than a usual word."""
        return _NAME if self.is_name else _LIGHT if self.is_light else 1.0

    @property
    def spellings(self) -> tuple[str, ...]:
        """What finds it in an index: words, and beginnings that end with `*`."""
        return tuple(
            dict.fromkeys(form for each in (self.stem, *sorted(self.kin)) for form in spellings(each))
        )

    def fit(self, word: str) -> float:
        """Return how well a stem of a text fits: 1 the word itself, less for its kin, 0 for another."""
        if word == self.stem:
            return 1.0
        if word in self.kin:
            return _KIN_FITS
        shorter, longer = sorted((word, self.stem), key=len)
        return _KIN_FITS if len(shorter) >= 5 and longer.startswith(shorter) else 0.0


class Question(NamedTuple):
    """What is asked for."""

    terms: tuple[Term, ...]
    wants: re.Pattern[str] | None  # what an answer to "when", "who", "how many" has to hold

    def weights(self, counts: Sequence[int], entries: int) -> tuple[float, ...]:
        """Return what each term weighs: more the fewer of the journal's entries hold it."""
        return tuple(
            term.emphasis
            * math.log(1 + (entries + _SMALL) / (max(count, 1) + 1))
            * (1 if count or term.is_name else _MISSING)
            for term, count in zip(self.terms, counts, strict=True)
        )

    def is_answered(self, text: str, start: int, end: int) -> bool:
        """Tell whether these words hold what the question wants, and does not name itself."""
        if self.wants is None:
            return False
        asked = {term.stem for term in self.terms}
        return any(stem(folded(found[0])) not in asked for found in self.wants.finditer(text, start, end))


class Quote(NamedTuple):
    """Words of a text, and how well they answer."""

    start: int
    end: int
    score: float
    evidence: float  # 0 to 1: the share of the question that they and the rest of their entry hold


def parse_question(words: str) -> Question:
    """Return what a question asks for; without terms where it has no word that says something."""
    terms: dict[str, Term] = {}
    for place, found in enumerate(WORD.finditer(words)):
        word = folded(found[0])
        root = stem(word)
        if word in STOP or root in terms:
            continue
        is_name = place > 0 and found[0][0].isupper()
        terms[root] = Term(root, kin(root), is_name=is_name, is_light=not is_name and word in LIGHT)
    wants = next((pattern for asks, pattern in _WANTS if asks.search(words)), None)
    return Question(tuple(terms.values())[:MOST_TERMS], wants)


def best_quotes(
    text: str, question: Question, weights: Sequence[float], *, title: str = "", most: int
) -> list[Quote]:
    """Return at most `most` quotes of one or two sentences that do not overlap, best first."""
    words = list(tokens(text))
    known = {word.stem: [term.fit(word.stem) for term in question.terms] for word in (*words, *tokens(title))}
    fits = [known[word.stem] for word in words]
    around = _best_fits(known.values())
    whole = sum(weights) or 1.0
    found: list[Quote] = []
    for first, after in _windows(_pieces(text, words)):
        held = _best_fits(fits[first:after])
        if not any(held):
            continue
        start, end = _whole(text, words[first].start, words[after - 1].end)
        evidence = sum(
            weight * (here + _ELSEWHERE * max(there - here, 0.0))
            for weight, here, there in zip(weights, held, around, strict=True)
        )
        score = (
            evidence / whole
            + _ANSWERS * question.is_answered(text, start, end)
            + _NEAR * _nearness(fits[first:after], held)
            - _ILL_SIZED * abs(after - first - _FITTING) / _FITTING
        )
        found.append(Quote(start, end, score, evidence / whole))
    return _apart(found, most)


def _best_fits(fits: Iterable[Sequence[float]]) -> list[float]:
    return [max(column) for column in zip(*fits, strict=True)]


def _nearness(fits: Sequence[Sequence[float]], held: Sequence[float]) -> float:
    """Return how close together the question's words stand, 0 to 1; 0 for a single one."""
    places = [place for place, row in enumerate(fits) if any(row)]
    count = sum(1 for fit in held if fit)
    return count / max(places[-1] - places[0] + 1, count) if count > 1 else 0.0


def _apart(quotes: Iterable[Quote], most: int) -> list[Quote]:
    """Return the best quotes, without those that overlap a better one."""
    kept: list[Quote] = []
    for quote in sorted(quotes, key=lambda quote: (-quote.score, quote.start)):
        if all(quote.end <= other.start or quote.start >= other.end for other in kept):
            kept.append(quote)
        if len(kept) == most:
            break
    return kept


def _windows(pieces: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Yield each piece and each two neighbours."""
    yield from pieces
    yield from ((one[0], other[1]) for one, other in pairwise(pieces))


def _pieces(text: str, words: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the sentences as spans of words; what goes on without a full stop is cut at its joints."""
    ends = {found.start() for found in _SENTENCE_END.finditer(text)}
    joints = {found.start() for found in _JOINT.finditer(text)}
    pieces: list[tuple[int, int]] = []
    first = 0
    for place, word in enumerate(words):
        upto = words[place + 1].start if place + 1 < len(words) else len(text) + 1
        length = place + 1 - first
        stops = upto > len(text) or any(at in ends for at in range(word.end, upto))
        pauses = length >= LONGEST_PIECE // 2 and any(at in joints for at in range(word.end, upto))
        if stops or pauses or length >= LONGEST_PIECE:
            pieces.append((first, place + 1))
            first = place + 1
    return pieces


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where a quote begins and ends with the signs that belong to its first and last word."""
    while start and not (text[start - 1].isspace() or text[start - 1].isalnum()):
        start -= 1
    signs = _SIGNS.match(text, end)
    return start, end + len(signs[0].rstrip(_LOOSE)) if signs else end
