"""A server that keeps ports.Cloud exactly as the real one does, and may fail before or after it commits."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from braindump_cli.domain.sync import (
    APPLIED,
    CLOCK_AHEAD,
    INVALID,
    MERGED,
    SAME,
    STALE,
    Answer,
    Page,
    Pushed,
    Row,
)
from braindump_cli.domain.wire_rows import MOST_BYTES, MOST_ROWS, size_of
from braindump_cli.errors import (
    ConflictError,
    DeclinedError,
    LostAnswerError,
    NotFoundError,
    UnreachableError,
)
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud_sync import KeptBody, Opened

AHEAD_AT_MOST = timedelta(minutes=5)
HLC = re.compile("[0-9]{15}-[0-9]{4}-[0-9a-f]{12}")
ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WORDY = ("journal_entries", "insights", "todos", "focus_sessions")
TABLES = ("journal_entries", "recordings", "transcripts", "insights", "todos", "focus_sessions")


@dataclass
class FakeAccount:
    """What the server holds of one user; rows by their key."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    head: int = 0
    revisions: dict[tuple[str, str], list[tuple[str, KeptBody]]] = field(
        default_factory=dict
    )  # with the winner's hlc
    objects: dict[str, bytes] = field(default_factory=dict)
    account_key: str | None = None
    wrapped_key: str | None = None
    devices: set[str] = field(default_factory=set)


class FakeCloud:
    """One user's way to the account; several of them may share it.

    `fails` is asked before each call and after each commit, with the call's name and "before" or "after"; what it
    raises is what the caller sees.
    """

    def __init__(self, account: FakeAccount, clock: Clock) -> None:
        self.account = account
        self.clock = clock
        self.fails: Callable[[str, str], None] = lambda *_: None
        self.page_rows = MOST_ROWS

    def open_account(self, device: str, *, name: str, account_key: str) -> Opened:
        """Make the device known; the first key offered is the account's."""
        self.fails("open_account", "before")
        has_none = self.account.account_key is None and self.account.wrapped_key is None
        if has_none:
            self.account.account_key = account_key
        self.account.devices.add(device)
        self.fails("open_account", "after")
        return Opened(self.account.account_key, self.account.wrapped_key, has_none, self.clock.now())

    def seal_account(self, wrapped_key: str) -> None:
        """Keep the wrapped key and forget the plain one."""
        self.fails("seal_account", "before")
        self.account.wrapped_key, self.account.account_key = wrapped_key, None
        for key, kept in self.account.revisions.items():
            self.account.revisions[key] = [each for each in kept if each[1].body is None]
        self.fails("seal_account", "after")

    def push(self, rows: Sequence[Row]) -> Pushed:
        """Take what is newer; in the order given."""
        self.fails("push", "before")
        if len(rows) > MOST_ROWS or sum(map(size_of, rows)) > MOST_BYTES:
            raise DeclinedError("The push is too large.")
        answers = tuple(self._take(row) for row in rows)
        self.fails("push", "after")
        return Pushed(answers, self.account.head, self.clock.now())

    def _take(self, row: Row) -> Answer:
        fault = _fault(row)
        if not fault and self.account.wrapped_key and row.body is not None:
            fault = "the account is end-to-end encrypted"
        if fault:
            return Answer(*row.key, INVALID, fault)
        limit = int((self.clock.now() + AHEAD_AT_MOST).timestamp() * 1000)
        if int(row.hlc[:15]) > limit:
            return Answer(*row.key, CLOCK_AHEAD)
        old = self.account.rows.get(row.key)
        if old and old.hlc == row.hlc:
            has_revision = any(winner == row.hlc for winner, _ in self.account.revisions.get(row.key, []))
            return Answer(*row.key, SAME, has_revision=has_revision)
        if old and (why := _holds_to(old, row)) is not None:
            has_revision = why != "withdrawn" and not old.withdrawn and self._keep(row, old)
            return Answer(*row.key, STALE, why, winner=old, has_revision=has_revision)
        is_seen = old is None or row.base == old.hlc
        if row.purged:
            self.account.revisions.pop(row.key, None)
        has_revision = old is not None and not is_seen and not row.withdrawn and self._keep(old, row)
        self.account.head += 1
        version = max(row.row_version, old.row_version if old else 0)
        kept = replace(row, base=None, seq=self.account.head, row_version=version)
        self.account.rows[row.key] = replace(kept, body=None, sealed=None) if row.purged else kept
        return Answer(*row.key, APPLIED if is_seen else MERGED, has_revision=has_revision)

    def _keep(self, loser: Row, winner: Row) -> bool:
        """Keep words that lose to others."""
        words = _words(loser)
        if words is None or words == _words(winner):
            return False
        kept = self.account.revisions.setdefault(loser.key, [])
        if all(body.hlc != loser.hlc for _, body in kept):
            kept.append((winner.hlc, KeptBody(loser.hlc, loser.body, loser.sealed)))
        return True

    def pull(self, after: int, *, limit: int) -> Page:
        """Return what comes after the cursor; on the last page the cursor is the head."""
        self.fails("pull", "before")
        rows = sorted((row for row in self.account.rows.values() if row.seq > after), key=lambda row: row.seq)
        page = tuple(rows[: min(limit, self.page_rows)])
        has_more = len(page) < len(rows)
        cursor = page[-1].seq if has_more else self.account.head
        return Page(page, cursor, self.account.head, has_more, self.clock.now())

    def kept_bodies(self, table: str, row_id: str) -> Sequence[KeptBody]:
        """Return what lost, oldest first."""
        self.fails("kept_bodies", "before")
        kept = [body for _, body in self.account.revisions.get((table, row_id), [])]
        return sorted(kept, key=lambda body: body.hlc)

    def put_object(self, path: str, sealed: Path) -> None:
        """Keep the file; other bytes under the same path are refused."""
        self.fails("put_object", "before")
        content = sealed.read_bytes()
        if self.account.objects.setdefault(path, content) != content:
            raise ConflictError("Other bytes lie there.")
        self.fails("put_object", "after")

    def get_object(self, path: str) -> Iterator[bytes]:
        """Yield it in two blocks."""
        self.fails("get_object", "before")
        if path not in self.account.objects:
            raise NotFoundError("The server does not have that recording.")
        content = self.account.objects[path]
        yield content[:1000]
        yield content[1000:]

    def remove_objects(self, paths: Collection[str]) -> None:
        """Remove what is there."""
        self.fails("remove_objects", "before")
        for path in paths:
            self.account.objects.pop(path, None)
        self.fails("remove_objects", "after")


def _fault(row: Row) -> str:
    """Say why the row cannot be taken; "" if it can."""
    if row.table not in TABLES:
        return "there is no such table"
    if not ID.fullmatch(row.id):
        return "id is no UUID in lower case"
    if not HLC.fullmatch(row.hlc):
        return "hlc is no clock"
    if row.purged:
        return ""
    if row.withdrawn:
        return "a withdrawn row is purged"
    return "a row has either body or sealed" if (row.body is None) == (row.sealed is None) else ""


def _holds_to(old: Row, new: Row) -> str | None:
    """Say why the server holds to what it has; None if the new version replaces it."""
    if new.hlc < old.hlc:
        return ""
    if new.purged:
        return None
    if new.row_version < old.row_version:
        return "row_version"
    return "withdrawn" if old.withdrawn and new.base != old.hlc else None


def _words(row: Row) -> object:
    """Return what a person said or wrote; of sealed rows all, where a table has such words."""
    body = row.body or {}
    if row.sealed is not None:
        return row.sealed if row.table in WORDY else None
    if row.table == "journal_entries":
        title = body.get("title") if body.get("is_title_given") else None
        return "\n".join(filter(None, (title, body.get("text")))) or None
    if row.table in {"insights", "todos"}:
        return body.get("content" if row.table == "insights" else "text") if body.get("is_edited") else None
    return body.get("note") if row.table == "focus_sessions" else None


def unreachable(*_: str) -> None:
    """Be offline."""
    raise UnreachableError("Nobody is there.")


def losing_answers(name: str, moment: str) -> None:
    """Commit, and let every answer get lost."""
    if moment == "after":
        raise LostAnswerError(f"{name}: no answer came.")
