"""kill -9 while the very first `add` makes the journal: it opens afterwards, with one key and with what was kept."""

import shutil
from pathlib import Path

import pytest

from tests.killing import points_in, traced, was_killed
from tests.shell import Cli

WORDS = ("add", "I have to call the dentist on Friday.", "--json")
MADE = {"journal.db", "journal.keys", "key", "locks", "spool"}
UNFINISHED = {
    ".journal.keys.part"
}  # holds no more than journal.keys does; the next change of that writes over it
BATCHES = 4


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_first_entry_killed_anywhere_leaves_a_journal_that_takes_the_next(
    cli: Cli, home: Path, tmp_path: Path, batch: int
) -> None:
    log = tmp_path / "log"
    assert traced(cli.environment, log, *WORDS).status == 0
    points = points_in(log, after=str(home), few=8)

    for point in points[batch::BATCHES]:
        shutil.rmtree(home)
        killed = traced(cli.environment, log, *WORDS, at=point)
        assert was_killed(killed), point
        key = home / "key"
        before = key.read_bytes() if key.exists() else None

        added = cli.run("add", "The walk by the canal was good.", "--json")

        assert added.status == 0, (point, added)
        assert cli.run("process", "--json").json()["data"]["failed"] == 0, point
        found = cli.run("list", "--json").json()["data"]
        assert len(found) in ({2} if killed.out else {1, 2}), (point, found)
        assert not killed.out or killed.json()["data"]["id"] in {entry["id"] for entry in found}, point
        assert len(cli.run("todos", "list", "--json").json()["data"]) == len(found) - 1, point
        assert before in {None, key.read_bytes()}, point
        doctor = cli.run("doctor", "--json")
        assert doctor.status == 0, (point, doctor.out)
        assert {path.name for path in home.iterdir()} <= MADE | UNFINISHED, point
