"""The helper's loop, over a clock that a test moves: nothing here waits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from braindump_cli.domain.focus.absence import Sign, absence, ended_by
from braindump_cli.domain.focus.changes import lengthened, paused, skipped, stopped
from braindump_cli.domain.focus.outlook import Outlook, outlook_on, period_of
from braindump_cli.domain.focus.session import Plan, Session
from braindump_cli.domain.focus.standing import standing_at
from braindump_cli.domain.focus.state import state_line
from braindump_cli.services.focus_watch import TICK_S, Post, Watch
from tests.fakes import MONDAY_MORNING, FakeClock
from tests.focus_parts import FakeSigns, FakeState

BOOT, AWAY = "boot", timedelta(minutes=60)
PLAN = Plan(work=timedelta(minutes=25), short_break=timedelta(minutes=5), rounds=2)
START = Session(id="s", started_at=MONDAY_MORNING, plan=PLAN)


class World:
    """A session, a clock, and errands that read the one by the other."""

    def __init__(self, session: Session = START) -> None:
        self.session = session
        self.clock = FakeClock()
        self.signs, self.state = FakeSigns(), FakeState()
        self.is_locked = False
        self.told: list[tuple[datetime, str, str]] = []
        self.plans: list[tuple[timedelta, Callable[[], object]]] = []
        self.waits = 0
        self.state.update(self.line)

    def line(self) -> str:
        now, sign = self.clock.now(), self.signs.read()
        gap = absence(self.session, sign, boot_id=BOOT, now=now)
        seen = ended_by(self.session, gap) if gap else self.session
        return state_line(standing_at(seen, now), self.session.plan.rounds)

    def look(self) -> Outlook | None:
        if self.is_locked:
            return None
        self.state.update(self.line)
        return outlook_on(self.session, self.line(), self.clock.now())

    def tell(self, ended: str, begun: str) -> None:
        self.told.append((self.clock.now(), period_of(ended).phase, period_of(begun).phase))

    def change(self, changed: Session) -> None:
        self.session = changed
        self.state.update(self.line)

    def after(self, span: timedelta, then: Callable[[], object]) -> None:
        """Let something happen while the helper waits."""
        self.plans.append((span, then))

    def wait(self, longest_s: float) -> None:
        assert 0 <= longest_s <= TICK_S
        self.waits += 1
        self.clock.advance(timedelta(seconds=longest_s))
        due = [then for span, then in self.plans if MONDAY_MORNING + span <= self.clock.now()]
        self.plans = [plan for plan in self.plans if plan[1] not in due]
        for then in due:
            then()

    def keep_watch(self, away: timedelta = AWAY) -> None:
        post = Post(self.clock, self.wait, self.state, self.signs, self)
        Watch(post, boot_id=BOOT, away=away).keep()

    def told_after(self) -> list[tuple[int, str, str]]:
        return [(round((at - MONDAY_MORNING).total_seconds()), *phases) for at, *phases in self.told]  # type: ignore[misc]


@pytest.fixture
def world() -> World:
    return World()


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


WHOLE = [(1500, "work", "break"), (1800, "break", "work"), (3300, "work", "done")]


def test_each_end_of_a_period_is_told_once_and_at_its_time(world):
    world.keep_watch()

    assert world.told_after() == WHOLE
    assert world.state.read().split("\t")[1] == "done"
    assert world.waits <= 55 * 12 + 3


def test_a_sign_of_life_is_given_each_minute(world):
    world.keep_watch()

    given = [sign.seen_at - MONDAY_MORNING for sign in world.signs.written]
    assert given[0] == timedelta(0)
    assert {b - a for a, b in pairwise(given)} == {minutes(1)}
    assert len(given) == 56
    assert {(sign.session_id, sign.boot_id, sign.gap_from) for sign in world.signs.written} == {
        ("s", BOOT, None)
    }


def test_without_the_key_it_goes_by_what_it_foresaw(world):
    world.after(minutes(10), lambda: setattr(world, "is_locked", True))

    world.keep_watch()

    assert world.told_after() == WHOLE
    assert world.state.read().split("\t")[1] == "done"


def test_without_the_key_from_the_beginning_it_goes_by_the_line_alone(world):
    world.is_locked = True
    world.signs.write(Sign("s", BOOT, MONDAY_MORNING))

    world.keep_watch()

    assert world.told_after() == [(1500, "work", "none")]
    assert period_of(world.state.read()).following == "break"


def test_a_change_by_somebody_else_is_followed(world):
    world.after(minutes(10), lambda: world.change(lengthened(world.session, world.clock.now(), minutes(5))))
    world.after(minutes(20), lambda: world.change(skipped(world.session, world.clock.now())))

    world.keep_watch()

    assert world.told_after() == [(1500, "break", "work"), (3000, "work", "done")]


def test_it_ends_when_the_session_is_stopped(world):
    world.after(minutes(10), lambda: world.change(stopped(world.session, world.clock.now())))

    world.keep_watch()

    assert world.told == []
    assert world.clock.now() == MONDAY_MORNING + minutes(10)


def test_a_pause_is_waited_through_and_nothing_in_it_is_an_absence(world):
    world.after(minutes(10), lambda: world.change(paused(world.session, world.clock.now())))
    world.after(minutes(20), lambda: world.clock.advance(timedelta(hours=9)))
    world.after(timedelta(hours=10), lambda: world.change(stopped(world.session, world.clock.now())))

    world.keep_watch()

    assert world.told == []
    assert {sign.gap_from for sign in world.signs.written} == {None}


def test_sleep_that_is_longer_than_away_is_seen_and_nothing_of_it_is_told(world):
    world.after(minutes(10), lambda: world.clock.advance(timedelta(hours=3)))

    world.keep_watch()

    assert world.told == []
    last = world.signs.written[-1]
    assert last.gap_from == MONDAY_MORNING + minutes(9)  # the last sign before
    assert last.gap_to == world.clock.now()


def test_sleep_within_one_period_ends_the_session_and_the_watch(world):
    world.change(replace(world.session, plan=Plan(work=timedelta(hours=9), rounds=1)))
    world.after(minutes(10), lambda: world.clock.advance(timedelta(hours=3)))

    world.keep_watch()

    assert world.told == []
    assert world.state.read().split("\t")[1] == "none"
    assert world.clock.now() - MONDAY_MORNING < timedelta(hours=3, minutes=11)


def test_a_shorter_sleep_counts_but_what_ended_in_it_is_nobodys_news(world):
    world.after(minutes(20), lambda: world.clock.advance(minutes(7)))

    world.keep_watch()

    assert world.told_after() == WHOLE[1:]
    assert {sign.gap_from for sign in world.signs.written} == {None}


def test_a_clock_set_forward_is_like_sleep(world):
    world.after(minutes(10), lambda: world.clock.set_wall(MONDAY_MORNING + timedelta(days=400)))

    world.keep_watch()

    assert world.told == []
    assert world.signs.written[-1].gap_from == MONDAY_MORNING + minutes(9)  # the last sign before


def test_a_clock_set_back_makes_no_gap_and_no_noise(world):
    world.after(minutes(10), lambda: world.clock.set_wall(MONDAY_MORNING - timedelta(hours=1)))

    world.keep_watch()

    assert world.told_after() == WHOLE
    assert {sign.gap_from for sign in world.signs.written} == {None}
    assert world.signs.written[-1].seen_at <= world.clock.now()


def test_a_short_away_makes_no_absence_of_the_time_between_two_signs(world):
    world.keep_watch(away=timedelta(seconds=3))

    assert world.told_after() == WHOLE
    assert {sign.gap_from for sign in world.signs.written} == {None}


def test_a_new_helper_takes_the_time_without_one_for_lived(world):
    world.signs.write(Sign("s", BOOT, MONDAY_MORNING - timedelta(hours=2)))

    world.keep_watch()

    assert world.told_after() == WHOLE
    assert {sign.gap_from for sign in world.signs.written} == {None}


def test_after_another_boot_it_leaves_the_last_sign_as_it_is(world):
    before = Sign("s", "another boot", MONDAY_MORNING)
    world.signs.write(before)

    world.keep_watch()

    assert world.signs.read() == before
    assert world.told == []


def test_where_nothing_runs_it_is_gone_at_once(world):
    world.change(stopped(world.session, MONDAY_MORNING))

    world.keep_watch()

    assert world.waits == 0
    assert world.signs.written == []
