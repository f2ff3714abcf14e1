"""When nobody was there while a session ran: found from signs of life, decided by the user.

The helper, or the screen, gives a sign of life each minute. A gap between two of them that is longer than `focus.away`
(the machine slept), or another boot since the last one, is an absence. Until the user has said what it was, the session
counts as ended where it began.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from braindump_cli.domain.focus.changes import stopped
from braindump_cli.domain.focus.session import AWAY, KEPT, Interval, Session
from braindump_cli.domain.focus.standing import finished

# What an absence may have been: time that counts, time that does not, the end.
KEEP, DROP, END = "keep", "drop", "end"

SIGN_EVERY = timedelta(minutes=1)


class Sign(NamedTuple):
    """The last sign of life on this machine, and a gap that was seen before it."""

    session_id: str
    boot_id: str  # "" where the system does not say
    seen_at: datetime
    gap_from: datetime | None = None
    gap_to: datetime | None = None


class Absence(NamedTuple):
    """A stretch in which nobody was there; half-open."""

    started_at: datetime
    ended_at: datetime


def seen_again(sign: Sign, now: datetime, *, away: timedelta) -> Sign:
    """Return the next sign of the same life; a gap it finds is kept until somebody answers for it."""
    if sign.gap_from:
        return sign._replace(seen_at=max(now, sign.seen_at), gap_to=max(now, sign.seen_at))
    if now - sign.seen_at > away:
        return sign._replace(seen_at=now, gap_from=sign.seen_at, gap_to=now)
    return sign._replace(seen_at=max(now, sign.seen_at))


def absence(session: Session, sign: Sign | None, *, boot_id: str, now: datetime) -> Absence | None:
    """Return the absence that nobody has answered for yet.

    None while the session is paused, for its time stands still anyway, and where nobody gave signs: time counts then.
    None also where the plan was over within the minute after the last sign: whoever was there then saw its end.
    """
    if sign is None or sign.session_id != session.id or not session.is_open or session.pause:
        return None
    if sign.gap_from is None and sign.boot_id == boot_id:
        return None
    begun = max(sign.gap_from or sign.seen_at, session.latest)
    saw_the_end = not finished(session, begun + SIGN_EVERY).is_open
    return None if saw_the_end else Absence(begun, max(now, begun))


def ended_by(session: Session, gap: Absence) -> Session:
    """Return the session as everybody sees it meanwhile: ended where the absence began."""
    return stopped(session, gap.started_at)


def answered(session: Session, gap: Absence, answer: str) -> Session:
    """Write down what the absence was: KEEP, DROP or END."""
    if answer == END:
        return ended_by(session, gap)
    kind = KEPT if answer == KEEP else AWAY
    interval = Interval(kind, gap.started_at, max(gap.ended_at, gap.started_at))
    return replace(session, intervals=(*session.intervals, interval))
