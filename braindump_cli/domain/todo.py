"""To-dos, and when two of them are the same."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from braindump_cli.domain.ids import derived_id

OPEN, DONE, DROPPED = "open", "done", "dropped"
PRIORITIES = ("high", "normal", "low")


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """Something to do, found in an entry or added by hand (then without entry and quote)."""

    id: str
    number: int
    text: str
    created_at: datetime
    quote: str | None = None
    quote_start_s: float | None = None
    quote_end_s: float | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    recurrence: str | None = None
    priority: str = "normal"
    status: str = OPEN
    is_suggestion: bool = False
    confidence: float = 1.0
    is_edited: bool = False
    entry_id: str | None = None
    focus_s: float = 0.0
    done_at: datetime | None = None
    is_touched: bool = False  # the user did something with it: it is never withdrawn or demoted again
    is_linked: bool = False  # something else points at it: focus time, a card elsewhere

    @property
    def follows(self) -> bool:
        """Whether a new reading of its entry may still change it."""
        return self.status == OPEN and not self.is_edited


class Wanted(NamedTuple):
    """A to-do as a new reading of the entry has it."""

    quote: str
    text: str
    due_on: date | None


class Reconciled(NamedTuple):
    """What a new reading means for an entry's to-dos; indices point into the lists that were given."""

    same: tuple[tuple[int, int], ...]  # (old, new)
    added: tuple[int, ...]  # new
    withdrawn: tuple[int, ...]  # old


def todo_id(entry_id: str, text: str, due_on: date | None) -> str:
    """Return the id of a to-do found in an entry: the same words and date, the same id, on every device."""
    return derived_id("todo", entry_id, normalised(text), due_on.isoformat() if due_on else "")


def normalised(text: str) -> str:
    """Return the words alone, lower case: what makes two to-dos read the same."""
    return " ".join(re.findall(r"\w+", text.lower()))


def reconcile(old: Sequence[Todo], new: Sequence[Wanted], text: str) -> Reconciled:
    """Tell which to-dos of a new reading are old ones.

    Two are the same if their text and date agree, or if their quotes overlap by half; each old one is
    taken once, the closest pair first. What no new reading finds is withdrawn only while it is open,
    untouched and unlinked.
    """
    pairs = sorted(
        (
            (-nearness, i, k)
            for i, before in enumerate(old)
            for k, wanted in enumerate(new)
            if (nearness := _nearness(before, wanted, text))
        ),
    )
    taken: dict[int, int] = {}
    used: set[int] = set()
    for _, i, k in pairs:
        if i not in taken and k not in used:
            taken[i] = k
            used.add(k)
    gone = (
        i
        for i, before in enumerate(old)
        if i not in taken
        and before.status == OPEN
        and not (before.is_touched or before.is_edited or before.is_linked)
    )
    added = tuple(k for k in range(len(new)) if k not in used)
    return Reconciled(tuple(sorted(taken.items())), added, tuple(gone))


def _nearness(old: Todo, new: Wanted, text: str) -> float:
    """Return 0 for different to-dos; else more for closer ones: same text before same quote."""
    same_text = normalised(old.text) == normalised(new.text)
    if same_text and old.due_on == new.due_on:
        return 4.0
    overlap = _overlap(old.quote or "", new.quote, text)
    if overlap < 0.5:
        return 0.0
    words, others = set(normalised(old.text).split()), set(normalised(new.text).split())
    alike = len(words & others) / max(len(words | others), 1)
    return overlap + 2 * alike


def _overlap(one: str, other: str, text: str) -> float:
    """Return how much of the shorter quote lies in the other: by place in the text, else by words in order."""
    if not one or not other:
        return 0.0
    start, begin = text.find(one), text.find(other)
    if start >= 0 and begin >= 0:
        shared = min(start + len(one), begin + len(other)) - max(start, begin)
        return max(shared, 0) / min(len(one), len(other))
    return _shared_words(normalised(one).split(), normalised(other).split())


def _shared_words(one: Sequence[str], other: Sequence[str]) -> float:
    from difflib import SequenceMatcher

    blocks: Iterable[int] = (
        block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    )
    return sum(blocks) / max(len(one), len(other), 1)
