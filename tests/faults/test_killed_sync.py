"""`kill -9` at random moments of a real `sync`: nothing is lost, nothing is there twice, and the next sync goes on.

BRAINDUMP_KILLS tells how often; the seed of each run stands in its name.
"""

import os
import random
import signal
import subprocess
import time
from contextlib import closing

import pytest

from tests.cloud.machines import Machine
from tests.fakes import FakeClock
from tests.journals import mind_of, open_in, typed

KILLS = int(os.environ.get("BRAINDUMP_KILLS", "12"))


@pytest.mark.slow
@pytest.mark.timeout(60 + KILLS * 20)
def test_a_sync_killed_anywhere_loses_nothing_and_doubles_nothing(tmp_path, home, project):
    laptop, phone = Machine(tmp_path, project, name="laptop"), Machine(tmp_path, project, name="phone")
    for one in (laptop, phone):
        one.be_signed_in()
    chance = random.Random(5)
    written = _write(laptop, 30, "first") | _write(phone, 30, "second")
    whole_s = _timed(laptop)

    killed = 0
    for turn in range(KILLS):
        one = (laptop, phone)[turn % 2]
        written |= _write(one, 3, f"turn {turn}")
        killed += _killed(one, after_s=chance.uniform(0, whole_s))
    for one in (laptop, phone, laptop):
        one.sync()

    assert killed >= KILLS // 3
    assert {row[2] for row in laptop.entries()} == written
    assert laptop.entries() == phone.entries()
    with project.database.connect() as owner:
        there = owner.execute("SELECT body ->> 'text' FROM journal_entries").fetchall()
        lost = owner.execute("SELECT count(*) FROM entry_revisions").fetchone()
    assert sorted(text for (text,) in there) == sorted(written)
    assert lost == (0,)


def _write(machine, count, name):
    """Keep entries, by the journal itself: a process each would take longer than all the syncs."""
    texts = {f"{name}, {machine.folder.name}, {number}." for number in range(count)}
    with closing(open_in(machine.home)) as db:
        entries = mind_of(db, FakeClock()).entries
        for text in texts:
            entries.add(typed(text))
    return texts


def _timed(machine):
    begun_s = time.monotonic()
    machine.sync()
    return time.monotonic() - begun_s


def _killed(machine, *, after_s):
    """Kill a sync after so long; tells whether it was still running."""
    with machine.cli.start("sync") as process:
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
    return process.returncode == -signal.SIGKILL
