"""What a sync came to."""

from dataclasses import dataclass
from typing import NamedTuple


class Conflict(NamedTuple):
    """Two versions of one thing met; the words that lost are a revision of the entry or the to-do."""

    subject: str  # entry, insights, todo
    number: int | None  # of the entry; None for a to-do that has none
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync came to."""

    pushed: int = 0  # rows that the server took
    pulled: int = 0  # rows that are otherwise here now
    withdrawn: int = 0  # entries taken off the server, since they are private
    trashed: int = 0  # entries that went to the trash here, since they were made private elsewhere
    audio_up: int = 0
    audio_down: int = 0
    conflicts: tuple[Conflict, ...] = ()  # the words that lost are kept: braindump history NUMBER
    warnings: tuple[tuple[str, str], ...] = ()  # code, message
    is_complete: bool = True  # False: time was up
