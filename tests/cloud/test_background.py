"""The sync that a change starts by itself: detached, silent, one at a time, and at rest after failures."""

import time

import pytest

from braindump_cli.services.sync_circuit import FAILURES
from tests.cloud.gateway import BAD_GATEWAY
from tests.cloud.machines import Machine
from tests.waiting import until

PUSH = "/rest/v1/rpc/sync_push"


@pytest.fixture
def laptop(tmp_path, home, project):
    one = Machine(tmp_path, project, name="laptop")
    one.be_signed_in()
    return one


def there(project):
    with project.database.connect() as owner:
        rows = owner.execute("SELECT body ->> 'text' FROM journal_entries ORDER BY 1").fetchall()
    return [text for (text,) in rows]


def test_a_change_at_a_terminal_reaches_the_server_after_the_command_has_ended(laptop, project):
    status, shown = laptop.terminal().run("add", "A plum.")

    assert status == 0, shown
    assert there(project) == []
    until(lambda: there(project) == ["A plum."], within_s=40)
    assert "ync" not in shown


@pytest.mark.parametrize(
    "words",
    [("add", "A plum.", "--no-input"), ("list",), ("status",), ("todos", "list")],
)
def test_nothing_is_started_unasked(laptop, project, words):
    laptop.terminal().run(*words)
    laptop.run("add", "From cron.")

    assert _started(laptop) == []
    assert project.gateway.requests == []


def test_nothing_is_started_where_the_settings_say_so_or_nobody_is_signed_in(laptop, tmp_path, project):
    other = Machine(tmp_path, project, name="other")
    other.terminal().run("add", "Nobody is signed in.")
    laptop.terminal().run("add", "A plum.", env={"BRAINDUMP_CLOUD_AUTO_SYNC": "false"})

    assert _started(laptop) == _started(other) == []
    assert project.gateway.requests == []


def test_many_at_once_are_one_sync_and_one_that_takes_the_rest_along(laptop, project):
    laptop.told("add", "A plum.")
    running = [laptop.cli.start("sync", "--background") for _ in range(6)]
    told = [process.communicate(timeout=60) for process in running]

    assert there(project) == ["A plum."]
    assert told == [(b"", b"")] * 6
    opened = project.gateway.sent_to("/rest/v1/rpc/account_open")
    assert 1 <= len(opened) <= 2


def test_after_three_failures_it_rests_and_one_that_was_asked_for_ends_the_rest(laptop, project):
    laptop.told("add", "A plum.")
    project.gateway.keep_failing(BAD_GATEWAY)
    for _ in range(FAILURES):
        assert laptop.run("sync", "--background").status == 69
    asked = len(project.gateway.requests)
    project.gateway.keep_failing(None)

    assert laptop.run("sync", "--background").status == 0
    laptop.terminal().run("add", "Another.")
    assert _started(laptop) == []
    assert len(project.gateway.requests) == asked

    laptop.sync()
    assert laptop.run("sync", "--background").status == 0
    assert len(there(project)) == 2


def test_a_server_that_hangs_holds_it_for_20_seconds_at_most(laptop, project):
    from tests.loopback.serving import hang

    laptop.told("add", "A plum.")
    project.gateway.keep_failing(hang)
    begun_s = time.monotonic()

    ran = laptop.run("sync", "--background")

    assert ran.status != 0
    assert (ran.out, ran.err) == ("", "")
    assert time.monotonic() - begun_s < 30


def _started(machine):
    """Return the background syncs of a machine that run now."""
    from pathlib import Path

    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:
            continue
        if b"--background" in command and str(machine.home).encode() in environment:
            found.append(command)
    return found
