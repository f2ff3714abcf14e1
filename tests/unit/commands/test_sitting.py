"""A countdown frame by frame: keys, what others do, what ends it. No terminal, no waiting."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from braindump_cli.commands.sitting import (
    AWAY,
    ENDED,
    LEFT,
    MORE,
    OVER,
    PAUSE,
    REPLACED,
    RESUME,
    SKIP,
    Controls,
    Sitting,
)
from braindump_cli.domain.focus.absence import Absence
from braindump_cli.domain.focus.changes import lengthened, paused, resumed, skipped, stopped
from braindump_cli.domain.focus.session import Plan, Session
from braindump_cli.domain.focus.standing import finished, standing_at
from braindump_cli.domain.focus.view import View
from braindump_cli.domain.todo import Todo
from braindump_cli.errors import StoreError
from tests.fakes import MONDAY_MORNING, FakeClock

PLAN = Plan(work=timedelta(minutes=25), short_break=timedelta(minutes=5), rounds=2)
TODO = Todo(id="t", number=41, text="Water the plants", created_at=MONDAY_MORNING)


class Room:
    """Somebody at a countdown, and what the countdown shows and does."""

    def __init__(self, *, is_strict: bool = False) -> None:
        plan = Plan(work=PLAN.work, short_break=PLAN.short_break, rounds=2, is_strict=is_strict)
        self.session: Session | None = Session(id="s", started_at=MONDAY_MORNING, plan=plan)
        self.gap: Absence | None = None
        self.clock = FakeClock()
        self.warnings: list[tuple[str, str]] = []
        self.failure: StoreError | None = None
        self.troubles: list[str] = []
        self.has_news = False
        self.accompanied = 0
        self.written: list[str] = []
        self.shown: list[tuple[str, int, str]] = []
        self.offered: list[list[Todo]] = []
        acts = {PAUSE: paused, RESUME: resumed, SKIP: skipped, MORE: self._longer}
        controls = Controls(
            look=self.look,
            has_news=lambda: self.has_news,
            act={name: self._act(act) for name, act in acts.items()},
            offers=lambda: [TODO],
            accompany=self._accompany,
            trouble=lambda: self.troubles.pop(0) if self.troubles else "",
        )
        self.sitting = Sitting(controls, self, self.clock, self.bell)

    def look(self) -> View:
        if self.session is None:
            raise AssertionError
        seen = finished(self.session, self.clock.now())
        return View(seen, standing_at(seen, self.clock.now()), TODO, self.gap)

    def show(self, view, now, aside) -> None:
        standing = standing_at(view.session, now)
        self.shown.append((standing.phase, round(standing.remaining.total_seconds()), aside.said))
        self.offered.append(list(aside.offers))

    def write(self, sequence: str) -> None:
        self.written.append(sequence)

    @staticmethod
    def bell(ended: str, begun: str) -> str:
        return f"{ended.split(chr(9))[1]} to {begun.split(chr(9))[1]}"

    def after(self, **span: float) -> str | None:
        self.clock.advance(timedelta(**span))
        return self.sitting.frame("")

    def press(self, keys: str) -> str | None:
        return self.sitting.frame(keys)

    def _accompany(self) -> None:
        self.accompanied += 1

    def _act(self, change: Callable[..., Session]) -> Callable[[], list[tuple[str, str]]]:
        def act() -> list[tuple[str, str]]:
            if self.failure:
                raise self.failure
            assert self.session
            self.session = change(self.session, self.clock.now())
            return self.warnings

        return act

    @staticmethod
    def _longer(session: Session, at) -> Session:
        return lengthened(session, at, timedelta(minutes=5))


@pytest.fixture
def room() -> Room:
    return Room()


def test_p_pauses_and_goes_on(room):
    room.after(minutes=5)
    room.press("p")
    room.after(minutes=30)
    room.press("p")
    room.after(minutes=1)

    assert room.shown == [
        ("work", 1200, ""), ("paused", 1200, ""), ("paused", 1200, ""), ("work", 1200, ""), ("work", 1140, "")
    ]  # fmt: skip
    assert room.written == []


def test_s_skips_and_plus_or_equals_gives_five_more_minutes(room):
    room.press("+")
    room.press("=")
    room.press("S")
    room.press("s")

    assert [shown[:2] for shown in room.shown] == [
        ("work", 1800),
        ("work", 2100),
        ("break", 300),
        ("work", 1500),
    ]
    assert room.written == []


def test_q_leaves_it_running_and_nothing_behind_it_is_obeyed(room):
    assert room.press("qs") == LEFT
    assert room.session.intervals == ()


def test_arrows_and_other_keys_do_nothing(room):
    for keys in ("\033[A", "\033s", "\033[1;5D", "x", "\n", "é", ""):
        assert room.press(keys) is None

    assert room.session.intervals == ()


def test_a_strict_session_says_calmly_that_it_does_not_pause():
    room = Room(is_strict=True)

    room.press("p")
    room.after(seconds=4)
    room.after(seconds=2)

    said = "This session is strict: it does not pause."
    assert [shown[2] for shown in room.shown] == [said, said, ""]


def test_what_cannot_be_done_and_what_went_less_well_is_said(room):
    room.warnings = [("hook", "focus.hook ended with status 1.")]
    room.press("s")
    room.warnings = []
    room.failure = StoreError("The disk is full.")
    room.press("s")
    room.troubles = ["focus.hook was killed."]
    room.after(seconds=1)

    assert [shown[2] for shown in room.shown] == [
        "focus.hook ended with status 1.", "The disk is full.", "focus.hook was killed."
    ]  # fmt: skip


def test_a_period_that_ends_by_itself_rings_once(room):
    room.after(minutes=24, seconds=59.5)
    room.after(seconds=1)
    room.after(seconds=1)
    room.after(minutes=4, seconds=50)
    room.after(seconds=59)

    assert room.written == ["work to break", "break to work"]


def test_what_ended_while_the_machine_slept_does_not_ring(room):
    room.after(seconds=1)
    room.after(minutes=27)

    assert room.written == []
    assert room.shown[-1][0] == "break"


def test_what_others_do_is_followed_without_a_bell(room):
    room.after(seconds=1)
    room.session = skipped(room.session, room.clock.now())
    room.has_news = True
    room.after(seconds=1)

    assert room.shown[-1][:2] == ("break", 299)
    assert room.written == []


def test_at_a_break_there_is_something_to_do_and_at_work_there_is_not(room):
    room.press("s")
    room.press("p")
    room.press("p")
    room.press("s")

    assert room.offered == [[TODO], [TODO], [TODO], []]


def test_the_end_of_the_plan_rings_and_ends_it(room):
    room.after(minutes=54, seconds=59)

    assert room.after(seconds=2) == OVER
    assert room.written == ["work to done"]


def test_a_stop_in_another_terminal_ends_it(room):
    room.after(minutes=1)
    room.session = stopped(room.session, room.clock.now())
    room.has_news = True

    assert room.after(seconds=1) == ENDED
    assert room.written == []


def test_another_session_ends_it(room):
    room.session = Session(id="another", started_at=MONDAY_MORNING)
    room.has_news = True

    assert room.after(seconds=1) == REPLACED


def test_an_absence_ends_it_and_is_asked_about_elsewhere(room):
    room.gap = Absence(MONDAY_MORNING, MONDAY_MORNING + timedelta(hours=2))

    assert room.after(seconds=1) is None
    assert room.after(seconds=10) == AWAY


def test_the_helper_is_looked_after_every_ten_seconds(room):
    for _ in range(60):
        room.after(seconds=1)

    assert room.accompanied == 6


def test_a_clock_set_back_shows_no_absurd_time(room):
    room.after(minutes=10)
    room.clock.set_wall(MONDAY_MORNING - timedelta(days=3))

    assert room.after(seconds=1) is None
    assert room.shown[-1][:2] == ("work", 1500)
    assert room.written == []


def test_a_frame_holds_until_the_second_that_is_shown_is_over(room):
    room.after(seconds=0.7)
    assert room.sitting.pause_s() == pytest.approx(0.3)

    room.after(seconds=0.299)
    assert room.sitting.pause_s() == 0.02  # a clock that stands still there must not make us run

    room.press("p")
    assert room.sitting.pause_s() == 1
