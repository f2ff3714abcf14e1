"""The tables that sync: their columns, and the body that a row has on its way.

A body is the row without its bookkeeping: flags are booleans, what is JSON here is a value there, tags are part
of their entry. Keys that no column holds rest in `extra` and come back out.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from braindump_cli.domain.findings import from_plain
from braindump_cli.domain.sync import ENTRIES, FOCUS_SESSIONS, INSIGHTS, RECORDINGS, TODOS, TRANSCRIPTS
from braindump_cli.domain.transcript import Segment
from braindump_cli.storage.sqlite.focus import interval_of, plan_of

TEXT, REAL, INTEGER, FLAG, TAGS = "text", "real", "integer", "flag", "tags"
INSTANT, DAY, SEGMENTS, FINDINGS = "instant", "day", "segments", "findings"
PLAN, INTERVALS, WORDS = "plan", "intervals", "words"
_JSON = (SEGMENTS, FINDINGS, PLAN, INTERVALS, WORDS)
_LARGEST = 2**63


class Column(NamedTuple):
    """A key of the body and the column that holds it."""

    key: str
    kind: str = TEXT
    is_optional: bool = False
    allowed: tuple[str, ...] = ()
    stored_as: str = ""  # the column, where it has another name

    @property
    def name(self) -> str:
        """The column's name."""
        return self.stored_as or self.key


class Table(NamedTuple):
    """A table that syncs, as `feed` on the wire; in `owner` and `ready` a row of it is `r`."""

    feed: str
    local: str
    columns: tuple[Column, ...]
    emptied: str  # what a tombstone loses
    owner: str  # the id of the entry that decides whether the row is private
    parent: tuple[str, str] | None = None  # a key, and the table that must hold what it names
    ready: str = "1"  # what must be true before a live row leaves
    subject: str = ""  # what revisions call it; "" where none are kept
    words: tuple[
        tuple[str, str], ...
    ] = ()  # keys whose loss is worth a revision, and the flag that says: a person's


def _optional(*keys: str, kind: str = TEXT) -> tuple[Column, ...]:
    return tuple(Column(key, kind, is_optional=True) for key in keys)


_OF_ENTRY = Column("entry_id")

TABLES = (
    Table(
        ENTRIES, "entries",
        (
            Column("kind", allowed=("voice", "text")), Column("title"), Column("is_title_given", FLAG),
            Column("text"), Column("is_text_edited", FLAG), Column("language"), Column("created_at", INSTANT),
            Column("zone"), Column("tags", TAGS), Column("is_starred", FLAG), Column("is_draft", FLAG),
            *_optional("duration_s", kind=REAL), *_optional("engine"), Column("source"),
            Column("wants_insights", FLAG), *_optional("deleted_at", kind=INSTANT),
        ),
        emptied="title = '', text = '', duration_s = NULL, engine = NULL, is_starred = 0", owner="r.id",
        subject="entry", words=(("title", "is_title_given"), ("text", "")),
    ),
    Table(
        RECORDINGS, "recordings",
        (
            _OF_ENTRY, Column("part", INTEGER), Column("kind", allowed=("audio", "attachment")), Column("format"),
            Column("duration_s", REAL), Column("gaps_s", REAL), *_optional("object"),
            Column("size_bytes", INTEGER, is_optional=True, stored_as="plain_bytes"),
            Column("sha256", is_optional=True, stored_as="plain_sha256"),
        ),
        emptied="object = NULL, upload = NULL", owner="r.entry_id", ready="r.object IS NOT NULL",
    ),
    Table(
        TRANSCRIPTS, "transcripts",
        (
            _OF_ENTRY, Column("provider"), Column("model"), Column("language"), Column("is_draft", FLAG),
            Column("segments", SEGMENTS), Column("reply"), Column("created_at", INSTANT),
        ),
        emptied="segments = '[]', reply = ''", owner="r.entry_id", parent=("entry_id", "entries"),
    ),
    Table(
        INSIGHTS, "insights",
        (
            _OF_ENTRY, Column("engine"), *_optional("model"), Column("schema_version", INTEGER),
            Column("content", FINDINGS), Column("is_edited", FLAG), Column("created_at", INSTANT),
        ),
        emptied="content = '{}'", owner="r.entry_id", parent=("entry_id", "entries"),
        subject="insights", words=(("content", "is_edited"),),
    ),
    Table(
        TODOS, "todos",
        (
            *_optional("entry_id"), Column("text"), *_optional("quote"),
            *_optional("quote_start_s", "quote_end_s", kind=REAL), *_optional("due_on", kind=DAY),
            *_optional("due_at", kind=INSTANT), *_optional("recurrence"),
            Column("priority", allowed=("high", "normal", "low")),
            Column("status", allowed=("open", "done", "dropped")), Column("is_suggestion", FLAG),
            Column("confidence", REAL), Column("is_edited", FLAG), Column("is_touched", FLAG),
            Column("created_at", INSTANT), *_optional("done_at", kind=INSTANT),
        ),
        emptied="text = '', quote = NULL", owner="r.entry_id", parent=("entry_id", "entries"),
        subject="todo", words=(("text", "is_edited"),),
    ),
    Table(
        FOCUS_SESSIONS, "focus_sessions",
        (
            *_optional("todo_id", "entry_id"), Column("plan", PLAN), Column("intervals", INTERVALS),
            Column("started_at", INSTANT), *_optional("ended_at", kind=INSTANT),
            Column("status", allowed=("running", "done", "stopped", "added")), Column("tags", WORDS), Column("note"),
        ),
        emptied="todo_id = NULL, entry_id = NULL, note = '', tags = '[]', intervals = '[]', focused_s = 0",
        owner="coalesce(r.entry_id, (SELECT entry_id FROM todos WHERE id = r.todo_id))",
        ready="r.ended_at IS NOT NULL",
    ),
)  # fmt: skip
BY_FEED = {table.feed: table for table in TABLES}

_TAGS = (
    "(SELECT group_concat(tag, char(31)) FROM"
    " (SELECT tag FROM entry_tags WHERE entry_number = r.number ORDER BY tag))"
)


@cache
def selected(table: Table) -> str:
    """Return what to select for `body_of`: the columns in order, then `extra`."""
    return ", ".join([*(_TAGS if c.kind == TAGS else f"r.{c.name}" for c in table.columns), "r.extra"])


def body_of(table: Table, values: Sequence[Any]) -> dict[str, Any]:
    """Return the body of a row that was selected."""
    body = {c.key: _to_wire(c.kind, value) for c, value in zip(table.columns, values, strict=False)}
    return {**json.loads(values[len(table.columns)] or "{}"), **body}


def laid(table: Table, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the columns, `extra`, and tags of an entry. Raises ValueError if one does not fit."""
    values = {c.name: _to_local(c, body.get(c.key)) for c in table.columns}
    known = {c.key for c in table.columns}
    extra = {key: value for key, value in body.items() if key not in known}
    return {**values, "extra": json.dumps(extra) if extra else None}


def words_of(table: Table, body: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the words that are worth a revision when they are lost; None for those that a machine found."""
    return tuple(body.get(key) if not flag or body.get(flag) else None for key, flag in table.words)


def _to_wire(kind: str, value: Any) -> Any:
    if kind == FLAG:
        return bool(value)
    if kind == TAGS:
        return value.split("\x1f") if value else []
    if kind in _JSON and value is not None:
        return json.loads(value)
    return value


def _to_local(column: Column, value: Any) -> Any:
    """Return what the column holds. Raises ValueError for what this program could not read again."""
    kind = column.kind
    if value is None and column.is_optional:
        return None
    if kind == FLAG:
        return _checked(column, value if value is not None else column.key == "wants_insights", bool)
    if kind == TAGS:
        tags = _checked(column, value or [], list)
        return tuple(dict.fromkeys(_checked(column, tag, str) for tag in tags))
    if kind in _JSON:
        return json.dumps(_readable(kind, value))
    if kind in (REAL, INTEGER):
        number = _checked(column, value, int if kind == INTEGER else (int, float))
        if isinstance(value, bool) or abs(number) >= _LARGEST:
            raise ValueError(column.key)
        return number
    text = _checked(column, value, str)
    if kind == INSTANT and datetime.fromisoformat(text).utcoffset() is None:
        raise ValueError(column.key)
    if kind == DAY:
        date.fromisoformat(text)
    if column.allowed and text not in column.allowed:
        raise ValueError(column.key)
    return text


def _checked(column: Column, value: Any, kind: Any) -> Any:
    if not isinstance(value, kind):
        raise ValueError(column.key)
    return value


def _readable(kind: str, value: Any) -> Any:
    """Return the value if its reader can read it. Raises ValueError."""
    try:
        if kind == SEGMENTS:
            _ = [Segment(**segment) for segment in value]
        if kind == FINDINGS:
            from_plain(value)
        if kind == PLAN:
            plan_of(value)
        if kind == INTERVALS:
            _ = [interval_of(*interval) for interval in value]
        if kind == WORDS and not all(isinstance(word, str) for word in value):
            raise ValueError(kind)
    except (TypeError, AttributeError, KeyError) as error:
        raise ValueError(kind) from error
    return value
