"""kill -9 around an answer: one that was received is never asked for again, one that was lost is counted."""

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.killing import Point, points_in, traced, was_killed
from tests.loopback.serving import Fault, Line, Reply
from tests.providers import DUTIES, answer, asked, asked_by, told
from tests.shell import LONGEST_S, Cli
from tests.speech import say

TODOS = ["Buy milk", "Call the dentist"]
HEARD = "Well, I have to call the dentist on Friday. I also need to buy milk."


def outcomes(cli: Cli, purpose: str) -> Counter[str]:
    """Return what became of the requests for a purpose."""
    return Counter(row["outcome"] for row in told(cli, "privacy", "log") if row["purpose"] == purpose)


def assert_read_once(cli: Cli) -> None:
    """Hold that the entry is read by the model, has each to-do once, and waits for nothing."""
    entry = told(cli, "show", "last")
    assert (entry["insights"]["engine"], entry["pending"]) == ("openai", [])
    assert sorted(todo["text"] for todo in entry["todos"]) == TODOS


def killing(process: list[int], *, after: int) -> Fault:
    """Kill a process that asks: before the answer, or after so many parts of it."""

    def fault(line: Line, reply: Reply) -> None:
        line.head(reply)
        for part in reply.parts[:after]:
            line.chunk(part)
        os.kill(process[0], signal.SIGKILL)

    return fault


@pytest.mark.parametrize("after", [0, 6])
def test_an_answer_that_was_lost_is_counted_and_asked_for_again(cli: Cli, after: int) -> None:
    cli.run("add", "Hello.", "--no-insights")
    asking: list[int] = []
    with asked_by(cli) as server:
        server.fail(killing(asking, after=after))
        with cli.start("add", DUTIES) as process:
            asking.append(process.pid)
            out, _ = process.communicate(timeout=LONGEST_S)
        done = told(cli, "process")
        requests = asked(server)

    assert (process.returncode, out) == (-signal.SIGKILL, b"")
    assert (done["waiting"], requests) == (0, 2)
    assert outcomes(cli, "insights") == {"sent": 1, "answered": 1}
    assert "the answer to 1 was lost" in cli.run("privacy", "log").out
    assert_read_once(cli)


@pytest.fixture
def begun(cli: Cli, home: Path, tmp_path: Path) -> Path:
    """Return a home with a journal, to be copied."""
    answer(cli, "add", "Hello.", "--no-insights")
    return home.rename(tmp_path / "begun")


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a short recording with two duties."""
    folder = tmp_path_factory.mktemp("speech")
    return say(folder / "say.wav", "I have to call the dentist on Friday.", "I need to buy milk.")


def killed_points(cli: Cli, begun: Path, home: Path, words: tuple[str, ...], *, last: int) -> Iterator[Point]:
    """Run a command, killed at some of the last times it makes something durable; yield after each."""
    log = begun.with_name("log")
    shutil.copytree(begun, home)
    assert traced(cli.environment, log, *words).status == 0
    points = [point for point in points_in(log, after=str(home)) if point.call == "fsync"][-last:]
    assert len(points) == last
    for point in points[:: 1 + last // 10]:
        shutil.rmtree(home)
        shutil.copytree(begun, home)
        assert was_killed(traced(cli.environment, log, *words, at=point)), point
        yield point


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_reading_that_was_received_is_not_asked_for_again(cli: Cli, home: Path, begun: Path) -> None:
    with asked_by(cli):
        for point in killed_points(cli, begun, home, ("add", DUTIES), last=8):
            assert told(cli, "process")["waiting"] == 0, point
            assert outcomes(cli, "insights")["answered"] == 1, point
            assert_read_once(cli)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_transcript_that_was_received_is_not_asked_for_again(
    cli: Cli, home: Path, begun: Path, speech: Path
) -> None:
    with asked_by(cli) as server:
        server.hears = HEARD
        words = ("record", "--from", str(speech))
        for point in killed_points(cli, begun, home, words, last=21):
            assert told(cli, "process")["waiting"] == 0, point
            assert outcomes(cli, "transcribe")["answered"] == 1, point
            assert outcomes(cli, "insights")["answered"] == 1, point
            assert_read_once(cli)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_another_reading_that_was_received_is_not_asked_for_again(
    cli: Cli, home: Path, tmp_path: Path
) -> None:
    words = ("insights", "redo", "last", "--engine", "openai")
    with asked_by(cli):
        answer(cli, "add", DUTIES, env={"BRAINDUMP_INSIGHTS_ORDER": "offline"})
        begun = home.rename(tmp_path / "begun")
        for point in killed_points(cli, begun, home, words, last=6):
            was_kept = told(cli, "insights", "show", "last")["engine"] == "openai"
            assert cli.run(*words).status == 0, point
            assert outcomes(cli, "insights")["answered"] <= 1 + was_kept, point  # then it is a new wish
            assert_read_once(cli)
