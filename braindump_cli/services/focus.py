"""Focus sessions: where the newest one stands, what people do to it, and whom that is told to.

Nothing runs between two commands. A change reads the newest session, changes and keeps it in one transaction, so
that of two terminals the second sees what the first did; afterwards it is published: `focus.state`, a sign of life,
the helper and the user's hook.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.focus.absence import END, Sign, absence, answered, ended_by
from braindump_cli.domain.focus.standing import NOBODY, finished, standing_at
from braindump_cli.domain.focus.state import state_line
from braindump_cli.domain.focus.view import View
from braindump_cli.errors import NoError, StoreError

if TYPE_CHECKING:
    from braindump_cli.domain.focus.absence import Absence
    from braindump_cli.domain.focus.session import Plan, Session
    from braindump_cli.domain.todo import Todo
    from braindump_cli.ports import Clock, Journal, TodoRepository
    from braindump_cli.ports.focus import FocusRepository, Helpers, SignFile, StateFile

NOTHING_RUNS = "No focus session runs."
TO_START = "braindump focus start"


class Timer(NamedTuple):
    """What focus sessions are timed with, and whom their changes are told to."""

    journal: Journal
    sessions: FocusRepository
    todos: Callable[[], TodoRepository]  # made when they are asked for: most looks need none
    signs: SignFile
    state: StateFile
    clock: Clock
    boot_id: str
    away: timedelta  # a gap between two signs of life that is longer than this is an absence
    shows_words: bool = False  # whether focus.state names the to-do
    helpers: Helpers | None = None
    hook: Callable[[View, str], str | None] | None = (
        None  # given the view and the event; returns what went wrong
    )

    def now(self) -> datetime:
        """Return the instant as it is kept: in whole milliseconds."""
        now = self.clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class Changed(NamedTuple):
    """What came of a change."""

    view: View
    event: str
    warnings: tuple[tuple[str, str], ...] = ()  # code, message: of telling others; the change is kept


def look(timer: Timer) -> View:
    """Return what everybody sees now; nothing is written."""
    session = timer.sessions.newest()
    return view_of(session, timer) if session else View(None, NOBODY)


def view_of(session: Session, timer: Timer) -> View:
    """Return what everybody sees of one session."""
    todo = timer.todos().get(session.todo_id) if session.todo_id else None
    return glance(session, timer)._replace(todo=todo)


def glance(session: Session, timer: Timer) -> View:
    """Return what everybody sees of one session, but for its to-do."""
    now = timer.now()
    gap = _gap(session, timer, now)
    seen = ended_by(session, gap) if gap else finished(session, now)
    return View(seen, standing_at(seen, now), gap=gap)


def start(plan: Plan, timer: Timer, *, todo: Todo | None = None, tags: tuple[str, ...] = ()) -> Changed:
    """Begin a session. Raises ConflictError while one runs."""
    from braindump_cli.domain.focus.session import Session
    from braindump_cli.domain.ids import new_id
    from braindump_cli.errors import ConflictError

    with timer.journal.writing():
        at = timer.now()
        before = timer.sessions.newest()
        if before and before.is_open:
            over = finished(before, at)
            if over.is_open:
                standing = standing_at(before, at)
                message = (
                    f"A focus session runs: round {standing.round} of {before.plan.rounds}, {standing.phase}."
                )
                raise ConflictError(message, hint="braindump focus stop ends it.")
            timer.sessions.save(over, cause=None)
        todo_id = todo.id if todo else None
        new = Session(id=new_id(at), started_at=at, plan=plan, todo_id=todo_id, tags=tags)
        timer.sessions.add(new, cause="start")
    return publish(timer, "start")


def change(event: str, changed: Callable[[Session, datetime], Session], timer: Timer) -> Changed:
    """Change the session that runs. Raises NoError where none does, and whatever `changed` raises."""
    with timer.journal.writing():
        at = timer.now()
        timer.sessions.save(changed(running(timer), at), cause=event)
    return publish(timer, event)


def pause(timer: Timer) -> Changed:
    """Let time stand still. Raises NoError, ConflictError, ForbiddenError for a strict session."""
    from braindump_cli.domain.focus.changes import paused

    return change("pause", paused, timer)


def resume(timer: Timer) -> Changed:
    """Let time go on. Raises NoError, ConflictError."""
    from braindump_cli.domain.focus.changes import resumed

    return change("resume", resumed, timer)


def skip(timer: Timer) -> Changed:
    """End the period and begin the next one. Raises NoError."""
    from braindump_cli.domain.focus.changes import skipped

    return change("skip", skipped, timer)


def more(by: timedelta, timer: Timer) -> Changed:
    """Make the period longer. Raises NoError, ConflictError while paused."""
    from braindump_cli.domain.focus.changes import lengthened

    return change("more", lambda session, at: lengthened(session, at, by), timer)


def answer(gap: Absence, choice: str, timer: Timer) -> Changed:
    """Write down what an absence was: KEEP, DROP or END. Raises NoError if somebody has answered meanwhile."""
    with timer.journal.writing():
        session = timer.sessions.newest()
        found = _gap(session, timer, timer.now()) if session else None
        if session is None or found is None or found.started_at != gap.started_at:
            raise NoError("Somebody has answered already.")
        timer.sessions.save(answered(session, found, choice), cause="answer")
    return publish(timer, "stop" if choice == END else "resume")


def running(timer: Timer) -> Session:
    """Return the session that runs, as it is kept. Raises NoError."""
    session = timer.sessions.newest()
    now = timer.now()
    if session is None or not finished(session, now).is_open or _gap(session, timer, now):
        raise NoError(NOTHING_RUNS, hint=TO_START)
    return session


def publish(timer: Timer, event: str, session: Session | None = None, *, is_there: bool = True) -> Changed:
    """Tell everybody of a change that is kept: the state file, the helper, the hook.

    `is_there`: whoever made it is there while the session runs, which is a sign of life. The hook is told of
    `session`, or of the newest one. What fails here is a warning.
    """
    warnings: list[tuple[str, str]] = []
    try:
        timer.state.update(lambda: _line(timer, is_there=is_there))
    except StoreError as error:
        warnings.append((error.code, error.whole))
    newest = look(timer)
    if newest.standing.is_running and timer.helpers:
        timer.helpers.ensure()
    view = view_of(session, timer) if session else newest
    if timer.hook and (failure := timer.hook(view, event)):
        warnings.append(("hook", failure))
    return Changed(view, event, tuple(warnings))


def attend(timer: Timer) -> None:
    """Give a sign of life, and a helper, to a session that somebody begins to look at. Raises StoreError."""
    session = timer.sessions.newest()
    if session and look(timer).standing.is_running:
        timer.signs.write(Sign(session.id, timer.boot_id, timer.now()))
        if timer.helpers:
            timer.helpers.ensure()


def refresh(timer: Timer) -> None:
    """Write `focus.state` as it is now: for whoever sees a period end. Raises StoreError."""
    timer.state.update(lambda: _line(timer, is_there=False))


def _line(timer: Timer, *, is_there: bool) -> str:
    """Return the state as it is by now, when no other process can write it."""
    session = timer.sessions.newest()
    if session is None:
        return state_line(NOBODY, 0, "" if timer.shows_words else None)
    if is_there and session.is_open:
        timer.signs.write(Sign(session.id, timer.boot_id, timer.now()))
    view = view_of(session, timer)
    words = view.todo.text if view.todo and not session.is_private else ""
    return state_line(view.standing, session.plan.rounds, words if timer.shows_words else None)


def _gap(session: Session, timer: Timer, now: datetime) -> Absence | None:
    return absence(session, timer.signs.read(), boot_id=timer.boot_id, now=now) if session.is_open else None
