"""--json: one document on stdout and nothing else there, on every command, failures included."""

import json

import pytest

from braindump_cli import errors
from braindump_cli.commands import COMMANDS
from braindump_cli.errors import BraindumpError

ANSWERS = {
    "add Hello.": "entry/1",
    "list": "entries/1",
    "list --trash": "entries/1",
    "show 1": "entry/1",
    "search plum": "entries/1",
    "history 1": "history/1",
    "today": "today/1",
    "insights show 1": "insights/1",
    "insights redo 1": "insights/1",
    "insights redo 1 --dry-run": "outgoing/1",
    "ask plum": "answer/1",
    "ask plum --dry-run": "outgoing/1",
    "review": "review/1",
    "privacy log": "sent_log/1",
    "keys list": "keys/1",
    "vocabulary add Braindump": "vocabulary/1",
    "vocabulary list": "vocabulary/1",
    "vocabulary remove Braindump": "vocabulary/1",
    "todos list": "todos/1",
    "todos add Eat": "todo/1",
    "todos edit 1 --priority low": "todo/1",
    "todos done 1": "todo/1",
    "todos reopen 1": "todo/1",
    "todos drop 1": "todo/1",
    "focus start --detach": "focus/1",
    "focus status": "focus/1",
    "focus pause": "focus/1",
    "focus resume": "focus/1",
    "focus skip": "focus/1",
    "focus stop": "focus/1",
    "focus undo": "focus/1",
    "focus log": "focus_log/1",
    "focus report": "focus_report/1",
    "focus add --from 2026-03-02T07:00 --to 2026-03-02T08:00": "focus_session/1",
    "focus edit last --note Slides": "focus_session/1",
    "process": "process/1",
    "process --drafts": "process/1",
    "status": "status/1",
    "doctor": "doctor/1",
    "setup": "setup/1",
    "config list": "settings/1",
    "config get keys.store": "setting/1",
    "config set record.max 1h": "setting/1",
    "config unset record.max": "setting/1",
    "config path": "config_path/1",
    "lock": "lock/1",
    "lock status": "lock/1",
    "lock recovery --written-down": "recovery/1",
    "unlock": "lock/1",
    "logout --forget": "account/1",
    "edit 1 --private": "entry_privacy/1",
    "edit 1 --public": "entry_privacy/1",
    "cloud init --print": "cloud_sql/1",
    "delete 1": "entry/1",
    "restore 1": "entry/1",
    "--version": "version/1",
}
FAILURES = {
    "": (2, "usage"),
    "nonsense": (2, "usage"),
    "todos": (2, "usage"),
    "list --nonsense": (2, "usage"),
    "list --limit many": (2, "usage"),
    "show": (2, "usage"),
    "show 9": (66, "not_found"),
    "history 1 --show 3": (66, "not_found"),
    "history 1 --show 0": (2, "usage"),
    "restore 1": (73, "conflict"),
    "transcribe 1": (66, "not_found"),
    "insights redo 1 --engine openai": (69, "provider"),
    "insights redo 1 --engine siri": (2, "usage"),
    "keys set nobody": (2, "usage"),
    "keys remove openai": (66, "not_found"),
    "login": (2, "usage"),
    "login --check": (77, "auth_required"),
    "logout": (77, "auth_required"),
    "sync": (77, "auth_required"),
    "cloud status": (77, "auth_required"),
    "cloud export there": (77, "auth_required"),
    "cloud delete-account": (77, "auth_required"),
    "cloud init": (2, "usage"),
    "edit 1": (2, "usage"),
    "edit 1 --public": (73, "conflict"),
    "play 1": (66, "not_found"),
    "whoami": (77, "auth_required"),
    "ask": (2, "usage"),
    "review --week --month": (2, "usage"),
    "add -": (2, "usage"),
    "focus start --work 0": (2, "usage"),
    "focus start --todo 99": (66, "not_found"),
    "focus edit last": (2, "usage"),
    "focus log --csv": (2, "usage"),
    "config get nonsense": (78, "config"),
    "lock recovery": (2, "usage"),
    "lock set": (2, "usage"),
    "insights edit 1 -": (65, "bad_data"),
    "record --from /nowhere.wav": (66, "not_found"),
}


def one_document(result):
    """Return what stands on stdout, which must be one line of ASCII, with nothing beside it."""
    assert result.err == ""
    assert result.out.isascii()
    assert result.out.count("\n") == 1
    return json.loads(result.out, parse_constant=pytest.fail)


@pytest.mark.parametrize("before", [True, False])
def test_every_command_answers_with_one_document_of_its_schema(cli, before):
    cli.run("add", "I have to eat a plüm tomorrow.")

    for words, schema in ANSWERS.items():
        command = ["--json", *words.split()] if before else [*words.split(), "--json"]
        answered = cli.run(*command)

        document = one_document(answered)
        assert (answered.status, document["schema"]) == (0, f"braindump.{schema}"), words
        assert document.keys() == {"schema", "data", "warnings"}
        assert document["warnings"] == []


def test_every_command_is_asked_above():
    asked = {words.split()[0] for words in (*ANSWERS, *FAILURES) if words}

    assert COMMANDS.keys() - asked == {"devices"}  # asked below: whether there is a microphone depends


def test_devices_are_a_list_or_a_failure_of_the_device(cli):
    answered = cli.run("devices", "--json")

    document = one_document(answered)
    assert (answered.status, document["schema"]) in {(0, "braindump.devices/1"), (74, "braindump.error/1")}


def test_every_failure_is_one_document_with_its_code_and_status(cli):
    cli.run("add", "A plum.")

    for words, (status, code) in FAILURES.items():
        failed = cli.run(*words.split(), "--json")

        document = one_document(failed)
        assert (failed.status, document["exit_code"]) == (status, status), words
        assert document.keys() == {"schema", "error", "exit_code"}
        assert document["schema"] == "braindump.error/1"
        assert document["error"].keys() == {"code", "message", "hint", "retry_after_s"}
        assert document["error"]["code"] == code
        assert document["error"]["message"]


def test_words_in_any_script_are_escaped_and_come_back(cli):
    said = "ღ 🦕 \x1b]0;x\x07 \x9b \u202e [b] \\"

    cli.run("add", said)

    assert one_document(cli.run("show", "1", "--json"))["data"]["text"] == said


def test_talk_goes_to_stderr_and_quiet_leaves_it_out(cli):
    cli.run("config", "set", "record.max", "1h")

    loud = cli.run("config", "set", "record.max", "2h", env={"BRAINDUMP_RECORD_MAX": "3h"})
    quiet = cli.run("config", "set", "record.max", "2h", "--quiet", env={"BRAINDUMP_RECORD_MAX": "3h"})

    assert "BRAINDUMP_RECORD_MAX" in loud.err
    assert quiet.err == ""
    assert quiet.out == loud.out


def test_verbose_tells_what_is_done_on_stderr(cli):
    added = cli.run("add", "Hello.", "--verbose")

    assert "analyse" in added.err


def test_the_tree_in_the_docstring_is_what_the_errors_are():
    told = {
        (words[1], int(words[2]), words[3])
        for line in str(errors.__doc__).splitlines()
        if "Error " in line and len(words := line.replace("│", " ").split()) > 3
    }
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    defined = {
        (kind.__name__, kind.exit_code, kind.code)
        for kind in classes
        if issubclass(kind, BraindumpError) and kind is not BraindumpError
    }

    assert {(name, code) for name, _, code in told} == {(name, code) for name, _, code in defined}
    assert told - defined == {("StoppedError", 130, "interrupted")}


def test_nothing_at_all_shows_the_help(cli):
    for words in ((), ("todos",), ("config",), ("insights",)):
        shown = cli.run(*words)

        assert (shown.status, shown.err) == (0, "")
        assert shown.out == cli.run(*words, "--help").out


@pytest.mark.parametrize(
    ("words", "near"), [("lst", "list"), ("todo", "todos"), ("serach x", "search"), ("config ste", "set")]
)
def test_a_mistyped_command_names_the_nearest(cli, words, near):
    failed = cli.run(*words.split())

    assert failed.status == 2
    assert f"Did you mean '{near}'" in failed.err
    assert "--help" in failed.err


@pytest.mark.parametrize("words", ["--version", "--version --quiet", "list --help", "--help", "todos --help"])
def test_help_and_version_are_answers(cli, words):
    told = cli.run(*words.split())

    assert (told.status, told.err) == (0, "")
    assert told.out
