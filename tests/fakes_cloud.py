"""A server that keeps ports.Cloud exactly as the real one does, and may fail before or after it commits."""

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
TABLES = ("journal_entries", "recordings", "transcripts", "insights", "todos", "focus_sessions")


@dataclass
class FakeAccount:
    """What the server holds of one user; rows by their key."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    head: int = 0
    revisions: dict[tuple[str, str], list[KeptBody]] = field(default_factory=dict)
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
        if row.table not in TABLES:
            return Answer(*row.key, INVALID, "no such table")
        if row.body is None and row.sealed is None and not row.purged:
            return Answer(*row.key, INVALID, "a live row has a body")
        limit = int((self.clock.now() + AHEAD_AT_MOST).timestamp() * 1000)
        if int(row.hlc[:15]) > limit:
            return Answer(*row.key, CLOCK_AHEAD)
        old = self.account.rows.get(row.key)
        if old and old.hlc == row.hlc:
            return Answer(*row.key, SAME)
        if old and old.hlc > row.hlc:
            has_revision = self._keep(row, old) if row.base != old.hlc else False
            return Answer(*row.key, STALE, winner=old, has_revision=has_revision)
        has_revision = self._keep(old, row) if old and row.base != old.hlc else False
        self.account.head += 1
        kept = replace(row, base=None, seq=self.account.head)
        if row.purged:
            kept = replace(kept, body=None, sealed=None)
        if row.withdrawn:
            self.account.revisions.pop(row.key, None)
        self.account.rows[row.key] = kept
        return Answer(*row.key, MERGED if has_revision else APPLIED, has_revision=has_revision)

    def _keep(self, loser: Row, winner: Row) -> bool:
        """Keep the body that loses, unless the winner says that no words of it may lie here."""
        has_words = loser.body is not None or loser.sealed is not None
        is_other = (loser.body, loser.sealed) != (winner.body, winner.sealed)
        if not has_words or not is_other or winner.withdrawn:
            return False
        kept = self.account.revisions.setdefault(loser.key, [])
        if all(each.hlc != loser.hlc for each in kept):
            kept.append(KeptBody(loser.hlc, loser.body, loser.sealed))
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
        return sorted(self.account.revisions.get((table, row_id), []), key=lambda kept: kept.hlc)

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


def unreachable(*_: str) -> None:
    """Be offline."""
    raise UnreachableError("Nobody is there.")


def losing_answers(name: str, moment: str) -> None:
    """Commit, and let every answer get lost."""
    if moment == "after":
        raise LostAnswerError(f"{name}: no answer came.")
