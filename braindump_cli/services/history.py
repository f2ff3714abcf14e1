"""Earlier versions of an entry."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.history import HEARD, Version
from braindump_cli.errors import NotFoundError


class History(Protocol):
    """What a journal remembers of earlier versions."""

    def of_entry(self, entry_id: str) -> Sequence[Version]:
        """Return versions of the entry, its insights and its to-dos, and all that engines heard, oldest first."""
        ...


def versions_of(entry: Entry, history: History) -> Sequence[Version]:
    """Return the versions of an entry that differ from how it stands, oldest first, numbered from 1."""
    found = (
        version
        for version in history.of_entry(entry.id)
        if version.cause != HEARD or version.text != entry.text
    )
    return [replace(version, number=number) for number, version in enumerate(found, start=1)]


def one_version(entry: Entry, number: int, history: History) -> Version:
    """Return one of them. Raises NotFoundError."""
    found = versions_of(entry, history)
    if not 1 <= number <= len(found):
        there = (
            f"There are {len(found)}." if len(found) > 1 else "There is one." if found else "There are none."
        )
        raise NotFoundError(
            f"Entry {entry.number} has no version {number}.", hint=f"{there} braindump history {entry.number}"
        )
    return found[number - 1]
