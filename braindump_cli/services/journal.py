"""Keeping, finding and naming entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from braindump_cli.domain.selector import Selector, parse_selector
from braindump_cli.errors import ConflictError, NotFoundError, UsageError

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.new_entry import NewEntry
    from braindump_cli.ports import Clock, EntryRepository, JobQueue, Journal


class Numbered(Protocol):
    """Anything a selector may name."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> int | None: ...


N = TypeVar("N", bound=Numbered)


def keep_text(new: NewEntry, *, journal: Journal, entries: EntryRepository, jobs: JobQueue) -> Entry:
    """Make typed words an entry, before anyone tries to understand them.

    Entry and job are durable, in one transaction, when this returns. Raises StoreError.
    """
    from braindump_cli.domain.job import ANALYSE

    with journal.writing():
        entry = entries.add(new)
        if new.wants_insights:
            jobs.add(entry.id, ANALYSE)
    return entry


def one_entry(words: str, entries: EntryRepository) -> Entry:
    """Return the entry that `words` name. Raises UsageError (candidates named), NotFoundError."""
    return one_of(words, entries.select, kind="entry", name=lambda entry: entry.title or entry.text[:40])


def one_of(
    words: str, select: Callable[[Selector], Sequence[N]], *, kind: str, name: Callable[[N], str]
) -> N:
    """Return the one thing that `words` name. Raises UsageError (candidates named), NotFoundError."""
    selector = parse_selector(words)
    found = select(selector)
    if not found and selector.number is not None and len(words) >= 6:  # digits alone may also end an id
        found = select(Selector(id_ending=words))
    if not found:
        raise NotFoundError(f"There is no {kind} {words}.")
    if len(found) > 1:
        candidates = "; ".join(f"{thing.number} ({name(thing)})" for thing in found)
        raise UsageError(f"{words} fits more than one {kind}.", hint=f"Did you mean {candidates}?")
    return found[0]


def delete_entry(entry: Entry, *, entries: EntryRepository, clock: Clock) -> Entry:
    """Put an entry into the trash, whence it can be restored. Raises ConflictError if it lies there already."""
    if entry.deleted_at is not None:
        raise ConflictError(
            f"Entry {entry.number} is in the trash already.", hint=f"braindump restore {entry.number}"
        )
    return _move(entry, clock.now(), entries)


def restore_entry(entry: Entry, *, entries: EntryRepository) -> Entry:
    """Take an entry out of the trash. Raises ConflictError if it is not there."""
    if entry.deleted_at is None:
        raise ConflictError(f"Entry {entry.number} is not in the trash.")
    return _move(entry, None, entries)


def _move(entry: Entry, deleted_at: datetime | None, entries: EntryRepository) -> Entry:
    entries.trash(entry.id, deleted_at)
    return entries.get(entry.id)
