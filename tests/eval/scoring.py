"""Compares to-dos with those a reader took from an entry.

A prediction and a gold to-do match by their content words, stemmed, date words left out:
0.65 * (share of the gold's words found) + 0.35 * (share of the prediction's words in the gold) >= 0.60,
with at least half of the gold's words found and two fifths of the prediction's. A copied sentence
fails: to-dos must be short. Each matches once, the best pairs first.
"""

import difflib
import re
from dataclasses import dataclass, field
from itertools import product
from typing import Any

THRESHOLD = 0.60
_STOP = frozenset(
    "a an the my our your his her their its this that these those to for of on in at by with and or from about up out"
    " over off me i you he she it we they them him us is are be am was were been will would should have has had do does"
    " did get got go going gonna need needs must let so just really then also some any next last every each per before"
    " after until as if when while because not no uh um oh okay ok yeah well like please back again own".split()
)
_DATE_WORDS = frozenset(
    "today tonight tomorrow yesterday morning afternoon evening night noon midnight week weeks weekend month"
    " months year"
    " years day days daily weekly monthly monday tuesday wednesday thursday friday saturday sunday mondays tuesdays"
    " wednesdays thursdays fridays saturdays sundays january february march april june july august september october"
    " november december eod eow end latest asap urgent urgently soon first second third fourth fifth sixth seventh"
    " eighth ninth tenth eleventh twelfth".split()
)
_ENDINGS = (("'s", ""), ("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))

Row = dict[str, Any]


@dataclass
class Scores:
    """Counts over all entries; a ratio without cases is 1."""

    matched: int = 0
    strict: int = 0  # text and date both right
    spurious: int = 0
    missed: int = 0
    dated: int = 0
    dated_right: int = 0
    silent: int = 0  # entries without to-dos
    alarmed: int = 0  # those of them where some were found
    errors: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def f1(self) -> float:
        return self._f1(self.matched)

    @property
    def strict_f1(self) -> float:
        return self._f1(self.strict)

    @property
    def due_accuracy(self) -> float:
        return self.dated_right / self.dated if self.dated else 1.0

    @property
    def false_alarms(self) -> float:
        return self.alarmed / self.silent if self.silent else 0.0

    def _f1(self, hits: int) -> float:
        return 2 * hits / max(1, 2 * self.matched + self.spurious + self.missed)


def score(gold: list[Row], predicted: dict[str, list[Row]]) -> Scores:
    """Compare every entry of `gold` with the to-dos found for its id."""
    scores = Scores()
    for entry in gold:
        _score_entry(entry, predicted.get(entry["id"], []), scores)
    return scores


def similarity(gold: str, found: str) -> float:
    """Return how alike two wordings are, 0 where too little is shared."""
    wanted, said = _content(gold), _content(found)
    hits = _overlap(wanted, said)
    if not wanted or not said or hits / len(wanted) < 0.5 or hits / len(said) < 0.4:
        return 0.0
    return 0.65 * hits / len(wanted) + 0.35 * hits / len(said)


def _score_entry(entry: Row, found: list[Row], scores: Scores) -> None:
    golds = entry["todos"]
    pairs = _pairs(golds, found)
    for number, other in pairs.items():
        if not golds[number].get("optional"):
            _score_match(entry["id"], golds[number], found[other], scores)
    missed = [todo for number, todo in enumerate(golds) if number not in pairs and not todo.get("optional")]
    spurious = [todo for number, todo in enumerate(found) if number not in pairs.values()]
    scores.missed += len(missed)
    scores.spurious += len(spurious)
    scores.errors += [(entry["id"], "missed", todo["text"]) for todo in missed]
    scores.errors += [(entry["id"], "spurious", todo["text"]) for todo in spurious]
    if all(todo.get("optional") for todo in golds):
        scores.silent += 1
        scores.alarmed += bool(spurious)


def _score_match(entry_id: str, gold: Row, found: Row, scores: Scores) -> None:
    is_right = found["due"] in [gold["due"], *gold.get("due_alt", [])]
    scores.matched += 1
    scores.strict += is_right
    scores.dated += gold["due"] is not None
    scores.dated_right += gold["due"] is not None and is_right
    if not is_right:
        scores.errors.append((entry_id, "due", f"{gold['text']}: {found['due']} for {gold['due']}"))


def _pairs(golds: list[Row], found: list[Row]) -> dict[int, int]:
    """Return which found to-do answers which gold one, best pairs first, required before optional."""
    ranked = sorted(
        (
            (_best(gold, todo["text"]), not gold.get("optional"), -number, -other)
            for (number, gold), (other, todo) in product(enumerate(golds), enumerate(found))
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for alike, _, number, other in ranked:
        if alike >= THRESHOLD and -number not in pairs and -other not in pairs.values():
            pairs[-number] = -other
    return pairs


def _best(gold: Row, text: str) -> float:
    return max(similarity(wording, text) for wording in [gold["text"], *gold.get("alts", [])])


def _content(text: str) -> list[str]:
    raw = re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))
    kept = [_stem(word.strip("'")) for word in raw if word not in _STOP | _DATE_WORDS and word.strip("'")]
    return kept or [_stem(word) for word in raw]


def _stem(word: str) -> str:
    for ending, kept in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + kept
            break
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _overlap(wanted: list[str], said: list[str]) -> int:
    left, hits = list(said), 0
    for word in wanted:
        match = next((other for other in left if _is_alike(word, other)), None)
        if match is not None:
            left.remove(match)
            hits += 1
    return hits


def _is_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    return min(len(one), len(other)) > 3 and difflib.SequenceMatcher(None, one, other).ratio() >= 0.85
