"""What ports.focus.FocusRepository promises, asked of the encrypted file and of the stand-in alike."""

from dataclasses import replace

import pytest

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.focus.changes import lengthened, paused, skipped, stopped
from braindump_cli.domain.focus.past import added
from braindump_cli.domain.focus.session import STOPPED
from braindump_cli.domain.ids import new_id
from braindump_cli.domain.selector import Selector
from braindump_cli.storage.sqlite.focus import SqliteFocus
from tests.fakes import MONDAY_MORNING
from tests.focus_parts import HOUR, MINUTE, FakeFocus, plan, session
from tests.journals import todo, typed

LATER = MONDAY_MORNING + HOUR


@pytest.fixture
def secret(mind):
    """Return a to-do of a private entry."""
    entry = mind.entries.add(typed("a", is_private=True))
    return mind.todos.add(todo("Call the lawyer", entry_id=entry.id))


@pytest.fixture(params=["file", "stand-in"])
def sessions(request, mind, secret):
    return SqliteFocus(mind.journal) if request.param == "file" else FakeFocus(private=[secret.id])


def test_a_session_comes_back_as_it_was_given_with_its_number(sessions, mind):
    kept_todo = mind.todos.add(todo())
    given = session(
        todo_id=kept_todo.id,
        tags=("work", "über"),
        note="“Two\x1f lines”\nof it",
        entry_id="e",
        plan=plan(50, 10, 30, every=2, rounds=3, is_strict=True, long_gap=2 * HOUR),
    )

    kept = sessions.add(given, cause="start")

    assert kept == replace(given, number=1)
    assert sessions.newest() == kept


def test_what_happened_on_the_way_comes_back_with_it(sessions):
    kept = sessions.add(session(), cause="start")
    changed = paused(
        lengthened(skipped(kept, MONDAY_MORNING + MINUTE), MONDAY_MORNING + 2 * MINUTE, MINUTE), LATER
    )

    sessions.save(changed, cause="pause")

    assert sessions.newest() == changed


def test_a_session_on_a_to_do_of_a_private_entry_is_private(sessions, secret):
    kept = sessions.add(session(todo_id=secret.id), cause="start")

    assert kept.is_private
    assert sessions.newest().is_private


def test_numbers_are_not_used_again(sessions):
    sessions.add(session(), cause="start")
    sessions.undo()

    assert sessions.add(session(), cause="start").number == 2


def test_the_newest_is_the_one_that_runs_else_the_one_started_last_and_none_that_was_added(sessions):
    assert sessions.newest() is None
    sessions.add(added(new_id(LATER), MONDAY_MORNING, LATER), cause="add")
    assert sessions.newest() is None
    first = sessions.add(session(LATER), cause="start")
    sessions.save(stopped(first, LATER + HOUR), cause="stop")
    second = sessions.add(session(MONDAY_MORNING), cause="start")  # the clock was set back

    assert sessions.newest() == second
    sessions.save(stopped(second, LATER), cause="stop")
    assert sessions.newest().number == 3
    sessions.add(added(new_id(LATER), MONDAY_MORNING, LATER), cause="add")
    assert sessions.newest().number == 3


def test_the_last_change_is_taken_back_whatever_it_was(sessions):
    begun = sessions.add(session(tags=("a",)), cause="start")
    still = paused(begun, MONDAY_MORNING + MINUTE)
    sessions.save(still, cause="pause")
    ended = stopped(still, LATER)
    sessions.save(ended, cause="stop")
    sessions.save(replace(ended, note="written down by nobody"), cause=None)
    second = sessions.add(added(new_id(LATER), MONDAY_MORNING, LATER), cause="add")

    undone = [sessions.undo() for _ in range(4)]

    assert [(change.cause, change.before) for change in undone] == [
        ("add", None), ("stop", still), ("pause", begun), ("start", None),
    ]  # fmt: skip
    assert undone[0].after == second
    assert undone[1].after == replace(ended, note="written down by nobody")
    assert sessions.undo() is None
    assert sessions.newest() is None
    assert list(sessions.find(EntryFilter())) == []


def test_sessions_are_found_by_their_beginning_and_their_tags(sessions):
    one = sessions.add(session(tags=("work", "deep")), cause="start")
    sessions.save(one := stopped(one, MONDAY_MORNING + MINUTE), cause="stop")
    other = sessions.add(session(LATER, tags=("work",)), cause="start")

    assert list(sessions.find(EntryFilter())) == [other, one]
    assert list(sessions.find(EntryFilter(newest_first=False))) == [one, other]
    assert list(sessions.find(EntryFilter(limit=1))) == [other]
    assert list(sessions.find(EntryFilter(limit=None, tags=("work", "deep")))) == [one]
    assert list(sessions.find(EntryFilter(tags=("wor",)))) == []
    assert list(sessions.find(EntryFilter(since=LATER))) == [other]
    assert list(sessions.find(EntryFilter(until=LATER))) == [one]


def test_a_session_is_selected_by_number_by_the_end_of_its_id_and_by_its_place(sessions):
    first, second = sessions.add(session(), cause="start"), sessions.add(session(), cause="start")

    assert sessions.select(Selector(number=2)) == [second]
    assert sessions.select(Selector(id_ending=first.id[-12:])) == [first]
    assert sessions.select(Selector(back=0)) == [second]
    assert sessions.select(Selector(back=1)) == [first]
    assert sessions.select(Selector(number=3)) == []


def test_ended_sessions_of_a_time_are_found_and_those_that_only_touch_it_are_not(sessions):
    kept = sessions.add(added(new_id(LATER), MONDAY_MORNING, LATER), cause="add")
    sessions.add(session(), cause="start")

    assert sessions.overlapping(MONDAY_MORNING - HOUR, MONDAY_MORNING + MINUTE) == [kept]
    assert sessions.overlapping(LATER - MINUTE, LATER + HOUR) == [kept]
    assert sessions.overlapping(MONDAY_MORNING - HOUR, MONDAY_MORNING) == []
    assert sessions.overlapping(LATER, LATER + HOUR) == []


def test_an_edit_of_an_older_session_is_taken_back_from_that_one(sessions):
    first = sessions.add(session(), cause="start")
    ended = stopped(first, LATER)
    sessions.save(ended, cause="stop")
    second = sessions.add(session(LATER), cause="start")
    sessions.save(replace(ended, note="Slides"), cause="edit")

    change = sessions.undo()

    assert (change.cause, change.before) == ("edit", ended)
    assert sessions.newest() == second
    assert ended.status == STOPPED
