"""Which entries a command is about."""

from datetime import datetime
from typing import NamedTuple


class EntryFilter(NamedTuple):
    """Entries with `since` <= created_at < `until` that have every tag named."""

    since: datetime | None = None
    until: datetime | None = None
    tags: tuple[str, ...] = ()
    starred_only: bool = False
    kind: str | None = None  # voice, text
    in_trash: bool = False
    newest_first: bool = True
    limit: int | None = 20  # None is everything
