"""A stdin that was closed, as daemons and some cron wrappers do it."""

import subprocess

import pytest

from tests.shell import BRAINDUMP, LONGEST_S


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("add", "-"), 2),
        (("add",), 2),
        (("keys", "set", "openai"), 2),
        (("record", "--from", "-"), 65),
        (("lock", "set"), 2),
        (("unlock", "--recovery"), 2),
        (("ask", "-"), 2),
        (("status",), 0),
    ],
)
def test_a_closed_stdin_is_one_that_says_nothing(cli, words, status):
    cli.run("add", "Something.")

    told = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *BRAINDUMP, *words],
        env=cli.environment,
        cwd=cli.folder,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )

    assert told.returncode == status, told
    assert "not foreseen" not in told.stderr
