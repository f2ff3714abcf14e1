"""Earlier versions of an entry and of what was understood of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# What a version is of.
ENTRY, INSIGHTS, TODO = "entry", "insights", "todo"

# Why it is not the one that counts: replaced here, by a change that another machine made, by the later one of two
# changes that met, or by what another engine heard.
EDIT, SYNC, CONFLICT, HEARD = "edit", "sync", "conflict", "heard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Words that stood once; `number` counts from 1, the oldest, within one entry."""

    number: int
    subject: str
    cause: str
    at: datetime  # aware, UTC: when it was replaced; of what an engine heard, when that was
    title: str
    text: str
    engine: str | None = None  # who heard it
    todo_number: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)  # all of it, with the keys of the journal's columns
