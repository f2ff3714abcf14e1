"""Words that we did not write, colour and width on a real terminal."""

import re
from contextlib import closing

import pytest

from tests.fakes import FakeClock
from tests.journals import mind_of, open_in, todo, typed
from tests.shell import BRAINDUMP
from tests.terminal import Terminal
from tests.tmux import Tmux

PAYLOADS = (
    "\x1b[31mred\x1b[0m \x1b[2J\x1b[H",
    "\x1b]0;owned\x07",
    "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;aGk=\x07",
    "\x1bP1$r\x1b\\ \x1b_x\x1b\\",
    "\x9b31m \x9d0;x\x9c",
    "abc\u202egnp.exe \u2066x\u2069 \u200f",
    "a\rb \x08\x08 \x7f \x00",
    "[red]x[/b] [link=http://evil]y[/link] :bomb: [@click=app.quit]",
    "\U000e0041\U000e0042",
)
OUR_STYLES = re.compile(r"\x1b\[(?:\d{1,3}(?:;\d{1,3})*)?m")
CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
PAGES = (
    ("list",),
    ("show", "1"),
    ("search", "evil"),
    ("search", "red"),
    ("today",),
    ("todos", "list"),
    ("insights", "redo", "1"),
    ("delete", "1"),
    ("show", "\x1b]0;x\x07"),
    ("config", "get", "\x1b[31mx"),
    ("\x1b[31mx",),
    ("list", "--on", "\x1b[31mx"),
    ("record", "--from", "/nowhere/\x1b[31mx"),
)


@pytest.fixture
def journal(home):
    with closing(open_in(home)) as db:
        mind = mind_of(db, FakeClock())
        for text in (" ".join(PAYLOADS), *PAYLOADS):
            mind.entries.add(typed(text, title=text, tags=(PAYLOADS[0].replace(" ", ""), "\u202ex")))
            mind.todos.add(todo(text))


@pytest.fixture
def terminal(cli, tmp_path):
    return Terminal(cli.environment, tmp_path)


def left(shown):
    """Return what reached the screen besides text and our own styles."""
    return CONTROLS.findall(OUR_STYLES.sub("", shown))


def test_no_control_that_we_did_not_write_reaches_a_terminal(journal, terminal):
    for words in PAGES:
        _, shown = terminal.run(*words)

        assert shown.strip(), words
        assert left(shown) == [], words


def test_nor_does_it_reach_a_pipe_that_ends_in_one(journal, cli):
    for words in PAGES:
        piped = cli.run(*words)

        assert CONTROLS.findall(piped.out + piped.err) == [], words


def test_brackets_and_names_of_pictures_stay_as_they_were_typed(journal, terminal):
    _, shown = terminal.run("show", "10", env={"NO_COLOR": "1"})

    assert "[red]x[/b] [link=http://evil]y[/link] :bomb:" in shown.replace("\n", " ").replace("  ", " ")


def test_a_terminal_gets_colour_unless_somebody_minds(journal, terminal):
    coloured = [terminal.run("list")[1], terminal.run("list", env={"NO_COLOR": ""})[1]]
    plain = [
        terminal.run("list", env={"NO_COLOR": "1"})[1],
        terminal.run("list", "--no-color")[1],
        terminal.run("list", env={"TERM": "dumb"})[1],
    ]

    assert all("\x1b[36m" in shown for shown in coloured)
    assert not any(re.search(r"\x1b\[[0-9;]*3[0-7]m", shown) for shown in plain)


def test_a_pipe_gets_no_colour_even_where_somebody_forces_it(journal, cli):
    for words in (("list",), ("show", "1"), ("--help",), ("nonsense",)):
        piped = cli.run(*words, env={"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "TERM": "xterm-256color"})

        assert "\x1b" not in piped.out + piped.err


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal_nor_than_80(journal, cli, tmp_path, columns):
    terminal = Terminal(cli.environment, tmp_path, columns=columns)

    for words in (("list",), ("todos", "list"), ("status",), ("doctor",), ("today",), ("show", "11")):
        _, shown = terminal.run(*words)

        lines = OUR_STYLES.sub("", shown).splitlines()
        assert max(map(len, lines)) <= min(columns, 80), words


def test_help_is_for_people_on_a_terminal_too(terminal):
    status, shown = terminal.run("--help")

    assert status == 0
    assert "Commands:" in shown


def test_what_is_said_beside_a_pipe_fits_the_terminal(cli, tmp_path):
    piping = ("bash", "-c", '"$0" "$@" | cat', *BRAINDUMP)

    _, shown = Terminal(cli.environment, tmp_path, columns=40, command=piping).run(
        "show", "no-such-entry-of-mine"
    )

    lines = shown.splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= 40


@pytest.mark.parametrize(("key", "said"), [("C-c", "Stopped."), ("C-d", "No key was given.")])
def test_a_question_that_is_not_answered_leaves_its_line(cli, tmp_path, key, said):
    with Tmux.running(tmp_path / "tmux", "keys", "set", "openai", environment=cli.environment) as terminal:
        terminal.wait_for("Key for openai:")
        terminal.press(key)
        status = terminal.status()
        lines = terminal.screen().splitlines()

    assert status in (130, 2)
    assert f"braindump: {said}" in lines
