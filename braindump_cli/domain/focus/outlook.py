"""A session as far as it can be foreseen: the lines of `focus.state` from now on, one a period.

They hold no word of the user's beyond what `focus.state` shows anyway, so whoever keeps them needs no key.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import dropwhile
from typing import NamedTuple

from braindump_cli.domain.focus.session import Session
from braindump_cli.domain.focus.standing import NONE, OVER, PAUSED, standing_at
from braindump_cli.domain.focus.state import state_line

_FIELDS = 6  # of a line; a seventh holds the to-do's words


class Period(NamedTuple):
    """A line of `focus.state`, read."""

    phase: str
    ends_at_s: float | None  # in epoch seconds; None for what does not end by itself
    round: int
    rounds: int
    following: str

    @property
    def is_running(self) -> bool:
        """Whether there is anything to wait for."""
        return self.phase not in (OVER, NONE)

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended."""
        return self.ends_at_s is not None and self.ends_at_s <= now.timestamp()


NO_PERIOD = Period(NONE, None, 0, 0, NONE)


class Outlook(NamedTuple):
    """What holds now, and what comes."""

    session_id: str
    lines: tuple[str, ...]

    @property
    def line(self) -> str:
        """What `focus.state` holds now; empty where nothing is known."""
        return self.lines[0] if self.lines else ""

    @property
    def period(self) -> Period:
        """The period that it is now."""
        return period_of(self.line)

    def at(self, now: datetime) -> "Outlook":
        """Return what is left of it."""
        ahead = dropwhile(lambda line: period_of(line).is_over(now), self.lines)
        return self._replace(lines=tuple(ahead))


def period_of(line: str) -> Period:
    """Read a line of `focus.state`; what cannot be read is no period."""
    try:
        _, phase, number, round_, rounds, following = line.rstrip("\n").split("\t")[:_FIELDS]
        ends_at_s = None if phase in (PAUSED, OVER, NONE) else float(number)
        return Period(phase, ends_at_s, int(round_), int(rounds), following)
    except ValueError:
        return NO_PERIOD


def outlook_on(session: Session | None, line: str, now: datetime) -> Outlook:
    """Return what is ahead of a session, of which `line` holds now."""
    return Outlook(session.id, (line, *_lines_after(session, line, now))) if session else Outlook("", (line,))


def _lines_after(session: Session, line: str, now: datetime) -> Iterator[str]:
    words = next(iter(line.split("\t")[_FIELDS:]), None)
    standing = standing_at(session, now)
    while standing.ends_at:
        standing = standing_at(session, standing.ends_at)
        yield state_line(standing, session.plan.rounds, words)
