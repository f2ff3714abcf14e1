"""Full-text search: what people type becomes a query that FTS5 always takes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from braindump_cli.storage.engine import Connection

MOST_WORDS = 64  # of a query; more would only slow the answer
MOST_RANKED = (
    2_000  # matches that are ranked; of more, the newest ones (ranking 100,000 takes 90 ms, 2,000 take 6)
)

AT_ONCE = 500  # hits that are filled in together

_UNFIT = dict.fromkeys((0, *range(0xD800, 0xE000)), " ")  # NUL would end the query, the rest is no UTF-8
_PIECE = re.compile(r'"([^"]*)("?)|([^\s"]+)')


class Hit(NamedTuple):
    """A match: more `score` is better."""

    number: int
    score: float


def match_of(query: str) -> str:
    """Return the FTS5 expression for all words of `query`, or "" when it has none.

    Quoted words are a phrase; the last word also matches as the beginning of a longer one. Every piece
    is handed over as a string, so no character has a meaning of its own, and parted by the engine like the text.
    """
    pieces: list[str] = []
    open_end = False
    for phrase, closed, word in (found.groups("") for found in _PIECE.finditer(query)):
        words = phrase or word
        if any(map(str.isalnum, words)):
            pieces.append(f'"{words.translate(_UNFIT)}"')
            open_end = not closed
    if not pieces:
        return ""
    return " ".join(pieces[:MOST_WORDS]) + ("*" if open_end else "")


def match_any(spellings: Iterable[str]) -> str:
    """Return the FTS5 expression for any of the words, or "" without one; what ends with `*` is a beginning."""
    words = (
        (word.removesuffix("*").translate(_UNFIT).replace('"', " "), word.endswith("*")) for word in spellings
    )
    return " OR ".join(f'"{word}"{"*" * is_open}' for word, is_open in words if any(map(str.isalnum, word)))


class Scope(NamedTuple):
    """Which entries `e` outside of the trash may be found, and how many of them."""

    wishes: str  # empty, or conditions that each begin with AND
    values: Sequence[Any]
    limit: int | None  # None is all

    @property
    def most(self) -> int:
        """The limit as SQLite has it."""
        return -1 if self.limit is None else self.limit


def ranked(db: "Connection", match: str, scope: Scope) -> Iterator[Hit]:
    """Yield matches, best first; among more than MOST_RANKED the best of the newest."""
    fitting = f"AND EXISTS (SELECT 1 FROM entries e WHERE e.number = entries_text.rowid{scope.wishes})"
    newest = "" if scope.limit is None else f"ORDER BY rowid DESC LIMIT {MOST_RANKED}"
    statement = (
        "SELECT number, score FROM (SELECT rowid AS number, bm25(entries_text) AS score FROM entries_text"
        f" WHERE entries_text MATCH ? {fitting if scope.wishes else ''} {newest})"
        " ORDER BY score, number DESC LIMIT ?"
    )
    return _hits(db.execute(statement, (match, *scope.values, scope.most)))


def by_time(db: "Connection", match: str, scope: Scope, *, newest_first: bool) -> Iterator[Hit]:
    """Yield matches in the order of time."""
    way = "DESC" if newest_first else "ASC"
    statement = (
        "SELECT e.number, bm25(entries_text) FROM entries_text JOIN entries e ON e.number = entries_text.rowid"
        f" WHERE entries_text MATCH ?{scope.wishes} ORDER BY e.created_at {way}, e.number {way} LIMIT ?"
    )
    return _hits(db.execute(statement, (match, *scope.values, scope.most)))


def holders(db: "Connection", match: str, scope: Scope) -> list[int]:
    """Return the numbers of the newest MOST_RANKED matches, newest first."""
    if not match:
        return []
    rows = db.execute(
        "SELECT rowid FROM entries_text WHERE entries_text MATCH ?"
        f" AND EXISTS (SELECT 1 FROM entries e WHERE e.number = entries_text.rowid{scope.wishes})"
        f" ORDER BY rowid DESC LIMIT {MOST_RANKED}",
        (match, *scope.values),
    )
    return [number for (number,) in rows]


def snippets(db: "Connection", match: str, numbers: Sequence[int]) -> dict[int, str]:
    """Return for each entry the words around the matches, matches between the bytes 2 and 3.

    In one statement: to begin again with a word that is in most of 100,000 entries would cost 3 ms each time.
    """
    some = ", ".join("?" * len(numbers))
    rows = db.execute(
        "SELECT rowid, snippet(entries_text, -1, char(2), char(3), '…', 16) FROM entries_text"
        f" WHERE entries_text MATCH ? AND rowid BETWEEN ? AND ? AND +rowid IN ({some})",
        (match, min(numbers), max(numbers), *numbers),
    )
    return dict(rows)


def _hits(rows: Iterable[tuple[int, float]]) -> Iterator[Hit]:
    return (Hit(number, -score) for number, score in rows)  # SQLite's bm25 is smaller for better matches
