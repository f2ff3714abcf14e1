"""The countdown as the real command draws it on a real terminal, and what keys, signals and others make of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.parts import ROOT
from tests.shell import BRAINDUMP, Cli
from tests.terminal import Terminal
from tests.tmux import Tmux
from tests.waiting import until

GOLDEN = Path(__file__).parent / "golden"
WRITES = os.environ.get("BRAINDUMP_GOLDEN") == "write"
STANDING = (sys.executable, "-m", "tests.cli.standing")
BEGINNING, BREAK = "2026-03-02T09:14:00Z", "2026-03-02T09:40:00Z"
LONG = ("--work", "2h", "--break", "1h", "--rounds", "3")
KEYS = "p pause"

Watching = Callable[..., AbstractContextManager[Tmux]]


@pytest.fixture
def journal(cli: Cli) -> Iterator[Cli]:
    """Return the command over a journal with things to do; no session runs on when the test is over."""
    for words in (
        ("Send Carla the revised budget", "--due", "today"),
        ("Call the dentist",),
        ("Water the plants",),
    ):
        assert cli.run("todos", "add", *words).status == 0
    yield cli
    cli.run("focus", "stop")


@pytest.fixture
def watching(journal: Cli, tmp_path: Path) -> Watching:
    """Return how to sit at a terminal; each is another one."""

    def sit(*words: str, name: str = "terminal", **settings) -> AbstractContextManager[Tmux]:
        known = {**journal.environment, "TERM": "xterm-256color", **settings.pop("env", {})}
        return Tmux.running(tmp_path / name, *words, environment=known, **settings)

    return sit


def standing(cli: Cli, *words: str, at: str) -> None:
    done = subprocess.run(
        [*STANDING, *words],
        env={**cli.environment, "STANDING_AT": at, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("size", [(40, 16), (80, 24), (200, 50)], ids=str)
@pytest.mark.parametrize("moment", ["work", "break"])
def test_the_screen_looks_like_this(journal, watching, size, moment):
    path = GOLDEN / f"focus-{moment}-{size[0]}.txt"
    words: tuple[str, ...] = ("focus", "start", "--todo", "1", "--rounds", "4")
    if moment == "break":
        standing(journal, "todos", "edit", "1", "--due", "2026-03-02", at=BEGINNING)
        standing(journal, *words, "--detach", at=BEGINNING)
        words = ("focus", "watch")
    known = {"STANDING_AT": BREAK if moment == "break" else BEGINNING, "PYTHONPATH": str(ROOT)}

    with watching(*words, size=size, env=known, command=STANDING) as terminal:
        terminal.wait_for("q leave")
        shown = terminal.visible()

    if WRITES:
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8")


def status(cli: Cli) -> Any:
    return cli.run("focus", "status", "--json").json()["data"]


def test_keys_change_the_session_and_leave_it_running(journal, watching):
    with watching("focus", "start", "--todo", "1", *LONG) as terminal:
        terminal.wait_for(KEYS)
        terminal.press("+")
        until(lambda: status(journal)["remaining_s"] > 7300)
        terminal.press("p")
        terminal.wait_for("paused")
        assert status(journal)["phase"] == "paused"
        terminal.press("p")
        terminal.wait_for("then a break of 1 hour")
        terminal.press("s")
        terminal.wait_for("then work for 2 hours")
        assert (status(journal)["phase"], status(journal)["pauses"]) == ("break", 1)
        terminal.press("q")
        assert terminal.status() == 0
        assert "It goes on: " in terminal.screen()
        assert "braindump focus status" in terminal.screen()

    assert status(journal)["phase"] == "break"


def test_a_strict_session_says_that_it_does_not_pause_and_goes_on(journal, watching):
    with watching("focus", "start", "--strict", *LONG) as terminal:
        terminal.wait_for("s skip")
        assert KEYS not in terminal.screen()
        terminal.press("p")
        terminal.wait_for("This session is strict: it does not pause.")

    assert status(journal)["phase"] == "work"


def test_two_terminals_act_on_one_session(journal, watching):
    with watching("focus", "start", *LONG) as first:
        first.wait_for(KEYS)
        with watching("focus", "watch", name="second") as second:
            second.wait_for(KEYS)
            second.press("p")
            first.wait_for("paused")
            first.press("p")
            second.wait_for("then a break")
            second.press("s")
            first.wait_for("then work for")
            assert journal.run("focus", "skip").status == 0
            first.wait_for("then a break")
            second.wait_for("then a break")
            assert journal.run("focus", "stop").status == 0
            assert (first.status(), second.status()) == (0, 0)
        assert "It was stopped: " in first.screen()


def test_keys_do_not_wait_for_a_slow_hook_and_its_failure_is_told(journal, watching):
    hook = {"BRAINDUMP_FOCUS_HOOK": "sh -c 'grep -q event.:..start || { sleep 4; exit 3; }'"}
    with watching("focus", "start", *LONG, env=hook) as terminal:
        terminal.wait_for(KEYS)
        for key, words in (("p", "paused"), ("p", "then a break"), ("s", "then work for")):
            terminal.press(key)
            terminal.wait_for(words)
        terminal.wait_for("focus.hook ended with status 3.")
        terminal.press("s")
        terminal.press("q")
        assert terminal.status() == 0
        assert "focus.hook ended with status 3." in terminal.screen()


def test_the_plan_ends_calmly_and_names_the_next_command(journal, watching):
    with watching("focus", "start", "--work", "2s", "--break", "1s", "--rounds", "2") as terminal:
        assert terminal.status() == 0
        shown = terminal.screen()

    assert "Done: 2 of 2 rounds, 4 s focused." in shown
    assert "braindump focus stop asks what got done." in shown


def test_it_follows_the_size_of_the_terminal(journal, watching):
    with watching("focus", "start", *LONG, size=(80, 24)) as terminal:
        terminal.wait_for("+ five more minutes")
        terminal.resize(50, 16)
        terminal.wait_for("+ 5 min")
        assert "█" in terminal.screen()
        terminal.resize(20, 5)
        until(lambda: "█" not in terminal.visible() and "p s + q" in terminal.visible())
        terminal.resize(200, 50)
        until(lambda: "████████" in terminal.visible())
        assert "+ five more minutes" in terminal.visible()
        terminal.press("q")
        assert terminal.status() == 0


@pytest.mark.parametrize(
    ("number", "ended", "words"),
    [
        (signal.SIGINT, 0, "braindump focus stop ends it."),
        (signal.SIGTERM, 143, "The focus session goes on."),
        (signal.SIGHUP, 129, "The focus session goes on."),
    ],
)
def test_a_signal_leaves_it_running_and_gives_the_terminal_back(journal, watching, number, ended, words):
    with watching("focus", "start", *LONG) as terminal:
        terminal.wait_for(KEYS)
        assert is_taken(terminal)
        os.kill(terminal.pid, number)
        assert terminal.status() == ended
        assert words in terminal.screen()
        assert not is_taken(terminal)

    assert status(journal)["phase"] == "work"


def is_taken(terminal: Tmux) -> bool:
    """Tell whether the terminal shows another screen, hides its cursor or echoes no keys."""
    asked = terminal.ask("#{alternate_on} #{cursor_flag} #{pane_tty}").split()
    modes = subprocess.run(["stty", "-F", asked[2], "-a"], capture_output=True, text=True, check=True).stdout
    return asked[:2] != ["0", "1"] or " -echo " in modes or " -icanon " in modes


def test_a_failure_gives_the_terminal_back(journal, watching, home):
    broken = (sys.executable, "-c", BREAKING)
    with watching("focus", "start", *LONG, command=broken, env={"PYTHONPATH": str(ROOT)}) as terminal:
        assert terminal.status() == 70
        assert "Sorry, that was not foreseen." in terminal.screen()
        assert not is_taken(terminal)


BREAKING = """
from braindump_cli.commands.sitting import Sitting
from braindump_cli.main import run
frame = Sitting.frame
frames = []
def breaking(self, keys):
    frames.append(keys)
    return frame(self, keys) if len(frames) < 3 else 1 / 0
Sitting.frame = breaking
run()
"""


def test_ctrl_z_gives_the_terminal_back_until_it_goes_on(journal, watching):
    shell = ("bash", "-mc", '"$@"; echo It was stopped.; read; fg', "bash", *BRAINDUMP)
    with watching("focus", "start", *LONG, command=shell) as terminal:
        terminal.wait_for(KEYS)
        terminal.press("C-z")
        terminal.wait_for("It was stopped.")
        assert not is_taken(terminal)
        terminal.press("Enter")
        terminal.wait_for(KEYS)
        assert is_taken(terminal)


def test_without_colour_it_is_drawn_without_colour(journal, tmp_path):
    terminal = Terminal(journal.environment, tmp_path)
    words = ("focus", "start", "--work", "1s", "--rounds", "1")

    _, coloured = terminal.run(*words)
    _, plain = terminal.run(*words, env={"NO_COLOR": "1"})

    assert "\x1b[36m" in coloured
    assert "\x1b[36m" not in plain
    assert "\x1b[?1049h" in plain


def test_a_dumb_terminal_gets_a_line_a_period(journal, tmp_path):
    terminal = Terminal(journal.environment, tmp_path)

    ended, shown = terminal.run(
        "focus",
        "start",
        "--todo",
        "1",
        "--work",
        "1s",
        "--break",
        "1s",
        "--rounds",
        "2",
        env={"TERM": "dumb"},
    )

    assert ended == 0
    assert "\x1b" not in shown
    lines = [line.strip("\a ") for line in shown.splitlines()]
    assert lines == [
        "Send Carla the revised budget: 0:01, round 1 of 2, then a break of 1 second",
        "Break: 0:01, round 1 of 2, then work for 1 second",
        "Send Carla the revised budget: 0:01, round 2 of 2, then it is done",
        "Done: 2 of 2 rounds, 2 s focused.",
        "braindump focus stop asks what got done.",
    ]


def test_the_end_of_a_period_rings_and_tells_the_terminal(journal, tmp_path):
    terminal = Terminal(journal.environment, tmp_path)

    _, shown = terminal.run("focus", "start", "--todo", "1", "--work", "1s", "--break", "1s", "--rounds", "2")

    said = "1 second, round 1 of 2 is done."
    assert f"\a\x1b]9;Time for a break: {said}\a\x1b]777;notify;Time for a break;{said}\a" in shown
    assert "\a\x1b]9;Back to work: Round 2 of 2, 1 second." in shown
    assert "\a\x1b]9;Done: All 2 rounds are over." in shown
    assert "budget" not in "".join(part.partition("\a")[0] for part in shown.split("\x1b]")[1:])


def test_only_lines_that_changed_go_over_the_line(journal, tmp_path):
    terminal = Terminal(journal.environment, tmp_path)

    _, shown = terminal.run("focus", "start", "--todo", "1", "--work", "4s", "--rounds", "1")

    assert shown.count("Send Carla the revised budget") == 1
    assert shown.count("\x1b[2J") == 1
    assert len(shown) < 24 * 80 * 2


def test_a_countdown_needs_a_terminal_and_a_session(journal, tmp_path):
    piped = journal.run("focus", "watch")
    ended, shown = Terminal(journal.environment, tmp_path).run("focus", "watch")

    assert (piped.status, ended) == (2, 1)
    assert "A countdown needs a terminal." in piped.err
    assert "No focus session runs." in shown
