"""An entry on its way into the journal."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What a capture knows of its entry before the journal has seen it."""

    id: str
    kind: str
    created_at: datetime
    zone: str
    language: str
    title: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    is_private: bool = False
    wants_insights: bool = True
    source: str = "microphone"  # microphone, file, stdin, editor, argument
