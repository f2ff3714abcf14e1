"""`braindump record` with Deepgram on the line: a real microphone path, a real terminal, a service on this machine."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.loopback.deepgram import MUTE, LoopbackDeepgram, breaks_after, recognised, recognised_file, refused
from tests.loopback.serving import serving
from tests.loopback.serving import status as failing
from tests.shell import Cli
from tests.sound_server import SoundServer
from tests.speech import say, word_error_rate
from tests.tmux import Tmux

pytestmark = [pytest.mark.alone("sound server"), pytest.mark.slow]

DUTY, WALK = "I have to call the dentist on Friday.", "The walk by the canal was good today."
SPEAK_NOW = "Enter stops, space pauses"
MOST_WRONG = 0.25  # the service stands in with the offline engine, which is that good on this voice
SECOND_BYTES = 32_000

Record = Callable[..., AbstractContextManager[Tmux]]


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return both sentences as one sound."""
    return say(tmp_path_factory.mktemp("speech") / "say.wav", DUTY, WALK, voice="rms")


@pytest.fixture
def deepgram() -> Iterator[LoopbackDeepgram]:
    """Return a service that understands English speech."""
    service = LoopbackDeepgram(recognised, understand_file=recognised_file, interim_s=2.0, final_s=60)
    with serving(service):
        yield service


@pytest.fixture
def cli(cli: Cli, deepgram: LoopbackDeepgram) -> Cli:
    """Return the command as somebody with a key and consent has it."""
    known = {
        "DEEPGRAM_API_KEY": "key-of-a-test",
        "BRAINDUMP_TRANSCRIPTION_DEEPGRAM_BASE_URL": deepgram.address,
        "BRAINDUMP_AI_CONSENT": "true",
    }
    return Cli({**cli.environment, **known}, cli.folder)


@pytest.fixture
def record(
    cli: Cli, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Any]]:
    """Return how to speak into `record` in a terminal, and what stands there at its end."""
    with SoundServer.running(tmp_path_factory.mktemp("pulse")) as server:

        def spoken(speech: Path, *words: str) -> tuple[str, str]:
            known = {**cli.environment, **server.environment, "TERM": "xterm-256color"}
            with Tmux.running(tmp_path / "terminal", "record", *words, environment=known) as terminal:
                terminal.wait_for(SPEAK_NOW)
                server.play(speech)
                while_speaking = terminal.screen()
                terminal.press("Enter")
                assert terminal.status() == 0, terminal.screen()
                return while_speaking, terminal.screen()

        yield spoken


def the_entry(cli: Cli) -> Any:
    (entry,) = cli.run("list", "--json").json()["data"]
    return cli.run("show", entry["id"], "--json").json()["data"]


def outcomes(cli: Cli) -> list[tuple[str, str]]:
    rows = cli.run("privacy", "log", "--json").json()["data"]
    return [(row["purpose"], row["outcome"]) for row in reversed(rows)]


def test_words_appear_while_they_are_spoken_and_the_final_text_is_there_at_once(
    cli, deepgram, record, speech
):
    while_speaking, screen = record(speech)

    entry = the_entry(cli)
    assert "call the dentist" in while_speaking
    assert "Kept as 1" in screen
    assert (entry["engine"], entry["is_draft"], entry["pending"]) == ("deepgram", False, [])
    assert word_error_rate(entry["text"], f"{DUTY} {WALK}") <= MOST_WRONG, entry["text"]
    assert [todo["text"][:16] for todo in entry["todos"]] == ["Call the dentist"]
    (line,) = deepgram.lines
    assert line.said[-2:] == ["Finalize", "CloseStream"]
    assert deepgram.sent_to("/v1/listen") == []
    assert outcomes(cli) == [("listen", "answered")]
    assert deepgram.wrong == []


def test_a_stored_key_reaches_the_thread_that_hears(cli, deepgram, record, speech):
    cli.environment.pop("DEEPGRAM_API_KEY")
    assert cli.run("keys", "set", "deepgram", input="key-that-is-stored").status == 0

    record(speech)

    assert the_entry(cli)["engine"] == "deepgram"
    (line,) = deepgram.lines
    assert line.headers["authorization"] == "Token key-that-is-stored"
    assert deepgram.sent_to("/v1/listen") == []


def test_a_dropped_line_loses_no_word_and_doubles_none(cli, deepgram, record, speech):
    deepgram.fail_lines(breaks_after(2 * SECOND_BYTES))

    record(speech)

    entry = the_entry(cli)
    assert entry["engine"] == "deepgram"
    assert word_error_rate(entry["text"], f"{DUTY} {WALK}") <= MOST_WRONG, entry["text"]
    assert len(deepgram.lines) == 2


@pytest.mark.parametrize("fault", [refused(503), MUTE], ids=["refused", "mute"])
def test_where_the_line_fails_the_recording_is_heard_whole_afterwards(cli, deepgram, record, speech, fault):
    deepgram.keep_failing_lines(fault)

    _, screen = record(speech)

    entry = the_entry(cli)
    assert (entry["engine"], entry["is_draft"], entry["pending"]) == ("deepgram", False, []), screen
    assert word_error_rate(entry["text"], f"{DUTY} {WALK}") <= MOST_WRONG, entry["text"]
    assert len(deepgram.sent_to("/v1/listen")) == 1


@pytest.mark.parametrize(("status", "most"), [(402, 1), (503, 4)])
def test_a_service_that_refuses_lines_and_recordings_is_not_asked_too_often(
    cli, deepgram, record, speech, status, most
):
    deepgram.keep_failing_lines(refused(status))
    deepgram.keep_failing(failing(status, {"err_code": "NO", "err_msg": "No.", "request_id": "1"}))

    _, screen = record(speech)

    kept = the_entry(cli)
    assert 1 <= len(deepgram.lines) + len(deepgram.sent_to("/v1/listen")) <= most
    assert (kept["engine"], kept["is_draft"], kept["pending"]) == ("pocketsphinx", True, ["transcribe"]), (
        screen
    )
    assert screen.count("braindump: deepgram:") == 1
    deepgram.keep_failing_lines()
    deepgram.keep_failing()
    assert cli.run("process", "--json").json()["data"]["waiting"] == 0
    entry = the_entry(cli)
    assert (entry["engine"], entry["is_draft"], entry["pending"]) == ("deepgram", False, [])
    assert [todo["text"][:16] for todo in entry["todos"]] == ["Call the dentist"]


def test_a_private_recording_is_heard_on_this_machine_alone(cli, deepgram, record, speech):
    record(speech, "--private")

    entry = the_entry(cli)
    assert (entry["engine"], entry["is_draft"], entry["pending"]) == ("pocketsphinx", True, [])
    assert (deepgram.lines, deepgram.requests, outcomes(cli)) == ([], [], [])
