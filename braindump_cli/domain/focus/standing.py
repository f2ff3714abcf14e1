"""Where a session stands: a pure function of what is stored and of the clock."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from braindump_cli.domain.focus.session import DONE, GAPS, PAUSE, STOPPED, WORK, Session
from braindump_cli.domain.focus.timeline import Span, spans

# What a phase is called besides work, break and long_break.
PAUSED, OVER, NONE = "paused", "done", "none"

_NOTHING = timedelta(0)


class Standing(NamedTuple):
    """Where a session stands at an instant."""

    phase: str  # WORK, BREAK, LONG_BREAK, PAUSED; OVER once the plan is; NONE once it was stopped
    round: int
    remaining: timedelta  # of the phase; while paused it stands still
    length: timedelta  # of the phase, with what was added to it
    ends_at: datetime | None  # None while paused, and at the end
    following: str | None  # the phase after this one; None after the last
    focused: timedelta  # time worked so far, in all rounds
    pauses: int

    @property
    def is_running(self) -> bool:
        """Whether there is still something to wait for."""
        return self.phase not in (OVER, NONE)


NOBODY = Standing(NONE, 0, _NOTHING, _NOTHING, None, None, _NOTHING, 0)  # before the first session


def standing_at(session: Session, now: datetime) -> Standing:
    """Tell where a session stands; a clock that was set back counts as no time elapsed."""
    until = max(now, session.latest)
    if session.ended_at:
        until = min(until, session.ended_at)
    lived = list(lived_spans(session, until))
    focused = sum((ended - span.started_at for span, ended in lived if span.kind == WORK), _NOTHING)
    last = _last_span(session, until)
    pauses = sum(interval.kind == PAUSE for interval in session.intervals)
    if session.ended_at or last is None:
        reached = last.round if last else session.plan.rounds
        phase = NONE if session.status == STOPPED else OVER
        return Standing(phase, reached, _NOTHING, _NOTHING, None, None, focused, pauses)
    stands_still = last.kind in GAPS
    remaining = last.left if last.ended_at is None else last.left + (last.ended_at - until)
    worked = sum((ended - span.started_at for span, ended in lived if _is_same_phase(span, last)), _NOTHING)
    return Standing(
        phase=PAUSED if stands_still else last.phase,
        round=last.round,
        remaining=remaining,
        length=worked + remaining,
        ends_at=None if stands_still else until + remaining,
        following=last.following,
        focused=focused,
        pauses=pauses,
    )


def lived_spans(session: Session, until: datetime) -> Iterator[tuple[Span, datetime]]:
    """Yield the spans that had begun before `until`, each with its end or, if that came later, `until`."""
    if session.ended_at:
        until = min(until, session.ended_at)
    for span in spans(session):
        if span.started_at >= until:
            return
        yield span, min(span.ended_at or until, until)


def planned_end(session: Session) -> datetime | None:
    """Return when its plan is over if nothing changes; None while it is paused."""
    last = None
    for span in spans(session):
        last = span
    return last.ended_at if last else session.started_at  # all of it was skipped as it began


def finished(session: Session, now: datetime) -> Session:
    """Return the session with its end written down, if its plan is over by now; else as it is."""
    ends_at = planned_end(session) if session.is_open else None
    return replace(session, ended_at=ends_at, status=DONE) if ends_at and ends_at <= now else session


def _last_span(session: Session, until: datetime) -> Span | None:
    """Return the span that an instant lies in; None where the plan is over."""
    found = None
    for span in spans(session):
        if span.started_at > until:
            break
        found = span
        if span.ended_at and span.ended_at <= until:
            found = None
    return found


def _is_same_phase(span: Span, other: Span) -> bool:
    return span.round == other.round and span.kind == other.phase
