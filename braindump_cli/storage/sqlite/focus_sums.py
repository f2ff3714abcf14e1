"""What focus sessions come to: sums over the quarters of an hour that were worked."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from braindump_cli.domain.focus.report import Slice, Stretch, Totals
from braindump_cli.domain.focus.worked import QUARTER_S, quarter_of
from braindump_cli.domain.stamps import to_stamp
from braindump_cli.storage.sqlite.journal import SqliteJournal

# A session that lies wholly in the time counts as it is; of one that crosses an end the quarters are counted.
_WORK = """
  SELECT todo_id, tags, CASE WHEN started_at >= ?1 AND ended_at <= ?2 THEN focused_s ELSE
    (SELECT total(seconds) FROM focus_work WHERE session = s.number AND quarter >= ?3 AND quarter < ?4) END AS seconds
  FROM focus_sessions s INDEXED BY focus_sessions_by_time
  WHERE purged = 0 AND started_at < ?2 AND ended_at > ?1
"""
_AT_ONCE = 4096  # rows: ten years have ten times as many hours with work
_TAGGED = " AND EXISTS (SELECT 1 FROM json_each(s.tags) WHERE value = ?)"


class SqliteFocusSums:
    """Keeps ports.focus.FocusSums in the encrypted file."""

    def __init__(self, journal: SqliteJournal) -> None:
        self._db = journal.db

    def worked(self, stretch: Stretch, tags: Sequence[str]) -> Iterator[tuple[int, float]]:
        """Yield the local hours (since 1970) with work in them, and its seconds."""
        hours = _Hours.of(stretch)
        joined = "JOIN focus_sessions s ON s.number = w.session" if tags else ""
        rows = self._db.execute(
            f"SELECT {hours.local}, sum(seconds) FROM focus_work w {joined}"
            f" WHERE {hours.within}{_TAGGED * len(tags)} GROUP BY {hours.group}",
            (*hours.ends, *tags),
        )
        while some := rows.fetchmany(_AT_ONCE):
            yield from some

    def by_todo(self, since: datetime, until: datetime, tags: Sequence[str]) -> Sequence[Slice]:
        """Return the work of each to-do, and of sessions without one; most first."""
        rows = self._db.execute(
            "SELECT t.id, t.text, total(w.seconds), sum(w.sessions), t.number, coalesce(e.is_private, 0) FROM ("
            f"SELECT todo_id, total(seconds) AS seconds, count(*) AS sessions FROM ({_WORK}{_TAGGED * len(tags)})"
            " WHERE seconds > 0 GROUP BY todo_id) w"
            " LEFT JOIN todos t ON t.id = w.todo_id AND t.purged = 0 LEFT JOIN entries e ON e.id = t.entry_id"
            " GROUP BY t.id ORDER BY 3 DESC, t.number",
            (*_ends(since, until), *tags),
        )
        return [
            Slice(key, text or "", seconds, sessions, number, bool(is_private))
            for key, text, seconds, sessions, number, is_private in rows
        ]

    def by_tag(self, since: datetime, until: datetime, tags: Sequence[str]) -> Sequence[Slice]:
        """Return the work of each tag, and of sessions without one; most first."""
        rows = self._db.execute(
            f"SELECT tag.value, total(seconds), count(*) FROM ({_WORK}{_TAGGED * len(tags)}) w"
            " LEFT JOIN json_each(w.tags) tag WHERE seconds > 0 GROUP BY 1 ORDER BY 2 DESC, 1",
            (*_ends(since, until), *tags),
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
        hours = _Hours.of(stretch)
        inner = f"SELECT DISTINCT {hours.local} AS hour FROM focus_work WHERE {hours.within}"
        rows = self._db.execute(f"SELECT DISTINCT hour / 24 FROM ({inner}) ORDER BY 1", hours.ends)
        return [row[0] for row in rows]

    def _one(self, sql: str, values: Sequence[Any]) -> Any:
        return self._db.execute(sql, values).fetchone()


class _Hours(NamedTuple):
    """How local hours are told from quarters; whole hours from UTC they stand in the index, in order."""

    local: str
    group: str
    within: str
    ends: tuple[int, int]

    @classmethod
    def of(cls, stretch: Stretch) -> "_Hours":
        """Return how it is done in this stretch."""
        first, after = quarter_of(stretch.since), quarter_of(stretch.until)
        if stretch.offset_s % 3600 or first % 4 or after % 4:
            local = f"(quarter * {QUARTER_S} + {stretch.offset_s}) / 3600"
            return cls(local, local, "quarter >= ? AND quarter < ?", (first, after))
        local = f"quarter / 4 + {stretch.offset_s // 3600}"
        return cls(local, "quarter / 4", "quarter / 4 >= ? AND quarter / 4 < ?", (first // 4, after // 4))


def _ends(since: datetime, until: datetime) -> tuple[str, str, int, int]:
    return to_stamp(since), to_stamp(until), quarter_of(since), quarter_of(until)
