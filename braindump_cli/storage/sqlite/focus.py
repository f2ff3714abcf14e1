"""Focus sessions, and what their changes replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from braindump_cli.domain.focus.session import Interval, Plan, Session
from braindump_cli.domain.focus.view import Change
from braindump_cli.domain.stamps import from_stamp, maybe_instant, maybe_stamp, to_stamp
from braindump_cli.storage.sqlite.journal import SqliteJournal

if TYPE_CHECKING:
    from braindump_cli.domain.filters import EntryFilter
    from braindump_cli.domain.selector import Selector

_STORED = (
    "id", "todo_id", "plan", "intervals", "started_at", "ended_at", "status", "tags", "note", "entry_id",
    "focused_s", "planned_s", "pauses",
)  # fmt: skip
_PLAN = ("work_s", "break_s", "long_break_s", "every", "rounds", "long_gap_s", "is_strict")
# JSON is taken apart by the engine, so that reading loads no module for it; char(31) parts what is listed.
_COLUMNS = """
  s.number, s.id, s.todo_id, s.started_at, s.ended_at, s.status, s.note, s.entry_id,
  (SELECT group_concat(value, char(31)) FROM json_each(s.tags)),
  (SELECT group_concat(concat(value ->> 0, ' ', value ->> 1, ' ', value ->> 2), char(31))
    FROM json_each(s.intervals)),
  EXISTS (SELECT 1 FROM todos t JOIN entries e ON e.id = t.entry_id WHERE t.id = s.todo_id AND e.is_private = 1),
  s.plan ->> 'work_s', s.plan ->> 'break_s', s.plan ->> 'long_break_s', s.plan ->> 'every', s.plan ->> 'rounds',
  s.plan ->> 'long_gap_s', s.plan ->> 'is_strict'
"""
_NEWEST = """
  WHERE s.number = coalesce(
    (SELECT number FROM focus_sessions INDEXED BY focus_sessions_open
      WHERE ended_at IS NULL AND purged = 0 ORDER BY number DESC LIMIT 1),
    (SELECT number FROM focus_sessions NOT INDEXED WHERE status <> 'added' AND purged = 0 ORDER BY number DESC LIMIT 1))
"""


class SqliteFocus:
    """Keeps ports.focus.FocusRepository in the encrypted file."""

    def __init__(self, journal: SqliteJournal) -> None:
        self._journal = journal
        self._db = journal.db

    def add(self, session: Session, *, cause: str) -> Session:
        """Keep a new session and return it with its number."""
        marks = ", ".join("?" * (len(_STORED) + 1))
        with self._journal.writing():
            cursor = self._db.execute(
                f"INSERT INTO focus_sessions ({', '.join(_STORED)}, hlc) VALUES ({marks})",
                (*_values(session), self._journal.stamp()),
            )
            kept = replace(session, number=int(cursor.lastrowid or 0))
            self._write_work(kept)
            self._keep_revision(session.id, "", cause)
            return self._one("WHERE s.number = ?", (kept.number,)) or kept

    def save(self, session: Session, *, cause: str | None) -> None:
        """Keep a changed session; what it was before stays for `undo`, unless nobody did it."""
        with self._journal.writing():
            if cause is not None:
                self._keep_revision(session.id, self._body(session.id), cause)
            self._replace(session)

    def undo(self) -> Change | None:
        """Take the last change back and return it; a session that it began leaves an empty tombstone."""
        with self._journal.writing():
            row = self._db.execute(
                "SELECT number, subject_id, body, cause FROM revisions WHERE subject = 'focus'"
                " ORDER BY number DESC LIMIT 1"
            ).fetchone()
            after = self._one("WHERE s.id = ?", (row[1],)) if row else None
            if after is None:
                return None
            self._db.execute("DELETE FROM revisions WHERE number = ?", (row[0],))
            if not row[2]:
                self._purge(after)
                return Change(row[3], None, after)
            self._restore(after, row[2])
            return Change(row[3], self._one("WHERE s.id = ?", (after.id,)), after)

    def newest(self) -> Session | None:
        """Return the session that runs, else the one that was started last; none that was added afterwards."""
        return self._one(_NEWEST, ())

    def select(self, selector: Selector) -> Sequence[Session]:
        """Return all sessions that the selector fits."""
        if selector.back is not None:
            where, value = "WHERE s.purged = 0 ORDER BY s.number DESC LIMIT 1 OFFSET ?", selector.back
            return list(self._sessions(where, (value,)))
        if selector.number is not None:
            return list(self._sessions("WHERE s.number = ? AND s.purged = 0", (selector.number,)))
        ids = "SELECT id FROM focus_sessions WHERE id LIKE ?"  # alone: reads the index of ids, not the whole table
        where = f"WHERE s.id IN ({ids}) AND s.purged = 0 ORDER BY s.number LIMIT 10"
        return list(self._sessions(where, (f"%{selector.id_ending}",)))

    def find(self, wanted: EntryFilter) -> Iterator[Session]:
        """Yield sessions by their beginning, as the days, tags, order and limit of the filter have it."""
        way = "DESC" if wanted.newest_first else "ASC"
        tagged = " AND EXISTS (SELECT 1 FROM json_each(s.tags) WHERE value = ?)" * len(wanted.tags)
        yield from self._sessions(
            f"WHERE s.purged = 0 AND s.started_at >= ? AND s.started_at < ?{tagged}"
            f" ORDER BY s.started_at {way}, s.number {way} LIMIT ?",
            (
                maybe_stamp(wanted.since) or "",
                maybe_stamp(wanted.until) or "~",  # sorts after every digit
                *wanted.tags,
                -1 if wanted.limit is None else wanted.limit,
            ),
        )

    def overlapping(self, since: datetime, until: datetime) -> Sequence[Session]:
        """Return sessions whose end is written down and that lie at least partly in this time, oldest first."""
        where = "WHERE s.purged = 0 AND s.started_at < ? AND s.ended_at > ? ORDER BY s.started_at, s.number"
        return list(self._sessions(where, (to_stamp(until), to_stamp(since))))

    def reckon(self, session_id: str) -> None:
        """Work out anew what follows from a session that came in from elsewhere; call inside `writing`."""
        row = self._db.execute("SELECT number FROM focus_sessions WHERE id = ?", (session_id,)).fetchone()
        if row is None:
            return
        session = self._one("WHERE s.number = ? AND s.purged = 0", row)
        if session is None:
            self._db.execute("DELETE FROM focus_work WHERE session = ?", row)
            return
        self._db.execute(
            "UPDATE focus_sessions SET focused_s = ?, planned_s = ?, pauses = ? WHERE number = ?",
            (*_derived(session), *row),
        )
        self._write_work(session)

    def _one(self, where: str, values: Sequence[Any]) -> Session | None:
        return next(self._sessions(where, values), None)

    def _sessions(self, where: str, values: Sequence[Any]) -> Iterator[Session]:
        for row in self._db.execute(f"SELECT {_COLUMNS} FROM focus_sessions s {where}", values):
            yield _session(row)

    def _replace(self, session: Session) -> None:
        changes = ", ".join(f"{name} = ?" for name in _STORED)
        self._db.execute(
            f"UPDATE focus_sessions SET {changes}, hlc = ?, dirty = 1 WHERE id = ?",
            (*_values(session), self._journal.stamp(), session.id),
        )
        self._write_work(session)

    def _write_work(self, session: Session) -> None:
        self._db.execute("DELETE FROM focus_work WHERE session = ?", (session.number,))
        if session.ended_at:
            from braindump_cli.domain.focus.worked import worked_quarters

            rows = worked_quarters(session, session.ended_at).items()
            self._db.executemany(
                "INSERT INTO focus_work (quarter, session, seconds) VALUES (?, ?, ?)",
                [(quarter, session.number, seconds) for quarter, seconds in rows],
            )

    def _purge(self, session: Session) -> None:
        self._db.execute("DELETE FROM focus_work WHERE session = ?", (session.number,))
        self._db.execute(
            "UPDATE focus_sessions SET todo_id = NULL, note = '', tags = '[]', intervals = '[]', entry_id = NULL,"
            " focused_s = 0, purged = 1, hlc = ?, dirty = 1 WHERE number = ?",
            (self._journal.stamp(), session.number),
        )

    def _body(self, session_id: str) -> str:
        """Return the row as it is, as a JSON object of its columns."""
        pairs = ", ".join(f"'{name}', {name}" for name in _STORED)
        sql = f"SELECT json_object({pairs}) FROM focus_sessions WHERE id = ?"
        return str(self._db.execute(sql, (session_id,)).fetchone()[0])

    def _restore(self, session: Session, body: str) -> None:
        values = ", ".join(f"{name} = ? ->> '{name}'" for name in _STORED)
        self._db.execute(
            f"UPDATE focus_sessions SET {values}, hlc = ?, dirty = 1 WHERE number = ?",
            (*[body] * len(_STORED), self._journal.stamp(), session.number),
        )
        restored = self._one("WHERE s.number = ?", (session.number,))
        if restored:
            self._write_work(restored)

    def _keep_revision(self, session_id: str, body: str, cause: str) -> None:
        self._db.execute(
            "INSERT INTO revisions (subject, subject_id, body, cause, replaced_at) VALUES ('focus', ?, ?, ?, ?)",
            (session_id, body, cause, to_stamp(self._journal.clock.now())),
        )


def _values(session: Session) -> tuple[Any, ...]:
    import json

    plan = session.plan
    lengths = {
        "work_s": plan.work.total_seconds(),
        "break_s": plan.short_break.total_seconds(),
        "long_break_s": plan.long_break.total_seconds(),
        "every": plan.every,
        "rounds": plan.rounds,
        "long_gap_s": plan.long_gap.total_seconds(),
        "is_strict": plan.is_strict,
    }
    intervals = [
        [each.kind, to_stamp(each.started_at), maybe_stamp(each.ended_at)] for each in session.intervals
    ]
    return (
        session.id, session.todo_id, json.dumps(lengths), json.dumps(intervals), to_stamp(session.started_at),
        maybe_stamp(session.ended_at), session.status, json.dumps(session.tags), session.note, session.entry_id,
        *_derived(session),
    )  # fmt: skip


def _derived(session: Session) -> tuple[float, float, int]:
    """Return focused_s, planned_s and pauses, which are told once the end is written down."""
    if session.ended_at is None:
        return 0.0, 0.0, 0
    from braindump_cli.domain.focus.session import PAUSE
    from braindump_cli.domain.focus.standing import standing_at

    focused = standing_at(session, session.ended_at).focused.total_seconds()
    pauses = sum(each.kind == PAUSE for each in session.intervals)
    return focused, session.plan.whole_work.total_seconds(), pauses


def _session(row: Sequence[Any]) -> Session:
    number, id_, todo_id, started_at, ended_at, status, note, entry_id, tags, intervals, is_private, *plan = (
        row
    )
    return Session(
        number=number, id=id_, todo_id=todo_id, started_at=from_stamp(started_at), ended_at=maybe_instant(ended_at),
        status=status, note=note, entry_id=entry_id, tags=tuple(tags.split("\x1f")) if tags else (),
        intervals=tuple(map(_interval, intervals.split("\x1f"))) if intervals else (), is_private=bool(is_private),
        plan=plan_of(dict(zip(_PLAN, plan, strict=True))),
    )  # fmt: skip


def _interval(words: str) -> Interval:
    kind, started_at, ended_at = words.split(" ")
    return interval_of(kind, started_at, ended_at)


def plan_of(stored: Mapping[str, Any]) -> Plan:
    """Return a plan from its stored form. Raises KeyError, TypeError, ValueError for what is none."""
    return Plan(
        work=timedelta(seconds=stored["work_s"]),
        short_break=timedelta(seconds=stored["break_s"]),
        long_break=timedelta(seconds=stored["long_break_s"]),
        every=stored["every"],
        rounds=stored["rounds"],
        long_gap=timedelta(seconds=stored["long_gap_s"]),
        is_strict=bool(stored["is_strict"]),
    )


def interval_of(kind: str, started_at: str, ended_at: str | None) -> Interval:
    """Return an interval from its stored form. Raises ValueError for what is none."""
    return Interval(kind, from_stamp(started_at), maybe_instant(ended_at))
