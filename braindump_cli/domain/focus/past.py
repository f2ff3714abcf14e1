"""Sessions as people write them down afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from braindump_cli.domain.focus.session import ADDED, AWAY, LONGEST, PAUSE, WORK, Interval, Plan, Session
from braindump_cli.domain.focus.standing import lived_spans
from braindump_cli.errors import UsageError

LONGEST_WORDS = "24 hours"


def added(session_id: str, since: datetime, until: datetime) -> Session:
    """Return a session of one work period from `since` to `until`. Raises UsageError, as `moved`."""
    _check(since, until)
    return Session(
        id=session_id,
        started_at=since,
        ended_at=until,
        status=ADDED,
        plan=Plan(work=until - since, rounds=1),
    )


def moved(session: Session, since: datetime, until: datetime) -> Session:
    """Return an ended session with another beginning and end; breaks, pauses and absences in between stay.

    What lies between them counts as work. Raises UsageError for an end that is not after the beginning, for more
    than a day, and where nothing of the work is left.
    """
    _check(since, until)
    rests = tuple(_rests(session, since, until))
    rested = sum((end - rest.started_at for rest in rests if (end := rest.ended_at)), timedelta(0))
    if since + rested >= until:
        raise UsageError("Of this session's work nothing would be left.")
    plan = Plan(work=until - since - rested, rounds=1, long_gap=session.plan.long_gap)
    return replace(session, started_at=since, ended_at=until, plan=plan, intervals=rests)


def _rests(session: Session, since: datetime, until: datetime) -> Iterator[Interval]:
    for span, ended in lived_spans(session, until):
        begun = max(span.started_at, since)
        if span.kind != WORK and begun < ended:
            yield Interval(PAUSE if span.kind == PAUSE else AWAY, begun, ended)


def _check(since: datetime, until: datetime) -> None:
    if until <= since:
        raise UsageError("A session cannot end before it begins.", hint="Look at --from and --to.")
    if until - since > LONGEST:
        raise UsageError(f"A session takes at most {LONGEST_WORDS}.", hint="Look at --from and --to.")
    if until - since < timedelta(seconds=1):
        raise UsageError("A session takes at least a second.", hint="Look at --from and --to.")
