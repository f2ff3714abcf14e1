"""Earlier versions: revisions, and what engines heard."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from braindump_cli.domain.history import ENTRY, HEARD, INSIGHTS, TODO, Version
from braindump_cli.domain.stamps import from_stamp
from braindump_cli.storage.sqlite.journal import SqliteJournal

_REVISIONS = (
    "SELECT v.subject, v.cause, v.replaced_at, v.body, NULL FROM revisions v WHERE v.subject_id = ?1"
    " UNION ALL SELECT v.subject, v.cause, v.replaced_at, v.body, NULL FROM revisions v"
    " JOIN insights i ON i.id = v.subject_id WHERE i.entry_id = ?1"
    " UNION ALL SELECT v.subject, v.cause, v.replaced_at, v.body, t.number FROM revisions v"
    " JOIN todos t ON t.id = v.subject_id WHERE t.entry_id = ?1"
)
_HEARD = "SELECT provider, created_at, segments FROM transcripts WHERE entry_id = ? AND purged = 0"


class SqliteHistory:
    """Keeps services.history.History in the encrypted file."""

    def __init__(self, journal: SqliteJournal) -> None:
        self._db = journal.db

    def of_entry(self, entry_id: str) -> Sequence[Version]:
        """Return versions of the entry, its insights and its to-dos, and all that engines heard, oldest first."""
        found = [_revision(row) for row in self._db.execute(_REVISIONS, (entry_id,))]
        found += [_heard(row) for row in self._db.execute(_HEARD, (entry_id,))]
        return sorted(found, key=lambda version: version.at)


def _revision(row: Sequence[Any]) -> Version:
    subject, cause, replaced_at, text, todo_number = row
    body = json.loads(text)
    title, words = _words(subject, body)
    return Version(
        number=0,
        subject=subject,
        cause=cause,
        at=from_stamp(replaced_at),
        title=title,
        text=words,
        todo_number=todo_number,
        body=body,
    )


def _words(subject: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """Return title and text of a body, whoever wrote it."""
    if subject == INSIGHTS:
        content = body.get("content")
        content = content if isinstance(content, dict) else {}
        return str(content.get("title") or ""), str(content.get("summary") or "")
    if subject == TODO:
        return "", str(body.get("text") or "")
    return str(body.get("title") or ""), str(body.get("text") or "")


def _heard(row: Sequence[Any]) -> Version:
    provider, created_at, segments = row
    said = json.loads(segments)
    return Version(
        number=0,
        subject=ENTRY,
        cause=HEARD,
        at=from_stamp(created_at),
        title="",
        text=" ".join(segment["text"] for segment in said),
        engine=provider,
        body={"segments": said},
    )
