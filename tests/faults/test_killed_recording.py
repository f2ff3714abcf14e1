"""kill -9 while a recording becomes an entry: what was acknowledged is there once, and nothing is left over."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.killing import abandon_spool, leave_spool, points_in, traced, was_killed
from tests.shell import LONGEST_S, Cli
from tests.speech import say

DUTY, WALK = "I have to call the dentist on Friday.", "The walk by the canal was good today."
BATCHES = 8


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a short recording with one duty."""
    return say(tmp_path_factory.mktemp("speech") / "say.wav", DUTY, WALK)


@pytest.fixture
def begun(cli: Cli, home: Path, tmp_path: Path, speech: Path) -> Path:
    """Return a home that holds one such entry already, to be copied."""
    first = cli.run("record", "--from", str(speech), "--json")
    assert first.status == 0, first
    return home.rename(tmp_path / "begun")


def entries_in(cli: Cli) -> list[dict[str, Any]]:
    return list(cli.run("list", "--json").json()["data"])


def todos_in(cli: Cli) -> list[dict[str, Any]]:
    return list(cli.run("todos", "list", "--json").json()["data"])


def assert_all_is_well(cli: Cli, home: Path) -> None:
    """Nothing waits, no sound and no word is left over, and nothing is damaged.

    A spool killed in its birth, a header without sound, is swept away a day later.
    """
    status = cli.run("status", "--json").json()["data"]
    doctor = cli.run("doctor", "--json")
    sealed = {path.name for path in (home / "recordings").iterdir()}

    assert status["pending"] == {}
    assert doctor.status == 0, doctor.out
    assert [path for path in (home / "spool").iterdir() if path.suffix != ".new"] == []
    assert sealed == {f"{entry['id']}.sealed" for entry in entries_in(cli) if entry["kind"] == "voice"}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_recording_killed_anywhere_is_an_entry_once_or_can_be_recorded_again(
    cli: Cli, home: Path, begun: Path, speech: Path, tmp_path: Path, batch: int
) -> None:
    words = ("record", "--from", str(speech), "--json")
    log = tmp_path / "log"
    shutil.copytree(begun, home)
    whole = traced(cli.environment, log, *words).json()["data"]
    points = points_in(log, after=str(home))

    for point in points[batch::BATCHES]:
        shutil.rmtree(home)
        shutil.copytree(begun, home)
        killed = traced(cli.environment, log, *words, at=point)
        assert was_killed(killed), point
        processed = cli.run("process", "--json")

        assert processed.status == 0, (point, processed)
        found = entries_in(cli)
        assert len(found) in ({2} if killed.out else {1, 2}), (point, found)
        assert {entry["text"] for entry in found} == {whole["text"]}, point
        if killed.out:
            assert killed.json()["data"]["id"] in {entry["id"] for entry in found}
        assert [todo["text"] for todo in todos_in(cli)] == ["Call the dentist"] * len(found), point
        assert_all_is_well(cli, home)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_work_killed_anywhere_is_done_once_by_the_next_process(
    cli: Cli, home: Path, begun: Path, speech: Path, tmp_path: Path, batch: int
) -> None:
    log, left = tmp_path / "log", tmp_path / "left"
    shutil.copytree(begun, home)
    leave_spool(cli.environment, home, speech, log)
    abandon_spool(home, speech)
    shutil.copytree(home, left)
    assert traced(cli.environment, log, "process").status == 0
    points = points_in(log, after=str(home), few=8)

    for point in points[batch::BATCHES]:
        shutil.rmtree(home)
        shutil.copytree(left, home)
        assert was_killed(traced(cli.environment, log, "process", at=point)), point
        processed = cli.run("process", "--json")

        assert processed.status == 0, (point, processed)
        assert len(entries_in(cli)) == 3, point
        assert len({entry["text"] for entry in entries_in(cli)}) == 1, point
        assert [todo["text"] for todo in todos_in(cli)] == ["Call the dentist"] * 3, point
        assert_all_is_well(cli, home)


@pytest.mark.slow
def test_two_that_process_at_once_do_everything_once(
    cli: Cli, home: Path, begun: Path, speech: Path, tmp_path: Path
) -> None:
    shutil.copytree(begun, home)
    for _ in range(3):
        leave_spool(cli.environment, home, speech, tmp_path / "log")

    both = [cli.start("process", "--json") for _ in range(2)]
    told = [process.communicate(timeout=LONGEST_S)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], told
    assert sum(json.loads(out)["data"]["done"] for out in told) == 3 * 3  # transcribe, analyse, keep
    assert len({entry["text"] for entry in entries_in(cli)}) == 1
    assert [todo["text"] for todo in todos_in(cli)] == ["Call the dentist"] * 4
    assert_all_is_well(cli, home)
