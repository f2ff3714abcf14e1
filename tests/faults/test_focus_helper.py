"""The helper as a process: one at a time, gone when nothing runs, killed without harm, silent about what is private."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.notification_server import Desktop, notified_desktop
from tests.parts import need
from tests.shell import Cli
from tests.tmux import Tmux
from tests.waiting import until

MODULE = "braindump_cli.runtime.focus_helper"
CANARY = "zanzibar"
LONG = ("focus", "start", "--detach", "--work", "2h", "--break", "1h", "--rounds", "3")
KEEPS = "import sys, os; open({path!r}, 'a').write(sys.stdin.read())"


@pytest.fixture
def cli(cli: Cli) -> Iterator[Cli]:
    """Return the command; no session runs on when the test is over."""
    need(Path("/proc/self/environ").exists(), "helpers are found by /proc")
    yield cli
    cli.run("focus", "stop")
    until(lambda: not helpers(cli))


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    """Return a desktop that keeps its notices."""
    (tmp_path / "desktop").mkdir()
    with notified_desktop(tmp_path / "desktop") as desktop:
        yield desktop


def helpers(cli: Cli) -> list[int]:
    """Return the helpers of this home; a child on an errand is none."""
    home = f"BRAINDUMP_HOME={cli.environment['BRAINDUMP_HOME']}".encode()
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            is_one = MODULE.encode() in (folder / "cmdline").read_bytes()
            if folder.name.isdecimal() and is_one and home in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it is gone, or not ours
            continue
    return [pid for pid, parent in found.items() if parent not in found]


def a_helper(cli: Cli) -> int:
    """Wait until one stands at its post, which its lock tells; return it."""
    until(lambda: len(helpers(cli)) == 1 and holds_a_lock(helpers(cli)[0]))
    return helpers(cli)[0]


def holds_a_lock(pid: int) -> bool:
    return any(line.split()[4] == str(pid) for line in Path("/proc/locks").read_text().splitlines())


def settings(**changed: str) -> Mapping[str, str]:
    return {f"BRAINDUMP_FOCUS_{name.upper()}": value for name, value in changed.items()}


def status(cli: Cli) -> Any:
    return cli.run("focus", "status", "--json").json()["data"]


def test_a_detached_session_returns_at_once_and_a_helper_lives_until_it_is_stopped(cli):
    cli.run(*LONG)
    helper = a_helper(cli)

    assert Path(f"/proc/{helper}/cwd").resolve() == Path("/")
    assert os.getsid(helper) == helper
    ours = {"/dev/null", f"{cli.environment['BRAINDUMP_HOME']}/locks"}
    until(lambda: open_files(helper) == ours)  # once it has given its first sign

    cli.run("focus", "stop")
    until(lambda: not helpers(cli))


def open_files(pid: int) -> set[str]:
    found = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            found.add(str(handle.readlink()))
    return found


def test_a_helper_outlives_its_terminal(cli, tmp_path):
    known = {**cli.environment, "TERM": "xterm-256color"}
    with Tmux.running(tmp_path / "terminal", *LONG, environment=known) as terminal:
        assert terminal.status() == 0
        helper = a_helper(cli)

    os.kill(helper, signal.SIGHUP)
    os.kill(helper, signal.SIGINT)
    assert cli.run("focus", "skip").status == 0
    assert helpers(cli) == [helper]


def test_twenty_at_once_are_one(cli):
    cli.run(*LONG)
    command = [sys.executable, "-P", "-m", MODULE]
    many = [subprocess.Popen(command, env=cli.environment, stdin=subprocess.DEVNULL) for _ in range(20)]

    for _ in range(20):
        cli.start("focus", "status").communicate()
    until(lambda: len(helpers(cli)) == 1)
    until(lambda: sum(process.poll() is None for process in many) <= 1)
    for process in many:
        process.poll()
    assert len(helpers(cli)) == 1
    cli.run("focus", "stop")
    assert [process.wait(30) for process in many] == [0] * 20


def test_twenty_first_commands_at_once_begin_one_session_with_one_helper(cli):
    cli.run("todos", "add", "Water the plants")
    started = [cli.start(*LONG) for _ in range(20)]

    ended = [process.communicate() and process.returncode for process in started]

    assert sorted(ended) == [0] + [73] * 19
    a_helper(cli)


def test_a_killed_helper_is_replaced_at_the_next_change_and_no_time_is_lost(cli):
    cli.run(*LONG)
    for command in (("pause",), ("resume",), ("skip",)):
        os.kill(a_helper(cli), signal.SIGKILL)
        until(lambda: not helpers(cli))
        before = status(cli)
        assert cli.run("focus", *command).status == 0
        a_helper(cli)
        assert status(cli)["started_at"] == before["started_at"]
    assert status(cli)["phase"] == "break"


def test_a_screen_brings_a_killed_helper_back(cli, tmp_path):
    known = {**cli.environment, "TERM": "xterm-256color"}
    words = ("focus", "start", "--work", "2h")
    with Tmux.running(tmp_path / "terminal", *words, environment=known) as terminal:
        terminal.wait_for("p pause")
        os.kill(a_helper(cli), signal.SIGKILL)
        until(lambda: not helpers(cli))
        a_helper(cli)


@pytest.mark.slow
def test_kills_at_random_moments_harm_nothing(cli, tmp_path):
    """Screen and helper are killed while somebody presses keys; what the journal holds is whole each time."""
    chance = random.Random(7)
    known = {**cli.environment, "TERM": "xterm-256color"}
    cli.run(*LONG[:-1], "40")
    for round_ in range(8):
        with Tmux.running(tmp_path / f"terminal{round_}", "focus", "watch", environment=known) as terminal:
            terminal.wait_for("q leave")
            for key in "pp+s":
                terminal.press(key)
            time.sleep(chance.random())
            for pid in chance.sample(both := [*helpers(cli), terminal.pid], k=len(both)):
                os.kill(pid, signal.SIGKILL)
            assert terminal.status() == 137
        now = status(cli)
        assert now["phase"] in ("work", "break", "long_break", "paused"), now
        assert 0 <= now["remaining_s"] <= 2 * 3600 + 8 * 300
        line = Path(cli.environment["BRAINDUMP_HOME"], "focus.state").read_text()
        assert line.split("\t")[0] == "1"
        assert line.endswith("\n")
    assert cli.run("doctor", "--json").json()["data"]
    assert len(helpers(cli)) <= 1


def hooked(tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "told"
    code = KEEPS.format(path=str(path))
    return path, f'"{sys.executable}" -c "{code}"'


def documents(path: Path) -> list[Any]:
    decoder, text, found = json.JSONDecoder(), path.read_text() if path.exists() else "", []
    while text:
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


def test_each_period_is_told_to_the_desktop_and_to_the_hook_once(cli, desktop, tmp_path):
    cli.run("todos", "add", "Call <the> dentist", "--due", "today")
    cli.run("todos", "add", "Paint the fence")
    path, hook = hooked(tmp_path)
    known = {**desktop.environment, **settings(hook=hook, sound="none")}
    plan = ("--work", "2s", "--break", "2s", "--rounds", "2")

    cli.run("focus", "start", "--todo", "1", "--detach", *plan, env=known)

    until(lambda: len(desktop.notices()) == 3 and len(documents(path)) == 4)
    until(lambda: not helpers(cli))
    assert [(notice["title"], notice["body"]) for notice in desktop.notices()] == [
        ("Time for a break", "2 seconds, round 1 of 2 is done. Today: Call &lt;the&gt; dentist"),
        ("Back to work", "Round 2 of 2, 2 seconds, Call &lt;the&gt; dentist."),
        ("Done", "All 2 rounds are over."),
    ]
    told = documents(path)
    assert {document["schema"] for document in told} == {"braindump.focus/1"}
    assert [document["data"]["event"] for document in told] == ["start", "period", "period", "done"]
    assert [document["data"]["phase"] for document in told] == ["work", "break", "work", "done"]
    assert told[-1]["data"]["focused_s"] == 4


def test_no_word_of_a_private_to_do_leaves(cli, desktop, tmp_path):
    added = cli.run("add", f"I have to call {CANARY} today.", "--private", "--json").json()["data"]
    (todo,) = added["todos"]
    assert CANARY in todo["text"].lower()
    path, hook = hooked(tmp_path)
    known = {**desktop.environment, **settings(hook=hook, sound="none", state_text="true")}
    states: list[str] = []
    state = Path(cli.environment["BRAINDUMP_HOME"], "focus.state")
    plan = ("--todo", str(todo["number"]), "--work", "2s", "--break", "2s", "--rounds", "2")

    with Tmux.running(
        tmp_path / "terminal",
        "focus",
        "start",
        *plan,
        environment={**cli.environment, **known, "TERM": "xterm"},
    ) as terminal:
        until(lambda: CANARY in terminal.screen().lower())  # the user's own screen may say it
        until(lambda: is_over(states, state, terminal, desktop))
    until(lambda: len(documents(path)) == 4)

    assert CANARY not in json.dumps([desktop.notices(), documents(path), states]).lower()
    assert {document["data"]["todo_text"] for document in documents(path)} == {None}
    assert {len(line.split("\t")) for line in states} == {7}


def is_over(states: list[str], state: Path, terminal: Tmux, desktop: Desktop) -> bool:
    states.append(state.read_text())
    return terminal.has_ended() and len(desktop.notices()) == 3


def test_a_failing_hook_of_the_helper_is_told_by_the_next_command_once(cli, desktop):
    known = {**desktop.environment, **settings(hook="false", sound="none")}
    start = cli.run("focus", "start", "--detach", "--work", "1s", "--rounds", "1", env=known)
    log = Path(cli.environment["BRAINDUMP_HOME"], "log", "focus.log")
    until(log.exists)

    told, again = cli.run("focus", "status"), cli.run("focus", "status")

    assert "focus.hook ended with status 1." in start.err
    assert "focus.hook ended with status 1." in told.err
    assert "focus.hook" not in again.err


def test_a_detached_session_rings_the_terminal_that_started_it(cli, desktop, tmp_path):
    known = {**cli.environment, **desktop.environment, **settings(sound="none"), "TERM": "xterm"}
    plan = ("--detach", "--work", "2s", "--rounds", "1")
    with Tmux.running(tmp_path / "terminal", "focus", "start", *plan, environment=known) as terminal:
        assert terminal.status() == 0
        terminal.look_away()
        until(terminal.has_rung)


def test_a_locked_journal_keeps_the_status_line_right(cli, desktop, home):
    known = {**desktop.environment, **settings(sound="none")}
    plan = ("--detach", "--work", "3s", "--break", "2s", "--rounds", "2")
    cli.run("focus", "start", *plan, env=known)
    until(desktop.notices)  # by then it knows what is ahead
    key = (home / "key").read_bytes()
    (home / "key").unlink()

    until(lambda: (home / "focus.state").read_text().split("\t")[1] == "done")
    until(lambda: len(desktop.notices()) == 3)

    (home / "key").write_bytes(key)
    assert [notice["title"] for notice in desktop.notices()] == ["Time for a break", "Back to work", "Done"]


def test_a_helper_that_slept_has_seen_the_gap_and_the_session_ended_where_it_began(cli, desktop, tmp_path):
    known = {**desktop.environment, **settings(sound="none", away="4s")}
    cli.run(*LONG, env=known)
    helper = a_helper(cli)
    seen = Path(cli.environment["BRAINDUMP_HOME"], "focus.seen")
    first = seen.read_text()
    until(lambda: seen.read_text() != first)  # it is a witness by now
    os.kill(helper, signal.SIGSTOP)
    until(lambda: time.time() - float(seen.read_text().split("\t")[3]) > 5)

    os.kill(helper, signal.SIGCONT)
    until(lambda: not helpers(cli))

    told = cli.run("focus", "status", "--json", env=known)

    assert (told.status, told.json()["data"]["phase"]) == (1, "none")
    assert told.json()["data"]["away"]
    assert Path(cli.environment["BRAINDUMP_HOME"], "focus.state").read_text() == "1\tnone\t0\t0\t0\tnone\n"
    assert desktop.notices() == []
    environment = {**cli.environment, **known, "TERM": "xterm"}
    with Tmux.running(tmp_path / "terminal", "focus", "watch", environment=environment) as terminal:
        terminal.wait_for("k keeps it")
        terminal.press("k", "Enter")
        terminal.wait_for("p pause")
        a_helper(cli)


def test_it_stays_small_and_idle(cli):
    cli.run(*LONG)
    helper = a_helper(cli)
    until(lambda: Path(cli.environment["BRAINDUMP_HOME"], "focus.seen").exists())
    used_before = cpu_s(helper)
    time.sleep(6)

    memory = Path(f"/proc/{helper}/status").read_text().split("VmRSS:")[1].split()[0]
    assert int(memory) < 20_000
    assert "sqlcipher" not in Path(f"/proc/{helper}/maps").read_text()  # so it never held the key
    assert cpu_s(helper) - used_before < 0.2


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
