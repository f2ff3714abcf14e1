import signal
import subprocess
import sys
from threading import Event, Thread

import pytest

from braindump_cli.errors import StoreError
from braindump_cli.storage.locks import hold_byte
from tests.parts import python_command, python_environment, run_python

HOLD = """
import sys, time
from pathlib import Path
from braindump_cli.storage.locks import hold_byte
with hold_byte(Path(sys.argv[1]), int(sys.argv[2])) as is_ours:
    print(is_ours, flush=True)
    time.sleep(float(sys.argv[3]))
"""


def held_elsewhere(path, offset):
    """Return a process that holds the byte."""
    command = python_command(HOLD, path, offset, 60)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=python_environment())
    assert process.stdout
    assert process.stdout.readline() == "True\n"
    return process


def test_a_byte_is_held_once_within_a_process(tmp_path):
    with hold_byte(tmp_path / "locks", 7) as first, hold_byte(tmp_path / "locks", 7) as second:
        assert (first, second) == (True, False)

    with hold_byte(tmp_path / "locks", 7) as again:
        assert again


def test_other_bytes_are_free(tmp_path):
    with hold_byte(tmp_path / "locks", 7), hold_byte(tmp_path / "locks", 8) as other:
        assert other


def test_a_byte_is_held_once_among_processes(tmp_path):
    path = tmp_path / "locks"

    with hold_byte(path, -3), hold_byte(path, 5):
        pass
    with hold_byte(path, -3):
        held = run_python(HOLD, path, -3, 0)
        free = run_python(HOLD, path, -2, 0)

    assert (held.stdout, free.stdout) == ("False\n", "True\n")


def test_a_killed_process_lets_go(tmp_path):
    path = tmp_path / "locks"
    with held_elsewhere(path, 1) as process:
        with hold_byte(path, 1) as before:
            assert not before

        process.send_signal(signal.SIGKILL)
        process.wait()

    with hold_byte(path, 1) as after:
        assert after


def test_who_waits_gets_the_byte_in_the_end(tmp_path):
    path, got, may_end = tmp_path / "locks", [], Event()

    def wait() -> None:
        with hold_byte(path, 1, wait=True) as is_ours:
            got.append(is_ours)
            may_end.wait(10)

    with hold_byte(path, 1):
        thread = Thread(target=wait)
        thread.start()
        assert got == []

    may_end.set()
    thread.join(10)
    assert got == [True]


def test_a_forked_child_does_not_take_its_parents_locks_for_its_own(tmp_path):
    code = """
import os, sys
from pathlib import Path
from braindump_cli.storage.locks import hold_byte
path = Path(sys.argv[1])
with hold_byte(path, 1):
    if (child := os.fork()) == 0:
        with hold_byte(path, 1) as is_ours:
            os._exit(is_ours)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    if (child := os.fork()) == 0:
        os._exit(os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", sys.argv[2], str(path), "1", "0"]))
    os.waitpid(child, 0)
"""

    ran = run_python(code, tmp_path / "locks", HOLD)

    assert (ran.returncode, ran.stdout) == (0, "False\n")


def test_threads_are_kept_apart_where_the_system_has_no_locks(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", None)

    with hold_byte(tmp_path / "locks", 7) as first, hold_byte(tmp_path / "locks", 7, wait=False) as second:
        assert (first, second) == (True, False)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="file"), hold_byte(tmp_path / "file" / "locks", 1):
        pass


def test_the_file_is_its_owners_alone(tmp_path):
    with hold_byte(tmp_path / "locks", 1):
        assert (tmp_path / "locks").stat().st_mode & 0o777 == 0o600
