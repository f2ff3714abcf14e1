"""The identity rule: which to-dos of a new reading are those of an old one."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from braindump_cli.domain.todo import DONE, DROPPED, Reconciled, Todo, Wanted, normalised, reconcile, todo_id

TEXT = "I must call the dentist on Friday and buy milk. Perhaps call the plumber."
FRIDAY = date(2026, 3, 6)
DENTIST = Todo(
    id="a",
    number=1,
    text="Call the dentist",
    quote="call the dentist on Friday",
    due_on=FRIDAY,
    created_at=datetime(2026, 3, 2, tzinfo=UTC),
    entry_id="e",
)
MILK = replace(DENTIST, id="b", number=2, text="Buy milk", quote="buy milk", due_on=None)


def test_the_same_words_and_date_are_the_same_whatever_was_quoted():
    wanted = Wanted("elsewhere", "call the DENTIST!", FRIDAY)

    assert reconcile([DENTIST], [wanted], TEXT) == Reconciled(((0, 0),), (), ())


def test_quotes_that_overlap_by_half_are_the_same_whatever_the_words():
    wanted = Wanted("the dentist on Friday and", "Ring her", None)

    assert reconcile([DENTIST], [wanted], TEXT) == Reconciled(((0, 0),), (), ())


def test_quotes_that_overlap_by_less_are_two_to_dos():
    wanted = Wanted("Friday and buy milk. Perhaps", "Ring her", None)

    assert reconcile([DENTIST], [wanted], TEXT) == Reconciled((), (0,), (0,))


def test_the_same_words_at_another_date_and_place_are_two_to_dos():
    wanted = Wanted("call the plumber", "Call the dentist", None)

    assert reconcile([DENTIST], [wanted], TEXT) == Reconciled((), (0,), (0,))


def test_a_quote_of_an_older_text_is_compared_by_its_words():
    old = replace(DENTIST, quote="so call the dentist on Friday please")
    wanted = Wanted("call the dentist on Friday", "Ring her", None)

    assert reconcile([old], [wanted], TEXT).same == ((0, 0),)


def test_each_old_one_is_taken_once_by_the_closest():
    far = Wanted("the dentist on Friday and buy milk", "Dentist and milk", None)
    near = Wanted("call the dentist on Friday", "Call the dentist", FRIDAY)

    assert reconcile([DENTIST], [far, near], TEXT) == Reconciled(((0, 1),), (0,), ())


def test_two_readings_in_another_order_keep_who_is_who():
    wanted = [Wanted("buy milk", "Buy milk", None), Wanted("call the dentist", "Call the dentist", FRIDAY)]

    assert reconcile([DENTIST, MILK], wanted, TEXT).same == ((0, 1), (1, 0))


def test_what_is_not_found_any_more_is_withdrawn():
    assert reconcile([DENTIST, MILK], [], TEXT) == Reconciled((), (), (0, 1))


@pytest.mark.parametrize(
    "kept",
    [
        replace(DENTIST, status=DONE),
        replace(DENTIST, status=DROPPED),
        replace(DENTIST, is_touched=True),
        replace(DENTIST, is_edited=True),
        replace(DENTIST, is_linked=True),
    ],
    ids=["done", "dropped", "touched", "edited", "linked"],
)
def test_what_the_user_did_something_with_is_never_withdrawn(kept):
    assert reconcile([kept], [], TEXT).withdrawn == ()


@pytest.mark.parametrize(
    ("todo", "follows"),
    [
        (DENTIST, True),
        (replace(DENTIST, is_touched=True), True),
        (replace(DENTIST, is_edited=True), False),
        (replace(DENTIST, status=DONE), False),
        (replace(DENTIST, status=DROPPED), False),
    ],
)
def test_a_new_reading_changes_only_what_is_open_and_not_edited(todo, follows):
    assert todo.follows is follows


def test_an_id_comes_from_words_and_date_alone():
    assert todo_id("e", "Call the dentist", FRIDAY) == todo_id("e", "call  the dentist.", FRIDAY)
    assert todo_id("e", "Call the dentist", None) != todo_id("e", "Call the dentist", FRIDAY)
    assert todo_id("e", "Call the dentist", None) != todo_id("f", "Call the dentist", None)


def test_words_are_compared_without_case_and_signs():
    assert normalised("  Call Ann—Marie, NOW! ") == "call ann marie now"
