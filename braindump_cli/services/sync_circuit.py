"""Syncs that nobody waits for rest a while after some have failed; one that somebody asked for never does.

A try counts as failed from its beginning, so that one that is killed counts as well.
"""

import json
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from braindump_cli.domain.stamps import from_stamp, maybe_stamp

FAILURES, REST = 3, timedelta(minutes=5)
_FACT = "sync_circuit"


class Facts(Protocol):
    """What the journal knows about itself."""

    def fact(self, name: str) -> str | None:
        """Return what is known under `name`."""
        ...

    def set_fact(self, name: str, value: str | None) -> None:
        """Keep a fact; None forgets it."""
        ...


class Circuit(NamedTuple):
    """How background syncs have been doing."""

    failures: int = 0
    rests_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether none may begin; a clock that was set back ends the rest."""
        return self.rests_until is not None and now < self.rests_until <= now + REST


def circuit_of(facts: Facts) -> Circuit:
    """Return how they have been doing."""
    known = facts.fact(_FACT)
    if known is None:
        return Circuit()
    failures, until = json.loads(known)
    return Circuit(failures, from_stamp(until) if until else None)


def begun(facts: Facts, now: datetime) -> None:
    """Count a try."""
    failures = circuit_of(facts).failures + 1
    until = now + REST if failures >= FAILURES else None
    facts.set_fact(_FACT, json.dumps([failures, maybe_stamp(until)]))


def well_ended(facts: Facts) -> None:
    """Forget all failures: the server has answered."""
    if facts.fact(_FACT) is not None:
        facts.set_fact(_FACT, None)
