from dataclasses import replace
from datetime import date

import pytest

from braindump_cli.domain.insight import FoundTodo
from braindump_cli.domain.todo import DONE, DROPPED, OPEN
from braindump_cli.errors import ConflictError, UsageError
from braindump_cli.services.todos import (
    When,
    accept_todo,
    add_todo,
    bring_in_line,
    drop_todo,
    edit_todo,
    finish_todo,
    reopen_todo,
    spoken_at,
)
from tests.fakes import MONDAY_MORNING
from tests.journals import heard, todo, typed

FRIDAY = date(2026, 3, 6)
SAID = "I must call the dentist on Friday. I want to buy milk."
DENTIST = FoundTodo(
    quote="call the dentist on Friday", text="Call the dentist", due_on=FRIDAY, confidence=0.9
)
MILK = FoundTodo(quote="buy milk", text="Buy milk", confidence=0.5)


@pytest.fixture
def entry(mind):
    return mind.entries.add(typed(SAID))


def read(entry, mind, *found, transcript=None):
    """Bring the entry's to-dos in line with a reading and return them."""
    with mind.journal.writing():
        bring_in_line(entry, found, transcript=transcript, todos=mind.todos, at=MONDAY_MORNING)
    return mind.todos.of_entry(entry.id)


def test_a_to_do_written_down_is_kept_without_the_blanks_around_it(mind, clock):
    kept = add_todo("  Call Ann ", When(due_on=FRIDAY), priority="high", todos=mind.todos, clock=clock)

    assert (kept.text, kept.due_on, kept.priority, kept.created_at) == (
        "Call Ann",
        FRIDAY,
        "high",
        MONDAY_MORNING,
    )


@pytest.mark.parametrize("words", ["", " \n"])
def test_a_to_do_needs_words(mind, clock, words):
    with pytest.raises(UsageError):
        add_todo(words, When(), priority="normal", todos=mind.todos, clock=clock)
    with pytest.raises(UsageError):
        edit_todo(todo(words), todos=mind.todos)


def test_a_to_do_is_done_and_opened_again(mind, clock):
    kept = mind.todos.add(todo(is_suggestion=True))

    done = finish_todo(kept, todos=mind.todos, clock=clock)
    again = reopen_todo(done, todos=mind.todos)

    assert (done.status, done.done_at, done.is_suggestion) == (DONE, MONDAY_MORNING, False)
    assert (again.status, again.done_at) == (OPEN, None)


def test_what_is_so_already_is_a_conflict(mind, clock):
    kept = mind.todos.add(todo())

    for already in (
        lambda: finish_todo(replace(kept, status=DONE), todos=mind.todos, clock=clock),
        lambda: reopen_todo(kept, todos=mind.todos),
        lambda: drop_todo(replace(kept, status=DROPPED), todos=mind.todos),
        lambda: accept_todo(kept, todos=mind.todos),
    ):
        with pytest.raises(ConflictError, match="To-do 1"):
            already()


def test_a_first_reading_makes_to_dos_and_doubts_become_suggestions(entry, mind):
    dentist, milk = read(entry, mind, DENTIST, MILK)

    assert (dentist.text, dentist.quote, dentist.due_on) == ("Call the dentist", DENTIST.quote, FRIDAY)
    assert (dentist.is_suggestion, milk.is_suggestion) == (False, True)


def test_the_same_reading_twice_changes_nothing(entry, mind):
    once = read(entry, mind, DENTIST, MILK)

    assert read(entry, mind, DENTIST, MILK) == once


def test_a_new_reading_changes_what_is_open_and_keeps_its_number_and_id(entry, mind):
    (before,) = read(entry, mind, DENTIST)

    (after,) = read(entry, mind, replace(DENTIST, text="Ring the dentist", due_on=None, priority="high"))

    assert (after.id, after.number) == (before.id, before.number)
    assert (after.text, after.due_on, after.priority) == ("Ring the dentist", None, "high")


@pytest.mark.parametrize("change", ["edit", "finish", "drop"])
def test_a_new_reading_leaves_alone_what_was_edited_done_or_dropped(entry, mind, clock, change):
    (kept,) = read(entry, mind, DENTIST)
    changed = {
        "edit": lambda: edit_todo(replace(kept, text="Ring her"), todos=mind.todos),
        "finish": lambda: finish_todo(kept, todos=mind.todos, clock=clock),
        "drop": lambda: drop_todo(kept, todos=mind.todos),
    }[change]()

    assert read(entry, mind, replace(DENTIST, text="Ring the dentist")) == [changed]
    assert read(entry, mind) == [changed]


def test_what_no_reading_finds_is_withdrawn_and_comes_back_under_its_number(entry, mind):
    first, _ = read(entry, mind, DENTIST, MILK)

    without = read(entry, mind, MILK)
    again = read(entry, mind, MILK, DENTIST)

    assert [each.text for each in without] == ["Buy milk"]
    assert [(each.number, each.id) for each in again if each.text == "Call the dentist"] == [
        (first.number, first.id)
    ]


def test_an_accepted_suggestion_stays_a_to_do_and_stays_when_it_is_not_found_again(entry, mind):
    (doubt,) = read(entry, mind, MILK)
    accept_todo(doubt, todos=mind.todos)

    (again,) = read(entry, mind, MILK)
    (alone,) = read(entry, mind)

    assert not again.is_suggestion
    assert alone == again


def test_a_duty_said_twice_is_one_to_do(entry, mind):
    assert len(read(entry, mind, DENTIST, DENTIST)) == 1


def test_a_quote_knows_when_it_was_said(entry, mind):
    transcript = heard("I must call the dentist on Friday.", "I want to buy milk.", "Bye.")

    dentist, milk = read(entry, mind, DENTIST, MILK, transcript=transcript)

    assert (dentist.quote_start_s, dentist.quote_end_s) == (0, 1)
    assert (milk.quote_start_s, milk.quote_end_s) == (1, 2)


@pytest.mark.parametrize(
    ("quote", "span"),
    [
        ("One.", (0, 1)),
        ("One. Two.", (0, 2)),
        ("wo. Th", (1, 3)),
        ("Three.", (2, 3)),
        ("Four", (None, None)),
    ],
)
def test_a_quote_lasts_from_its_first_sentence_to_its_last(quote, span):
    assert spoken_at(quote, heard("One.", "Two.", "Three.")) == span


def test_a_typed_quote_was_never_spoken():
    assert spoken_at("One", None) == (None, None)
