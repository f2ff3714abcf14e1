"""What ports.TodoRepository promises."""

from dataclasses import replace
from datetime import date

import pytest

from braindump_cli.domain.selector import Selector
from braindump_cli.domain.todo import DONE, DROPPED, OPEN
from tests.fakes import MONDAY_MORNING
from tests.journals import todo, typed

FRIDAY = date(2026, 3, 6)


@pytest.fixture
def todos(mind):
    return mind.todos


def texts(found):
    return [each.text for each in found]


def test_a_to_do_comes_back_as_it_was_given_with_its_number(todos, mind):
    entry = mind.entries.add(typed("a"))
    given = todo(
        "Call “Ann”",
        entry_id=entry.id,
        quote="call Ann",
        quote_start_s=1.5,
        quote_end_s=2.5,
        due_on=FRIDAY,
        due_at=MONDAY_MORNING,
        recurrence="weekly",
        priority="high",
        is_suggestion=True,
        confidence=0.25,
        is_edited=True,
        is_touched=True,
    )

    kept = todos.add(given)

    assert kept == replace(given, number=1)
    assert todos.of_entry(entry.id) == [kept]


def test_a_change_is_kept(todos):
    kept = todos.add(todo())
    changed = replace(kept, text="Call Ben", status=DONE, done_at=MONDAY_MORNING, due_on=FRIDAY)

    todos.save(changed)

    assert todos.select(Selector(number=1)) == [changed]


def test_the_same_id_a_second_time_is_not_doubled_and_does_not_undo_a_change(todos):
    given = todo()
    kept = todos.add(given)
    todos.save(replace(kept, status=DONE))

    todos.add(given)

    assert [found.status for found in todos.find(statuses=(OPEN, DONE))] == [DONE]


def test_a_withdrawn_one_is_gone_and_comes_back_under_its_own_number(todos):
    given = todo()
    first = todos.add(given)
    other = todos.add(todo("Other"))

    todos.withdraw(first.id)
    gone = (todos.select(Selector(number=1)), list(todos.find(statuses=(OPEN,))))
    back = todos.add(given)

    assert gone == ([], [other])
    assert back == first
    assert todos.select(Selector(number=1)) == [first]


def test_numbers_are_not_used_again(todos):
    todos.withdraw(todos.add(todo("a")).id)

    assert todos.add(todo("b")).number == 2


def test_to_dos_are_found_by_date_then_by_number_those_without_a_date_last(todos):
    for text, due_on in (("never", None), ("later", date(2026, 3, 9)), ("b", FRIDAY), ("also b", FRIDAY)):
        todos.add(todo(text, due_on=due_on))

    assert texts(todos.find(statuses=(OPEN,))) == ["b", "also b", "later", "never"]
    assert texts(todos.find(statuses=(OPEN,), limit=1)) == ["b"]
    assert texts(todos.find(statuses=(OPEN,), due_until=FRIDAY)) == ["b", "also b"]


def test_to_dos_are_found_by_their_status(todos):
    for text, status in (("a", OPEN), ("b", DONE), ("c", DROPPED)):
        todos.save(replace(todos.add(todo(text)), status=status))

    assert texts(todos.find(statuses=(DONE, DROPPED))) == ["b", "c"]
    assert texts(todos.find(statuses=())) == []


def test_to_dos_of_an_entry_in_the_trash_are_not_listed_but_still_there(todos, mind):
    entry = mind.entries.add(typed("a"))
    kept = todos.add(todo(entry_id=entry.id))

    mind.entries.trash(entry.id, MONDAY_MORNING)
    hidden = texts(todos.find(statuses=(OPEN,)))
    mind.entries.trash(entry.id, None)

    assert hidden == []
    assert list(todos.find(statuses=(OPEN,))) == [kept]


def test_a_to_do_is_selected_by_number_by_the_end_of_its_id_and_by_its_place(todos):
    first, second = todos.add(todo("a")), todos.add(todo("b"))

    assert todos.select(Selector(number=2)) == [second]
    assert todos.select(Selector(id_ending=first.id[-8:])) == [first]
    assert todos.select(Selector(back=0)) == [second]
    assert todos.select(Selector(back=1)) == [first]
    assert todos.select(Selector(number=3)) == []


def test_an_entry_tells_how_many_open_to_dos_it_has(todos, mind):
    entry = mind.entries.add(typed("a"))
    for text in "abcd":
        todos.add(todo(text, entry_id=entry.id))
    one, other, third, _ = todos.of_entry(entry.id)

    todos.save(replace(one, status=DONE))
    todos.save(replace(other, is_suggestion=True))
    todos.withdraw(third.id)

    assert mind.entries.get(entry.id).todo_count == 1
