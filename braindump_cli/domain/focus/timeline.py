"""A session as spans that tile its time: they follow one another without overlap and without a hole."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from braindump_cli.domain.focus.session import BREAK, GAPS, LONG_BREAK, MORE, SKIP, WORK, Interval, Session

_NOTHING = timedelta(0)


class Span(NamedTuple):
    """A stretch of one phase, or of standing still within it; half-open."""

    kind: str  # the phase, or PAUSE or AWAY
    phase: str
    round: int  # from 1 on
    started_at: datetime
    ended_at: datetime | None  # None: the pause that is on
    left: timedelta  # of the phase, when the span ends
    following: str | None  # the phase that comes after this one; None after the last


def spans(session: Session) -> Iterator[Span]:
    """Yield the spans of a session as if it ran to the end of its plan, or into the pause that is on."""
    return _Walk(session).spans()


class _Walk:
    """Goes along a session once."""

    def __init__(self, session: Session) -> None:
        self._plan = session.plan
        self._at = session.started_at
        self._changes = deque(sorted(session.intervals, key=lambda change: change.started_at))
        self._phase, self._round = WORK, 1
        self._streak = 0  # work periods since the last long rest

    def spans(self) -> Iterator[Span]:
        following: str | None = self._phase
        while following:
            self._phase = following
            left = self._plan.length(self._phase)
            while left > _NOTHING:
                change = self._change_within(left)
                ends_at = max(change.started_at, self._at) if change else self._at + left
                left -= ends_at - self._at
                if ends_at > self._at:
                    yield self._span(self._phase, ends_at, left)
                if change is None or change.kind == SKIP:
                    break
                if change.kind == MORE and change.ended_at:
                    left += change.ended_at - change.started_at
                elif change.kind in GAPS:
                    yield self._gap(change, left)
                    if change.ended_at is None:
                        return
            following = self._following()
            self._end_phase()

    def _change_within(self, left: timedelta) -> Interval | None:
        """Take the next change that happened before the phase would have ended."""
        is_near = self._changes and self._changes[0].started_at < self._at + left
        return self._changes.popleft() if is_near else None

    def _span(self, kind: str, ends_at: datetime | None, left: timedelta) -> Span:
        begun = self._at
        self._at = ends_at or begun
        return Span(kind, self._phase, self._round, begun, ends_at, left, self._following())

    def _gap(self, change: Interval, left: timedelta) -> Span:
        ends_at = max(change.ended_at, self._at) if change.ended_at else None
        if ends_at and ends_at - self._at >= self._plan.long_gap:
            self._streak = 0  # who was away that long has rested
        return self._span(change.kind, ends_at, left)

    def _following(self) -> str | None:
        if self._phase != WORK:
            return WORK
        if self._round == self._plan.rounds:
            return None
        return LONG_BREAK if self._streak + 1 >= self._plan.every else BREAK

    def _end_phase(self) -> None:
        if self._phase == WORK:
            self._streak += 1
        else:
            self._round += 1
            self._streak = 0 if self._phase == LONG_BREAK else self._streak
