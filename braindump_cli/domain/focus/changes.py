"""What people do to a session that runs: each returns the changed session, or says in one sentence why not."""

from dataclasses import replace
from datetime import datetime, timedelta

from braindump_cli.domain.focus.session import MORE, PAUSE, SKIP, STOPPED, Interval, Session
from braindump_cli.domain.focus.standing import PAUSED, finished, standing_at
from braindump_cli.errors import ConflictError, ForbiddenError


def paused(session: Session, at: datetime) -> Session:
    """Let time stand still. Raises ConflictError if it does already, ForbiddenError for a strict session."""
    if session.plan.is_strict:
        raise ForbiddenError(
            "This session is strict: it does not pause.", hint="braindump focus stop ends it."
        )
    if session.pause:
        raise ConflictError("It is paused already.", hint="braindump focus resume goes on.")
    return _with(session, Interval(PAUSE, _at(session, at), None))


def resumed(session: Session, at: datetime) -> Session:
    """Let time go on. Raises ConflictError if it does already."""
    if not session.pause:
        raise ConflictError("It is not paused.")
    ended = session.pause._replace(ended_at=_at(session, at))
    return replace(session, intervals=(*session.intervals[:-1], ended))


def skipped(session: Session, at: datetime) -> Session:
    """End the phase now and begin the next one, also out of a pause; after the last one the plan is over."""
    running = resumed(session, at) if session.pause else session
    at = _at(session, at)
    return finished(_with(running, Interval(SKIP, at, at)), at)


def lengthened(session: Session, at: datetime, by: timedelta) -> Session:
    """Make the phase longer. Raises ConflictError while it is paused."""
    if session.pause:
        raise ConflictError("It is paused.", hint="braindump focus resume goes on.")
    at = _at(session, at)
    return _with(session, Interval(MORE, at, at + by))


def stopped(session: Session, at: datetime) -> Session:
    """End it now; of a plan that is over by then the end is when it was over."""
    at = _at(session, at)
    over = finished(session, at)
    if not over.is_open:
        return over
    is_paused = standing_at(session, at).phase == PAUSED
    running = resumed(session, at) if is_paused else session
    return replace(running, ended_at=at, status=STOPPED)


def _at(session: Session, at: datetime) -> datetime:
    """Return the instant; where the clock was set back, the last one that is known."""
    return max(at, session.latest)


def _with(session: Session, interval: Interval) -> Session:
    return replace(session, intervals=(*session.intervals, interval))
