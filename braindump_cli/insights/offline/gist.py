"""Title, summary and the question of an entry, in the speaker's own words."""

import math
from collections import Counter
from itertools import pairwise

from braindump_cli.insights.offline.lexicon import (
    ADVERBS,
    CLAUSE_OPENERS,
    DETERMINERS,
    FINITE,
    PREPOSITIONS,
    PRONOUNS,
    SENTENCE_MARKS,
    STOP_WORDS,
    SUBJECTS,
)
from braindump_cli.insights.offline.reading import Reading

LONGEST_TITLE = 60
_MOST_SENTENCES = 3
_SURE_OPENERS = frozenset("and but so oh anyway also then because plus".split())
_LONGEST_RUN = 26  # words of an unmarked stretch that count as one sentence
_SHORTEST = 4  # content words that make a sentence worth quoting
_LEADING = CLAUSE_OPENERS - {
    "do",
    "list",
    "task",
    "tasks",
    "self",
    "tomorrow",
    "today",
    "tonight",
    "reminder",
    "todo",
} | {"yeah", "um", "hey", "like", ",", "honestly", "because", "just", "yet", ".", "what"} - {"what"}
_EMPTY = (
    PREPOSITIONS
    | DETERMINERS
    | SUBJECTS
    | STOP_WORDS
    | ADVERBS
    | FINITE
    | PRONOUNS
    | CLAUSE_OPENERS
    | frozenset(
        "be been being have do done get got go going thing things like know think feel felt need needs me my"
        " not no very"
        " much quite bit really one two lot kind sort way if as than because there's don't i've i'm would".split()
    )
)
_ASKS_SELF = (
    "should i", "do i", "am i", "why do i", "why am i", "what if i", "how do i", "what am i", "why can't i",
    "do we", "should we", "when did i", "why did i", "what do i", "how can i", "where do i", "can i",
    "will i",
)  # fmt: skip
_QUESTION_WORDS = frozenset(
    "what what's why how when where who which should do does am is isn't are aren't can can't could will"
    " would"
    " did didn't have haven't was wasn't were shall must whose don't".split()
)
_BREAK_BEFORE = frozenset(
    ("and", "but", "so", "because", "anyway", "oh", "then", "i", "i'm", "i've", "it's", "also")
)

Span = tuple[int, int]


def sentences(reading: Reading) -> list[Span]:
    """Return the sentences; a long stretch without marks is cut where a new thought seems to start."""
    bounds = [*reading.sentence_starts, len(reading)] if len(reading) else []
    return [piece for start, end in pairwise(bounds) for piece in _cut(reading, start, end)]


def _cut(reading: Reading, start: int, end: int) -> list[Span]:
    pieces: list[Span] = []
    begin = start
    if end - start <= 3 * _LONGEST_RUN and not reading.is_run_on(start):
        return [(start, end)]
    for place in range(start, end):
        length = place - begin
        is_pause = reading.after_filler(place) or reading.at(place) in _BREAK_BEFORE
        if (
            length >= 9 and is_pause and end - place > 3 and end - start > _LONGEST_RUN
        ) or length >= 2 * _LONGEST_RUN:
            pieces.append((begin, place))
            begin = place
    pieces.append((begin, end))
    return pieces


def summary(reading: Reading) -> str:
    """Return up to three telling sentences in the order of the text."""
    spans = [_trimmed(reading, span) for span in sentences(reading)]
    weight = _weights(reading)
    scored = [(_score(reading, span, weight), -number) for number, span in enumerate(spans)]
    best = sorted((pair for pair in scored if pair[0] > 0), reverse=True)[:_MOST_SENTENCES]
    chosen = sorted(-number for _, number in best)
    return " ".join(_written(reading, spans[number]) for number in chosen)


def title(reading: Reading) -> str:
    """Return at most sixty characters: the most telling sentence, cut at a word."""
    spans = [span for span in (_trimmed(reading, span) for span in sentences(reading)) if span[0] < span[1]]
    if not spans:
        return " ".join(reading.text.split())[:LONGEST_TITLE].strip()
    weight = _weights(reading)
    best = max(range(len(spans)), key=lambda n: (_score(reading, spans[n], weight) / (1 + 0.15 * n), -n))
    return _shortened(reading, spans[best])


def question(reading: Reading) -> str | None:
    """Return the last question the speaker asks about himself, word for word, or None."""
    found = None
    for start, end in pairwise([*reading.sentence_starts, len(reading)]) if len(reading) else ():
        begin = _trimmed(reading, (start, end))[0]
        if reading.at(begin) not in _QUESTION_WORDS:
            continue
        says_self = any(reading.at(k) in ("i", "my", "me", "we", "i'm", "myself") for k in range(begin, end))
        if (
            reading.at(end - 1) == "?"
            and says_self
            and end - begin <= 30
            and not _asks_other(reading, begin, end)
        ):
            found = reading.slice(begin, end)
    return found or _unmarked_question(reading)


def _asks_other(reading: Reading, start: int, end: int) -> bool:
    return any(reading.at(k) in ("you", "said", "asked", "says", "remind", "goes") for k in range(start, end))


def _unmarked_question(reading: Reading) -> str | None:
    """Return "should i quit" from a text without marks."""
    for place in range(len(reading)):
        if not reading.words.follows(place, *_ASKS_SELF) or reading.at(place - 1) in SUBJECTS | {
            "what",
            "than",
            "as",
            "all",
            "nor",
        }:
            continue
        start, limit = reading.sentence(place)
        if reading.at(limit - 1) in SENTENCE_MARKS or limit - start < 15:
            continue
        end = place + 3
        while end < min(limit, place + 14) and reading.at(end) not in (
            "should",
            "that's",
            "i",
            "and",
            "or",
            "but",
            "so",
            "do",
        ):
            end += 1
        return reading.slice(place, end)
    return None


def _trimmed(reading: Reading, span: Span) -> Span:
    """Leave out openers such as "okay so um"."""
    begin, end = span
    start = begin
    while start < end - 1 and reading.at(start) in _LEADING:
        start += 1
    says_something = start - begin == 1 and reading.at(start).isalpha() and reading.at(start) not in SUBJECTS
    if says_something and reading.at(begin) not in _SURE_OPENERS:
        return span  # "Right shoulder hurts", "Well done team"
    left = [place for place in range(start, end) if reading.at(place) not in SENTENCE_MARKS]
    return (start, end) if len(left) > 1 else span  # "one two three" is all there is


def _weights(reading: Reading) -> Counter[str]:
    return Counter(
        word for place in range(len(reading)) if len(word := reading.at(place)) > 2 and word not in _EMPTY
    )


def _score(reading: Reading, span: Span, weight: Counter[str]) -> float:
    """Return how telling a sentence is: the weight of its words, less for very short and very long ones."""
    words = {reading.at(place) for place in range(*span)}
    telling = [word for word in words if weight.get(word)]
    if len(telling) < _SHORTEST:
        return 0.2 * len(telling)
    length = span[1] - span[0]
    own = 1.2 if words & {"i", "i'm", "i've", "my", "we", "me", "i'll"} else 1.0
    worth = sum(1 + 0.3 * min(weight[word] - 1, 3) for word in telling)
    return own * worth / math.pow(max(length, 12), 0.6)


def _written(reading: Reading, span: Span) -> str:
    """Return a sentence as it stands, with the mark that ends it."""
    text = " ".join(reading.slice(*span).split()).rstrip(",;:")
    return text[:1].upper() + text[1:]


def _shortened(reading: Reading, span: Span) -> str:
    """Return the sentence without its end mark, or as many of its words as fit."""
    start, end = span
    while end > start + 1 and not reading.at(end - 1)[:1].isalnum():
        end -= 1
    if len(_plain(reading, start, end)) > LONGEST_TITLE:
        end = _clause_within(reading, start, end)
    while end > start + 1 and (len(_plain(reading, start, end)) > LONGEST_TITLE or _hangs(reading, end)):
        end -= 1
    text = _plain(reading, start, end)[:LONGEST_TITLE].strip(" ,;:")
    return text[:1].upper() + text[1:]


def _clause_within(reading: Reading, start: int, end: int) -> int:
    """Return the last comma or "and" by which a readable title is done, or `end`."""
    cuts = [
        k
        for k in range(start + 4, end)
        if reading.at(k) in (",", "and", "but", "because", "so", "which", "or")
    ]
    fitting = [k for k in cuts if len(_plain(reading, start, k)) <= LONGEST_TITLE]
    return fitting[-1] if fitting and len(_plain(reading, start, fitting[-1])) >= LONGEST_TITLE // 3 else end


def _hangs(reading: Reading, end: int) -> bool:
    last = reading.at(end - 1)
    return (
        last in PREPOSITIONS
        or last in DETERMINERS
        or last in SUBJECTS
        or last in ("and", "or", "but", ",", "so", "because", "if", "to")
    )


def _plain(reading: Reading, start: int, end: int) -> str:
    """Return the words without fillers, marks joined to the word before them."""
    text = ""
    for place in range(start, end):
        word = reading.words.words[place]
        raw = reading.text[word.start : word.end]
        touches = place > start and reading.words.words[place - 1].end == word.start
        text += raw if not text or touches or not raw[0].isalnum() else f" {raw}"
    return text
