"""Silence for C libraries."""

import os
from contextlib import ExitStack

from braindump_cli.audio import quiet
from braindump_cli.audio.quiet import muted


def test_what_c_code_writes_to_stderr_goes_nowhere_while_muted(capfd):
    os.write(2, b"before ")
    with muted():
        os.write(2, b"noise ")
    os.write(2, b"after")

    assert capfd.readouterr().err == "before after"


def test_muting_inside_muting_ends_with_the_outer_one(capfd):
    with muted():
        with muted():
            os.write(2, b"noise ")
        os.write(2, b"noise ")
    os.write(2, b"after")

    assert capfd.readouterr().err == "after"


def test_a_closed_stderr_is_no_problem():
    saved = os.dup(2)
    os.close(2)
    try:
        with muted():
            said = True
    finally:
        os.dup2(saved, 2)
        os.close(saved)

    assert said


def test_a_call_that_hangs_does_not_mute_us_for_ever(capfd, monkeypatch):
    monkeypatch.setattr(quiet, "_LONGEST_S", 0.01)
    with muted():
        while quiet._mute._saved is not None:
            pass
        os.write(2, b"heard")

    assert capfd.readouterr().err == "heard"


def test_threads_that_mute_at_once_do_not_take_each_others_nothing_for_stderr(capfd):
    first, second = ExitStack(), ExitStack()
    first.enter_context(muted())
    second.enter_context(muted())
    first.close()
    second.close()
    os.write(2, b"heard")

    assert capfd.readouterr().err == "heard"
