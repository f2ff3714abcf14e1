"""Rows that sync, as they stand here: read with their bookkeeping, and what a conflict leaves behind."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from braindump_cli.domain.stamps import to_stamp
from braindump_cli.domain.sync import ROW_VERSION, Mine, Row
from braindump_cli.domain.sync_report import Conflict
from braindump_cli.storage.sqlite.journal import SqliteJournal
from braindump_cli.storage.sqlite.synced import Table, body_of, selected, words_of

NO, DONE, UNDER_WAY = 0, 1, 2  # `withdrawn`: whether the server has the row so, or is to be told

UNWANTED = "INSERT OR IGNORE INTO unwanted (path, recording_id) VALUES (?, ?)"  # an object to be removed
_BOOKKEEPING = "r.id, r.hlc, r.base_hlc, r.dirty, r.purged, r.withdrawn, r.row_version"
_FIELDS = 9


class Local(NamedTuple):
    """A row as it stands here."""

    mine: Mine
    row: Row
    is_purged: bool


@cache
def private(table: Table) -> str:
    """Return the condition under which a row `r` belongs to a private entry."""
    return f"coalesce((SELECT is_private FROM entries WHERE id = {table.owner}), 0)"


@cache
def leaves(table: Table) -> str:
    """Return the condition under which a changed row `r` goes to the server.

    A row of which a version rests in `arrivals` that this program cannot read stays: it would replace that one.
    """
    return (
        f"CASE WHEN {private(table)} THEN r.base_hlc IS NOT NULL AND r.withdrawn <> {DONE}"
        f" ELSE r.row_version <= {ROW_VERSION} AND (r.purged OR {table.ready})"
        f" AND NOT EXISTS (SELECT 1 FROM arrivals WHERE feed = '{table.feed}' AND id = r.id) END"
    )


class SyncRows:
    """Reads rows and keeps revisions."""

    def __init__(self, journal: SqliteJournal) -> None:
        self._journal = journal
        self._db = journal.db

    def read(self, table: Table, where: str, values: tuple[Any, ...]) -> list[Local]:
        """Return the rows that fit."""
        rows = self._db.execute(
            f"SELECT {_BOOKKEEPING}, {private(table)}, {leaves(table)}, {selected(table)}"
            f" FROM {table.local} r WHERE {where}",
            values,
        ).fetchall()
        return [_local(table, row) for row in rows]

    def one(self, table: Table, row_id: str) -> Local | None:
        """Return a row, or None."""
        return next(iter(self.read(table, "r.id = ?", (row_id,))), None)

    def body(self, table: Table, row_id: str) -> dict[str, Any]:
        """Return a row's body, also where it is private or purged."""
        row = self._db.execute(
            f"SELECT {selected(table)} FROM {table.local} r WHERE r.id = ?", (row_id,)
        ).fetchone()
        return body_of(table, row) if row else {}

    def keep_revision(self, table: Table, row_id: str, *, body: Mapping[str, Any], cause: str) -> bool:
        """Keep a body that is replaced; False where it has no words, or is kept already."""
        if not any(words_of(table, body)):
            return False
        text = json.dumps(body, sort_keys=True)
        cursor = self._db.execute(
            "INSERT INTO revisions (subject, subject_id, body, cause, replaced_at) SELECT ?, ?, ?, ?, ?"
            " WHERE NOT EXISTS (SELECT 1 FROM revisions WHERE subject_id = ? AND body = ?)",
            (table.subject, row_id, text, cause, to_stamp(self._journal.clock.now()), row_id, text),
        )
        return bool(cursor.rowcount)

    def differ(self, table: Table, lost: Mapping[str, Any] | None, kept: Mapping[str, Any] | None) -> bool:
        """Tell whether `lost` has words of a person that `kept` does not have."""
        words = words_of(table, lost or {})
        return any(words) and words != words_of(table, kept or {})

    def named(self, table: Table, row_id: str) -> Conflict:
        """Return how a person knows the thing."""
        row = self._db.execute(
            f"SELECT number, title, text FROM entries WHERE id ="
            f" (SELECT {table.owner} FROM {table.local} r WHERE r.id = ?)",
            (row_id,),
        ).fetchone()
        if row is None and table.local == "todos":
            row = self._db.execute("SELECT NULL, text, '' FROM todos WHERE id = ?", (row_id,)).fetchone()
        number, title, text = row or (None, "", "")
        return Conflict(table.subject, number, title or " ".join(text.split())[:60])


def _local(table: Table, row: tuple[Any, ...]) -> Local:
    row_id, hlc, base, dirty, purged, withdrawn, version, is_private, will_leave = row[:_FIELDS]
    mine = Mine(hlc, base, bool(dirty), bool(is_private), withdrawn == DONE, bool(dirty and will_leave))
    is_gone = bool(purged or is_private)
    wire = Row(
        table=table.feed,
        id=row_id,
        hlc=hlc,
        base=base,
        purged=is_gone,
        withdrawn=bool(is_private),
        row_version=version,
        body=None if is_gone else body_of(table, row[_FIELDS:]),
    )
    return Local(mine, wire, bool(purged))
