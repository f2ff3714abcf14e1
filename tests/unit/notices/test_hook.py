"""The user's own command, run for real: quick, slow, failing, missing, talkative, deaf."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from braindump_cli.notices.hook import CommandHook
from tests.waiting import until

DOCUMENT = json.dumps({"schema": "braindump.focus/1", "data": {"todo_text": "Büro – fegen" * 20_000}})


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_it_gets_the_whole_document_on_stdin(tmp_path):
    code = "import sys, pathlib; pathlib.Path('given').write_bytes(sys.stdin.buffer.read())"

    failure = CommandHook(python(code)).run(DOCUMENT)

    assert failure is None
    assert (tmp_path / "given").read_bytes() == DOCUMENT.encode()


def test_no_shell_reads_the_line(tmp_path):
    failure = CommandHook("touch 'a b' $HOME ; rm *").run(DOCUMENT)

    assert {path.name for path in tmp_path.iterdir()} == {"a b", "$HOME", ";", "rm", "*"}
    assert failure is None


def test_a_tilde_names_the_home_folder(tmp_path):
    script = tmp_path / "hook"
    script.write_text("#!/bin/sh\ntouch called\n")
    script.chmod(0o755)

    assert CommandHook("~/hook").run(DOCUMENT) is None
    assert (tmp_path / "called").exists()


def test_a_failure_is_told_with_its_last_words():
    code = "import sys; print('first', file=sys.stderr); sys.exit('No such calendar.')"

    assert CommandHook(python(code)).run(DOCUMENT) == "focus.hook ended with status 1: No such calendar."
    assert CommandHook("false").run(DOCUMENT) == "focus.hook ended with status 1."
    assert CommandHook("sh -c 'kill -9 $$'").run(DOCUMENT) == "focus.hook ended by signal 9."


def test_a_command_that_is_not_there_is_named(tmp_path):
    (tmp_path / "text").write_text("no program")

    assert CommandHook("/nowhere/hook").run(DOCUMENT) == (
        "focus.hook did not start: /nowhere/hook: No such file or directory."
    )
    assert CommandHook("~/text").run(DOCUMENT) == "focus.hook did not start: ~/text: Permission denied."


def test_a_line_that_is_none_is_told():
    assert CommandHook("say 'hello").run(DOCUMENT) == "focus.hook cannot be read: No closing quotation."
    assert CommandHook("  ").run(DOCUMENT) is None


def test_a_slow_one_is_killed_with_all_it_started(tmp_path):
    code = (
        "import os, subprocess, pathlib;"
        "child = subprocess.Popen(['sleep', 'infinity']);"
        "pathlib.Path('pid').write_text(str(child.pid));"
        "child.wait()"
    )

    failure = CommandHook(python(code), longest_s=2).run(DOCUMENT)

    assert failure == "focus.hook was killed: it took longer than 2 seconds."
    child = Path("/proc") / (tmp_path / "pid").read_text()
    until(lambda: not child.exists() or "\nState:\tZ" in (child / "status").read_text())


def test_any_amount_of_talk_is_taken_and_its_end_told():
    code = (
        "import sys; sys.stdout.write('x' * 50_000_000); sys.stderr.write('y' * 5_000_000);"
        " sys.exit('\\nenough')"
    )

    assert CommandHook(python(code)).run(DOCUMENT) == "focus.hook ended with status 1: enough."


def test_one_that_hears_nothing_is_no_failure():
    assert CommandHook(python("import os; os.close(0)")).run(DOCUMENT) is None
    assert CommandHook("true").run(DOCUMENT) is None


def test_what_it_leaves_in_the_background_is_not_waited_for():
    code = "import subprocess, sys; subprocess.Popen(['sleep', '30']); sys.exit(3)"

    assert CommandHook(python(code)).run(DOCUMENT) == "focus.hook ended with status 3."
