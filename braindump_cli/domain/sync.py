"""What journal and server tell each other about rows, and which of two versions of a row counts.

A row is one thing of the journal: an entry, a recording, a transcript, insights, a to-do, a focus session. Each
change gives it a new hlc (`domain.hlc`); of two versions the one with the greater hlc counts, everywhere. The
words that lose are kept as a revision. A row is live, or a tombstone: `purged` means that it is gone for good,
`withdrawn` besides that it was made private and lives on at home.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

ENTRIES, RECORDINGS, TRANSCRIPTS = "journal_entries", "recordings", "transcripts"
INSIGHTS, TODOS, FOCUS_SESSIONS = "insights", "todos", "focus_sessions"

ROW_VERSION = 1  # of the rows that this program writes; what it knows less of it keeps as it came

# What the journal knows of its account's key: the keys, newest first; the wrapped copy they came from, where the
# account is end-to-end encrypted; and what a turn that way would make of both, while nobody knows that it was done.
ACCOUNT_RING, ACCOUNT_WRAPPED, ACCOUNT_PENDING = "account_ring", "account_wrapped", "account_pending"

# What the server makes of a pushed row.
APPLIED, MERGED, SAME, STALE = "applied", "merged", "same", "stale"
CLOCK_AHEAD, INVALID = "clock_ahead", "invalid"

# What this journal makes of a row that it is given.
SKIP, ACKNOWLEDGE, TAKE = "skip", "acknowledge", "take"
REBASE, GONE, HOLD_BACK = "rebase", "gone", "hold back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row on its way: `body` is null for a tombstone, and where `sealed` holds it."""

    table: str
    id: str
    hlc: str
    base: str | None = None  # on the way out: the hlc last agreed on with the server
    seq: int = 0  # on the way in: its place in the feed
    purged: bool = False
    withdrawn: bool = False
    row_version: int = ROW_VERSION
    body: Mapping[str, Any] | None = None
    sealed: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What names the row in one account."""
        return self.table, self.id


class Answer(NamedTuple):
    """What became of one pushed row."""

    table: str
    id: str
    status: str
    reason: str = ""
    winner: Row | None = None  # for `stale`: what the server holds
    has_revision: bool = False  # the server kept the body that lost

    @property
    def is_agreed(self) -> bool:
        """Whether the server now holds what was sent."""
        return self.status in (APPLIED, MERGED, SAME)


class Pushed(NamedTuple):
    """The server's answer to a push."""

    answers: tuple[Answer, ...]
    head: int
    now: datetime


class Page(NamedTuple):
    """A part of the feed: rows after a cursor, in the order of their commits."""

    rows: tuple[Row, ...]
    cursor: int
    head: int
    more: bool
    now: datetime


class Mine(NamedTuple):
    """What this journal holds of a row."""

    hlc: str
    base: str | None
    is_dirty: bool
    is_private: bool  # its entry never leaves
    is_withdrawn: bool  # the server has it as withdrawn
    will_leave: bool  # it has changed, and a push still to come brings it to the server
    has_lost: bool = False  # that push was made, and the server holds to its own version

    def is_kept_back(self, device: str) -> bool:
        """Whether it was made private on this machine; else another one has withdrawn it."""
        return self.is_private and not (self.is_withdrawn and device_of(self.base) != device)


def device_of(hlc: str | None) -> str:
    """Return the id of the device that made the stamp; "" for none."""
    return hlc[21:] if hlc else ""


def verdict(mine: Mine | None, theirs: Row, *, device: str) -> str:
    """Tell what to make of a row that the server holds.

    SKIP        nothing new; or a push still to come settles it, and lets the server keep the words that lose
    ACKNOWLEDGE it is what is here: both agree
    TAKE        it counts; words here that it replaces become a revision
    REBASE      we withdrew it, and have made it public since: the next push says that it has seen that
    GONE        it is withdrawn there and private here: what is here stays
    HOLD_BACK   it is private here and not withdrawn: it will be; the other words become a revision
    """
    if mine is None:
        return SKIP if theirs.purged else TAKE
    if theirs.hlc == mine.hlc:
        return ACKNOWLEDGE
    if theirs.hlc == mine.base and not mine.has_lost:
        return SKIP
    if mine.is_private:
        if theirs.withdrawn:
            return GONE
        return HOLD_BACK if mine.is_kept_back(device) else TAKE
    if mine.has_lost:
        return REBASE if theirs.withdrawn and device_of(theirs.hlc) == device else TAKE
    return TAKE if theirs.hlc > mine.hlc and not mine.will_leave else SKIP


def clock_offset_ms(now: datetime, asked_at: datetime, round_trip_s: float) -> int:
    """Return how far the server's clock is ahead of ours, taking its `now` for half the round trip."""
    return round(((now - asked_at).total_seconds() - round_trip_s / 2) * 1000)
