"""Completion in bash, zsh and fish."""

import re
import shutil
import subprocess
import sys

import pytest

from braindump_cli.commands import COMMANDS

SHELLS = ("bash", "zsh", "fish")


def completed(cli, shell, typed):
    """Ask as the shell's own script asks, the cursor after `typed`."""
    words = typed.split()
    asked = {
        "_BRAINDUMP_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) if typed.endswith(" ") else len(words) - 1),
        "_TYPER_COMPLETE_ARGS": typed,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": "" if typed.endswith(" ") else words[-1],
    }
    return cli.run(env=asked)


def offered(told, shell):
    """Return the words that are offered, without what the shell shows beside them."""
    if shell == "zsh":
        return set(re.findall(r'"([\w-]+)":"', told.out))
    return {line.partition("\t")[0] for line in told.out.splitlines()}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("braindump ", set(COMMANDS)),
        ("braindump to", {"today", "todos"}),
        ("braindump todos ", {"list", "add", "edit", "done", "reopen", "drop", "accept"}),
        ("braindump todos l", {"list"}),
        ("braindump list --st", {"--starred"}),
        ("braindump --js", {"--json"}),
    ],
)
def test_commands_and_options_are_offered(cli, shell, typed, wanted):
    told = completed(cli, shell, typed)

    assert told.err == ""
    assert wanted <= offered(told, shell)
    assert "--install-completion" not in offered(told, shell)


def test_completing_makes_no_journal_and_needs_no_key(cli, home):
    completed(cli, "bash", "braindump show ")

    assert not home.exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_is_given_a_script_that_it_can_read(cli, tmp_path, shell):
    program = shutil.which(shell)
    if not program:
        pytest.skip(f"not installed: {shell}")
    show = f"'{sys.executable}' -m braindump_cli --show-completion; true"

    shown = subprocess.run(
        [program, "-c", show], env=cli.environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    script = tmp_path / "completion"
    script.write_text(shown.stdout)
    read = subprocess.run([program, "-n", script], capture_output=True, text=True, check=False)

    assert shown.stderr == ""
    assert "_BRAINDUMP_COMPLETE" in shown.stdout
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.needs("bash")
def test_bash_itself_completes_with_that_script(cli, tmp_path):
    """The installed name is stood in for by a script of the same name on the PATH."""
    command = tmp_path / "braindump"
    command.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m braindump_cli \"$@\"\n")
    command.chmod(0o700)
    environment = {**cli.environment, "PATH": f"{tmp_path}:{cli.environment['PATH']}"}
    asked = """
    eval "$(bash -c 'braindump --show-completion; true')"
    COMP_WORDS=(braindump todos re); COMP_CWORD=2
    $(complete -p braindump | sed 's/.*-F \\([^ ]*\\).*/\\1/') braindump
    echo "${COMPREPLY[@]}"
    """

    told = subprocess.run(
        ["bash", "-c", asked], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (told.stdout, told.stderr) == ("reopen\n", "")
