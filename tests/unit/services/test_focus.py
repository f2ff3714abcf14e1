from datetime import timedelta

import pytest

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.focus.absence import DROP, END, KEEP, Sign
from braindump_cli.domain.todo import DONE, OPEN
from braindump_cli.errors import ConflictError, ForbiddenError, NoError, StoreError, UsageError
from braindump_cli.services import focus
from braindump_cli.services.focus import look
from braindump_cli.services.focus_end import Outcome, stop
from braindump_cli.services.focus_past import Wanted, add_session, edit_session, one_session, undo
from braindump_cli.services.insights import keep_findings
from braindump_cli.services.journal import keep_text
from tests.fakes import MONDAY_MORNING as NINE
from tests.focus_parts import HOUR, MINUTE, FakeHelpers, FakeState, plan, timer_of
from tests.journals import todo, typed

SECRET = "Call the lawyer"


@pytest.fixture
def timer(mind, clock):
    return timer_of(mind, clock, shows_words=True)


@pytest.fixture
def keep(mind, jobs):
    """Return what makes an entry of a note."""

    def kept(note, session) -> Entry:
        new = typed(note, tags=session.tags, is_private=session.is_private)
        return keep_text(new, journal=mind.journal, entries=mind.entries, jobs=jobs)

    return kept


def secret_todo(mind):
    entry = mind.entries.add(typed("a", is_private=True))
    return mind.todos.add(todo(SECRET, entry_id=entry.id))


def session_of(view):
    assert view.session
    return view.session


def state_of(timer):
    assert isinstance(timer.state, FakeState)
    return timer.state.line


def gap_of(timer):
    gap = look(timer).gap
    assert gap
    return gap


def changes_of(mind):
    return mind.journal.db.execute("SELECT total_changes()").fetchone()[0]


def test_before_the_first_session_none_runs_and_nothing_is_written(timer, mind):
    before = changes_of(mind)

    view = look(timer)

    assert (view.session, view.standing.phase) == (None, "none")
    assert changes_of(mind) == before
    assert timer.state.line == ""


def test_a_change_is_seen_by_the_other_terminal_and_told_to_everybody(mind, clock):
    told, helpers = [], FakeHelpers()
    one = timer_of(
        mind, clock, helpers=helpers, hook=lambda view, event: told.append((event, view.standing.phase))
    )
    other = one._replace(hook=None)

    focus.start(plan(), one)
    clock.advance(MINUTE)
    focus.pause(one)

    assert look(other).standing.phase == "paused"
    with pytest.raises(ConflictError):
        focus.pause(other)
    assert told == [("start", "work"), ("pause", "paused")]
    assert state_of(one) == "1\tpaused\t1440\t1\t8\tbreak"
    assert one.signs.read() == Sign(session_of(look(one)).id, "boot", NINE + MINUTE)
    assert helpers.ensured == 2


def test_whoever_begins_to_look_is_a_sign_of_life_and_brings_a_helper(mind, clock):
    helpers = FakeHelpers()
    timer = timer_of(mind, clock, helpers=helpers)
    focus.attend(timer)
    assert (helpers.ensured, timer.signs.read()) == (0, None)
    focus.start(plan(work=200), timer)
    clock.advance(3 * HOUR)

    focus.attend(timer)

    sign = timer.signs.read()
    assert sign
    assert sign.seen_at == clock.now()
    assert helpers.ensured == 2


def test_no_helper_is_asked_for_once_nothing_runs(mind, clock):
    helpers = FakeHelpers()
    timer = timer_of(mind, clock, helpers=helpers)
    focus.start(plan(), timer)

    stop(timer)

    assert helpers.ensured == 1
    assert state_of(timer) == "1\tnone\t0\t0\t0\tnone"


def test_a_second_start_is_refused_while_one_runs_and_not_when_its_plan_is_over(timer, clock):
    focus.start(plan(rounds=1), timer)
    with pytest.raises(ConflictError, match="round 1 of 1, work"):
        focus.start(plan(), timer)
    clock.advance(HOUR)

    focus.start(plan(), timer)

    done, running = timer.sessions.find(EntryFilter(newest_first=False))
    assert (done.status, done.ended_at) == ("done", NINE + 25 * MINUTE)
    assert running.is_open


@pytest.mark.parametrize("change", [focus.pause, focus.resume, focus.skip, stop])
def test_without_a_session_the_answer_is_no(timer, change):
    with pytest.raises(NoError):
        change(timer)


def test_a_plan_that_is_over_can_be_stopped_once_and_not_changed(timer, clock):
    focus.start(plan(rounds=1), timer)
    clock.advance(HOUR)
    for change in (focus.pause, focus.skip):
        with pytest.raises(NoError):
            change(timer)

    ended = stop(timer)

    assert session_of(ended.view).status == "done"
    assert ended.view.standing.focused == 25 * MINUTE
    with pytest.raises(NoError):
        stop(timer)


def test_a_strict_session_is_not_paused(timer):
    focus.start(plan(is_strict=True), timer)

    with pytest.raises(ForbiddenError):
        focus.pause(timer)


def test_what_got_done_becomes_an_entry_and_the_to_do_is_done(timer, mind, keep):
    kept = mind.todos.add(todo())
    focus.start(plan(), timer, todo=kept, tags=("work",))

    stop(timer, Outcome(is_done=True, note=" All of it ", keep=keep))

    noted = timer.sessions.newest()
    entry = mind.entries.get(noted.entry_id)
    assert (noted.note, entry.text, entry.tags) == ("All of it", "All of it", ("work",))
    assert mind.todos.get(kept.id).status == DONE


def test_a_note_on_a_private_to_do_is_private_and_its_words_are_in_no_state(timer, mind, keep):
    focus.start(plan(), timer, todo=secret_todo(mind))

    assert timer.state.line.split("\t")[6:] == [""]
    stop(timer, Outcome(note="Called", keep=keep))
    assert mind.entries.get(timer.sessions.newest().entry_id).is_private


def test_the_state_holds_the_words_of_a_to_do_where_that_is_wanted(timer, mind):
    focus.start(plan(), timer, todo=mind.todos.add(todo("Call\nAnn")))

    assert timer.state.line.split("\t")[6:] == ["Call Ann"]


def test_a_to_do_that_a_session_does_not_have_cannot_be_done_and_the_session_goes_on(timer):
    focus.start(plan(), timer)

    with pytest.raises(UsageError):
        stop(timer, Outcome(is_done=True))

    assert look(timer).standing.is_running


def test_a_state_file_that_cannot_be_written_is_a_warning_and_the_change_is_kept(mind, clock):
    class Full(FakeState):
        def update(self, line):
            raise StoreError("The disk is full.")

    timer = timer_of(mind, clock)._replace(state=Full(), hook=lambda *_: "focus.hook ended with status 3.")

    changed = focus.start(plan(), timer)

    assert changed.warnings == (("store", "The disk is full."), ("hook", "focus.hook ended with status 3."))
    assert look(timer).standing.is_running


@pytest.fixture
def slept(timer, clock, mind):
    """Return a session whose machine slept from 9:24 to 12:14; the helper has seen it."""
    focus.start(plan(), timer, todo=mind.todos.add(todo()))
    clock.advance(3 * HOUR)
    newest = timer.sessions.newest()
    timer.signs.write(Sign(newest.id, "boot", clock.now(), NINE + 10 * MINUTE, clock.now()))
    return newest


def test_until_somebody_answers_every_reader_shows_the_session_ended_where_the_absence_began(
    slept, timer, mind
):
    before = changes_of(mind)

    views = [look(timer) for _ in range(1000)]

    assert len(set(views)) == 1
    assert session_of(views[0]).ended_at == NINE + 10 * MINUTE
    assert (views[0].standing.phase, views[0].standing.focused) == ("none", 10 * MINUTE)
    assert changes_of(mind) == before
    assert timer.sessions.newest().is_open


@pytest.mark.parametrize(
    ("choice", "phase", "focused"), [(KEEP, "work", 145), (DROP, "work", 10), (END, "none", 10)]
)
def test_an_answer_is_final_and_told(slept, timer, choice, phase, focused):
    gap = gap_of(timer)

    changed = focus.answer(gap, choice, timer)

    assert changed.view.standing.phase == phase
    assert changed.view.standing.focused == focused * MINUTE
    assert look(timer).gap is None
    assert timer.state.line.split("\t")[1] == phase
    with pytest.raises(NoError):
        focus.answer(gap, choice, timer)


def test_an_answer_that_is_taken_back_is_asked_for_again(slept, timer):
    for choice in (KEEP, DROP, END):
        gap = gap_of(timer)
        focus.answer(gap, choice, timer)

        undo(timer)

        assert gap_of(timer).started_at == gap.started_at
        assert look(timer).standing.phase == "none"


def test_another_boot_is_an_absence_since_the_last_sign(timer, clock):
    focus.start(plan(), timer)
    clock.advance(12 * MINUTE)

    rebooted = timer._replace(boot_id="another")

    assert gap_of(rebooted).started_at == NINE
    assert look(timer).standing.phase == "work"  # the same boot, and the helper is gone: the time counts


def test_whoever_looks_after_an_absence_edits_nothing_away(slept, timer, clock):
    add_session(NINE - 2 * HOUR, NINE - HOUR, wanted=Wanted(), timer=timer)

    assert look(timer).gap is not None


def test_a_session_added_afterwards_is_kept_and_others_in_its_time_are_named(timer, mind):
    kept_todo = mind.todos.add(todo())
    wanted = Wanted(todo=kept_todo, tags=("work",), note="Slides")

    one = add_session(NINE - 2 * HOUR, NINE - HOUR, wanted=wanted, timer=timer)
    other = add_session(NINE - HOUR - MINUTE, NINE, wanted=Wanted(), timer=timer)

    assert (one.overlaps, [each.number for each in other.overlaps]) == ([], [1])
    assert mind.todos.get(kept_todo.id).focus_s == 3600
    assert session_of(one.changed.view).note == "Slides"
    with pytest.raises(UsageError, match="future"):
        add_session(NINE, NINE + MINUTE, wanted=Wanted(), timer=timer)


def test_a_session_is_edited_and_what_is_not_named_stays(timer, mind):
    kept = add_session(NINE - 2 * HOUR, NINE - HOUR, wanted=Wanted(tags=("a",)), timer=timer)
    one = one_session("1", timer)

    edit_session(one, Wanted(until=NINE - HOUR - 30 * MINUTE, note="Half"), timer)

    changed = one_session("1", timer)
    assert (changed.started_at, changed.ended_at) == (NINE - 2 * HOUR, NINE - HOUR - 30 * MINUTE)
    assert (changed.tags, changed.note) == (("a",), "Half")
    assert kept.changed.view.standing.focused == HOUR


def test_of_a_session_that_runs_the_times_cannot_be_edited_but_the_rest_can(timer, mind):
    focus.start(plan(), timer)
    one = timer.sessions.newest()

    with pytest.raises(ConflictError):
        edit_session(one, Wanted(since=NINE - HOUR), timer)
    edit_session(one, Wanted(todo=mind.todos.add(todo()), tags=("b",)), timer)

    view = look(timer)
    assert view.todo
    assert (view.todo.text, view.standing.is_running) == ("Call the dentist", True)


def test_with_nothing_to_take_back_the_answer_is_no(timer):
    with pytest.raises(NoError):
        undo(timer)


def test_a_stop_that_is_taken_back_runs_on_as_if_nothing_had_happened(timer, clock):
    focus.start(plan(), timer)
    clock.advance(10 * MINUTE)
    stop(timer)
    clock.advance(MINUTE)

    change, changed = undo(timer)

    assert change.cause == "stop"
    assert changed.view.standing.remaining == 14 * MINUTE
    assert timer.state.line.split("\t")[1] == "work"


def test_a_to_do_with_a_session_is_linked_and_never_withdrawn(timer, mind):
    entry = mind.entries.add(typed("I must call the dentist."))
    kept = mind.todos.add(todo(entry_id=entry.id, quote="call the dentist"))
    focus.start(plan(), timer, todo=kept)
    stop(timer)

    from braindump_cli.domain.insight import Findings

    keep_findings(entry, Findings(title="Nothing"), engine="offline", model=None, mind=mind)

    assert [each.id for each in mind.todos.of_entry(entry.id)] == [kept.id]
    assert mind.todos.get(kept.id).is_linked
    assert mind.todos.get(kept.id).status == OPEN


def test_a_clock_set_forward_and_back_gives_no_absurd_time(timer, clock):
    focus.start(plan(rounds=1), timer)
    clock.set_wall(NINE + timedelta(days=365))
    assert look(timer).standing.focused == 25 * MINUTE

    clock.set_wall(NINE - timedelta(days=365))

    assert look(timer).standing.remaining == 25 * MINUTE
    assert stop(timer).view.standing.focused == timedelta(0)
    assert session_of(look(timer)).ended_at == NINE
