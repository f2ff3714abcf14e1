"""What all tables share: transactions, facts about the journal itself, and stamps for changed rows."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from braindump_cli.domain.hlc import next_stamp
from braindump_cli.storage.engine import writing

if TYPE_CHECKING:
    from braindump_cli.ports import Clock
    from braindump_cli.storage.engine import Connection

DEVICE, HLC = "device", "hlc"
AGREED = "hlc_agreed"  # the latest stamp that the server has taken or given
CLOCK_OFFSET = "clock_offset_ms"  # how far the server's clock is ahead of ours
_OF_STAMPS = (DEVICE, HLC, CLOCK_OFFSET)


class SqliteJournal:
    """One open journal."""

    def __init__(self, db: "Connection", clock: "Clock") -> None:
        self.db = db
        self.clock = clock
        self._version = -1
        self.has_changed = False  # a row that syncs was stamped

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep all that is written inside, or none of it. Raises StoreError."""
        with writing(self.db):
            yield

    def has_news(self) -> bool:
        """Tell whether another connection has written since the last call; the first one says yes."""
        before = self._version
        self._version = self.db.execute("PRAGMA data_version").fetchone()[0]
        return before != self._version

    def fact(self, name: str) -> str | None:
        """Return what the journal knows about itself under `name`."""
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def has_open_focus(self) -> bool:
        """Tell whether a focus session has no end yet, without loading what knows which and how far it is."""
        found = "FROM focus_sessions INDEXED BY focus_sessions_open WHERE ended_at IS NULL AND purged = 0"
        sql = f"SELECT EXISTS (SELECT 1 {found})"
        return bool(self.db.execute(sql).fetchone()[0])

    def set_fact(self, name: str, value: str | None) -> None:
        """Keep a fact about the journal itself; None forgets it."""
        with self.writing():
            if value is None:
                self.db.execute("DELETE FROM meta WHERE name = ?", (name,))
                return
            self.db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))

    @property
    def device(self) -> str:
        """This journal's id among a person's devices, the last part of its stamps. Raises StoreError."""
        device = self.fact(DEVICE)
        if device is None:
            device = os.urandom(6).hex()
            self.set_fact(DEVICE, device)
        return device

    def stamp(self) -> str:
        """Return the hlc for a row that changes now; call inside `writing`."""
        self.has_changed = True
        known = dict(self.db.execute("SELECT name, value FROM meta WHERE name IN (?, ?, ?)", _OF_STAMPS))
        now_ms = int(self.clock.now().timestamp() * 1000) + int(known.get(CLOCK_OFFSET, 0))
        stamp = next_stamp(known.get(HLC, ""), now_ms, known.get(DEVICE) or self.device)
        self.set_fact(HLC, stamp)
        return stamp

    def seen(self, hlc: str) -> None:
        """Let later stamps come after one that the server has; call inside `writing`."""
        for name in (HLC, AGREED):
            if hlc > (self.fact(name) or ""):
                self.set_fact(name, hlc)
