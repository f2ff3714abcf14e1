"""A focus session as it is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

# Phases of a plan.
WORK, BREAK, LONG_BREAK = "work", "break", "long_break"

# Kinds of intervals. SKIP is an instant: the phase it lies in ends there. MORE is as long as what the phase it
# begins in was lengthened by. AWAY: nobody was there, and the time does not count; KEPT: the user says it does.
PAUSE, AWAY, KEPT, SKIP, MORE = "pause", "away", "kept", "skip", "more"
GAPS = (PAUSE, AWAY)

# What became of a session. A running one whose plan is over counts as DONE, also before anybody writes it down.
# ADDED: written down afterwards; its plan is one work period, as long as what was worked.
RUNNING, DONE, STOPPED, ADDED = "running", "done", "stopped", "added"

SHORTEST, LONGEST = timedelta(seconds=1), timedelta(hours=24)  # of one period
MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long to work and to rest. Raises ValueError for lengths and counts outside the bounds above."""

    work: timedelta = timedelta(minutes=25)
    short_break: timedelta = timedelta(minutes=5)
    long_break: timedelta = timedelta(minutes=15)
    every: int = 4  # work periods before a long break
    rounds: int = 8  # work periods in all; no break follows the last one
    long_gap: timedelta = timedelta(
        minutes=60
    )  # a gap of this length starts the count towards a long break anew
    is_strict: bool = False  # no pause

    def __post_init__(self) -> None:
        for name in ("work", "short_break", "long_break"):
            if not SHORTEST <= getattr(self, name) <= LONGEST:
                raise ValueError(name)
        for name in ("every", "rounds"):
            if not 1 <= getattr(self, name) <= MOST_ROUNDS:
                raise ValueError(name)

    def length(self, phase: str) -> timedelta:
        """Return how long a phase takes."""
        return {WORK: self.work, BREAK: self.short_break, LONG_BREAK: self.long_break}[phase]

    @property
    def whole_work(self) -> timedelta:
        """How long all its work periods take."""
        return self.work * self.rounds


class Interval(NamedTuple):
    """Something that happened on the way; `ended_at` is None for the pause that is still on."""

    kind: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One sitting, planned and as it went; instants are aware, UTC."""

    id: str
    started_at: datetime
    plan: Plan = Plan()
    number: int = 0  # 0: not kept yet
    todo_id: str | None = None
    tags: tuple[str, ...] = ()
    intervals: tuple[Interval, ...] = ()  # in the order of their beginnings
    ended_at: datetime | None = None
    status: str = RUNNING
    note: str = ""
    entry_id: str | None = None  # the entry that its note became
    is_private: bool = False  # its to-do belongs to a private entry

    @property
    def is_open(self) -> bool:
        """Whether nobody has written its end down."""
        return self.ended_at is None

    @property
    def pause(self) -> Interval | None:
        """The pause that is on."""
        last = self.intervals[-1] if self.intervals else None
        return last if last and last.ended_at is None else None

    @property
    def latest(self) -> datetime:
        """The last instant that is known of it: a clock that shows less was set back."""
        known = [self.started_at]
        for interval in self.intervals:
            ends = interval.ended_at if interval.kind != MORE else None
            known.append(ends or interval.started_at)
        return max(known)
