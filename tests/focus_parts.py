"""Timers for tests: over a real journal or over memory, with files that are remembered only."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.focus.absence import Sign
from braindump_cli.domain.focus.session import ADDED, Plan, Session
from braindump_cli.domain.focus.view import Change
from braindump_cli.domain.ids import new_id
from braindump_cli.domain.selector import Selector
from braindump_cli.ports import Clock
from braindump_cli.services.focus import Timer
from braindump_cli.services.insights import Mind
from braindump_cli.storage.sqlite.focus import SqliteFocus
from braindump_cli.storage.sqlite.journal import SqliteJournal
from tests.fakes import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class FakeFocus:
    """Keeps ports.focus.FocusRepository in memory; `private` are ids of to-dos of private entries."""

    def __init__(self, private: Sequence[str] = ()) -> None:
        self._private = set(private)
        self._sessions: dict[int, Session] = {}
        self._changes: list[tuple[str, Session | None, int]] = []
        self._last = 0

    def add(self, session: Session, *, cause: str) -> Session:
        self._last += 1
        self._sessions[self._last] = replace(session, number=self._last)
        self._changes.append((cause, None, self._last))
        return self._read(self._last)

    def save(self, session: Session, *, cause: str | None) -> None:
        if cause is not None:
            self._changes.append((cause, self._sessions[session.number], session.number))
        self._sessions[session.number] = session

    def undo(self) -> Change | None:
        if not self._changes:
            return None
        cause, before, number = self._changes.pop()
        after = self._read(number)
        if before is None:
            del self._sessions[number]
            return Change(cause, None, after)
        self._sessions[number] = before
        return Change(cause, self._read(number), after)

    def newest(self) -> Session | None:
        running = [number for number, session in self._sessions.items() if session.is_open]
        timed = [number for number, session in self._sessions.items() if session.status != ADDED]
        found = running or timed
        return self._read(max(found)) if found else None

    def select(self, selector: Selector) -> Sequence[Session]:
        numbers = sorted(self._sessions)
        if selector.back is not None:
            return [self._read(number) for number in numbers[::-1][selector.back : selector.back + 1]]
        if selector.number is not None:
            return [self._read(number) for number in numbers if number == selector.number]
        ending = selector.id_ending or ""
        return [self._read(number) for number in numbers if self._sessions[number].id.endswith(ending)]

    def find(self, wanted: EntryFilter) -> Iterator[Session]:
        found = [
            session
            for session in map(self._read, self._sessions)
            if (wanted.since is None or wanted.since <= session.started_at)
            and (wanted.until is None or session.started_at < wanted.until)
            and set(wanted.tags) <= set(session.tags)
        ]
        found.sort(key=lambda session: (session.started_at, session.number), reverse=wanted.newest_first)
        yield from found[: wanted.limit]

    def overlapping(self, since: datetime, until: datetime) -> Sequence[Session]:
        found = (
            session
            for session in map(self._read, self._sessions)
            if session.ended_at and session.started_at < until and session.ended_at > since
        )
        return sorted(found, key=lambda session: (session.started_at, session.number))

    def _read(self, number: int) -> Session:
        session = self._sessions[number]
        return replace(session, is_private=session.todo_id in self._private)


class FakeSigns:
    """Keeps ports.focus.SignFile in memory, and every sign that was given."""

    def __init__(self) -> None:
        self.sign: Sign | None = None
        self.written: list[Sign] = []

    def read(self) -> Sign | None:
        return self.sign

    def write(self, sign: Sign) -> None:
        self.sign = sign
        self.written.append(sign)


class FakeState:
    """Keeps ports.focus.StateFile in memory."""

    def __init__(self) -> None:
        self.line = ""

    def read(self) -> str:
        return self.line

    def update(self, line: Callable[[], str]) -> None:
        self.line = line()


class FakeHelpers:
    """Keeps ports.focus.Helpers; counts how often one was asked for."""

    def __init__(self) -> None:
        self.ensured = 0

    def ensure(self) -> None:
        self.ensured += 1


def timer_of(mind: Mind, clock: Clock, **fields: Any) -> Timer:
    """Return a timer over a real journal; its files are remembered only."""
    assert isinstance(mind.journal, SqliteJournal)
    usual: dict[str, Any] = {"boot_id": "boot", "away": HOUR}
    return Timer(
        mind.journal,
        SqliteFocus(mind.journal),
        lambda: mind.todos,
        FakeSigns(),
        FakeState(),
        clock,
        **(usual | fields),
    )


def session(at: datetime = MONDAY_MORNING, **fields: Any) -> Session:
    """Return a session that no repository knows yet."""
    return Session(id=new_id(at), started_at=at, **fields)


def plan(work: int = 25, short: int = 5, long: int = 15, **fields: Any) -> Plan:
    """Return a plan, its lengths in minutes."""
    return Plan(work=work * MINUTE, short_break=short * MINUTE, long_break=long * MINUTE, **fields)
