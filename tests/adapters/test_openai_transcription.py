"""Recorded speech, heard by OpenAI's API."""

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from braindump_cli import registry
from braindump_cli.domain.leaving import ELSEWHERE, LOOPBACK
from braindump_cli.errors import (
    AccountError,
    BadDataError,
    DeclinedError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
)
from braindump_cli.ports import Speech
from braindump_cli.prices import speech_cost_usd
from braindump_cli.transcription.openai import OpenAITranscriber
from tests.loopback import serving
from tests.loopback.means import KEY, PlainWire, means_of
from tests.loopback.openai import SPEECH, OpenAIServer, openai_server
from tests.loopback.specs import Exchange, form_fields

SOUND = b"OggS" + bytes(range(256)) * 8


@pytest.fixture
def server(monkeypatch) -> Iterator[OpenAIServer]:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with openai_server() as server:
        yield server


def transcriber_of(
    server: OpenAIServer, *, wire: PlainWire | None = None, model: str | None = None, **settings: str
) -> OpenAITranscriber:
    values: dict[str, Any] = {"transcription__openai__base_url": server.base_url, **settings}
    return OpenAITranscriber(means_of(wire=wire, model=model, **values))


def speech_of(sound: bytes = SOUND, *, duration_s: float = 8.0, **more: Any) -> Speech:
    speech = Speech(language="en-GB", duration_s=duration_s, blocks=lambda: iter(()), compact=lambda: sound)
    return speech._replace(**more)


def fields_of(server: OpenAIServer) -> list[tuple[str, str | bytes]]:
    (request,) = server.sent_to(SPEECH)
    return list(form_fields(Exchange("POST", request.url, request.headers, request.body, 200, {}, b"")))


def test_it_is_found_by_its_name():
    assert registry.load(registry.TRANSCRIBERS, "openai") is OpenAITranscriber


def test_a_recording_becomes_sentences_with_their_times(server):
    server.hears = "Call Dr Ames tomorrow. Buy milk!  Shall I? Yes"
    transcriber = transcriber_of(server)

    heard = transcriber.interpret(transcriber.hear(speech_of()))

    assert heard.text == "Call Dr Ames tomorrow. Buy milk! Shall I? Yes"
    assert [segment.text for segment in heard.segments] == [
        "Call Dr Ames tomorrow.",
        "Buy milk!",
        "Shall I?",
        "Yes",
    ]
    assert heard.segments[0].start_s == 0.0
    assert heard.segments[-1].end_s == 8.0
    assert all(
        one.end_s == next_.start_s for one, next_ in zip(heard.segments, heard.segments[1:], strict=False)
    )
    assert (heard.provider, heard.model, heard.language) == ("openai", "gpt-transcribe", "en-GB")
    assert not heard.is_draft


def test_whisper_tells_times_of_its_own(server):
    transcriber = transcriber_of(server, transcription__openai__model="whisper-1")

    heard = transcriber.interpret(transcriber.hear(speech_of()))

    assert [(segment.start_s, segment.end_s) for segment in heard.segments] == [(0.0, 1.8), (2.0, 3.8)]
    assert heard.segments[0].text == "Call the dentist tomorrow morning."
    assert all(segment.confidence == 0.779 for segment in heard.segments)
    assert dict(fields_of(server))["response_format"] == "verbose_json"


def test_silence_is_no_text(server):
    server.hears = ""
    transcriber = transcriber_of(server)

    assert transcriber.interpret(transcriber.hear(speech_of())).segments == ()


def test_what_is_shown_is_what_is_sent(server):
    wire = PlainWire()

    transcriber_of(server, wire=wire).hear(
        speech_of(vocabulary=("Ames", "Braindump"), key="h1", entry_id="e1")
    )

    (out,) = wire.outgoing
    assert isinstance(out.body, dict)
    shown = dict(out.body)
    file = shown.pop("file")
    assert file == {"name": "recording.ogg", "bytes": len(SOUND), "sha256": sha256(SOUND).hexdigest()}
    sent = fields_of(server)
    assert [value for name, value in sent if name == "file"] == [SOUND]
    assert (
        [value for name, value in sent if name == "keywords[]"]
        == shown.pop("keywords")
        == ["Ames", "Braindump"]
    )
    assert {name: value for name, value in sent if name not in ("file", "keywords[]")} == shown
    assert out.address == f"{server.base_url}/audio/transcriptions"
    assert (out.provider, out.purpose, out.model, out.entry_id) == (
        "openai",
        "transcribe",
        "gpt-transcribe",
        "e1",
    )
    assert out.size_bytes == len(SOUND)
    assert out.cost_usd == speech_cost_usd("gpt-transcribe", 8.0)
    assert json.dumps(out.body)
    assert KEY not in str(out)
    sent_headers = {name: value.partition(";")[0] for name, value in server.requests[0].headers.items()}
    assert {name.lower(): value for name, value in out.headers.items()}.items() <= sent_headers.items()
    rest = set(sent_headers) - {name.lower() for name in out.headers}
    assert rest == {"authorization", "host", "content-length", "connection", "accept-encoding"}


def test_a_request_is_named_by_the_hearing_and_the_model(server):
    wire = PlainWire()
    transcriber = transcriber_of(server, wire=wire)

    transcriber.hear(speech_of(key="h1"))
    transcriber.hear(speech_of())

    assert [out.key for out in wire.outgoing] == ["h1/openai/gpt-transcribe", ""]


def test_only_the_newer_model_takes_keywords_others_a_prompt(server):
    server.models.add("my-whisper")

    transcriber_of(server, model="my-whisper").hear(speech_of(vocabulary=("Ames", "Braindump")))

    sent = dict(fields_of(server))
    assert sent["prompt"] == "Ames, Braindump"
    assert "keywords[]" not in sent
    assert sent["model"] == "my-whisper"


def test_a_prompt_is_not_longer_than_a_model_reads(server):
    words = tuple(f"word{n:04}" for n in range(500))

    transcriber_of(server, model="whisper-1").hear(speech_of(vocabulary=words))

    prompt = dict(fields_of(server))["prompt"]
    assert isinstance(prompt, str)
    assert len(prompt) <= 700
    assert prompt.split(", ") == list(words[: len(prompt.split(", "))])


def test_the_language_is_sent_as_two_letters(server):
    transcriber_of(server).hear(speech_of(language="pt_BR"))

    assert dict(fields_of(server))["language"] == "pt"


def test_a_file_over_25_mb_is_not_sent(server):
    with pytest.raises(DeclinedError, match="25 MB; this one has 26"):
        transcriber_of(server).hear(speech_of(b"OggS" + bytes(26 * 1024 * 1024)))

    assert server.requests == []


def test_a_long_recording_is_given_more_time(server):
    wire = PlainWire()

    transcriber_of(server, wire=wire).hear(speech_of(duration_s=600.0))

    assert wire.within_s == [20.0]


FAULTS = {
    "half of the JSON": (serving.truncated, LostAnswerError),
    "no JSON": (serving.garbled, LostAnswerError),
    "a page": (serving.page(200), LostAnswerError),
    "an answer without a text": (serving.status(200, {"words": []}), LostAnswerError),
    "an answer that is a list": (serving.status(200, [1]), LostAnswerError),
    "a reset": (serving.reset, LostAnswerError),
    "502 as a page": (serving.page(502), ProviderError),
    "429": (serving.status(429, Retry_After="3"), RateLimitedError),
    "401": (serving.status(401), AccountError),
}


@pytest.mark.parametrize(("fault", "error"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_one_request_and_one_of_our_errors(server, fault, error):
    server.keep_failing(fault)

    with pytest.raises(ProviderError) as caught:
        transcriber_of(server).hear(speech_of())

    assert type(caught.value) is error
    assert len(server.requests) == 1
    assert KEY not in f"{caught.value.message} {caught.value.hint}"


def test_a_drip_ends_with_its_time(server):
    server.keep_failing(serving.drip)

    with pytest.raises(LostAnswerError):
        transcriber_of(server, wire=PlainWire(left_s=0.3)).hear(speech_of())


def test_an_unknown_model_tells_how_to_change_it(server):
    with pytest.raises(DeclinedError, match="'gpt-9'") as caught:
        transcriber_of(server, model="gpt-9").hear(speech_of())

    assert caught.value.hint == "braindump config set transcription.openai.model NAME"


@pytest.mark.parametrize(
    "reply", ["<html>", "[]", "{}", '{"answer": "[]"}', '{"answer": "{}", "duration_s": 1}', "1"]
)
def test_a_foreign_reply_is_bad_data(server, reply):
    with pytest.raises(BadDataError):
        transcriber_of(server).interpret(reply)


def test_it_hears_recordings_only(server):
    transcriber = transcriber_of(server)

    assert not transcriber.is_live
    with pytest.raises(ProviderError):
        transcriber.listen(speech_of())


def test_nothing_is_loaded_to_know_whether_it_can_be_asked():
    program = (
        "import sys; from tests.loopback.means import means_of;"
        "from braindump_cli.transcription.openai import OpenAITranscriber as engine;"
        "assert engine(means_of(key=None)).unavailable('de') == 'no key for openai';"
        "assert not {'openai', 'httpx2', 'pydantic'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_its_place_follows_its_own_address(server):
    assert transcriber_of(server).place == LOOPBACK
    assert OpenAITranscriber(means_of(insights__openai__base_url=server.base_url)).place == ELSEWHERE


def test_a_stray_base_address_is_refused_and_sent_nothing(server, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    transcriber = OpenAITranscriber(means_of())

    assert "transcription.openai.base_url" in str(transcriber.unavailable("en"))
    with pytest.raises(DeclinedError, match="OPENAI_BASE_URL"):
        transcriber.hear(speech_of())

    assert server.requests == []
