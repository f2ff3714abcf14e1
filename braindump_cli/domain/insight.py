"""What an entry says, once somebody has understood it (schema v1).

Every item carries the words it came from: `quote` is a verbatim substring of the entry's text.
Whoever finds them, rules or a model, answers with these values; dates are always resolved here,
from the quoted words and the entry's own day and zone.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from braindump_cli.domain.todo import Todo

SCHEMA_VERSION = 1
MOST_TODOS = 10
SUGGESTION_BELOW = 0.6  # a to-do with less confidence is only suggested


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTodo:
    """Something the speaker still has to do."""

    quote: str
    text: str  # short, imperative, without its date
    due_phrase: str | None = None  # the date words as spoken, a substring of the entry
    due_on: date | None = None
    due_at: datetime | None = None  # aware, UTC; only where a time of day was spoken
    recurrence: str | None = None  # daily, weekdays, weekly, biweekly, monthly, yearly
    priority: str = "normal"  # high, normal, low
    owner: str = "me"  # me, shared
    confidence: float = 1.0  # 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFor:
    """What somebody else promised."""

    who: str
    what: str
    quote: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something decided, in a few words."""

    text: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Something that has been done; `todo_id` names the open to-do that this closes, if one was recognised."""

    text: str
    quote: str
    todo_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """A feeling the speaker named."""

    label: str
    valence: int  # -2 (very unpleasant) to 2 (very pleasant)
    energy: int  # -2 (very calm) to 2 (very stirred)
    quote: str
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A person, place or topic that was named."""

    name: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that one engine found in one entry."""

    title: str  # at most 60 characters; empty when nothing was said
    summary: str = ""  # first person, at most three sentences
    todos: tuple[FoundTodo, ...] = ()
    waiting_for: tuple[WaitingFor, ...] = ()
    done: tuple[Finished, ...] = ()
    decisions: tuple[Remark, ...] = ()
    moods: tuple[Mood, ...] = ()
    people: tuple[Mention, ...] = ()
    places: tuple[Mention, ...] = ()
    topics: tuple[Mention, ...] = ()
    question: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An entry as an analyst is given it."""

    text: str
    said_at: datetime  # aware, in the entry's own zone
    language: str = "en"
    entry_id: str | None = None  # None for text that is no entry
    key: str = ""  # names this reading: what was answered under it is not paid for again
    open_todos: tuple["Todo", ...] = ()  # of other entries that are not private
    pauses: tuple[int, ...] = ()  # places of the blanks in `text` at which a speaker paused


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """One version of an entry's insights, as it rests in the journal."""

    id: str
    entry_id: str
    engine: str
    model: str | None
    created_at: datetime
    findings: Findings
    is_edited: bool = False
    schema_version: int = field(default=SCHEMA_VERSION)
