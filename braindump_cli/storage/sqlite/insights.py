"""Insights, every version."""

import json
from collections.abc import Sequence
from typing import Any

from braindump_cli.domain.findings import from_plain, to_plain
from braindump_cli.domain.insight import Insights
from braindump_cli.domain.stamps import from_stamp, to_stamp
from braindump_cli.storage.sqlite.journal import SqliteJournal

_COLUMNS = "id, entry_id, engine, model, schema_version, content, is_edited, created_at"


class SqliteInsights:
    """Keeps ports.InsightRepository in the encrypted file."""

    def __init__(self, journal: SqliteJournal) -> None:
        self._journal = journal
        self._db = journal.db

    def add(self, insights: Insights) -> None:
        """Keep a version; the same id again is the same reading and takes the newer time."""
        content = json.dumps(to_plain(insights.findings))
        with self._journal.writing():
            self._db.execute(
                f"INSERT INTO insights ({_COLUMNS}, hlc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id)"
                " DO UPDATE SET content = excluded.content, created_at = excluded.created_at, hlc = excluded.hlc,"
                " dirty = 1, purged = 0",
                (
                    insights.id, insights.entry_id, insights.engine, insights.model, insights.schema_version, content,
                    insights.is_edited, to_stamp(insights.created_at), self._journal.stamp(),
                ),
            )  # fmt: skip

    def current(self, entry_id: str) -> Insights | None:
        """Return the newest version."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM insights WHERE entry_id = ? AND purged = 0"
            " ORDER BY created_at DESC, hlc DESC LIMIT 1",
            (entry_id,),
        ).fetchone()
        return _insights(row) if row else None


def _insights(row: Sequence[Any]) -> Insights:
    return Insights(
        id=row[0], entry_id=row[1], engine=row[2], model=row[3], schema_version=row[4],
        findings=from_plain(json.loads(row[5])), is_edited=bool(row[6]), created_at=from_stamp(row[7]),
    )  # fmt: skip
