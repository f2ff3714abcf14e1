"""Two terminals act on one session, in any order and at any time: each sees what the other did, and nothing is lost."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from braindump_cli.domain.focus import changes
from braindump_cli.domain.focus.session import Session
from braindump_cli.domain.focus.standing import NOBODY, finished, standing_at
from braindump_cli.errors import ConflictError, NoError
from braindump_cli.services import focus
from braindump_cli.services.focus_end import stop
from braindump_cli.services.focus_past import undo
from tests.fakes import FakeClock
from tests.focus_parts import plan, timer_of
from tests.journals import mind_of, open_in

terminals = st.integers(0, 1)


class TwoTerminals(RuleBasedStateMachine):
    """Holds the sessions as the domain alone has them, beside two connections to one journal."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FakeClock()
        self.open = [open_in(self.folder) for _ in range(2)]
        self.timers = [timer_of(mind_of(db, self.clock), self.clock) for db in self.open]
        self.model: list[Session] = []
        self.before: list[list[Session]] = []  # what each change replaced

    def teardown(self) -> None:
        for db in self.open:
            db.close()
        shutil.rmtree(self.folder)

    @property
    def running(self) -> Session | None:
        """The session that runs now."""
        newest = self.model[-1] if self.model else None
        return newest if newest and finished(newest, self.clock.now()).is_open else None

    @rule(seconds=st.integers(0, 4000))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    @rule(seconds=st.integers(-4000, -1))
    def the_clock_is_set_back(self, seconds: int) -> None:
        self.clock.set_wall(self.clock.now() + timedelta(seconds=seconds))

    @rule(who=terminals, rounds=st.integers(1, 3))
    def start(self, who: int, rounds: int) -> None:
        wanted = plan(rounds=rounds)
        if self.running:
            refused(ConflictError, lambda: focus.start(wanted, self.timers[who]))
            return
        changed = focus.start(wanted, self.timers[who])
        self._keep([*self.model, Session(id="", started_at=self.clock.now(), plan=wanted)])
        assert changed.view.session is not None

    @rule(who=terminals, what=st.sampled_from(["paused", "resumed", "skipped"]))
    def change(self, who: int, what: str) -> None:
        act = {"paused": focus.pause, "resumed": focus.resume, "skipped": focus.skip}[what]
        session = self.running
        if session is None:
            refused(NoError, lambda: act(self.timers[who]))
            return
        try:
            changed = getattr(changes, what)(session, self.clock.now())
        except ConflictError:
            refused(ConflictError, lambda: act(self.timers[who]))
            return
        act(self.timers[who])
        self._keep([*self.model[:-1], changed])

    @rule(who=terminals)
    def stop(self, who: int) -> None:
        if not self.model or not self.model[-1].is_open:
            refused(NoError, lambda: stop(self.timers[who]))
            return
        stop(self.timers[who])
        self._keep([*self.model[:-1], changes.stopped(self.model[-1], self.clock.now())])

    @rule(who=terminals)
    def undo(self, who: int) -> None:
        if not self.before:
            refused(NoError, lambda: undo(self.timers[who]))
            return
        undo(self.timers[who])
        self.model = self.before.pop()

    @invariant()
    def both_see_the_same_and_what_the_domain_says(self) -> None:
        one, other = (focus.look(timer) for timer in self.timers)
        assert one == other
        newest = self.model[-1] if self.model else None
        assert one.standing == (standing_at(newest, self.clock.now()) if newest else NOBODY)

    @invariant()
    def at_most_one_is_open(self) -> None:
        (count,) = (
            self.open[0]
            .execute("SELECT count(*) FROM focus_sessions WHERE ended_at IS NULL AND purged = 0")
            .fetchone()
        )
        assert count <= 1

    def _keep(self, model: list[Session]) -> None:
        self.before.append([finished(each, self.clock.now()) for each in self.model[:-1]] + self.model[-1:])
        self.model = model


def refused(kind, act):
    """Expect that something is refused in this way."""
    try:
        act()
    except kind:
        return
    raise AssertionError(f"nobody raised {kind.__name__}")


TestTwoTerminals = TwoTerminals.TestCase
TestTwoTerminals.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
