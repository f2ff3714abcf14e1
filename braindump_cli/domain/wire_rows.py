"""Rows, answers and pages in the form they travel in: plain JSON values.

    push, out   [{"table", "id", "hlc", "base", "purged", "withdrawn", "row_version", "body", "sealed"}, ...]
    push, in    {"rows": [{"table", "id", "status", "seq", "reason", "winner", "has_revision"}], "head", "now"}
    pull, in    {"rows": [{"table", "id", "hlc", "seq", "purged", "withdrawn", "row_version", "body", "sealed"}],
                 "cursor", "head", "more", "now"}

At most 500 rows and 1 MB a push. The server measures the text of a jsonb value, which has a blank after each
comma and colon, in UTF-8; `size_of` measures no less.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from braindump_cli.domain.sync import Answer, Page, Pushed, Row
from braindump_cli.errors import UnreadableError

MOST_ROWS = 500
MOST_BYTES = 1_000_000
_BETWEEN = 2  # ", " after each row; the two brackets are less than the one that the last row does not need
_HLC = re.compile(r"[0-9]{15}-[0-9]{4}-[0-9a-f]{12}")


def to_plain(row: Row) -> dict[str, Any]:
    """Return a row as it is pushed."""
    return {
        "table": row.table,
        "id": row.id,
        "hlc": row.hlc,
        "base": row.base,
        "purged": row.purged,
        "withdrawn": row.withdrawn,
        "row_version": row.row_version,
        "body": None if row.body is None else dict(row.body),
        "sealed": row.sealed,
    }


def size_of(row: Row) -> int:
    """Return what the row adds to a push, in bytes."""
    return len(json.dumps(to_plain(row), ensure_ascii=False).encode()) + _BETWEEN


def batches(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    """Yield the rows in pushes that the server takes; one that is too large alone comes alone."""
    batch: list[Row] = []
    size_bytes = _BETWEEN
    for row in rows:
        more = size_of(row)
        if batch and (len(batch) == MOST_ROWS or size_bytes + more > MOST_BYTES):
            yield batch
            batch, size_bytes = [], _BETWEEN
        batch.append(row)
        size_bytes += more
    if batch:
        yield batch


def row_of(plain: Any) -> Row:
    """Read a row that the server gave. Raises UnreadableError."""
    try:
        row = Row(
            table=str(plain["table"]),
            id=str(plain["id"]),
            hlc=str(plain["hlc"]),
            seq=int(plain.get("seq") or 0),
            purged=bool(plain["purged"]),
            withdrawn=bool(plain["withdrawn"]),
            row_version=int(plain["row_version"]),
            body=plain["body"],
            sealed=plain["sealed"],
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _unreadable() from None
    if not _HLC.fullmatch(row.hlc) or not isinstance(row.body, dict | None):
        raise _unreadable()
    return row


def pushed_of(plain: Any) -> Pushed:
    """Read the answer to a push. Raises UnreadableError."""
    try:
        answers = tuple(_answer_of(each) for each in plain["rows"])
        return Pushed(answers, int(plain["head"]), _instant(plain["now"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _unreadable() from None


def page_of(plain: Any) -> Page:
    """Read the answer to a pull. Raises UnreadableError."""
    try:
        rows = tuple(row_of(each) for each in plain["rows"])
        now = _instant(plain["now"])
        return Page(rows, int(plain["cursor"]), int(plain["head"]), bool(plain["more"]), now)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _unreadable() from None


def _answer_of(plain: Any) -> Answer:
    winner = plain.get("winner")
    return Answer(
        table=str(plain["table"]),
        id=str(plain["id"]),
        status=str(plain["status"]),
        reason=str(plain.get("reason") or ""),
        winner=row_of(winner) if winner else None,
        has_revision=bool(plain.get("has_revision")),
    )


def _instant(stamp: str) -> datetime:
    at = datetime.fromisoformat(stamp)
    if at.utcoffset() is None:
        raise ValueError(stamp)
    return at


def _unreadable() -> UnreadableError:
    return UnreadableError(
        "The server gave an answer that cannot be read.",
        hint="Is this a braindump project? braindump cloud status",
    )
