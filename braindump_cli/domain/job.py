"""Work that waits: each step can be done again without harm."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# In the order they are done. KEEP makes the sealed file of a spooled recording and removes the spool.
TRANSCRIBE, ANALYSE, KEEP = "transcribe", "analyse", "keep"
KINDS = (TRANSCRIBE, ANALYSE, KEEP)

WAITING, FAILED = "waiting", "failed"

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One step for one entry. Done jobs are removed; failed ones stay to be seen."""

    number: int
    kind: str
    entry_id: str
    attempts: int = 0
    not_before: datetime | None = None
    last_error: str | None = None
    engine: str | None = None  # who gave the reply
    reply: str | None = None  # the raw answer, stored before anyone interprets it
    state: str = WAITING


def wait_after(attempts: int, *, asked_s: float | None = None) -> timedelta:
    """Return how long to wait after that many failed attempts: not after the first, then doubling, up to six hours.

    `asked_s` is what a provider asked for; it is granted for up to a day.
    """
    doubled = _FIRST_WAIT * (1 << min(attempts - 2, 16)) if attempts > 1 else timedelta(0)
    asked = timedelta(seconds=min(max(asked_s or 0, 0), 86_400))
    return max(min(doubled, _LONGEST_WAIT), asked)
