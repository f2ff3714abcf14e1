"""A service for speech that is away or broken: the recording is kept, a draft stands, the better text comes later."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.loopback import serving
from tests.loopback.deepgram import LoopbackDeepgram, spread
from tests.loopback.openai import SPEECH
from tests.loopback.serving import LoopbackServer
from tests.providers import answer, asked, asked_by, codes, heard, lead, run_at, told
from tests.shell import Cli
from tests.speech import say

MORNING = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
DRAFT = "I have to call the dentist on Friday. I need to buy milk."
HEARD = "Well, I have to call the dentist on Friday. I also need to buy milk."
TODOS = ["Buy milk", "Call the dentist"]
AWAY = "no whole answer came"
PATHS = {"openai": SPEECH, "deepgram": "/v1/listen"}


class Fall(NamedTuple):
    """How a server fails, and what is said of it."""

    fault: serving.Fault
    says: str
    most: int = 4  # requests
    code: str = "provider"
    by: tuple[str, ...] = ("openai", "deepgram")


def refuses(status: int, code: str | None = None) -> serving.Fault:
    error = {"message": "No.", "type": "invalid_request_error", "code": code, "param": None}
    return serving.status(status, {"error": error})


FALLS = {
    "reset in the body": Fall(serving.reset, AWAY),
    "truncated JSON": Fall(serving.truncated, AWAY, by=("openai",)),
    "another schema": Fall(serving.status(200, {"words": []}), AWAY, by=("deepgram",)),
    "500": Fall(serving.status(500), "answered 500", by=("openai",)),
    "502 with a page": Fall(serving.page(502), "answered 502", by=("deepgram",)),
    "429": Fall(serving.status(429), "come back later", code="rate_limited", by=("openai",)),
    "401": Fall(refuses(401, "invalid_api_key"), "braindump keys set ", 1),
    "402": Fall(refuses(402), "Add money", 1, by=("deepgram",)),
    "quota": Fall(refuses(429, "insufficient_quota"), "quota is used up", 1, by=("openai",)),
    "no such model": Fall(refuses(404, "model_not_found"), ".model", 1),
    "hang": Fall(serving.hang, AWAY, 1),
    "slow drip": Fall(serving.drip, AWAY, 1),
}
SLOW = ("hang", "slow drip")  # twenty seconds, and a share of the recording's length, are granted
CASES = [
    pytest.param(by, name, marks=pytest.mark.slow if name in SLOW else ())
    for name, fall in FALLS.items()
    for by in fall.by
]

# The SDK of Deepgram looks at names that websockets deprecates.
pytestmark = [
    pytest.mark.filterwarnings("ignore:websockets.legacy is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:websockets.exceptions.InvalidStatusCode:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a short recording with two duties."""
    folder = tmp_path_factory.mktemp("speech")
    return say(folder / "say.wav", "I have to call the dentist on Friday.", "I need to buy milk.")


@contextmanager
def heard_by(cli: Cli, provider: str) -> Iterator[LoopbackServer]:
    """Run a server for speech that `cli` asks, and beside it a model for insights."""
    with asked_by(cli, transcription__order=f"{provider},pocketsphinx") as model:
        if provider == "openai":
            model.hears = HEARD
            yield model
            return
        with serving.serving(LoopbackDeepgram(understand_file=spread(lambda _: HEARD))) as server:
            lead(cli, model.base_url, transcription__order="deepgram,pocketsphinx",
                 transcription__deepgram__base_url=f"http://127.0.0.1:{server.port}")  # fmt: skip
            yield server


@pytest.mark.parametrize(("by", "name"), CASES)
def test_a_draft_stands_until_the_next_process_brings_the_better_text(
    cli: Cli, speech: Path, by: str, name: str
) -> None:
    fall = FALLS[name]
    with heard_by(cli, by) as server:
        server.keep_failing(fall.fault)
        kept = answer(cli, "record", "--from", str(speech))
        requests = len(server.sent_to(PATHS[by]))
        server.keep_failing()
        done = answer(cli, "process")
        healed = len(server.requests)
        again = told(cli, "process")
        entry = told(cli, "show", "last")

        assert len(server.requests) == healed
        assert len(server.sent_to(PATHS[by])) == requests + 1
    assert_draft_stands(kept, fall, by)
    assert 1 <= requests <= fall.most
    assert (done["data"]["waiting"], done["warnings"]) == (0, [])
    assert (again["done"], again["failed"], again["waiting"]) == (0, 0, 0)
    assert_better_text(entry, kept["data"], by)


def test_a_key_that_is_not_taken_is_offered_once_for_text_and_insights(cli: Cli, speech: Path) -> None:
    with heard_by(cli, "openai") as server:
        server.keep_failing(refuses(401, "invalid_api_key"))
        kept = answer(cli, "record", "--from", str(speech))

        assert len(server.requests) == 1
    assert codes(kept) == ["provider"]
    assert_draft_stands(kept, FALLS["401"])


def assert_draft_stands(kept, fall, by="openai"):
    """Hold that the recording has a draft, read by the rules, and that a warning tells what would be better."""
    entry = kept["data"]
    assert (entry["text"], entry["is_draft"], entry["insights"]["engine"]) == (DRAFT, True, "offline")
    assert sorted(todo["text"] for todo in entry["todos"]) == TODOS
    assert "transcribe" in entry["pending"]
    assert set(codes(kept)) == {fall.code}
    message = kept["warnings"][0]["message"]
    assert message.startswith(f"{by}: ")
    assert fall.says in message
    assert "dentist" not in message


def assert_better_text(entry, kept, by="openai"):
    """Hold that the better text is the one that counts, read by the model, and the to-dos are those of before."""
    assert (entry["text"], entry["engine"], entry["is_draft"]) == (HEARD, by, False)
    assert (entry["insights"]["engine"], entry["pending"]) == ("openai", [])
    assert {todo["id"] for todo in entry["todos"]} == {todo["id"] for todo in kept["todos"]}


def test_where_nobody_listens_the_recording_is_kept_and_heard_later(cli: Cli, speech: Path) -> None:
    lead(cli, f"http://127.0.0.1:{serving.closed_port()}/v1")
    kept = answer(cli, "record", "--from", str(speech))

    with asked_by(cli) as server:
        server.hears = HEARD
        assert told(cli, "process")["waiting"] == 0
        assert (heard(server), asked(server)) == (1, 1)
    assert_draft_stands(kept, Fall(serving.healthy, "cannot be reached"))
    assert_better_text(told(cli, "show", "last"), kept["data"])


def test_a_wait_that_is_asked_for_holds_for_hearing_and_reading_alike(cli: Cli, speech: Path) -> None:
    later = timedelta(minutes=10)
    with asked_by(cli) as server:
        server.hears = HEARD
        server.fail(serving.status(429, Retry_After="600"))
        kept = run_at(cli, MORNING, "record", "--from", str(speech), "--json").json()
        early = run_at(cli, MORNING + later / 2, "process", "--json").json()["data"]
        requests = len(server.requests)
        done = run_at(cli, MORNING + later, "process", "--json").json()["data"]

        assert (requests, len(server.requests)) == (1, 3)
    assert_draft_stands(kept, Fall(serving.healthy, "come back later", code="rate_limited"))
    assert (early["waiting"], early["next_at"]) == (1, "2026-03-02T09:24:00.000Z")
    assert done["waiting"] == 0


def test_an_entry_that_asks_again_by_name_keeps_its_text_when_nobody_answers(cli: Cli, speech: Path) -> None:
    with asked_by(cli) as server:
        server.hears = HEARD
        cli.run("record", "--from", str(speech))
        server.keep_failing(refuses(401, "invalid_api_key"))
        failed = cli.run("transcribe", "last", "--engine", "openai")

    assert failed.status == 69
    assert "braindump keys set openai" in failed.err
    assert told(cli, "show", "last")["text"] == HEARD
