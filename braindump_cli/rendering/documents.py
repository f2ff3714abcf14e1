"""The JSON documents: their fields are a promise. Unknown is null, never left out; fields are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from braindump_cli.domain.stamps import maybe_stamp, to_stamp

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.insight import Insights
    from braindump_cli.domain.new_entry import NewEntry
    from braindump_cli.domain.recording import Recording
    from braindump_cli.domain.todo import Todo

Document = dict[str, Any]


def entry_document(entry: Entry) -> Document:
    """Return an entry (`entry/1`)."""
    return {
        "id": entry.id,
        "number": entry.number,
        "kind": entry.kind,
        "title": entry.title,
        "text": entry.text,
        "language": entry.language,
        "created_at": to_stamp(entry.created_at),
        "zone": entry.zone,
        "tags": list(entry.tags),
        "is_starred": entry.is_starred,
        "is_private": entry.is_private,
        "is_draft": entry.is_draft,
        "duration_s": entry.duration_s,
        "engine": entry.engine,
        "recordings": [_recording_document(recording) for recording in entry.recordings],
        "word_count": entry.word_count,
        "deleted_at": maybe_stamp(entry.deleted_at),
        "pending": list(entry.pending),
    }


def whole_entry_document(entry: Entry, insights: Document | None, todos: Sequence[Todo]) -> Document:
    """Return an entry with what was understood of it, as `record`, `add` and `show` give it."""
    found = [todo_document(todo) for todo in todos]
    return {**entry_document(entry), "insights": insights, "todos": found}


def insights_document(insights: Insights) -> Document:
    """Return one version of an entry's insights (`insights/1`)."""
    from braindump_cli.domain.findings import to_plain

    return {
        "entry_id": insights.entry_id,
        "engine": insights.engine,
        "model": insights.model,
        "schema_version": insights.schema_version,
        "is_edited": insights.is_edited,
        "created_at": to_stamp(insights.created_at),
        **to_plain(insights.findings),
    }


def sealed_entry_document(new: NewEntry, duration_s: float | None = None) -> Document:
    """Return an entry that waits, sealed, for the key: what only the journal can know is null."""
    from braindump_cli.domain.entry import Entry

    entry = Entry(
        id=new.id, number=None, kind=new.kind, created_at=new.created_at, zone=new.zone, title=new.title,
        text=new.text, language=new.language, tags=new.tags, is_private=new.is_private, duration_s=duration_s,
    )  # fmt: skip
    return {**entry_document(entry), "insights": None, "todos": None}


def _recording_document(recording: Recording) -> Document:
    return {
        "id": recording.id,
        "part": recording.part,
        "kind": recording.kind,
        "format": recording.format,
        "duration_s": recording.duration_s,
        "size_bytes": recording.size_bytes,
        "sha256": recording.sha256,
        "state": recording.state,
        "gaps_s": recording.gaps_s,
    }


def todo_document(todo: Todo) -> Document:
    """Return a to-do (`todo/1`)."""
    return {
        "id": todo.id,
        "number": todo.number,
        "text": todo.text,
        "quote": todo.quote,
        "quote_start_s": todo.quote_start_s,
        "quote_end_s": todo.quote_end_s,
        "due_on": todo.due_on.isoformat() if todo.due_on else None,
        "due_at": maybe_stamp(todo.due_at),
        "recurrence": todo.recurrence,
        "priority": todo.priority,
        "status": todo.status,
        "is_suggestion": todo.is_suggestion,
        "confidence": todo.confidence,
        "is_edited": todo.is_edited,
        "entry_id": todo.entry_id,
        "focus_s": todo.focus_s,
        "created_at": to_stamp(todo.created_at),
        "done_at": maybe_stamp(todo.done_at),
    }
