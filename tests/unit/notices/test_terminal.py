"""What a terminal is sent, and which terminal is not sent anything."""

import os
import pty
import re

import pytest

from braindump_cli.notices.terminal import TerminalNotices, Voice
from braindump_cli.ports.focus import Notice

NOTICE = Notice("Time for a break", "5 minutes; round 1 of 4 is done.")
OSC_9 = "\033]9;Time for a break: 5 minutes; round 1 of 4 is done.\a"
OSC_777 = "\033]777;notify;Time for a break;5 minutes; round 1 of 4 is done.\a"


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"TERM": "xterm-256color"}, "\a" + OSC_9 + OSC_777),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "\a" + OSC_777),
        ({"TERM": "rxvt-unicode-256color"}, "\a" + OSC_777),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "\a" + OSC_9),
        ({"TERM": "xterm-kitty"}, "\a" + OSC_9),
        ({"TERM": "linux"}, "\a"),
        ({"TERM": "dumb"}, "\a"),
        ({}, "\a"),
    ],
)
def test_a_terminal_is_told_once_in_the_way_that_it_knows(environ, said):
    assert Voice.of(environ).say(NOTICE) == said


def test_inside_tmux_and_screen_the_notice_travels_in_an_envelope():
    tmux = Voice.of({"TERM": "tmux-256color", "TMUX": "/tmp/tmux,1,0", "VTE_VERSION": "7600"}).say(NOTICE)
    screen = Voice.of({"TERM": "screen", "STY": "1.pts", "VTE_VERSION": "7600"}).say(NOTICE)

    assert tmux == "\a\033Ptmux;" + OSC_777.replace("\033", "\033\033") + "\033\\"
    assert screen == "\a\033P" + OSC_777 + "\033\\"


def test_no_word_ends_the_sequence_it_stands_in():
    said = Voice(("9", "777")).say(Notice("a;b\033\\", "x\a\033]52;c;!\a\u009cz"))

    assert said.count("\a") == 3
    assert re.findall(r"\033.", said) == ["\033]", "\033]"]
    assert "\033]777;notify;a,b" in said


def test_it_rings_a_terminal_by_its_path():
    ours, theirs = pty.openpty()

    failures = TerminalNotices(os.ttyname(theirs), Voice(("9",))).tell(NOTICE)

    assert failures == ()
    assert os.read(ours, 1000).decode() == "\a" + OSC_9
    os.close(ours)
    os.close(theirs)


def test_what_is_no_terminal_of_ours_is_left_alone(tmp_path):
    file = tmp_path / "file"
    file.write_text("kept")
    os.mkfifo(tmp_path / "pipe")

    for path in (str(file), str(tmp_path / "pipe"), str(tmp_path / "gone"), "/dev/null"):
        assert TerminalNotices(path, Voice()).tell(NOTICE) == ()

    assert file.read_text() == "kept"


def test_a_terminal_that_nobody_reads_keeps_nobody_waiting():
    ours, theirs = pty.openpty()
    os.set_blocking(theirs, False)
    try:
        while True:
            os.write(theirs, b"x" * 1000)
    except BlockingIOError:
        pass

    assert TerminalNotices(os.ttyname(theirs), Voice()).tell(NOTICE) == ()
    os.close(ours)
    os.close(theirs)
