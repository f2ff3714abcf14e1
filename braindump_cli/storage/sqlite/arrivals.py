"""Rows that come from the server, laid into the journal's tables one by one."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from braindump_cli.domain.history import CONFLICT, SYNC
from braindump_cli.domain.job import ANALYSE, TRANSCRIBE
from braindump_cli.domain.stamps import to_stamp
from braindump_cli.domain.sync import (
    ACKNOWLEDGE,
    ENTRIES,
    GONE,
    HOLD_BACK,
    INSIGHTS,
    REBASE,
    RECORDINGS,
    ROW_VERSION,
    TAKE,
    TRANSCRIPTS,
    Row,
    verdict,
)
from braindump_cli.ports.cloud_sync import Taken
from braindump_cli.storage.sqlite.journal import SqliteJournal
from braindump_cli.storage.sqlite.set_aside import SetAside
from braindump_cli.storage.sqlite.sync_rows import UNWANTED, Local, SyncRows
from braindump_cli.storage.sqlite.synced import BY_FEED, Table, laid

_HEAD_START = timedelta(hours=6)  # for the machine that an entry comes from, before another one analyses it


class Arrivals:
    """Settles rows of the server with those here; call inside `writing`."""

    def __init__(self, journal: SqliteJournal, after: Mapping[str, Callable[[str], None]]) -> None:
        self._journal = journal
        self._after = after
        self._db = journal.db
        self._rows = SyncRows(journal)
        self._device = journal.device
        self._aside = SetAside(journal)
        self._conflicts: dict[tuple[str, str], Table] = {}
        self._changed = self._withdrawn = 0

    def taken(self) -> Taken:
        """Return what came of them."""
        conflicts = (self._rows.named(table, row_id) for (_, row_id), table in self._conflicts.items())
        return Taken(self._changed, self._withdrawn, tuple(conflicts))

    def settle(self, theirs: Row, *, waits: bool = True, has_won: bool = False) -> None:
        """Make of a row what `verdict` says.

        Without `waits` no push settles it with what is here; with `has_won` a push was made, and it has.
        """
        table = BY_FEED.get(theirs.table)
        if table is None or self._aside.has_newer(theirs):
            self._aside.keep(theirs)
            return
        local = self._rows.one(table, theirs.id)
        if local is None:
            if verdict(None, theirs, device=self._device) == TAKE:
                self._lay(table, theirs, None)
            return
        will_leave = local.mine.will_leave and waits and not has_won
        mine = local.mine._replace(will_leave=will_leave, has_lost=has_won)
        what = verdict(mine, theirs, device=self._device)
        if what == ACKNOWLEDGE:
            self._note(table, theirs, "dirty = 0, withdrawn = ?", theirs.withdrawn)
        elif what == REBASE:
            self._note(table, theirs, "dirty = 1")
        elif what == GONE:
            self._note(table, theirs, "dirty = 0, withdrawn = 1, hlc = max(hlc, ?)", theirs.hlc)
        elif what == HOLD_BACK:
            self._hold_back(table, theirs, local)
        elif what == TAKE:
            self._lay(table, theirs, local)

    def settle_waiting(self) -> None:
        """Try once more what this program could not read when it was older."""
        for row in self._aside.waiting_for(None):
            self.settle(row)

    def _lay(self, table: Table, theirs: Row, local: Local | None) -> None:
        if theirs.purged:
            self._bury(table, theirs, local)
            return
        body = theirs.body or {}
        try:
            values = laid(table, body)
        except ValueError:
            self._aside.keep(theirs)
            return
        if table.parent and not self._is_there(table.parent[1], values[table.parent[0]]):
            self._aside.keep(theirs, parent=values[table.parent[0]])
            return
        self._replace(table, theirs, local)
        if table.feed == RECORDINGS and local:
            self._leave_object(theirs.id, but=values["object"])
        tags = values.pop("tags") if table.feed == ENTRIES else None  # they have a table of their own
        values |= {"hlc": theirs.hlc, "base_hlc": theirs.hlc, "row_version": theirs.row_version}
        values |= {"dirty": 0, "withdrawn": 0, "purged": 0}
        self._write(table, theirs.id, values, is_new=local is None)
        if tags is not None:
            self._tag(theirs.id, tags)
        self._changed += 1
        self._follow(theirs)
        self._plan(table, theirs, values, is_new=local is None)
        for row in self._aside.waiting_for(theirs.id):
            self.settle(row)

    def _replace(self, table: Table, theirs: Row, local: Local | None) -> None:
        """Keep the words that stood here, except a draft that nobody touched: its transcript holds it."""
        if local is None or local.is_purged:
            return
        body = self._rows.body(table, theirs.id)
        is_ours = local.mine.is_dirty or local.mine.is_private
        if not is_ours and body.get("is_draft") and not body.get("is_text_edited"):
            return
        cause = CONFLICT if is_ours else SYNC
        self._lose(table, theirs.id, lost=body, kept=theirs.body, cause=cause)

    def _lose(
        self,
        table: Table,
        row_id: str,
        *,
        lost: Mapping[str, Any],
        kept: Mapping[str, Any] | None,
        cause: str,
    ) -> None:
        """Keep words that lose to others, and tell of it where two machines had changed them."""
        if not self._rows.differ(table, lost, kept):
            return
        if self._rows.keep_revision(table, row_id, body=lost, cause=cause) and cause == CONFLICT:
            self._conflicts[table.feed, row_id] = table

    def _write(self, table: Table, row_id: str, values: dict[str, Any], *, is_new: bool) -> None:
        if not is_new:
            if table.feed == ENTRIES:
                values = {**values, "is_private": 0}
            changes = ", ".join(f"{name} = ?" for name in values)
            self._db.execute(f"UPDATE {table.local} SET {changes} WHERE id = ?", (*values.values(), row_id))
            return
        if table.feed == RECORDINGS:
            values = {**values, "state": "remote"}
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        self._db.execute(
            f"INSERT INTO {table.local} (id, {names}) VALUES (?, {marks})", (row_id, *values.values())
        )

    def _tag(self, entry_id: str, tags: tuple[str, ...]) -> None:
        number = self._db.execute("SELECT number FROM entries WHERE id = ?", (entry_id,)).fetchone()[0]
        self._db.execute("DELETE FROM entry_tags WHERE entry_number = ?", (number,))
        self._db.executemany(
            "INSERT INTO entry_tags (entry_number, tag) VALUES (?, ?)", [(number, tag) for tag in tags]
        )

    def _bury(self, table: Table, theirs: Row, local: Local | None) -> None:
        """Empty what was deleted for good; what was made private elsewhere moves to the trash with its words."""
        if local is None:
            return
        self._changed += not local.is_purged
        if table.feed == RECORDINGS:
            self._leave_object(theirs.id)
        if not theirs.withdrawn:
            if local.mine.is_dirty:
                self._replace(table, theirs, local)
            if table.feed == ENTRIES:
                self._tag(theirs.id, ())
                self._db.execute("DELETE FROM jobs WHERE entry_id = ?", (theirs.id,))
            change = f"hlc = ?, dirty = 0, purged = 1, withdrawn = 0, {table.emptied}"
            self._note(table, theirs, change, theirs.hlc)
            self._follow(theirs)
            return
        change = "hlc = ?, dirty = 0, withdrawn = 1"
        if table.feed == RECORDINGS:
            change += ", object = NULL, upload = NULL"
        if table.feed == ENTRIES:
            self._withdrawn += 1
            now = to_stamp(self._journal.clock.now())
            change += f", is_private = 1, deleted_at = coalesce(deleted_at, '{now}')"
        self._note(table, theirs, change, theirs.hlc)

    def _follow(self, theirs: Row) -> None:
        """Let what is worked out of a row follow it."""
        if theirs.table in self._after:
            self._after[theirs.table](theirs.id)

    def _hold_back(self, table: Table, theirs: Row, local: Local) -> None:
        """Keep a private row as it is here; the stamp of theirs as its base makes `prepare` withdraw it again."""
        here = self._rows.body(table, theirs.id)
        self._lose(table, theirs.id, lost=theirs.body or {}, kept=here, cause=CONFLICT)
        if table.feed == RECORDINGS and theirs.body and isinstance(theirs.body.get("object"), str):
            self._db.execute(UNWANTED, (theirs.body["object"], theirs.id))
        self._note(table, theirs, "withdrawn = 0")

    def _leave_object(self, recording_id: str, *, but: object = None) -> None:
        """Let an object go that no row will name any more."""
        row = self._db.execute(
            "SELECT coalesce(object, upload) FROM recordings WHERE id = ?", (recording_id,)
        ).fetchone()
        if row[0] is not None and row[0] != but:
            self._db.execute(UNWANTED, (row[0], recording_id))

    def _note(self, table: Table, theirs: Row, change: str, *values: Any) -> None:
        self._db.execute(
            f"UPDATE {table.local} SET base_hlc = ?, {change} WHERE id = ?",
            (theirs.hlc, *values, theirs.id),
        )

    def _is_there(self, parents: str, row_id: str | None) -> bool:
        if row_id is None:
            return True
        return self._db.execute(f"SELECT 1 FROM {parents} WHERE id = ?", (row_id,)).fetchone() is not None

    def _plan(self, table: Table, theirs: Row, values: Mapping[str, Any], *, is_new: bool) -> None:
        """Make and cancel waiting work: what came understood or heard is not done again here."""
        if theirs.row_version > ROW_VERSION:
            return
        if table.feed == ENTRIES and is_new:
            wants = values["wants_insights"] and values["text"].strip() and not values["is_draft"]
            if wants and values["deleted_at"] is None:
                at = to_stamp(self._journal.clock.now() + _HEAD_START)
                self._db.execute(
                    "INSERT OR IGNORE INTO jobs (kind, entry_id, not_before) VALUES (?, ?, ?)",
                    (ANALYSE, theirs.id, at),
                )
        elif table.feed == INSIGHTS:
            self._cancel(ANALYSE, values["entry_id"])
        elif table.feed == TRANSCRIPTS and not values["is_draft"]:
            self._cancel(TRANSCRIBE, values["entry_id"])

    def _cancel(self, kind: str, entry_id: str) -> None:
        """Drop a step, unless the entry was changed here since the machines agreed on it."""
        self._db.execute(
            "DELETE FROM jobs WHERE kind = ? AND entry_id = ? AND NOT EXISTS"
            " (SELECT 1 FROM entries WHERE id = ? AND dirty = 1 AND is_text_edited = 1)",
            (kind, entry_id, entry_id),
        )
