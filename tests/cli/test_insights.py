"""insights show, redo, edit; and what a new reading leaves alone."""

import json

import pytest

from tests.terminal import Terminal

SAID = "I have to call the dentist tomorrow. I need to buy milk."


@pytest.fixture
def entry(cli):
    return cli.run("add", SAID, "--at", "2026-03-02T09:14", "--json").json()["data"]


def shown(cli):
    return cli.run("insights", "show", "1", "--json").json()["data"]


def todos(cli):
    found = cli.run("todos", "list", "--all", "--json").json()["data"]
    return {each["number"]: each for each in found}


def edited(cli, change):
    """Send what `insights show` answers back, changed."""
    document = cli.run("insights", "show", "1", "--json").json()
    change(document["data"])
    return cli.run("insights", "edit", "1", "-", "--json", input=json.dumps(document))


def test_what_was_understood_is_shown(cli, entry):
    found = shown(cli)

    assert found == entry["insights"]
    assert (found["engine"], found["is_edited"], found["schema_version"]) == ("offline", False, 1)
    assert all(each["quote"] in SAID for each in found["todos"])
    assert "Call the dentist" in cli.run("insights", "show", "1").out


def test_an_edit_of_the_answer_itself_changes_insights_title_and_to_dos(cli, entry):
    def change(data):
        data["title"] = "Teeth"
        data["todos"][0]["text"] = "Ring Doctor Who"
        data["question"] = "Why so late?"

    result = edited(cli, change)

    assert (result.status, result.json()["data"]["is_edited"]) == (0, True)
    assert (shown(cli)["title"], shown(cli)["question"]) == ("Teeth", "Why so late?")
    assert cli.run("show", "1", "--json").json()["data"]["title"] == "Teeth"
    assert todos(cli)[1]["text"] == "Ring Doctor Who"
    assert todos(cli).keys() == {1, 2}


def test_an_edit_is_replaced_only_by_force(cli, entry):
    edited(cli, lambda data: data.update(title="Teeth", todos=[]))

    refused = cli.run("insights", "redo", "1")
    redone = cli.run("insights", "redo", "1", "--force", "--json").json()["data"]

    assert refused.status == 73
    assert "--force" in refused.err
    assert (redone["is_edited"], redone["title"]) == (False, entry["insights"]["title"])
    assert todos(cli).keys() == {1, 2}


def test_a_reading_asked_for_leaves_alone_what_the_user_did(cli, entry):
    cli.run("todos", "edit", "1", "Ring her", "--due", "2099-03-09")
    cli.run("todos", "drop", "2")

    cli.run("insights", "redo", "1")

    assert {number: (each["text"], each["status"]) for number, each in todos(cli).items()} == {
        1: ("Ring her", "open"),
        2: ("Buy milk", "dropped"),
    }


def test_reading_twice_doubles_nothing(cli, entry):
    before = (shown(cli)["todos"], todos(cli))

    cli.run("insights", "redo", "1")

    assert (shown(cli)["todos"], todos(cli)) == before


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 5000, "not JSON"),
        ("[]", "one JSON object"),
        ('"title"', "one JSON object"),
        ('{"title": 5}', "title must be text"),
        ('{"title": "\\ud800"}', "title must be text"),
        ('{"title": "\\u0000"}', "title must be text"),
        ('{"todos": [{"text": "a"}]}', "todos[0] lacks a field"),
        ('{"todos": [{"text": " ", "quote": "a"}]}', "todos[0].text must have words"),
        ('{"todos": [{"text": "a", "quote": "a", "priority": "urgent"}]}', "todos[0].priority must be one of"),
        ('{"todos": [{"text": "a", "quote": "a", "confidence": NaN}]}', "todos[0].confidence must be from 0 to 1"),
        ('{"todos": [{"text": "a", "quote": "a", "due_on": "friday"}]}', "todos[0].due_on must be a date"),
        ('{"moods": [{"label": "a", "quote": "a", "valence": 1e400, "energy": 0}]}', "moods[0].valence"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing_and_names_the_field(cli, entry, sent, named):
    failed = cli.run("insights", "edit", "1", "-", "--json", input=sent)

    assert failed.status == 65
    assert named in failed.json()["error"]["message"]
    assert shown(cli) == entry["insights"]


def test_an_editor_gets_the_insights_and_keeps_a_wrong_draft(cli, entry, home, tmp_path):
    program = tmp_path / "editor"
    program.write_text('#!/bin/sh\nsed -i "s/Buy milk/Buy oats/" "$1"\n')
    program.chmod(0o700)
    terminal = Terminal(cli.environment, tmp_path)

    status, _ = terminal.run("insights", "edit", "1", env={"EDITOR": str(program)})
    program.write_text('#!/bin/sh\necho "{" > "$1"\n')
    failed, told = terminal.run("insights", "edit", "1", env={"EDITOR": str(program)})

    (draft,) = (home / "drafts").iterdir()
    assert (status, failed) == (0, 65)
    assert todos(cli)[2]["text"] == "Buy oats"
    assert str(draft) in told


def test_an_entry_without_insights_names_the_command_that_makes_them(cli):
    cli.run("add", "Hello there.", "--no-insights")

    for words in (("show", "1"), ("edit", "1", "-")):
        failed = cli.run("insights", *words, input="{}")

        assert failed.status == 66
        assert "braindump insights redo 1" in failed.err
    assert cli.run("insights", "redo", "1").status == 0


def test_a_language_without_an_engine_waits_and_says_so(cli):
    added = cli.run("add", "Ich muss los.", "--json", env={"BRAINDUMP_JOURNAL_LANGUAGE": "de"})
    processed = cli.run("process", "--json")
    redone = cli.run("insights", "redo", "1")

    assert (added.status, added.json()["data"]["pending"]) == (0, ["analyse"])
    assert (processed.status, processed.json()["data"]["waiting"]) == (0, 1)
    assert processed.json()["warnings"] == [{"code": "waits", "message": "no offline insights for de"}]
    assert redone.status == 69


def test_a_source_other_than_stdin_is_refused(cli, entry):
    failed = cli.run("insights", "edit", "1", "notes.json")

    assert failed.status == 2
    assert "Use - for stdin" in failed.err


def test_what_an_edit_does_not_name_stays(cli, entry):
    cli.run("insights", "edit", "1", "-", input='{"title": "Teeth"}')

    found = shown(cli)
    assert (found["title"], found["todos"]) == ("Teeth", entry["insights"]["todos"])
