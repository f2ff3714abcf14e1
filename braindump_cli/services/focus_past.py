"""Focus sessions of the past: added, edited; and the last change, whatever it was, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.focus.absence import Sign
from braindump_cli.domain.focus.past import added, moved
from braindump_cli.domain.focus.standing import finished
from braindump_cli.domain.ids import new_id
from braindump_cli.errors import ConflictError, NoError, UsageError
from braindump_cli.services.focus import Changed, Timer, publish
from braindump_cli.services.journal import one_of

if TYPE_CHECKING:
    from braindump_cli.domain.focus.session import Session
    from braindump_cli.domain.focus.view import Change
    from braindump_cli.domain.todo import Todo


class Wanted(NamedTuple):
    """What somebody wants of a session; None leaves it as it is."""

    since: datetime | None = None
    until: datetime | None = None
    todo: Todo | None = None
    is_without_todo: bool = False
    tags: tuple[str, ...] | None = None
    note: str | None = None


class Kept(NamedTuple):
    """A session as it is kept now, and others that lie in the same time."""

    changed: Changed
    overlaps: Sequence[Session]


def one_session(words: str, timer: Timer) -> Session:
    """Return the session that `words` name. Raises UsageError (candidates named), NotFoundError."""
    return one_of(
        words, timer.sessions.select, kind="session", name=lambda session: f"{session.started_at:%F}"
    )


def add_session(since: datetime, until: datetime, *, wanted: Wanted, timer: Timer) -> Kept:
    """Keep a session that nobody timed. Raises UsageError for a time that cannot be."""
    _check_past(until, timer)
    with timer.journal.writing():
        others = timer.sessions.overlapping(since, until)
        new = _with(added(new_id(timer.now()), since, until), wanted)
        kept = timer.sessions.add(new, cause="add")
    return Kept(publish(timer, "add", kept, is_there=False), others)


def edit_session(session: Session, wanted: Wanted, timer: Timer) -> Kept:
    """Keep a session as somebody says it was. Raises UsageError, ConflictError for times of one that runs."""
    with timer.journal.writing():
        edited = _with(finished(session, timer.now()), wanted)
        others: Sequence[Session] = ()
        if wanted.since or wanted.until:
            if edited.ended_at is None:
                raise ConflictError(
                    "That session runs: its time is still going on.", hint="braindump focus stop"
                )
            since, until = wanted.since or edited.started_at, wanted.until or edited.ended_at
            _check_past(until, timer)
            edited = moved(edited, since, until)
            others = [each for each in timer.sessions.overlapping(since, until) if each.id != session.id]
        timer.sessions.save(edited, cause="edit")
    return Kept(publish(timer, "edit", edited, is_there=False), others)


def undo(timer: Timer) -> tuple[Change, Changed]:
    """Take back the last change of any session. Raises NoError where there is none.

    A to-do that was done and an entry that was made with a stop stay as they are.
    """
    with timer.journal.writing():
        change = timer.sessions.undo()
        if change is None:
            raise NoError("There is nothing to take back.")
    if change.cause == "answer" and change.before and change.before.is_open:
        _ask_again(change, timer)
    return change, publish(timer, "undo", is_there=False)


def _ask_again(change: Change, timer: Timer) -> None:
    """Put back the gap that somebody had answered for."""
    after, now = change.after, timer.now()
    begun = after.intervals[-1].started_at if after.is_open else after.ended_at
    timer.signs.write(Sign(after.id, timer.boot_id, now, gap_from=begun, gap_to=now))


def _with(session: Session, wanted: Wanted) -> Session:
    if wanted.is_without_todo:
        session = replace(session, todo_id=None)
    elif wanted.todo:
        session = replace(session, todo_id=wanted.todo.id)
    if wanted.tags is not None:
        session = replace(session, tags=wanted.tags)
    return session if wanted.note is None else replace(session, note=wanted.note)


def _check_past(until: datetime, timer: Timer) -> None:
    if until > timer.now():
        raise UsageError("--to lies in the future.", hint="What is still to come is what focus start is for.")
