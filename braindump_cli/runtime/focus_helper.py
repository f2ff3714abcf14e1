"""The helper: `python -m braindump_cli.runtime.focus_helper`, started by commands, never by hand.

It may die at any moment without harm: the journal knows everything, and the next command starts another one. It
stays small, because whatever needs the journal is done by a child that ends at once; so no key is in its memory.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING

from braindump_cli.domain.focus.outlook import Outlook, outlook_on, period_of
from braindump_cli.domain.focus.session import WORK
from braindump_cli.domain.focus.standing import NOBODY, OVER
from braindump_cli.domain.focus.view import View
from braindump_cli.errors import BraindumpError
from braindump_cli.rendering.output import Flags
from braindump_cli.runtime import Runtime

if TYPE_CHECKING:
    from braindump_cli.domain.todo import Todo

_LONGEST_S = 60  # for an errand; then it is given up
_ATTEMPTS, _PAUSE_S = 20, 0.05  # to become the helper: whoever only asks for one holds the byte for a moment
_IGNORED = ("SIGHUP", "SIGINT")
_OFFERS = 3  # to-dos named at a break


def main() -> None:
    """Keep watch until no session runs."""
    for name in _IGNORED:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    runtime = _runtime()
    sys.excepthook = _logging(runtime)
    while True:
        with _only_one(runtime) as is_ours:
            if not is_ours:
                return
            left_with = _keep_watch(runtime)
        if runtime.focus_state.read() == left_with:
            return
        # Somebody began a session just before we let go, and so started no other helper.


def _keep_watch(runtime: Runtime) -> str:
    """Return the state that it ended with."""
    from braindump_cli.services.focus_watch import Post, Watch
    from braindump_cli.surroundings import boot_id

    post = Post(runtime.clock, _sleep, runtime.focus_state, runtime.focus_signs, Errands())
    Watch(post, boot_id=boot_id(), away=runtime.settings.focus_away).keep()
    return runtime.focus_state.read()


class Errands:
    """Keeps services.focus_watch.Errands: a child opens the journal as any command does, and is gone again."""

    def __init__(self) -> None:
        self._children: list[int] = []

    def look(self) -> Outlook | None:
        """Write `focus.state` as it is now and return what is ahead; None where the journal does not open."""
        self._children = [child for child in self._children if not _has_ended(child)]
        said = _asked(_look)
        if said is None:
            return None
        session_id, *lines = said.split("\n")
        return Outlook(session_id, tuple(lines))

    def tell(self, ended: str, begun: str) -> None:
        """Tell it, and wait for nobody."""
        self._children += _sent(lambda: _tell(ended, begun)) + _sent(lambda: _run_hook(ended, begun))


def _look() -> str:
    from braindump_cli.services.focus import look, refresh

    runtime = _runtime()
    if not runtime.vault.exists:  # to look makes no journal
        return ""
    refresh(runtime.timer)
    session = look(runtime.timer).session
    ahead = outlook_on(session, runtime.focus_state.read(), runtime.timer.now())
    return "\n".join((ahead.session_id, *ahead.lines))


def _tell(ended: str, begun: str) -> None:
    from braindump_cli.rendering.turns import turn_notice

    runtime = _runtime()
    work_on, offers = _words_for(runtime, begun)
    notice = turn_notice(ended, begun, work_on=work_on, offers=offers)
    _keep_trouble(runtime, runtime.tell_notice(notice))


def _words_for(runtime: Runtime, begun: str) -> "tuple[str, Sequence[Todo]]":
    """Return what there is to work on, and at a break what there is to do today; nothing while it is locked."""
    try:
        view = runtime.focus
        if period_of(begun).phase == WORK:
            is_hidden = view.session is None or view.session.is_private
            return ("" if is_hidden or view.todo is None else view.todo.text), ()
        todos = runtime.todos.open_elsewhere("")
    except BraindumpError:
        return "", ()
    due = sorted((todo for todo in todos if todo.due_on and todo.due_on <= runtime.today), key=_due)
    return "", due[:_OFFERS]


def _due(todo: "Todo") -> tuple[str, int]:
    return str(todo.due_on), todo.number


def _run_hook(ended: str, begun: str) -> None:
    from braindump_cli.rendering.focus import focus_document

    runtime = _runtime()
    period = period_of(begun)
    if not begun:
        period = period_of(ended)
        period = period._replace(phase=period.following)
    event = "done" if period.phase == OVER else "period"
    try:
        known = focus_document(runtime.focus, event, is_public=True)
    except BraindumpError:
        standing = NOBODY._replace(phase=period.phase, round=period.round)
        known = {**focus_document(View(None, standing), event), "rounds": period.rounds}
    failure = runtime.run_hook(known)
    _keep_trouble(runtime, [failure] if failure else [])


def _keep_trouble(runtime: Runtime, failures: Sequence[str]) -> None:
    from braindump_cli.storage.focus_background import FocusTrouble

    for failure in failures:
        FocusTrouble(runtime.paths).keep(failure)


def _runtime() -> Runtime:
    """Return what a command has, that asks nobody and is heard by nobody."""
    runtime = Runtime()
    runtime.flags = Flags(no_input=True, quiet=True)
    runtime.forgive_settings()
    return runtime


@contextmanager
def _only_one(runtime: Runtime) -> Iterator[bool]:
    """Be the only helper for a while; tells whether we are."""
    from braindump_cli.storage.locks import FOCUS_HELPER, hold_byte

    for _ in range(_ATTEMPTS):
        with hold_byte(runtime.paths.locks, FOCUS_HELPER) as is_ours:
            if is_ours:
                yield True
                return
        time.sleep(_PAUSE_S)
    yield False


def _sleep(longest_s: float) -> None:
    """Wait; where the clock is made up (faketime) a sleep may be refused."""
    try:
        time.sleep(longest_s)
    except OSError:
        select.select([], [], [], longest_s)


def _asked(errand: Callable[[], str]) -> str | None:
    """Return what a child says, or None if it could not do its errand; where there are no forks we do it."""
    if not hasattr(os, "fork"):
        try:
            return errand()
        except BraindumpError:
            return None
    reading, writing = os.pipe()

    def tell() -> None:
        os.write(writing, errand().encode())

    child = _forked(tell)
    os.close(writing)
    with open(reading, "rb") as answer:
        said = answer.read().decode()
    _, status = os.waitpid(child, 0)
    return said if status == 0 else None


def _sent(errand: Callable[[], None]) -> list[int]:
    """Let a child do an errand and return its process id; none where we did it."""
    if hasattr(os, "fork"):
        return [_forked(errand)]
    with suppress(BraindumpError):
        errand()
    return []


def _forked(errand: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        signal.alarm(_LONGEST_S)
        errand()
        status = 0
    except BraindumpError:
        pass  # locked, most likely
    finally:
        if error := sys.exception():
            _runtime().log_crash(error)
        os._exit(status)


def _has_ended(child: int) -> bool:
    return os.waitpid(child, os.WNOHANG)[0] == child


def _logging(runtime: Runtime) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def log(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        runtime.log_crash(error)

    return log


if __name__ == "__main__":
    main()
