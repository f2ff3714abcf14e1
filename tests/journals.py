"""Real encrypted journals in throw-away folders, and entries to put into them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from braindump_cli.domain.entry import TEXT, VOICE
from braindump_cli.domain.ids import new_id
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.todo import Todo
from braindump_cli.domain.transcript import Segment, Transcript
from braindump_cli.ports import Clock
from braindump_cli.services.insights import Mind
from braindump_cli.storage.engine import Connection
from braindump_cli.storage.opening import open_journal
from braindump_cli.storage.sqlite.entries import SqliteEntries
from braindump_cli.storage.sqlite.insights import SqliteInsights
from braindump_cli.storage.sqlite.jobs import SqliteJobs
from braindump_cli.storage.sqlite.journal import SqliteJournal
from braindump_cli.storage.sqlite.todos import SqliteTodos
from tests.fakes import MONDAY_MORNING
from tests.vaults import paths_in, vault_in


def open_in(folder: Path) -> Connection:
    """Open the journal in `folder`, or make it."""
    return open_journal(paths_in(folder), vault_in(folder))


def mind_of(db: Connection, clock: Clock) -> Mind:
    """Return the repositories of an open journal."""
    journal = SqliteJournal(db, clock)
    return Mind(journal, SqliteEntries(journal), SqliteInsights(journal), SqliteTodos(journal), clock)


def jobs_of(mind: Mind, folder: Path) -> SqliteJobs:
    """Return the waiting work of the journal in `folder`."""
    assert isinstance(mind.journal, SqliteJournal)
    return SqliteJobs(mind.journal, paths_in(folder).locks)


def typed(text: str = "", *, at: datetime = MONDAY_MORNING, **fields: Any) -> NewEntry:
    """Return a typed entry on its way in."""
    usual: dict[str, Any] = {"kind": TEXT, "zone": "Europe/London", "language": "en", "source": "argument"}
    return NewEntry(id=new_id(at), created_at=at, text=text, **(usual | fields))


def spoken(*, at: datetime = MONDAY_MORNING, **fields: Any) -> NewEntry:
    """Return a spoken entry on its way in."""
    return typed(at=at, **({"kind": VOICE, "source": "microphone"} | fields))


def heard(*sentences: str, provider: str = "fake", is_draft: bool = False) -> Transcript:
    """Return a transcript: a second a sentence."""
    segments = tuple(Segment(text=text, start_s=i, end_s=i + 1) for i, text in enumerate(sentences))
    return Transcript(provider=provider, model="m", language="en", segments=segments, is_draft=is_draft)


def todo(text: str = "Call the dentist", *, at: datetime = MONDAY_MORNING, **fields: Any) -> Todo:
    """Return a to-do that no repository knows yet."""
    return Todo(id=new_id(at), number=0, text=text, created_at=at, **fields)
