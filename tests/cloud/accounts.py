"""A person's rows and calls, straight into the database: as `authenticator`, with the person's role and claims."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from tests.cloud.cluster import API, Database

if TYPE_CHECKING:
    import psycopg

TABLES = ("journal_entries", "recordings", "transcripts", "insights", "todos", "focus_sessions")
UNSYNCED = ("profiles", "devices", "integrations", "sync_heads", "entry_revisions")
DEVICE, OTHER_DEVICE = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
_ENTRY = "0192f0c1-0000-7000-8000-000000000001"
BODIES: Mapping[str, Mapping[str, Any]] = {
    "journal_entries": {
        "kind": "text",
        "title": "Monday",
        "is_title_given": False,
        "text": "I am behind already.",
        "created_at": "2026-03-02T09:14:00.000Z",
        "zone": "Europe/London",
        "tags": ["work"],
        "deleted_at": None,
    },
    "recordings": {"entry_id": _ENTRY, "part": 1, "kind": "audio", "size_bytes": 1234, "object": None},
    "transcripts": {"entry_id": _ENTRY, "provider": "whisper", "segments": [], "reply": "{}"},
    "insights": {"entry_id": _ENTRY, "engine": "rules", "content": "{}", "is_edited": True},
    "todos": {"entry_id": _ENTRY, "text": "Call Carla", "status": "open", "is_edited": True, "due_on": "2026-03-04"},
    "focus_sessions": {"plan": {}, "started_at": "2026-03-02T09:14:00.000Z", "note": "deep work"},
}  # fmt: skip


def clock(at_ms: int = 1_772_000_000_000, count: int = 0, device: str = DEVICE) -> str:
    """Return a clock that sorts by its arguments."""
    return f"{at_ms:015}-{count:04}-{device}"


def ahead(minutes: float) -> str:
    """Return a clock so far from now."""
    return clock(int(time.time() * 1000 + minutes * 60_000))


def row_id(number: int) -> str:
    """Return an id that sorts by its number."""
    return f"0192f0c1-0000-7000-8000-{number:012x}"


def row(number: int = 1, table: str = "journal_entries", hlc: str = "", **changed: Any) -> dict[str, Any]:
    """Return a row as it is pushed; `text` and other names of the body may be given as body_text=..."""
    body = {
        **BODIES[table],
        **{name[5:]: value for name, value in changed.items() if name.startswith("body_")},
    }
    told = {name: value for name, value in changed.items() if not name.startswith("body_")}
    return {
        "table": table,
        "id": row_id(number),
        "hlc": hlc or clock(),
        "base": None,
        "purged": False,
        "withdrawn": False,
        "row_version": 1,
        "body": body,
        "sealed": None,
        **told,
    }


def purge(pushed: Mapping[str, Any], hlc: str, *, is_withdrawn: bool = False) -> dict[str, Any]:
    """Return the tombstone of a row that was seen."""
    empty = {"body": None, "sealed": None, "purged": True, "withdrawn": is_withdrawn}
    return {**pushed, **empty, "hlc": hlc, "base": pushed["hlc"]}


class Account:
    """One person on one connection; every call is a transaction of its own."""

    def __init__(
        self, database: Database, user: str | None = "alice", *, role: str = "authenticated"
    ) -> None:
        self.db = database.connect(API)
        self._claims = json.dumps({"role": role, **({"sub": user} if user else {})})
        self._role = role

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    @contextmanager
    def transaction(self) -> "Iterator[psycopg.Connection]":
        """Hold a transaction as this person."""
        with self.db.transaction():
            self.db.execute(
                "SELECT set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
                (self._role, self._claims),
            )
            yield self.db

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with self.transaction() as db:
            done = db.execute(statement.encode(), values)
            return done.fetchall() if done.description else []

    def push(self, *rows: object) -> dict[str, Any]:
        """Push one batch; returns the whole answer."""
        answer: dict[str, Any] = self.ask("SELECT public.sync_push(%s)", json.dumps(rows))[0][0]
        return answer

    def push_one(self, pushed: object) -> dict[str, Any]:
        """Push one row; returns its answer."""
        answer: dict[str, Any] = self.push(pushed)["rows"][0]
        return answer

    def pull(self, after: int = 0, limit: int = 500) -> dict[str, Any]:
        """Pull one page."""
        page: dict[str, Any] = self.ask("SELECT public.sync_pull(%s, %s)", after, limit)[0][0]
        return page

    def pull_all(self, limit: int = 500) -> Sequence[dict[str, Any]]:
        """Pull until there is no more."""
        rows, cursor, more = [], 0, True
        while more:
            page = self.pull(cursor, limit)
            rows += page["rows"]
            cursor, more = page["cursor"], page["more"]
        return rows

    def revisions(self) -> list[tuple[Any, ...]]:
        """Return what conflicts have replaced: table, clock of the loser and its body."""
        return self.ask("SELECT table_name, hlc, body FROM entry_revisions ORDER BY hlc")
