"""An entry: one thought, as it was said or typed."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from braindump_cli.domain.recording import Recording

VOICE, TEXT = "voice", "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thought. `number` is short and local to this machine, `id` is the same everywhere."""

    id: str
    number: int | None  # None while it waits, sealed, for the key
    kind: str
    created_at: datetime  # aware, UTC
    zone: str  # IANA name of where it was said
    title: str = ""
    text: str = ""  # empty until a transcript is attached
    language: str = "en"
    tags: tuple[str, ...] = ()
    is_starred: bool = False
    is_private: bool = False
    is_draft: bool = False
    duration_s: float | None = None  # None for typed entries
    engine: str | None = None  # the transcriber that heard it
    recordings: "tuple[Recording, ...]" = ()
    deleted_at: datetime | None = None
    pending: tuple[str, ...] = ()  # kinds of jobs that wait
    todo_count: int = 0

    def __post_init__(self) -> None:
        if self.created_at.utcoffset() is None:
            raise ValueError("created_at must be aware")

    @property
    def word_count(self) -> int:
        """Words as people count them, separated by blanks."""
        return len(self.text.split())


class Found(NamedTuple):
    """An entry that a search found."""

    entry: Entry
    snippet: str  # the words around the match, matches between the bytes 2 and 3
    score: float  # more is better; comparable within one search
