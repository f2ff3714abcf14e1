"""To-dos: added by hand, done, dropped, and brought in line with a new reading of their entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.ids import derived_id, new_id
from braindump_cli.domain.insight import SUGGESTION_BELOW, FoundTodo
from braindump_cli.domain.todo import DONE, DROPPED, OPEN, Todo, Wanted, normalised, reconcile, todo_id
from braindump_cli.errors import ConflictError, UsageError
from braindump_cli.services.journal import one_of

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.transcript import Transcript
    from braindump_cli.ports import Clock, TodoRepository


def one_todo(words: str, todos: TodoRepository) -> Todo:
    """Return the to-do that `words` name. Raises UsageError (candidates named), NotFoundError."""
    return one_of(words, todos.select, kind="to-do", name=lambda todo: todo.text)


class When(NamedTuple):
    """When something is due."""

    due_on: date | None = None
    due_at: datetime | None = None
    recurrence: str | None = None


def add_todo(text: str, when: When, *, priority: str, todos: TodoRepository, clock: Clock) -> Todo:
    """Keep a to-do that somebody wrote down. Raises UsageError for one without words."""
    if not text.strip():
        raise UsageError("A to-do needs words.")
    at = clock.now()
    new = Todo(
        id=new_id(at),
        number=0,
        text=text.strip(),
        due_on=when.due_on,
        due_at=when.due_at,
        recurrence=when.recurrence,
        priority=priority,
        created_at=at,
        is_touched=True,
    )
    return todos.add(new)


def finish_todo(todo: Todo, *, todos: TodoRepository, clock: Clock) -> Todo:
    """Mark a to-do as done. Raises ConflictError if it is."""
    if todo.status == DONE:
        raise ConflictError(f"To-do {todo.number} is done already.")
    return _saved(replace(todo, status=DONE, done_at=clock.now(), is_suggestion=False), todos)


def reopen_todo(todo: Todo, *, todos: TodoRepository) -> Todo:
    """Open a to-do that was done or dropped. Raises ConflictError if it is open."""
    if todo.status == OPEN:
        raise ConflictError(f"To-do {todo.number} is open.")
    return _saved(replace(todo, status=OPEN, done_at=None), todos)


def drop_todo(todo: Todo, *, todos: TodoRepository) -> Todo:
    """Let a to-do go for good; no new reading of its entry brings it back. Raises ConflictError if it was dropped."""
    if todo.status == DROPPED:
        raise ConflictError(f"To-do {todo.number} was dropped already.")
    return _saved(replace(todo, status=DROPPED, done_at=None), todos)


def accept_todo(todo: Todo, *, todos: TodoRepository) -> Todo:
    """Make a suggestion a to-do. Raises ConflictError if it is one."""
    if not todo.is_suggestion:
        raise ConflictError(f"To-do {todo.number} is no suggestion.")
    return _saved(replace(todo, is_suggestion=False), todos)


def edit_todo(todo: Todo, *, todos: TodoRepository) -> Todo:
    """Keep a to-do as somebody changed it; no new reading of its entry changes it again."""
    if not todo.text.strip():
        raise UsageError("A to-do needs words.", hint=f"To let it go: braindump todos drop {todo.number}")
    return _saved(replace(todo, is_edited=True), todos)


def _saved(todo: Todo, todos: TodoRepository) -> Todo:
    changed = replace(todo, is_touched=True)
    todos.save(changed)
    return changed


def bring_in_line(
    entry: Entry,
    found: Sequence[FoundTodo],
    *,
    transcript: Transcript | None,
    todos: TodoRepository,
    at: datetime,
) -> None:
    """Make an entry's to-dos those of a new reading, by the identity rule of `domain.todo`. Call inside `writing`."""
    old = todos.of_entry(entry.id)
    wanted = [Wanted(item.quote, item.text, item.due_on) for item in found]
    plan = reconcile(old, wanted, entry.text)
    for i, k in plan.same:
        if old[i].follows:
            todos.save(_following(old[i], found[k], transcript))
    for i in plan.withdrawn:
        todos.withdraw(old[i].id)
    worded = {todo.id: normalised(todo.text) for todo in todos.of_entry(entry.id)}
    for k in plan.added:
        fresh = Todo(
            id=_free_id(entry, found[k], worded), number=0, text="", created_at=at, entry_id=entry.id
        )
        todos.add(_following(fresh, found[k], transcript))


def _free_id(entry: Entry, found: FoundTodo, worded: Mapping[str, str]) -> str:
    """Return the id of a new to-do; where one that is worded otherwise by now has it, the quote makes another."""
    wanted = todo_id(entry.id, found.text, found.due_on)
    is_free = worded.get(wanted) in (None, normalised(found.text))
    return wanted if is_free else derived_id("todo", wanted, found.quote)


def _following(todo: Todo, found: FoundTodo, transcript: Transcript | None) -> Todo:
    """Return the to-do as the new reading has it; what the user decided about it stays."""
    start_s, end_s = spoken_at(found.quote, transcript)
    return replace(
        todo,
        text=found.text,
        quote=found.quote,
        quote_start_s=start_s,
        quote_end_s=end_s,
        due_on=found.due_on,
        due_at=found.due_at,
        recurrence=found.recurrence,
        priority=found.priority,
        confidence=found.confidence,
        is_suggestion=todo.is_suggestion if todo.is_touched else found.confidence < SUGGESTION_BELOW,
    )


def spoken_at(quote: str, transcript: Transcript | None) -> tuple[float | None, float | None]:
    """Return when the quote was said, in seconds: from its first segment's start to its last one's end."""
    if transcript is None:
        return None, None
    begin = transcript.text.find(quote)
    if begin < 0:
        return None, None
    start_s = end_s = None
    offset = 0
    for segment in transcript.segments:
        after = offset + len(segment.text)
        if begin < after and start_s is None:
            start_s = segment.start_s
        if begin + len(quote) > offset:
            end_s = segment.end_s
        offset = after + 1
    return start_s, end_s
