"""Focus sessions: whatever people and clocks do, time is tiled, nothing is lost and nothing counts twice."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.focus.absence import DROP, END, KEEP, Absence, answered, ended_by
from braindump_cli.domain.focus.changes import lengthened, paused, resumed, skipped, stopped
from braindump_cli.domain.focus.past import added, moved
from braindump_cli.domain.focus.report import stretches
from braindump_cli.domain.focus.session import AWAY, GAPS, PAUSE, WORK, Plan, Session
from braindump_cli.domain.focus.standing import lived_spans, standing_at
from braindump_cli.domain.focus.timeline import spans
from braindump_cli.domain.focus.worked import worked_quarters
from braindump_cli.domain.ids import new_id
from braindump_cli.errors import BraindumpError, UsageError
from braindump_cli.services.focus_report import Books, report
from braindump_cli.storage.sqlite.focus_sums import SqliteFocusSums
from tests.fakes import FakeClock
from tests.focus_parts import timer_of

NOTHING, QUARTER = timedelta(0), timedelta(minutes=15)
START = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # the night before clocks go forward in Europe
LONDON, KOLKATA, LORD_HOWE = (
    ZoneInfo("Europe/London"),
    ZoneInfo("Asia/Kolkata"),
    ZoneInfo("Australia/Lord_Howe"),
)

lengths = st.integers(1, 7200).map(lambda seconds: timedelta(seconds=seconds))
plans = st.builds(
    Plan,
    work=lengths,
    short_break=lengths,
    long_break=lengths,
    every=st.integers(1, 5),
    rounds=st.integers(1, 6),
    long_gap=st.sampled_from([timedelta(seconds=1), timedelta(minutes=60)]),
)
steps = st.lists(
    st.tuples(
        st.integers(-600, 9000),  # seconds until the next one; a clock may also be set back
        st.sampled_from(["pause", "resume", "skip", "more", "keep", "drop", "end", "stop"]),
    ),
    max_size=12,
)


@st.composite
def lives(draw):
    """Draw a session as somebody lived it, and an instant at which somebody looks."""
    session = Session(id="s", started_at=START, plan=draw(plans))
    at = START
    for seconds, what in draw(steps):
        before, at = at, at + timedelta(seconds=seconds)
        session = lived(session, what, before, at)
    return session, at + timedelta(seconds=draw(st.integers(-90_000, 90_000)))


def lived(session, what, before, at):
    """Do one thing to a session, if it can be done."""
    if not session.is_open:
        return session
    try:
        if what in (KEEP, DROP, END):
            if session.pause:
                return session
            gap = Absence(max(before, session.latest), max(at, before, session.latest))
            return answered(session, gap, what)
        if what == "more":
            return lengthened(session, at, timedelta(seconds=300))
        return {"pause": paused, "resume": resumed, "skip": skipped, "stop": stopped}[what](session, at)
    except BraindumpError:
        return session


@given(lives())
def test_spans_follow_one_another_without_overlap_and_without_a_hole(life):
    session, _ = life

    laid = list(spans(session))

    assert laid[0].started_at == session.started_at
    assert all(span.ended_at > span.started_at for span in laid if span.ended_at and span.kind not in GAPS)
    assert all(one.ended_at == other.started_at for one, other in pairwise(laid))


@given(lives())
def test_work_and_breaks_are_the_time_on_the_wall_without_pauses_and_absences(life):
    session, at = life
    until = min(max(at, session.started_at), session.ended_at or datetime.max.replace(tzinfo=UTC))

    parts = [(span, ended - span.started_at) for span, ended in lived_spans(session, until)]

    whole = sum((length for _, length in parts), NOTHING)
    stood_still = sum((length for span, length in parts if span.kind in GAPS), NOTHING)
    end_of_plan = parts[-1][0].started_at + parts[-1][1] if parts else session.started_at
    assert whole == end_of_plan - session.started_at
    assert sum((length for span, length in parts if span.kind not in GAPS), NOTHING) == whole - stood_still
    if at >= session.latest:  # a clock that was set back counts as no time elapsed
        work = sum((length for span, length in parts if span.kind == WORK), NOTHING)
        assert standing_at(session, at).focused == work


@given(lives())
def test_no_look_gives_absurd_time_wherever_the_clock_was_set(life):
    session, at = life

    standing = standing_at(session, at)

    longest = max(session.plan.length(kind) for kind in ("work", "break", "long_break"))
    added_to_it = sum(300 for interval in session.intervals if interval.kind == "more")
    assert NOTHING <= standing.remaining <= standing.length <= longest + timedelta(seconds=added_to_it)
    assert NOTHING <= standing.focused <= max(at, session.latest) - session.started_at
    assert 1 <= standing.round <= session.plan.rounds
    assert standing.ends_at is None or standing.ends_at > max(at, session.latest)


@given(lives(), st.lists(st.integers(-90_000, 90_000), max_size=30))
def test_a_look_is_the_same_whether_asked_once_or_many_times(life, others):
    session, at = life
    once = standing_at(session, at)

    for seconds in others:
        standing_at(session, at + timedelta(seconds=seconds))

    assert standing_at(session, at) == once


@given(lives(), st.integers(0, 90_000))
def test_time_that_goes_on_takes_no_work_away_and_a_phase_ends_when_it_was_said_to(life, seconds):
    session, at = life
    assume(at >= session.latest)
    before = standing_at(session, at)

    after = standing_at(session, at + timedelta(seconds=seconds))

    assert before.focused <= after.focused <= before.focused + timedelta(seconds=seconds)
    if before.ends_at:
        ends_at = before.ends_at
        just_before = standing_at(session, ends_at - timedelta(milliseconds=1))
        assert (just_before.phase, just_before.round) == (before.phase, before.round)
        next_one = standing_at(session, ends_at)
        assert next_one.phase == (before.following or "done")


@given(plans)
def test_every_phase_of_a_plan_that_nobody_touches_has_its_length_and_its_place(plan):
    laid = list(spans(Session(id="s", started_at=START, plan=plan)))

    assert [span.kind for span in laid][::2] == [WORK] * plan.rounds
    breaks = [span.kind for span in laid][1::2]
    assert breaks == ["break" if i % plan.every else "long_break" for i in range(1, plan.rounds)]
    assert all(span.ended_at == span.started_at + plan.length(span.kind) for span in laid)


@given(lives())
def test_an_absence_that_nobody_answered_shows_the_session_ended_where_it_began(life):
    session, at = life
    assume(session.is_open and not session.pause)
    gap = Absence(session.latest, max(at, session.latest))

    shown = ended_by(session, gap)

    assert shown.ended_at is not None
    assert shown.ended_at <= gap.started_at
    assert standing_at(shown, at + timedelta(days=1)).focused == standing_at(session, gap.started_at).focused


@given(lives())
def test_quarters_of_an_hour_hold_all_the_work_and_none_more_than_it_has(life):
    session, at = life
    until = max(at, session.latest)

    quarters = worked_quarters(session, until)

    assert sum(quarters.values()) == pytest.approx(standing_at(session, until).focused.total_seconds())
    assert all(0 < seconds <= 900 for seconds in quarters.values())


@given(lives(), st.integers(-3600, 3600), st.integers(-3600, 3600))
def test_a_session_moved_by_hand_keeps_what_stood_still_and_counts_the_rest_as_work(life, first, last):
    session, _ = life
    ended = stopped(session, session.latest + timedelta(minutes=7))
    since = ended.started_at + timedelta(seconds=first)
    assert ended.ended_at
    until = ended.ended_at + timedelta(seconds=last)
    try:
        changed = moved(ended, since, until)
    except UsageError:
        return

    ends = [(rest.started_at, rest.ended_at) for rest in changed.intervals if rest.ended_at]
    rested = sum((end - begun for begun, end in ends), NOTHING)
    assert (changed.started_at, changed.ended_at) == (since, until)
    assert {rest.kind for rest in changed.intervals} <= {PAUSE, AWAY}
    assert standing_at(changed, until).focused == until - since - rested


@example(since=datetime(2026, 3, 29, tzinfo=UTC), hours=3, zone=LONDON)
@example(
    since=datetime(2026, 10, 24, 20, tzinfo=UTC), hours=30, zone=LORD_HOWE
)  # half an hour of summer time
@given(
    since=st.integers(0, 4 * 24 * 730).map(lambda count: datetime(2025, 1, 1, tzinfo=UTC) + count * QUARTER),
    hours=st.integers(1, 10_000),
    zone=st.sampled_from([LONDON, KOLKATA, LORD_HOWE, UTC]),
)
def test_stretches_tile_a_time_and_in_each_the_clock_runs_evenly(since, hours, zone):
    until = since + timedelta(hours=hours)

    cut = stretches(since, until, zone)

    assert cut[0].since == since
    assert cut[-1].until == until
    assert all(one.until == other.since for one, other in pairwise(cut))
    assert all(one.offset_s != other.offset_s for one, other in pairwise(cut))
    for each in cut:
        for at in (each.since, each.since + (each.until - each.since) / 2, each.until - timedelta(seconds=1)):
            assert at.astimezone(zone).utcoffset() == timedelta(seconds=each.offset_s)


sittings = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 12), st.integers(1, 400), st.sampled_from([(), ("a",), ("a", "b")])),
    max_size=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sat=sittings,
    running_s=st.integers(0, 8000),
    zone=st.sampled_from([LONDON, KOLKATA, LORD_HOWE]),
    night=st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5)]),
)
def test_a_report_is_what_counting_minute_by_minute_gives(mind, sat, running_s, zone, night):
    for table in ("focus_work", "focus_sessions", "revisions"):
        mind.journal.db.execute(f"DELETE FROM {table}")
    first = datetime.combine(night - timedelta(days=6), time(), tzinfo=zone).astimezone(UTC)
    clock = FakeClock(datetime.combine(night + timedelta(days=7), time(), tzinfo=zone).astimezone(UTC))
    timer = timer_of(mind, clock)
    minutes: list[tuple[datetime, tuple[str, ...]]] = []
    for begun, lasting, tags in sat:
        since = first + timedelta(minutes=begun)
        one = added(new_id(since), since, since + timedelta(minutes=lasting))
        timer.sessions.add(Session(**{**fields(one), "tags": tags}), cause="add")
        minutes += [(since + timedelta(minutes=place), tags) for place in range(lasting)]
    since = clock.now() - timedelta(seconds=running_s // 60 * 60)
    plan = Plan(work=timedelta(hours=24), rounds=1)
    timer.sessions.add(Session(id=new_id(since), started_at=since, plan=plan, tags=("a",)), cause="start")
    minutes += [(since + timedelta(minutes=place), ("a",)) for place in range(running_s // 60)]
    wanted = EntryFilter(since=first, until=clock.now(), limit=None)

    found = report(wanted, Books(timer, SqliteFocusSums(mind.journal), zone), today=night, by="tag")

    local = [at.astimezone(zone) for at, _ in minutes if first <= at < clock.now()]
    assert found.focused_s == pytest.approx(60 * len(local))
    assert dict(found.worked.days) == pytest.approx(
        {day: 60 * sum(at.date() == day for at in local) for day, _ in found.worked.days}
    )
    assert found.worked.hours == pytest.approx(
        [60 * sum(at.hour == hour for at in local) for hour in range(24)]
    )
    assert found.worked.weekdays == pytest.approx(
        [60 * sum(at.weekday() == day for at in local) for day in range(7)]
    )
    tagged = {each.key: each.focused_s for each in found.slices}
    inside = [tags for at, tags in minutes if first <= at < clock.now()]
    for tag in {tag for tags in inside for tag in tags}:
        assert tagged[tag] == pytest.approx(60 * sum(tag in tags for tags in inside))


def fields(session):
    return {name: getattr(session, name) for name in session.__dataclass_fields__}
