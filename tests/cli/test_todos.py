"""todos list, add, edit, done, reopen, drop, accept."""

from contextlib import closing
from datetime import date

import pytest

from tests.fakes import FakeClock
from tests.journals import mind_of, open_in, todo


@pytest.fixture
def todos(home):
    """Make three to-dos: 1 without a date, 2 with one, 3 that is only suggested."""
    with closing(open_in(home)) as db:
        kept = mind_of(db, FakeClock()).todos
        kept.add(todo("Water the plants"))
        kept.add(todo("Call the dentist", due_on=date(2026, 3, 6), priority="high"))
        kept.add(todo("Ask about the coat", is_suggestion=True, confidence=0.4))


def listed(cli, *options):
    return [each["number"] for each in cli.run("todos", "list", "--json", *options).json()["data"]]


def test_a_list_shows_open_ones_dated_ones_first(cli, todos):
    cli.run("todos", "done", "1")

    assert listed(cli) == [2, 3]
    assert listed(cli, "--all") == [2, 1, 3]
    assert listed(cli, "--status", "done") == [1]
    assert listed(cli, "--limit", "1") == [2]


def test_a_list_for_people_sets_suggestions_apart_with_the_way_to_accept_them(cli, todos):
    shown = cli.run("todos", "list").out.splitlines()

    assert shown.index("  Perhaps") > next(place for place, line in enumerate(shown) if "Water" in line)
    assert "braindump todos accept 3" in shown[-1]


def test_an_empty_list_names_the_next_command(cli):
    assert "braindump todos add" in cli.run("todos", "list").out


def test_a_to_do_is_added_with_date_and_priority(cli):
    added = cli.run(
        "todos", "add", "Call", "the dentist", "--due", "2099-03-06", "--priority", "high", "--json"
    )

    new = added.json()["data"]
    assert (added.status, added.json()["schema"]) == (0, "braindump.todo/1")
    assert (new["text"], new["due_on"], new["priority"]) == ("Call the dentist", "2099-03-06", "high")
    assert (new["entry_id"], new["quote"], new["status"], new["is_suggestion"]) == (None, None, "open", False)


def test_a_time_of_day_is_one_of_the_zone_in_the_settings(cli):
    new = cli.run(
        "todos",
        "add",
        "Call",
        "--due",
        "2099-03-06 at 5pm",
        "--json",
        env={"BRAINDUMP_JOURNAL_ZONE": "Asia/Tokyo"},
    ).json()["data"]

    assert (new["due_on"], new["due_at"]) == ("2099-03-06", "2099-03-06T08:00:00.000Z")


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (("New", "words"), {"text": "New words", "due_on": "2026-03-06", "priority": "high"}),
        (("--due", "2099-04-01"), {"text": "Call the dentist", "due_on": "2099-04-01"}),
        (("--due", "none"), {"due_on": None, "due_at": None, "recurrence": None}),
        (("--priority", "low"), {"priority": "low", "due_on": "2026-03-06"}),
    ],
)
def test_an_edit_changes_what_is_given_and_nothing_else(cli, todos, words, changed):
    edited = cli.run("todos", "edit", "2", *words, "--json").json()["data"]

    assert edited["is_edited"] is True
    assert {name: edited[name] for name in changed} == changed


def test_a_to_do_is_done_opened_again_and_dropped(cli, todos):
    states = []
    for step in ("done", "reopen", "drop", "reopen"):
        now = cli.run("todos", step, "2", "--json").json()["data"]
        states.append((now["status"], now["done_at"] is not None))

    assert states == [("done", True), ("open", False), ("dropped", False), ("open", False)]


def test_a_suggestion_becomes_a_to_do(cli, todos):
    accepted = cli.run("todos", "accept", "3", "--json").json()["data"]

    assert accepted["is_suggestion"] is False
    assert "Perhaps" not in cli.run("todos", "list").out


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("done", "99"), 66),
        (("done", "nonsense"), 2),
        (("done",), 2),
        (("reopen", "1"), 73),
        (("accept", "1"), 73),
        (("edit", "1"), 2),
        (("edit", "1", " "), 2),
        (("edit", "1", "--due", "someday"), 2),
        (("edit", "1", "--priority", "urgent"), 2),
        (("add",), 2),
        (("add", " "), 2),
        (("add", "x", "--due", "gibberish"), 2),
        (("add", "x", "--priority", "urgent"), 2),
        (("list", "--status", "lost"), 2),
        (("lits",), 2),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_with_a_hint_or_none(cli, todos, words, status):
    failed = cli.run("todos", *words)

    assert (failed.status, failed.out) == (status, "")
    assert failed.err.startswith("braindump: ")
    assert len(failed.err.splitlines()) <= 2


def test_what_is_done_or_dropped_is_not_done_or_dropped_again(cli, todos):
    for step in ("done", "drop"):
        cli.run("todos", step, "1")

        assert cli.run("todos", step, "1").status == 73


def test_words_of_any_kind_are_kept(cli):
    added = cli.run("todos", "add", "[b]a\udcff\x1b[31mღ", "--json")

    assert added.json()["data"]["text"].replace("\ufffd", "") == "[b]a\x1b[31mღ"
    assert "\x1b" not in cli.run("todos", "list").out
