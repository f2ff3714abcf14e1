"""The journal's rows on their way to the server and back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from braindump_cli import __version__
from braindump_cli.domain.history import CONFLICT
from braindump_cli.domain.hlc import next_stamp
from braindump_cli.domain.stamps import maybe_instant, to_stamp
from braindump_cli.domain.sync import (
    ACCOUNT_PENDING,
    ACCOUNT_RING,
    ACCOUNT_WRAPPED,
    INVALID,
    RECORDINGS,
    STALE,
    Answer,
    Page,
    Row,
    device_of,
)
from braindump_cli.domain.sync_report import Conflict
from braindump_cli.ports.cloud_sync import KeptBody, Owed, Taken
from braindump_cli.storage.sqlite.arrivals import Arrivals
from braindump_cli.storage.sqlite.journal import AGREED, CLOCK_OFFSET, HLC, SqliteJournal
from braindump_cli.storage.sqlite.sync_rows import DONE, NO, UNDER_WAY, SyncRows, leaves, private
from braindump_cli.storage.sqlite.synced import BY_FEED, TABLES
from braindump_cli.storage.sqlite.uploads import SqliteUploads

if TYPE_CHECKING:
    from braindump_cli.storage.sqlite.synced import Table

ACCOUNT, LAST_SYNC_AT = "cloud_account", "last_sync_at"
NO_AFTER: Mapping[str, Callable[[str], None]] = MappingProxyType({})
_FEED = "sync"
_AT_ONCE = 500
_CACHE_KB = 32_000  # so that a first sync decrypts each page once: 1.7 times as fast
_TRIFLE_MS = 1000  # less than a second is no wrong clock, and not worth a write
_READ_BY = "arrivals_read_by"  # the program that last tried to read what is set aside


class SqliteSync(SqliteUploads):
    """Keeps ports.SyncStore in the encrypted file.

    `after` says, by the name of a feed, what is to be worked out anew when a row of it has come in: it is called
    with the row's id, in the same transaction.
    """

    def __init__(self, journal: SqliteJournal, after: Mapping[str, Callable[[str], None]] = NO_AFTER) -> None:
        super().__init__(journal)
        self._after = after
        self._rows = SyncRows(journal)

    @property
    def device(self) -> str:
        """This journal's id among the devices."""
        return self._journal.device

    def fact(self, name: str) -> str | None:
        """Return what the journal knows under `name`."""
        return self._journal.fact(name)

    def set_fact(self, name: str, value: str | None) -> None:
        """Keep a fact; None forgets it."""
        self._journal.set_fact(name, value)

    def begin(self, account: str) -> bool:
        """Begin with an account; tells whether the journal was another one's."""
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        with self._journal.writing():
            before = self._journal.fact(ACCOUNT)
            is_moved = before is not None and before != account
            if is_moved:
                self.forget_account()
            if before != account:
                self._journal.set_fact(ACCOUNT, account)
            if self._journal.fact(_READ_BY) != __version__:
                Arrivals(self._journal, self._after).settle_waiting()
                self._journal.set_fact(_READ_BY, __version__)
        return is_moved

    def forget_account(self) -> None:
        """Forget what was agreed on with a server: all of it is offered to the next account as if it were new."""
        with self._journal.writing():
            self.offer_all_again(is_fresh=False)
            for name in (ACCOUNT, ACCOUNT_RING, ACCOUNT_WRAPPED, ACCOUNT_PENDING, LAST_SYNC_AT):
                self._journal.set_fact(name, None)
            for name in ("arrivals", "owed", "unwanted"):
                self._db.execute(f"DELETE FROM {name}")
            self._db.execute("UPDATE recordings SET upload = NULL")
            self._db.execute("UPDATE recordings SET object = NULL WHERE state = 'kept'")

    def set_clock_offset(self, offset_ms: int) -> None:
        """Stamp with the server's clock from now on."""
        if abs(offset_ms - int(self._journal.fact(CLOCK_OFFSET) or 0)) >= _TRIFLE_MS:
            self._journal.set_fact(CLOCK_OFFSET, str(offset_ms))

    def cursor(self) -> int:
        """Return where the next pull begins."""
        row = self._db.execute("SELECT value FROM cursors WHERE name = ?", (_FEED,)).fetchone()
        return int(row[0]) if row else 0

    def prepare(self) -> None:
        """Give new stamps to what must be withdrawn, and to what is no longer private.

        A row never travels live and withdrawn under one stamp: an answer to the one would be taken for the other's.
        `withdrawn <> 0` looks superfluous: it is what lets the engine use the small index of such rows.
        """
        with self._journal.writing():
            for table in TABLES:
                owned = f"{table.owner} IN (SELECT id FROM entries WHERE is_private = 1)"
                self._mark(table, f"{owned} AND r.base_hlc IS NOT NULL AND r.withdrawn = {NO}", UNDER_WAY)
                self._mark(
                    table, f"r.withdrawn <> 0 AND r.withdrawn = {UNDER_WAY} AND NOT {private(table)}", NO
                )
                again = f"r.withdrawn <> 0 AND r.withdrawn = {DONE} AND r.dirty = 0 AND NOT {private(table)}"
                if table.feed == RECORDINGS:  # who has the sound offers it again, else who withdrew the row
                    again += " AND r.state = 'kept'"
                    self.leave_objects(again)
                else:
                    again += f" AND substr(r.base_hlc, 22) = '{self.device}'"
                self._mark(table, again, DONE)

    def _mark(self, table: Table, where: str, withdrawn: int) -> None:
        found = self._db.execute(f"SELECT r.id FROM {table.local} r WHERE {where} ORDER BY r.hlc").fetchall()
        for (row_id,) in found:
            self._restamp(table, row_id)
            self._db.execute(f"UPDATE {table.local} SET withdrawn = ? WHERE id = ?", (withdrawn, row_id))

    def _restamp(self, table: Table, row_id: str) -> None:
        self._db.execute(
            f"UPDATE {table.local} SET hlc = ?, dirty = 1 WHERE id = ?", (self._journal.stamp(), row_id)
        )

    def outgoing(self) -> Iterator[Row]:
        """Yield rows that the server does not have, parents first."""
        for table in TABLES:
            last = ("", "")
            where = f"r.dirty = 1 AND (r.hlc, r.id) > (?, ?) AND {leaves(table)} ORDER BY r.hlc, r.id LIMIT {_AT_ONCE}"
            while found := self._rows.read(table, where, last):
                for local in found:
                    yield local.row
                last = (found[-1].row.hlc, found[-1].row.id)

    def take_answers(self, sent: Sequence[Row], answers: Sequence[Answer]) -> Taken:
        """Agree with the server on what it answered to `sent`; rows that changed since stay to be pushed."""
        by_key = {row.key: row for row in sent}
        refused = []
        with self._journal.writing():
            arrivals = Arrivals(self._journal, self._after)
            for answer in answers:
                row = by_key.get((answer.table, answer.id))
                if row is None:
                    continue
                if answer.is_agreed:
                    self._journal.seen(row.hlc)
                    self._agree(row, answer)
                elif answer.status == STALE and answer.winner:
                    self._yield_to(row, answer.winner, arrivals)
                elif answer.status == INVALID:
                    refused.append((*row.key, answer.reason))
        return arrivals.taken()._replace(refused=tuple(refused))

    def _agree(self, row: Row, answer: Answer) -> None:
        self._db.execute(
            f"UPDATE {BY_FEED[row.table].local} SET base_hlc = ?, withdrawn = ?, dirty = (hlc <> ?)"
            " WHERE id = ?",
            (row.hlc, row.withdrawn, row.hlc, row.id),
        )
        if answer.has_revision:
            self._db.execute(
                "INSERT OR REPLACE INTO owed (feed, id, hlc) VALUES (?, ?, ?)", (*row.key, row.hlc)
            )

    def _yield_to(self, row: Row, winner: Row, arrivals: Arrivals) -> None:
        self._journal.seen(winner.hlc)
        local = self._rows.one(BY_FEED[row.table], row.id)
        if local and local.mine.hlc == row.hlc:
            arrivals.settle(winner, has_won=True)

    def restamp(self, rows: Collection[tuple[str, str]], *, ahead_of: datetime) -> None:
        """Give these rows, in their order, stamps of the server's clock: theirs were too far ahead.

        The clock may go back here, though not behind what the server has taken or given.
        """
        with self._journal.writing():
            stamp = next_stamp("", int(ahead_of.timestamp() * 1000), self.device)
            self._journal.set_fact(HLC, max(stamp, self._journal.fact(AGREED) or ""))
            for feed, row_id in rows:
                self._restamp(BY_FEED[feed], row_id)

    def apply(self, page: Page, *, after: int, refused: Collection[tuple[str, str]] = ()) -> Taken:
        """Take a page and set the cursor to its end, or nothing of both."""
        with self._journal.writing():
            arrivals = Arrivals(self._journal, self._after)
            if self.cursor() != after:
                return arrivals.taken()
            for row in page.rows:
                arrivals.settle(row, waits=row.key not in refused)
            if page.rows:
                self._journal.seen(max(row.hlc for row in page.rows))
            if page.cursor != after:
                self._set_cursor(page.cursor)
        return arrivals.taken()

    def _set_cursor(self, cursor: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO cursors (name, value) VALUES (?, ?)", (_FEED, str(cursor)))

    def owed(self) -> Sequence[Owed]:
        """Return conflicts that were won, and whose other words are not here yet."""
        return [Owed(*row) for row in self._db.execute("SELECT feed, id, hlc FROM owed ORDER BY hlc")]

    def keep_lost(self, owed: Owed, bodies: Sequence[KeptBody]) -> Sequence[Conflict]:
        """Keep what lost as revisions, and owe it no longer; what this device itself replaced is no conflict."""
        table = BY_FEED[owed.table]
        found: list[Conflict] = []
        with self._journal.writing():
            mine = self._rows.body(table, owed.id)
            for kept in bodies:
                lost = kept.body or {}
                is_other = device_of(kept.hlc) != self.device and kept.hlc < owed.hlc
                if not is_other or not self._rows.differ(table, lost, mine):
                    continue
                if self._rows.keep_revision(table, owed.id, body=lost, cause=CONFLICT):
                    found.append(self._rows.named(table, owed.id))
            self._db.execute("DELETE FROM owed WHERE feed = ? AND id = ? AND hlc = ?", owed)
        return found[:1]

    def offer_all_again(self, *, is_fresh: bool) -> None:
        """Push everything once more and pull from the beginning; with `is_fresh` under new stamps and new objects."""
        with self._journal.writing():
            self._set_cursor(0)
            if not is_fresh:
                for table in TABLES:
                    self._db.execute(f"UPDATE {table.local} SET dirty = 1, base_hlc = NULL, withdrawn = 0")
                return
            self.leave_objects("r.state = 'kept'")
            for table in TABLES:
                self._mark(
                    table, f"r.withdrawn = {NO} AND r.base_hlc IS NOT NULL AND NOT {private(table)}", NO
                )

    def may_be_there(self, entry_id: str) -> bool:
        """Tell whether words of an entry may lie on the server."""
        row = self._db.execute(
            "SELECT base_hlc IS NOT NULL AND NOT withdrawn FROM entries WHERE id = ?", (entry_id,)
        ).fetchone()
        return bool(row and row[0])

    def last_sync_at(self) -> datetime | None:
        """Return when a sync last reached its end."""
        return maybe_instant(self._journal.fact(LAST_SYNC_AT))

    def finished(self, at: datetime) -> None:
        """Note that a sync reached its end."""
        self._journal.set_fact(LAST_SYNC_AT, to_stamp(at))
