"""The end of a focus session: it is stopped, and somebody may say what got done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.focus.changes import stopped
from braindump_cli.domain.todo import DONE
from braindump_cli.errors import NoError, UsageError
from braindump_cli.services.focus import NOTHING_RUNS, TO_START, Changed, Timer, publish
from braindump_cli.services.todos import finish_todo

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.focus.session import Session


class Outcome(NamedTuple):
    """What somebody says got done."""

    is_done: bool = False  # the to-do is
    note: str = ""
    keep: Callable[[str, Session], Entry] | None = None  # makes an entry of the note


NOT_SAID = Outcome()


def stop(timer: Timer, outcome: Outcome = NOT_SAID) -> Changed:
    """End the session that runs, or whose plan is over and nobody has said so; session and outcome are one change.

    Raises NoError where there is none, UsageError for a to-do done that it does not have.
    """
    with timer.journal.writing():
        session = timer.sessions.newest()
        if session is None or not session.is_open:
            raise NoError(NOTHING_RUNS, hint=TO_START)
        ended = stopped(session, timer.now())
        timer.sessions.save(ended, cause="stop")
        noted = conclude(ended, outcome, timer)
    return publish(timer, "stop", noted)


def conclude(session: Session, outcome: Outcome, timer: Timer) -> Session:
    """Keep what got done in a session: its note, as an entry too, and its to-do as done."""
    note = outcome.note.strip()
    with timer.journal.writing():
        if outcome.is_done:
            _finish(session, timer)
        if not note:
            return session
        entry = outcome.keep(note, session) if outcome.keep else None
        noted = replace(session, note=note, entry_id=entry.id if entry else None)
        timer.sessions.save(noted, cause=None)
    return noted


def _finish(session: Session, timer: Timer) -> None:
    todos = timer.todos()
    todo = todos.get(session.todo_id) if session.todo_id else None
    if todo is None:
        raise UsageError("This session has no to-do that could be done.", hint="braindump focus stop")
    if todo.status != DONE:
        finish_todo(todo, todos=todos, clock=timer.clock)
