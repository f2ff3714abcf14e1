from datetime import timedelta

import pytest

from braindump_cli.domain.focus.absence import Absence, Sign, absence, seen_again
from braindump_cli.domain.focus.changes import lengthened, paused, resumed, skipped, stopped
from braindump_cli.domain.focus.past import added, moved
from braindump_cli.domain.focus.report import streak_of
from braindump_cli.domain.focus.session import DONE, PAUSE, STOPPED, Plan
from braindump_cli.domain.focus.standing import NOBODY, finished, standing_at
from braindump_cli.domain.focus.state import state_line
from braindump_cli.errors import ConflictError, ForbiddenError, UsageError
from tests.fakes import MONDAY_MORNING as NINE
from tests.focus_parts import HOUR, MINUTE, plan, session

DAY = timedelta(days=1)


def phases(one, *minutes):
    return [standing_at(one, NINE + each * MINUTE).phase for each in minutes]


def test_work_and_breaks_take_turns_and_every_fourth_break_is_long():
    one = session()

    assert phases(one, 0, 24, 25, 29, 30) == ["work", "work", "break", "break", "work"]
    assert phases(one, 115, 129, 130) == ["long_break", "long_break", "work"]
    assert standing_at(one, NINE + 130 * MINUTE).round == 5
    assert phases(one, 10_000) == ["done"]


def test_a_pause_freezes_what_is_left():
    still = paused(session(), NINE + 10 * MINUTE)

    looks = [standing_at(still, NINE + minutes * MINUTE) for minutes in (10, 40, 5000)]

    assert {(look.phase, look.remaining, look.ends_at) for look in looks} == {("paused", 15 * MINUTE, None)}
    on = resumed(still, NINE + 40 * MINUTE)
    assert standing_at(on, NINE + 41 * MINUTE).remaining == 14 * MINUTE


def test_a_skip_really_skips():
    one = skipped(session(), NINE + MINUTE)
    other = skipped(one, NINE + 2 * MINUTE)

    assert phases(one, 1, 5, 6) == ["break", "break", "work"]
    assert standing_at(other, NINE + 2 * MINUTE)[:3] == ("work", 2, 25 * MINUTE)


def test_a_skip_of_the_last_period_is_the_end_even_as_it_begins():
    ended = skipped(session(plan=plan(rounds=1)), NINE)

    assert (ended.status, ended.ended_at) == (DONE, NINE)
    assert standing_at(ended, NINE + HOUR).focused == timedelta(0)


def test_more_makes_the_period_longer_and_shifts_what_follows():
    one = lengthened(session(), NINE + MINUTE, 5 * MINUTE)

    assert standing_at(one, NINE + MINUTE).remaining == 29 * MINUTE
    assert phases(one, 29, 30) == ["work", "break"]


def test_a_long_gap_starts_the_count_towards_a_long_break_anew():
    at = NINE
    one = session()
    for _ in range(3):  # three rounds, each break skipped
        at += 25 * MINUTE
        one = skipped(one, at + timedelta(seconds=1))
        at += timedelta(seconds=1)
    rested = resumed(paused(one, at + MINUTE), at + MINUTE + HOUR)

    assert standing_at(one, at + 25 * MINUTE).phase == "long_break"
    assert standing_at(rested, at + HOUR + 25 * MINUTE).phase == "break"


def test_a_clock_that_was_set_back_counts_as_no_time_elapsed():
    one = session()

    assert standing_at(one, NINE - 30 * DAY)[:3] == ("work", 1, 25 * MINUTE)
    assert stopped(one, NINE - DAY).ended_at == NINE


def test_a_strict_session_does_not_pause():
    with pytest.raises(ForbiddenError):
        paused(session(plan=plan(is_strict=True)), NINE)


def test_what_is_there_already_is_not_done_twice():
    still = paused(session(), NINE)

    for change in (lambda: paused(still, NINE), lambda: resumed(session(), NINE)):
        with pytest.raises(ConflictError):
            change()


def test_a_session_is_done_when_its_plan_is_over_and_stopping_it_later_makes_no_difference():
    one = session(plan=plan(rounds=1))

    late = stopped(one, NINE + DAY)

    assert late == finished(one, NINE + DAY)
    assert (late.status, late.ended_at) == (DONE, NINE + 25 * MINUTE)
    assert stopped(one, NINE + MINUTE).status == STOPPED


@pytest.mark.parametrize(
    "wrong", [{"work": 0}, {"work": -5}, {"long": 24 * 60 + 1}, {"every": 0}, {"rounds": 101}]
)
def test_a_plan_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"work|long_break|every|rounds"):
        plan(**wrong)


def test_who_was_seen_a_minute_before_the_end_saw_the_end():
    one = session(plan=plan(rounds=1))
    sign = Sign(one.id, "boot", NINE + 24 * MINUTE)

    assert absence(one, sign, boot_id="another", now=NINE + DAY) is None
    early = sign._replace(seen_at=NINE + 20 * MINUTE)
    assert absence(one, early, boot_id="another", now=NINE + DAY) == Absence(NINE + 20 * MINUTE, NINE + DAY)


def test_an_absence_is_a_long_gap_or_another_boot_and_nothing_else():
    one, sign = session(), Sign("s", "boot", NINE)
    sign = sign._replace(session_id=one.id)
    slept = seen_again(sign, NINE + 2 * HOUR, away=HOUR)

    assert absence(one, sign, boot_id="boot", now=NINE + 2 * HOUR) is None  # the helper is gone: time counts
    assert absence(one, None, boot_id="boot", now=NINE + HOUR) is None
    assert absence(one, slept, boot_id="boot", now=NINE + 2 * HOUR) == Absence(NINE, NINE + 2 * HOUR)
    assert absence(one, seen_again(sign, NINE + HOUR, away=HOUR), boot_id="boot", now=NINE + HOUR) is None
    assert absence(paused(one, NINE), slept, boot_id="other", now=NINE + HOUR) is None
    assert absence(one, sign._replace(session_id="x"), boot_id="other", now=NINE + HOUR) is None


def test_a_gap_stays_until_somebody_answers_for_it():
    sign = seen_again(Sign("s", "boot", NINE), NINE + 2 * HOUR, away=HOUR)

    later = seen_again(sign, NINE + 2 * HOUR + MINUTE, away=HOUR)

    assert (later.gap_from, later.gap_to) == (NINE, NINE + 2 * HOUR + MINUTE)


def test_the_state_is_one_line_of_six_fields_and_a_seventh_where_it_is_wanted():
    one = session()
    work = standing_at(one, NINE + MINUTE)
    still = standing_at(paused(one, NINE + MINUTE), NINE + HOUR)
    over = standing_at(session(plan=plan(rounds=2)), NINE + DAY)
    last = standing_at(session(plan=plan(rounds=1)), NINE)

    assert state_line(work, 8).split("\t") == [
        "1",
        "work",
        str(int(NINE.timestamp()) + 1500),
        "1",
        "8",
        "break",
    ]
    assert state_line(still, 8).split("\t") == ["1", "paused", "1440", "1", "8", "break"]
    assert state_line(over, 2).split("\t") == ["1", "done", "0", "2", "2", "none"]
    assert state_line(last, 1).split("\t")[-1] == "done"
    assert state_line(NOBODY, 0) == "1\tnone\t0\t0\t0\tnone"
    assert state_line(NOBODY, 0, "").split("\t") == ["1", "none", "0", "0", "0", "none", ""]


def test_words_in_the_state_cannot_break_the_line_or_a_bar():
    line = state_line(NOBODY, 0, "Send\tthe\x1b[31m bud\u202eget\n\nnow\u2028")

    assert line.split("\t")[6:] == ["Send the [31m bud get now"]


def test_a_session_added_afterwards_is_one_period_of_work():
    one = added("s", NINE, NINE + 90 * MINUTE)

    assert standing_at(one, NINE + DAY).focused == 90 * MINUTE


@pytest.mark.parametrize(
    "until", [NINE, NINE - MINUTE, NINE + DAY + MINUTE, NINE + timedelta(milliseconds=1)]
)
def test_a_time_that_no_session_can_have_is_refused(until):
    with pytest.raises(UsageError):
        added("s", NINE, until)


def test_a_session_moved_by_hand_keeps_its_pauses_and_breaks():
    one = resumed(paused(session(), NINE + 10 * MINUTE), NINE + 20 * MINUTE)  # break from 9:35 to 9:40
    ended = stopped(one, NINE + 50 * MINUTE)

    longer = moved(ended, NINE - 5 * MINUTE, NINE + HOUR)

    assert standing_at(ended, NINE + DAY).focused == 35 * MINUTE
    assert standing_at(longer, NINE + DAY).focused == 50 * MINUTE
    assert [interval.kind for interval in longer.intervals] == [PAUSE, "away"]
    with pytest.raises(UsageError):
        moved(ended, NINE + 10 * MINUTE, NINE + 20 * MINUTE)  # nothing but the pause


def test_streaks_are_days_in_a_row_and_today_may_still_come():
    today = (NINE.date() - NINE.date().replace(year=1970, month=1, day=1)).days

    def streak(*before):
        return streak_of([today - each for each in sorted(before, reverse=True)], NINE.date())

    assert streak() == (0, 0)
    assert streak(0) == (1, 1)
    assert streak(1, 2) == (2, 2)
    assert streak(2, 3, 4) == (0, 3)
    assert streak(0, 1, 9, 10, 11, 12) == (2, 4)


def test_the_bounds_of_the_settings_are_those_of_a_plan():
    from braindump_cli.settings import PERIOD, ROUNDS

    for words in ("0", "0.5s", "25h"):
        with pytest.raises(ValueError, match=words):
            PERIOD.read(words)
    Plan(work=PERIOD.read("1s"), long_break=PERIOD.read("24h"), rounds=ROUNDS.read(100))
    with pytest.raises(ValueError, match="101"):
        ROUNDS.read(101)
