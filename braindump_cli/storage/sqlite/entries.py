"""Entries, their tags, recordings and transcripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from braindump_cli.domain.entry import VOICE, Entry, Found
from braindump_cli.domain.stamps import from_stamp, maybe_instant, maybe_stamp, to_stamp
from braindump_cli.errors import NotFoundError
from braindump_cli.storage.sqlite.journal import SqliteJournal

if TYPE_CHECKING:
    from braindump_cli.domain.filters import EntryFilter
    from braindump_cli.domain.new_entry import NewEntry
    from braindump_cli.domain.recording import Recording
    from braindump_cli.domain.selector import Selector
    from braindump_cli.domain.transcript import Transcript

_COLUMNS = """
  e.number, e.id, e.kind, e.title, e.text, e.language, e.created_at, e.zone, e.is_starred, e.is_private, e.is_draft,
  e.duration_s, e.engine, e.deleted_at,
  (SELECT group_concat(tag, char(31)) FROM (SELECT tag FROM entry_tags WHERE entry_number = e.number ORDER BY tag)),
  (SELECT group_concat(kind, char(31)) FROM jobs WHERE entry_id = e.id AND state = 'waiting'),
  (SELECT count(*) FROM todos INDEXED BY todos_of_entry
    WHERE entry_id = e.id AND status = 'open' AND is_suggestion = 0 AND purged = 0)
"""
_RECORDING = "id, entry_id, part, kind, format, duration_s, size_bytes, sha256, state, gaps_s"


class SqliteEntries:
    """Keeps ports.EntryRepository in the encrypted file."""

    def __init__(self, journal: SqliteJournal) -> None:
        self._journal = journal
        self._db = journal.db

    def add(self, new: NewEntry, *, duration_s: float | None = None) -> Entry:
        """Keep a new entry; the same id a second time changes nothing."""
        with self._journal.writing():
            cursor = self._db.execute(
                "INSERT INTO entries (id, kind, title, is_title_given, text, language, created_at, zone, is_private,"
                " duration_s, source, wants_insights, hlc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO NOTHING",
                (
                    new.id, new.kind, new.title, bool(new.title), new.text, new.language, to_stamp(new.created_at),
                    new.zone, new.is_private, duration_s, new.source, new.wants_insights, self._journal.stamp(),
                ),
            )  # fmt: skip
            if cursor.rowcount == 1:
                self._tag(cursor.lastrowid, new.tags)
            return self.get(new.id)

    def _tag(self, number: int | None, tags: Sequence[str]) -> None:
        for tag in tags:
            self._db.execute(
                "INSERT OR IGNORE INTO entry_tags (entry_number, tag) VALUES (?, ?)", (number, tag)
            )

    def get(self, entry_id: str) -> Entry:
        """Return an entry, also one in the trash. Raises NotFoundError."""
        for entry in self._entries("WHERE e.id = ? AND e.purged = 0", (entry_id,)):
            return entry
        raise NotFoundError("That entry is not in this journal.")

    def has(self, entry_id: str) -> bool:
        """Tell whether the entry was kept, trash included."""
        return self._db.execute("SELECT 1 FROM entries WHERE id = ?", (entry_id,)).fetchone() is not None

    def select(self, selector: Selector) -> Sequence[Entry]:
        """Return all entries that the selector fits, trash included except for `last`."""
        if selector.back is not None:
            where = "WHERE e.deleted_at IS NULL AND e.purged = 0 ORDER BY e.number DESC LIMIT 1 OFFSET ?"
            return list(self._entries(where, (selector.back,)))
        if selector.number is not None:
            return list(self._entries("WHERE e.number = ? AND e.purged = 0", (selector.number,)))
        ids = "SELECT id FROM entries WHERE id LIKE ?"  # alone: reads the index of ids, not the whole table
        where = f"WHERE e.id IN ({ids}) AND e.purged = 0 ORDER BY e.number LIMIT 10"
        return list(self._entries(where, (f"%{selector.id_ending}",)))

    def find(self, wanted: EntryFilter) -> Iterator[Entry]:
        """Yield entries by time, as the filter has it."""
        where, values = _where(wanted)
        yield from self._entries(f"WHERE {where} {_order(wanted)}", values)

    def search(self, query: str, wanted: EntryFilter, *, by_time: bool) -> Iterator[Found]:
        """Yield entries that hold all words of `query`; best first unless `by_time`."""
        from braindump_cli.storage.sqlite import search

        match = search.match_of(query)
        if not match:
            return
        scope = search.Scope(*_wishes(wanted), wanted.limit)
        if by_time:
            hits = search.by_time(self._db, match, scope, newest_first=wanted.newest_first)
        else:
            hits = search.ranked(self._db, match, scope)
        found = list(hits)
        for start in range(0, len(found), search.AT_ONCE):
            some = found[start : start + search.AT_ONCE]
            snippets = search.snippets(self._db, match, [hit.number for hit in some])
            for hit in some:
                for entry in self._entries("WHERE e.number = ?", (hit.number,)):
                    yield Found(entry, snippets.get(hit.number, ""), hit.score)

    def holders(self, words: Sequence[Sequence[str]], wanted: EntryFilter) -> Sequence[Sequence[int]]:
        """Return for each word the numbers of entries that hold it; of very many the newest, private ones left out."""
        from braindump_cli.storage.sqlite import search

        wishes, values = _wishes(wanted)
        scope = search.Scope(f" AND e.is_private = 0{wishes}", values, wanted.limit)
        return [search.holders(self._db, search.match_any(spellings), scope) for spellings in words]

    def _entries(self, where: str, values: tuple[Any, ...]) -> Iterator[Entry]:
        for row in self._db.execute(f"SELECT {_COLUMNS} FROM entries e {where}", values):
            yield self._entry(row)

    def _entry(self, row: Sequence[Any]) -> Entry:
        recordings = self._recordings(row[1]) if row[2] == VOICE else ()
        return Entry(
            number=row[0], id=row[1], kind=row[2], title=row[3], text=row[4], language=row[5],
            created_at=from_stamp(row[6]), zone=row[7], is_starred=bool(row[8]), is_private=bool(row[9]),
            is_draft=bool(row[10]), duration_s=row[11], engine=row[12], deleted_at=maybe_instant(row[13]),
            tags=_listed(row[14]), pending=_listed(row[15]), todo_count=row[16], recordings=recordings,
        )  # fmt: skip

    def attach(self, entry_id: str, transcript: Transcript, *, reply: str, at: datetime) -> None:
        """Keep a transcript as a new version; it becomes the entry's text unless that was edited by hand."""
        import json
        from dataclasses import asdict

        from braindump_cli.domain.ids import derived_id

        version = derived_id("transcript", entry_id, transcript.provider, transcript.model, reply)
        segments = json.dumps([asdict(segment) for segment in transcript.segments])
        with self._journal.writing():
            self._db.execute(
                "INSERT OR IGNORE INTO transcripts (id, entry_id, provider, model, language, is_draft, segments, reply,"
                " created_at, hlc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    version, entry_id, transcript.provider, transcript.model, transcript.language,
                    transcript.is_draft, segments, reply, to_stamp(at), self._journal.stamp(),
                ),
            )  # fmt: skip
            self._db.execute(
                "UPDATE entries SET text = ?, is_draft = ?, engine = ?, dirty = 1, hlc = ?"
                " WHERE id = ? AND is_text_edited = 0 AND (is_draft = 1 OR engine IS NULL OR ?)",
                (
                    transcript.text, transcript.is_draft, transcript.provider, self._journal.stamp(),
                    entry_id, not transcript.is_draft,
                ),
            )  # fmt: skip

    def transcript(self, entry_id: str) -> Transcript | None:
        """Return the version that counts: the newest final one, else the newest draft."""
        row = self._db.execute(
            "SELECT provider, model, language, segments, is_draft FROM transcripts WHERE entry_id = ? AND purged = 0"
            " ORDER BY is_draft, created_at DESC, hlc DESC LIMIT 1",
            (entry_id,),
        ).fetchone()
        if row is None:
            return None
        import json

        from braindump_cli.domain.transcript import Segment, Transcript

        segments = tuple(Segment(**segment) for segment in json.loads(row[3]))
        return Transcript(
            provider=row[0], model=row[1], language=row[2], segments=segments, is_draft=bool(row[4])
        )

    def set_title(self, entry_id: str, title: str) -> None:
        """Name an entry from its text; a title given by hand stays."""
        with self._journal.writing():
            self._db.execute(
                "UPDATE entries SET title = ?, dirty = 1, hlc = ? WHERE id = ? AND is_title_given = 0 AND title <> ?",
                (title, self._journal.stamp(), entry_id, title),
            )

    def trash(self, entry_id: str, at: datetime | None) -> None:
        """Put an entry into the trash, or with None take it out."""
        with self._journal.writing():
            self._db.execute(
                "UPDATE entries SET deleted_at = ?, dirty = 1, hlc = ? WHERE id = ?",
                (maybe_stamp(at), self._journal.stamp(), entry_id),
            )

    def set_private(self, entry_id: str, *, is_private: bool) -> None:
        """Let nothing of an entry leave from now on, or let it again."""
        with self._journal.writing():
            self._db.execute(
                "UPDATE entries SET is_private = ?, dirty = 1, hlc = ? WHERE id = ?",
                (is_private, self._journal.stamp(), entry_id),
            )

    def save_recording(self, recording: Recording) -> None:
        """Keep what is known of a recording, in place of what was known."""
        with self._journal.writing():
            self._db.execute(
                f"INSERT INTO recordings ({_RECORDING}, hlc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET format = excluded.format, duration_s = excluded.duration_s,"
                " size_bytes = excluded.size_bytes, sha256 = excluded.sha256, state = excluded.state,"
                " gaps_s = excluded.gaps_s, hlc = excluded.hlc, dirty = 1",
                (
                    recording.id, recording.entry_id, recording.part, recording.kind, recording.format,
                    recording.duration_s, recording.size_bytes, recording.sha256, recording.state, recording.gaps_s,
                    self._journal.stamp(),
                ),
            )  # fmt: skip

    def recording(self, entry_id: str) -> Recording | None:
        """Return the entry's sound, also before the entry itself is there."""
        return next(iter(self._recordings(entry_id)), None)

    def forget_recording(self, entry_id: str) -> None:
        """Forget a recording that never became an entry."""
        with self._journal.writing():
            self._db.execute("DELETE FROM recordings WHERE entry_id = ? AND state = 'recording'", (entry_id,))

    def drafts(self) -> Iterator[Entry]:
        """Yield entries whose text is a draft, oldest first; none of the trash."""
        where = "WHERE e.is_draft = 1 AND e.deleted_at IS NULL AND e.purged = 0 ORDER BY e.number"
        yield from self._entries(where, ())

    def unfinished(self) -> Sequence[str]:
        """Return the entry ids of recordings that have not become entries."""
        rows = self._db.execute("SELECT entry_id FROM recordings WHERE state = 'recording' ORDER BY entry_id")
        return [row[0] for row in rows]

    def wants_insights(self, entry_id: str) -> bool:
        """Tell whether the user wants this entry understood."""
        row = self._db.execute("SELECT wants_insights FROM entries WHERE id = ?", (entry_id,)).fetchone()
        return bool(row and row[0])

    def count(self) -> int:
        """Return how many entries are not in the trash."""
        return int(self._db.execute("SELECT entries FROM totals").fetchone()[0])

    def _recordings(self, entry_id: str) -> tuple[Recording, ...]:
        rows = self._db.execute(
            f"SELECT {_RECORDING} FROM recordings WHERE entry_id = ? AND purged = 0 ORDER BY part",
            (entry_id,),
        )
        from braindump_cli.domain.recording import Recording

        names = _RECORDING.split(", ")
        return tuple(Recording(**dict(zip(names, row, strict=True))) for row in rows)


def _listed(joined: str | None) -> tuple[str, ...]:
    return tuple(joined.split("\x1f")) if joined else ()


def _where(wanted: EntryFilter) -> tuple[str, tuple[Any, ...]]:
    wishes, values = _wishes(wanted)
    return f"e.deleted_at IS {'NOT ' if wanted.in_trash else ''}NULL AND e.purged = 0{wishes}", values


def _wishes(wanted: EntryFilter) -> tuple[str, tuple[Any, ...]]:
    """Return what narrows the choice further, each condition with its AND; the index of words knows no trash."""
    clauses: list[str] = []
    values: list[Any] = []
    for clause, value in (
        ("e.created_at >= ?", maybe_stamp(wanted.since)),
        ("e.created_at < ?", maybe_stamp(wanted.until)),
        ("e.kind = ?", wanted.kind),
    ):
        if value is not None:
            clauses.append(clause)
            values.append(value)
    if wanted.starred_only:
        clauses.append("e.is_starred = 1")
    for tag in wanted.tags:
        clauses.append("EXISTS (SELECT 1 FROM entry_tags WHERE tag = ? AND entry_number = e.number)")
        values.append(tag)
    return "".join(f" AND {clause}" for clause in clauses), tuple(values)


def _order(wanted: EntryFilter) -> str:
    way = "DESC" if wanted.newest_first else "ASC"
    limit = "" if wanted.limit is None else f"LIMIT {wanted.limit}"
    return f"ORDER BY e.created_at {way}, e.number {way} {limit}"
