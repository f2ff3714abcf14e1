"""What a helper without a key foresees is what the journal would say."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from braindump_cli.domain.focus.outlook import NO_PERIOD, Outlook, outlook_on, period_of
from braindump_cli.domain.focus.session import MORE, PAUSE, SKIP, Interval, Plan, Session
from braindump_cli.domain.focus.standing import standing_at
from braindump_cli.domain.focus.state import state_line
from tests.fakes import MONDAY_MORNING

PLAN = Plan(work=timedelta(minutes=25), short_break=timedelta(minutes=5), rounds=3)
SECONDS = st.integers(1, 5000).map(lambda seconds: timedelta(seconds=seconds))


def session(*intervals: Interval, plan: Plan = PLAN) -> Session:
    return Session(id="s", started_at=MONDAY_MORNING, plan=plan, intervals=intervals)


def line_at(of: Session, after: timedelta, words: str | None = None) -> str:
    return state_line(standing_at(of, MONDAY_MORNING + after), of.plan.rounds, words)


@given(
    after=SECONDS,
    later=SECONDS,
    lengths=st.tuples(SECONDS, SECONDS, SECONDS),
    counts=st.tuples(st.integers(1, 3), st.integers(1, 6)),
    change=st.sampled_from([None, SKIP, MORE, PAUSE]),
)
def test_the_lines_foreseen_are_those_that_come(after, later, lengths, counts, change):
    plan = Plan(
        work=lengths[0], short_break=lengths[1], long_break=lengths[2], every=counts[0], rounds=counts[1]
    )
    at = MONDAY_MORNING + timedelta(seconds=after.seconds // 2)
    changes = [Interval(change, at, at if change == SKIP else at + lengths[0])] if change else []
    sitting = session(*changes, plan=plan)
    now = MONDAY_MORNING + after

    ahead = outlook_on(sitting, line_at(sitting, after), now)

    assert ahead.at(now + later).line == line_at(sitting, after + later)


def test_words_that_the_user_wants_in_the_line_stay_there():
    ahead = outlook_on(session(), line_at(session(), timedelta(0), "Water the plants"), MONDAY_MORNING)

    assert len(ahead.lines) == 6
    assert {line.split("\t")[6] for line in ahead.lines} == {"Water the plants"}


def test_a_pause_has_no_end_that_could_be_foreseen():
    paused = session(Interval(PAUSE, MONDAY_MORNING + timedelta(minutes=5), None))

    ahead = outlook_on(paused, line_at(paused, timedelta(minutes=6)), MONDAY_MORNING + timedelta(minutes=6))

    assert [period_of(line).phase for line in ahead.lines] == ["paused"]
    assert ahead.period.is_running
    assert not ahead.period.is_over(MONDAY_MORNING + timedelta(days=9))


def test_what_cannot_be_read_is_no_period():
    for line in ("", "1", "work", "1\twork\tsoon\t1\t2\tbreak", "1\twork\t1\t2", "\t" * 9):
        assert period_of(line) == NO_PERIOD
    assert not Outlook("", ()).period.is_running
