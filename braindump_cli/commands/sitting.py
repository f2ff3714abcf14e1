"""One countdown at a terminal, frame by frame: keys obeyed, what others do followed, and what ends it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.focus.session import STOPPED, WORK
from braindump_cli.domain.focus.standing import PAUSED, standing_at
from braindump_cli.domain.focus.state import state_line
from braindump_cli.errors import BraindumpError
from braindump_cli.rendering.countdown import Aside

if TYPE_CHECKING:
    from braindump_cli.domain.focus.session import Session
    from braindump_cli.domain.focus.standing import Standing
    from braindump_cli.domain.focus.view import View
    from braindump_cli.domain.todo import Todo
    from braindump_cli.ports import Clock
    from braindump_cli.rendering.stage import Stage

# What ends a countdown: a key, its plan, a stop or another session elsewhere, an absence nobody has answered for.
LEFT, OVER, ENDED, REPLACED, AWAY = "left", "over", "ended", "replaced", "away"
PAUSE, RESUME, SKIP, MORE = "pause", "resume", "skip", "more"

_LEAVES = "q"
_KEYS = {"p": PAUSE, " ": PAUSE, "s": SKIP, "+": MORE, "=": MORE}  # = is + without Shift on many keyboards
_ESCAPE = "\033"  # what arrows and the like begin with
_LOOK_AGAIN = timedelta(
    seconds=10
)  # also at what is not in the journal: signs of life, whether the helper lives
_SAID_FOR = timedelta(seconds=5)
_MISSED = timedelta(minutes=1)  # what ended while nobody looked for so long is nobody's news
_SECOND = timedelta(seconds=1)
_LEAST_S = 0.02  # a clock that stands still must not make us run


class Controls(NamedTuple):
    """What a countdown may ask and do."""

    look: Callable[[], "View"]
    has_news: Callable[[], bool]  # whether another process wrote since the last call; costs next to nothing
    act: Mapping[str, Callable[[], Sequence[tuple[str, str]]]]  # returns warnings; raises BraindumpError
    offers: Callable[[], "Sequence[Todo]"]  # what there is to do today
    accompany: Callable[[], object]  # sees to it that a helper lives
    trouble: Callable[[], str]  # what went wrong meanwhile


class Sitting:
    """A countdown of the session that runs now."""

    def __init__(
        self, controls: Controls, stage: "Stage", clock: "Clock", bell: Callable[[str, str], str]
    ) -> None:
        """`bell` returns what rings a terminal when a period is over and another begins, lines of `focus.state`."""
        self._controls = controls
        self._stage = stage
        self._clock = clock
        self._bell = bell
        self._now = self._looked_at = self._said_at = clock.now()
        self.view = controls.look()
        self._session_id = self.view.session.id if self.view.session else None
        self._shown: tuple[Session, Standing] | None = None
        self._offers: Sequence[Todo] | None = None
        self._said = ""

    def frame(self, keys: str) -> str | None:
        """Obey the keys and draw; return what ends the countdown, if anything does."""
        before, self._now = self._now, self._clock.now()
        for key in "" if keys.startswith(_ESCAPE) else keys.lower():
            if key in _LEAVES:
                return LEFT
            if key in _KEYS:
                self._obey(_KEYS[key])
        self._follow()
        session = self.view.session
        if session is None or session.id != self._session_id:
            return REPLACED
        if self.view.gap:
            return AWAY
        standing = standing_at(session, self._now)
        self._tell_turn(session, standing, is_news=self._now - before <= _MISSED)
        self._shown = session, standing
        self.view = self.view._replace(standing=standing)
        if not standing.is_running:
            return ENDED if session.status == STOPPED else OVER
        if self._offers is None:
            self._offers = () if standing.phase == WORK else self._controls.offers()
        self._stage.show(self.view, self._now, Aside(self._offers, self._said))
        return None

    def pause_s(self) -> float:
        """Return how long the frame holds: until the second that is shown is over."""
        standing = self.view.standing
        part = timedelta(0) if standing.phase == PAUSED else standing.remaining % _SECOND
        return max((part or _SECOND).total_seconds(), _LEAST_S)

    def _obey(self, name: str) -> None:
        """Do what a key asks for."""
        if name == PAUSE and self.view.session and self.view.session.pause:
            name = RESUME
        try:
            for _, message in self._controls.act[name]():
                self._say(message)
        except BraindumpError as error:
            self._say(error.message)
        self._look()  # also after a refusal: somebody else may have been first
        self._now = max(self._now, self._clock.now())

    def _follow(self) -> None:
        """Look at the session again where there may be something new."""
        if not timedelta(0) <= self._now - self._said_at < _SAID_FOR:
            self._said = ""
        if words := self._controls.trouble():
            self._say(words)
        is_time = not timedelta(0) <= self._now - self._looked_at < _LOOK_AGAIN
        if self._controls.has_news() or is_time:
            self._look()
        if is_time:
            self._controls.accompany()

    def _look(self) -> None:
        self.view = self._controls.look()
        self._looked_at = self._now

    def _say(self, words: str) -> None:
        self._said, self._said_at = words, self._now

    def _tell_turn(self, session: "Session", standing: "Standing", *, is_news: bool) -> None:
        """Ring if a period has ended by itself since the last frame."""
        if self._shown is None or _place(self._shown[1]) == _place(standing):
            return
        self._offers = None
        before = self._shown[1]
        if is_news and session.intervals == self._shown[0].intervals and session.status != STOPPED:
            lines = (state_line(each, session.plan.rounds) for each in (before, standing))
            self._stage.write(self._bell(*lines))


def _place(standing: "Standing") -> tuple[str, int]:
    return standing.phase, standing.round
