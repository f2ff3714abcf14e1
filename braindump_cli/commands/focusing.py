"""How a focus session is sat through at a terminal: the countdown, its keys, and the words at its end."""

import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING

from braindump_cli.commands.sitting import (
    AWAY,
    ENDED,
    LEFT,
    MORE,
    OVER,
    PAUSE,
    RESUME,
    SKIP,
    Controls,
    Sitting,
)
from braindump_cli.commands.stopping import Stops, watched_signals
from braindump_cli.errors import StoppedError
from braindump_cli.rendering.dates import span
from braindump_cli.rendering.focus import clock

if TYPE_CHECKING:
    from braindump_cli.domain.focus.view import View
    from braindump_cli.domain.todo import Todo
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.focus import Timer

_INTERRUPTED = "interrupted"  # Ctrl-C
_OFFERS = 3  # to-dos shown at a break


def watch(runtime: "Runtime") -> str:
    """Show the countdown until it ends and return why; the session goes on without it.

    Ctrl-C leaves it as `q` does. Raises StoppedError after TERM and HUP.
    """
    gc.enable()  # this one may run for hours
    with watched_signals() as stops, runtime.focus_screen():
        sitting, why = _sit(runtime, stops)
    if why is None and stops.exit_status != 128 + signal.SIGINT:
        hint = "braindump focus stop ends it."
        raise StoppedError("The focus session goes on.", hint=hint, exit_code=stops.exit_status)
    why = why or _INTERRUPTED
    for words in _farewell(why, sitting.view, runtime):
        runtime.out.talk(words)
    return why


def _sit(runtime: "Runtime", stops: Stops) -> tuple[Sitting, str | None]:
    """Draw and obey keys; return what ended it, None for a signal."""
    from braindump_cli.rendering.keyboard import Keyboard
    from braindump_cli.rendering.stage import stage

    with _woken() as waker, _aside(runtime) as controls:
        while True:
            with (
                Keyboard.of_terminal(wanted=runtime.out.can_ask) as keyboard,
                stage(runtime.out) as screen,
            ):
                sitting = Sitting(controls, screen, runtime.clock, runtime.focus_bell)
                while not (stops.wants_end or waker.wants_pause):
                    if why := sitting.frame(keyboard.pressed()):
                        return sitting, why
                    keyboard.wait(sitting.pause_s(), waker.handle)
                    waker.sleep_again()
            if stops.wants_end:
                return sitting, None
            waker.pause()  # by Ctrl-Z, until the shell lets it go on


def _farewell(why: str, view: "View", runtime: "Runtime") -> Sequence[str]:
    standing = view.standing
    focused = f"{span(standing.focused.total_seconds())} focused."
    if why in (LEFT, _INTERRUPTED):
        left = "It stays paused" if view.session and view.session.pause else "It goes on"
        ends = "braindump focus stop ends it." if why == _INTERRUPTED else "braindump focus status"
        return (f"{left}: {clock(standing.remaining)} to go.", ends)
    if why == OVER and view.session:
        newest = runtime.timer.sessions.newest()
        asks = ("braindump focus stop asks what got done.",) if newest and newest.is_open else ()
        return (f"Done: {standing.round} of {view.session.plan.rounds} rounds, {focused}", *asks)
    if why == AWAY and view.gap:
        from braindump_cli.rendering.dates import moment

        since = moment(runtime.here.local(view.gap.started_at), runtime.today)
        return (f"Nobody was there since {since}.", "braindump focus resume asks what that time was.")
    return (f"It was stopped: {focused}",) if why == ENDED else ("Another session has begun.",)


@contextmanager
def _aside(runtime: "Runtime") -> Iterator[Controls]:
    """Give the controls, with the user's hook beside the screen, which shall not wait for it."""
    from braindump_cli.services import focus

    timer = runtime.timer
    troubles: list[str] = []
    running: list[Thread] = []

    def run_hook(view: "View", event: str) -> None:
        if timer.hook and (failure := timer.hook(view, event)):
            troubles.append(failure)

    def hook(view: "View", event: str) -> None:
        running.append(Thread(target=run_hook, args=(view, event), name="hook"))
        running[-1].start()

    def trouble() -> str:
        running[:] = [thread for thread in running if thread.is_alive()]
        return troubles.pop(0) if troubles else ""

    unhurried = timer._replace(hook=hook if timer.hook else None)
    yield Controls(
        look=lambda: focus.look(unhurried),
        has_news=runtime.journal.has_news,
        act=_acts(unhurried),
        offers=lambda: _todos_of_today(runtime),
        accompany=runtime.helpers.ensure,
        trouble=trouble,
    )
    for thread in running:
        thread.join()
    for words in troubles:
        runtime.out.warn("hook", words)


def _acts(timer: "Timer") -> dict[str, Callable[[], Sequence[tuple[str, str]]]]:
    """Return what keys do; each tells what went less well."""
    from braindump_cli.rendering.countdown import FIVE_MORE
    from braindump_cli.services import focus

    return {
        PAUSE: lambda: focus.pause(timer).warnings,
        RESUME: lambda: focus.resume(timer).warnings,
        SKIP: lambda: focus.skip(timer).warnings,
        MORE: lambda: focus.more(FIVE_MORE, timer).warnings,
    }


def _todos_of_today(runtime: "Runtime") -> "Sequence[Todo]":
    from braindump_cli.domain.todo import OPEN

    due = runtime.todos.find(statuses=(OPEN,), due_until=runtime.today, limit=2 * _OFFERS)
    return [todo for todo in due if not todo.is_suggestion][:_OFFERS]


class _Waker:
    """Lets whoever waits wake up at a signal, and minds Ctrl-Z."""

    def __init__(self, ours: socket.socket) -> None:
        self._ours = ours
        self.handle = ours.fileno()
        self.wants_pause = False

    def note(self, number: int, _: FrameType | None) -> None:
        """Keep in mind that the terminal's size changed, or that Ctrl-Z was pressed."""
        self.wants_pause = self.wants_pause or number == getattr(signal, "SIGTSTP", None)

    def sleep_again(self) -> None:
        """Forget the signals that woke us."""
        with suppress(BlockingIOError):
            while self._ours.recv(64):
                pass

    def pause(self) -> None:
        """Stop, as Ctrl-Z stops any program, until somebody lets us go on."""
        ours = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, ours)
        self.wants_pause = False


@contextmanager
def _woken() -> Iterator[_Waker]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        waker = _Waker(ours)
        numbers = [getattr(signal, name) for name in ("SIGWINCH", "SIGTSTP") if hasattr(signal, name)]
        before = {number: signal.signal(number, waker.note) for number in numbers}
        woken_before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        try:
            yield waker
        finally:
            signal.set_wakeup_fd(woken_before)
            for number, handler in before.items():
                signal.signal(number, handler)
