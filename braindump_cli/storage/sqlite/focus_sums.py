"""What focus sessions come to: sums over the quarters of an hour that were worked."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from braindump_cli.domain.focus.report import Slice, Stretch, Totals
from braindump_cli.domain.focus.worked import QUARTER_S, quarter_of
from braindump_cli.domain.stamps import to_stamp
from braindump_cli.storage.sqlite.journal import SqliteJournal

_WORK = "SELECT session, sum(seconds) AS seconds FROM focus_work WHERE quarter >= ? AND quarter < ? GROUP BY session"
_TAGGED = " AND EXISTS (SELECT 1 FROM json_each(s.tags) WHERE value = ?)"


class SqliteFocusSums:
    """Keeps ports.focus.FocusSums in the encrypted file."""

    def __init__(self, journal: SqliteJournal) -> None:
        self._db = journal.db

    def worked(self, stretch: Stretch, tags: Sequence[str]) -> Sequence[tuple[int, float]]:
        """Return the local hours (since 1970) with work in them, and its seconds."""
        joined = "JOIN focus_sessions s ON s.number = w.session" if tags else ""
        rows = self._db.execute(
            f"SELECT (quarter * {QUARTER_S} + ?) / 3600, sum(seconds) FROM focus_work w {joined}"
            f" WHERE quarter >= ? AND quarter < ?{_TAGGED * len(tags)} GROUP BY 1",
            (stretch.offset_s, quarter_of(stretch.since), quarter_of(stretch.until), *tags),
        )
        return [(hour, seconds) for hour, seconds in rows]

    def by_todo(self, since: datetime, until: datetime, tags: Sequence[str]) -> Sequence[Slice]:
        """Return the work of each to-do, and of sessions without one; most first."""
        rows = self._db.execute(
            "SELECT t.id, t.text, total(w.seconds), count(*), t.number, coalesce(e.is_private, 0)"
            f" FROM ({_WORK}) w JOIN focus_sessions s ON s.number = w.session"
            " LEFT JOIN todos t ON t.id = s.todo_id AND t.purged = 0 LEFT JOIN entries e ON e.id = t.entry_id"
            f" WHERE 1{_TAGGED * len(tags)} GROUP BY t.id ORDER BY 3 DESC, t.number",
            (quarter_of(since), quarter_of(until), *tags),
        )
        return [
            Slice(key, text or "", seconds, sessions, number, bool(is_private))
            for key, text, seconds, sessions, number, is_private in rows
        ]

    def by_tag(self, since: datetime, until: datetime, tags: Sequence[str]) -> Sequence[Slice]:
        """Return the work of each tag, and of sessions without one; most first."""
        rows = self._db.execute(
            f"SELECT tag.value, total(w.seconds), count(*) FROM ({_WORK}) w"
            " JOIN focus_sessions s ON s.number = w.session LEFT JOIN json_each(s.tags) tag"
            f" WHERE 1{_TAGGED * len(tags)} GROUP BY 1 ORDER BY 2 DESC, 1",
            (quarter_of(since), quarter_of(until), *tags),
        )
        return [Slice(tag, tag or "", seconds, sessions) for tag, seconds, sessions in rows]

    def totals(self, since: datetime, until: datetime, tags: Sequence[str]) -> Totals:
        """Return what the sessions that began in this time come to."""
        row = self._one(
            "SELECT count(*), total(planned_s), total(focused_s), count(*) FILTER (WHERE status = 'done'),"
            " coalesce(sum(pauses), 0) FROM focus_sessions s WHERE purged = 0 AND ended_at IS NOT NULL"
            f" AND started_at >= ? AND started_at < ?{_TAGGED * len(tags)}",
            (to_stamp(since), to_stamp(until), *tags),
        )
        return Totals(*row)

    def focused_s(self, since: datetime, until: datetime) -> float:
        """Return the seconds worked, in whole quarters of an hour."""
        sql = "SELECT total(seconds) FROM focus_work WHERE quarter >= ? AND quarter < ?"
        return float(self._one(sql, (quarter_of(since), quarter_of(until)))[0])

    def first_at(self) -> datetime | None:
        """Return when work began for the first time, by its quarter of an hour."""
        first = self._one("SELECT min(quarter) FROM focus_work", ())[0]
        return None if first is None else datetime.fromtimestamp(first * QUARTER_S, UTC)

    def days(self, stretch: Stretch) -> Sequence[int]:
        """Return the local days (since 1970) with work in them, in order."""
        rows = self._db.execute(
            f"SELECT DISTINCT (quarter * {QUARTER_S} + ?) / 86400 FROM focus_work"
            " WHERE quarter >= ? AND quarter < ? ORDER BY 1",
            (stretch.offset_s, quarter_of(stretch.since), quarter_of(stretch.until)),
        )
        return [row[0] for row in rows]

    def _one(self, sql: str, values: Sequence[Any]) -> Any:
        return self._db.execute(sql, values).fetchone()
