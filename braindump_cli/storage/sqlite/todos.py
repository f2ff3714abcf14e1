"""To-dos."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from braindump_cli.domain.stamps import from_stamp, maybe_instant, maybe_stamp, to_stamp
from braindump_cli.domain.todo import Todo
from braindump_cli.storage.sqlite.journal import SqliteJournal

if TYPE_CHECKING:
    from braindump_cli.domain.selector import Selector

_STORED = (
    "id", "entry_id", "text", "quote", "quote_start_s", "quote_end_s", "due_on", "due_at", "recurrence", "priority",
    "status", "is_suggestion", "confidence", "is_edited", "is_touched", "created_at", "done_at",
)  # fmt: skip
_READ = ("number", *_STORED, "focus_s", "is_linked")
_SESSIONS = "FROM focus_sessions INDEXED BY focus_sessions_of_todo WHERE todo_id = t.id AND purged = 0"
_COLUMNS = (
    ", ".join(f"t.{name}" for name in ("number", *_STORED))
    + f", (SELECT total(focused_s) {_SESSIONS}), EXISTS (SELECT 1 {_SESSIONS})"
)


class SqliteTodos:
    """Keeps ports.TodoRepository in the encrypted file."""

    def __init__(
        self, journal: SqliteJournal, unwritten: Callable[[], tuple[str, float] | None] = lambda: None
    ) -> None:
        """`unwritten` tells the to-do of the session whose end nobody has written down, and seconds worked in it."""
        self._journal = journal
        self._db = journal.db
        self._unwritten = unwritten

    def add(self, todo: Todo) -> Todo:
        """Keep a new to-do and return it with its number; a withdrawn one of the same id comes back under its own."""
        marks = ", ".join("?" * (len(_STORED) + 1))
        updates = ", ".join(f"{name} = excluded.{name}" for name in (*_STORED, "hlc") if name != "id")
        with self._journal.writing():
            self._db.execute(
                f"INSERT INTO todos ({', '.join(_STORED)}, hlc) VALUES ({marks})"
                f" ON CONFLICT (id) DO UPDATE SET {updates}, purged = 0, dirty = 1 WHERE purged = 1",
                (*_values(todo), self._journal.stamp()),
            )
            row = self._db.execute("SELECT number FROM todos WHERE id = ?", (todo.id,)).fetchone()
        return replace(todo, number=row[0])

    def save(self, todo: Todo) -> None:
        """Keep a changed to-do."""
        changes = ", ".join(f"{name} = ?" for name in _STORED)
        with self._journal.writing():
            self._db.execute(
                f"UPDATE todos SET {changes}, hlc = ?, dirty = 1 WHERE number = ?",
                (*_values(todo), self._journal.stamp(), todo.number),
            )

    def withdraw(self, todo_id: str) -> None:
        """Empty a to-do that no reading finds any more; its number is not used again."""
        with self._journal.writing():
            self._db.execute(
                "UPDATE todos SET text = '', quote = NULL, purged = 1, hlc = ?, dirty = 1 WHERE id = ?",
                (self._journal.stamp(), todo_id),
            )

    def get(self, todo_id: str) -> Todo | None:
        """Return a to-do by its whole id."""
        return next(self._todos("WHERE t.id = ? AND t.purged = 0", (todo_id,)), None)

    def of_entry(self, entry_id: str) -> Sequence[Todo]:
        """Return an entry's to-dos in the order found, dropped and done ones too."""
        return list(self._todos("WHERE t.entry_id = ? AND t.purged = 0 ORDER BY t.number", (entry_id,)))

    def open_elsewhere(self, entry_id: str) -> Iterator[Todo]:
        """Yield open to-dos of other entries, newest first; none of private entries or of the trash."""
        yield from self._todos(
            "LEFT JOIN entries e ON e.id = t.entry_id"
            " WHERE +t.status = 'open' AND t.purged = 0 AND t.is_suggestion = 0"  # +: by number, so 500 are enough
            " AND t.entry_id IS NOT ? AND (t.entry_id IS NULL OR"
            " (e.deleted_at IS NULL AND e.purged = 0 AND e.is_private = 0)) ORDER BY t.number DESC LIMIT 500",
            (entry_id,),
        )

    def select(self, selector: Selector) -> Sequence[Todo]:
        """Return all to-dos that the selector fits."""
        if selector.back is not None:
            return list(
                self._todos("WHERE t.purged = 0 ORDER BY t.number DESC LIMIT 1 OFFSET ?", (selector.back,))
            )
        if selector.number is not None:
            return list(self._todos("WHERE t.number = ? AND t.purged = 0", (selector.number,)))
        ids = "SELECT id FROM todos WHERE id LIKE ?"  # alone: reads the index of ids, not the whole table
        where = f"WHERE t.id IN ({ids}) AND t.purged = 0 ORDER BY t.number LIMIT 10"
        return list(self._todos(where, (f"%{selector.id_ending}",)))

    def find(
        self, *, statuses: Iterable[str], due_until: date | None = None, limit: int | None = None
    ) -> Iterator[Todo]:
        """Yield to-dos of entries that are not in the trash: dated ones first by date, then by number."""
        known = tuple(statuses)
        until = "" if due_until is None else "AND t.due_on <= ?"
        values = (
            *known,
            *(() if due_until is None else (due_until.isoformat(),)),
            -1 if limit is None else limit,
        )
        yield from self._todos(
            "LEFT JOIN entries e ON e.id = t.entry_id"
            f" WHERE t.status IN ({', '.join('?' * len(known))}) AND t.purged = 0 {until}"
            " AND (t.entry_id IS NULL OR (e.deleted_at IS NULL AND e.purged = 0))"
            " ORDER BY t.due_on IS NULL, t.due_on, t.number LIMIT ?",
            values,
        )

    def between(self, since: datetime | None, until: datetime | None) -> Sequence[Todo]:
        """Return to-dos that were added by hand or done in that time, of entries neither private nor in the trash."""
        span = (maybe_stamp(since) or "", maybe_stamp(until) or "~")  # "~" sorts after every digit
        where = (
            "LEFT JOIN entries e ON e.id = t.entry_id WHERE t.purged = 0 AND t.number IN ("
            "SELECT number FROM todos WHERE entry_id IS NULL AND created_at >= ? AND created_at < ?"
            " UNION SELECT number FROM todos WHERE status = 'done' AND purged = 0 AND done_at >= ? AND done_at < ?)"
            " AND (t.entry_id IS NULL OR (e.deleted_at IS NULL AND e.purged = 0 AND e.is_private = 0))"
            " ORDER BY t.number"
        )
        return list(self._todos(where, (*span, *span)))

    def _todos(self, where: str, values: Sequence[Any]) -> Iterator[Todo]:
        unwritten = cache(self._unwritten)  # asked once, and only where there was focus at all
        for row in self._db.execute(f"SELECT {_COLUMNS} FROM todos t {where}", values):
            todo = dict(zip(_READ, row, strict=True))
            if todo["is_linked"] and (more := unwritten()) and more[0] == todo["id"]:
                todo["focus_s"] += more[1]
            yield _todo(todo)


def _values(todo: Todo) -> tuple[Any, ...]:
    stored = {name: getattr(todo, name) for name in _STORED}
    stored["due_on"] = todo.due_on.isoformat() if todo.due_on else None
    stored["due_at"] = maybe_stamp(todo.due_at)
    stored["created_at"] = to_stamp(todo.created_at)
    stored["done_at"] = maybe_stamp(todo.done_at)
    return tuple(stored.values())


def _todo(row: dict[str, Any]) -> Todo:
    for flag in ("is_suggestion", "is_edited", "is_touched", "is_linked"):
        row[flag] = bool(row[flag])
    row["due_on"] = date.fromisoformat(row["due_on"]) if row["due_on"] else None
    row["due_at"] = maybe_instant(row["due_at"])
    row["created_at"] = from_stamp(row["created_at"])
    row["done_at"] = maybe_instant(row["done_at"])
    return Todo(**row)
