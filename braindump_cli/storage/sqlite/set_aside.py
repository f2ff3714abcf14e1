"""Rows kept as they came: until what they belong to is there, or a program that can read them."""

import json
from collections.abc import Iterator

from braindump_cli.domain.sync import Row
from braindump_cli.domain.wire_rows import row_of, to_plain
from braindump_cli.storage.sqlite.journal import SqliteJournal


class SetAside:
    """The table `arrivals`; of a row the newest version. Call inside `writing`."""

    def __init__(self, journal: SqliteJournal) -> None:
        self._db = journal.db
        self._holds_any = bool(self._db.execute("SELECT EXISTS (SELECT 1 FROM arrivals)").fetchone()[0])

    def keep(self, row: Row, *, parent: str | None = None) -> None:
        """Keep a row that waits for `parent`, or with None for a newer program."""
        self._holds_any = True
        self._db.execute(
            "INSERT INTO arrivals (feed, id, hlc, parent, row) VALUES (?, ?, ?, ?, ?) ON CONFLICT (feed, id)"
            " DO UPDATE SET hlc = excluded.hlc, parent = excluded.parent, row = excluded.row"
            " WHERE excluded.hlc >= arrivals.hlc",
            (*row.key, row.hlc, parent, json.dumps(to_plain(row))),
        )

    def has_newer(self, row: Row) -> bool:
        """Tell whether a newer version is set aside; an older one is forgotten."""
        if not self._holds_any:
            return False
        found = self._db.execute("SELECT hlc FROM arrivals WHERE feed = ? AND id = ?", row.key).fetchone()
        if found is None:
            return False
        if found[0] > row.hlc:
            return True
        self._db.execute("DELETE FROM arrivals WHERE feed = ? AND id = ?", row.key)
        return False

    def waiting_for(self, parent: str | None) -> Iterator[Row]:
        """Yield what waits for `parent`; with None what waits for a newer program."""
        if not self._holds_any:
            return
        found = self._db.execute("SELECT row FROM arrivals WHERE parent IS ?", (parent,)).fetchall()
        for (text,) in found:
            yield row_of(json.loads(text))
