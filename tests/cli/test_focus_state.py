"""The lines of shell that the README gives to status bars, run as they stand there."""

import subprocess
from time import time

import pytest

from tests.parts import ROOT


@pytest.fixture
def left(tmp_path):
    """Return the README's script, run over a state."""
    readme = (ROOT / "README.md").read_text("utf-8")
    script = readme.partition("~/.local/bin/focus-left")[2].partition("```sh\n")[2].partition("```")[0]

    def ran(*fields):
        (tmp_path / "focus.state").write_text("\t".join(map(str, fields)) + "\n")
        environment = {"PATH": "/usr/bin:/bin", "BRAINDUMP_HOME": str(tmp_path)}
        return subprocess.run(
            ["sh", "-c", script], env=environment, capture_output=True, text=True, check=True
        ).stdout

    return ran


def test_it_tells_phase_and_time_left(left):
    shown = left(1, "work", int(time()) + 1457, 1, 4, "break")

    assert shown in {"work 24:17\n", "work 24:16\n"}


def test_a_pause_stands_still(left):
    assert left(1, "paused", 62, 1, 4, "break") == "paused 1:02\n"


def test_a_deadline_that_has_passed_is_no_negative_time(left):
    assert left(1, "long_break", int(time()) - 900, 4, 8, "work") == "long_break 0:00\n"


@pytest.mark.parametrize("fields", [(1, "none", 0, 0, 0, "none"), (1, "done", 0, 8, 8, "none")])
def test_with_none_running_it_says_nothing(left, fields):
    assert left(*fields) == ""


def test_words_of_the_user_do_not_disturb_it(left):
    assert left(1, "paused", 60, 1, 4, "break", "none; $(rm -rf /) 'done'") == "paused 1:00\n"


def test_what_the_program_writes_is_what_it_reads(cli, home, left):
    cli.run("focus", "start", "--detach")

    phase, clock = left(*(home / "focus.state").read_text().rstrip("\n").split("\t")).split()

    assert phase == "work"
    assert 24 * 60 <= int(clock[:2]) * 60 + int(clock[3:]) <= 25 * 60
