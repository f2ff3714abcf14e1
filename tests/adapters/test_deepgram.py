"""Deepgram for whole recordings, against a server on this machine."""

import json
from collections.abc import Iterator
from datetime import UTC, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from braindump_cli.domain.leaving import ELSEWHERE, LOOPBACK
from braindump_cli.errors import (
    AccountError,
    BadDataError,
    DeclinedError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
)
from braindump_cli.ports import Speech
from braindump_cli.transcription.deepgram import DeepgramTranscriber
from braindump_cli.transcription.deepgram_options import keyterms
from tests.fakes import MONDAY_MORNING
from tests.loopback import serving as faults
from tests.loopback.deepgram import LoopbackDeepgram, Word, spoken
from tests.loopback.means import KEY, PlainWire, means_of
from tests.loopback.serving import closed_port

# The SDK looks at names that websockets deprecates.
pytestmark = [
    pytest.mark.filterwarnings("ignore:websockets.legacy is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:websockets.exceptions.InvalidStatusCode:DeprecationWarning"),
]

SOUND = spoken(range(1, 4))
ERROR = {"err_code": "NO", "err_msg": "secret words of the user", "request_id": "1"}


@pytest.fixture
def server() -> Iterator[LoopbackDeepgram]:
    with LoopbackDeepgram() as running:
        yield running
    assert not running.wrong


@pytest.fixture
def wire() -> PlainWire:
    return PlainWire()


@pytest.fixture
def engine(server: LoopbackDeepgram, wire: PlainWire) -> DeepgramTranscriber:
    return engine_at(server.address, wire)


def engine_at(address: str, wire: PlainWire | None = None, **values: Any) -> DeepgramTranscriber:
    return DeepgramTranscriber(means_of(wire=wire, transcription__deepgram__base_url=address, **values))


def speech_of(sound: bytes = SOUND, **values: Any) -> Speech:
    plain = Speech("en", len(sound) / 32_000, lambda: iter([sound]), lambda: sound, "e1", "e1/7")
    return plain._replace(**values)


def said(*sentences: tuple[str, int | None]) -> list[Word]:
    """Return words of a quarter of a second each, by speakers."""
    words = [(text, speaker) for sentence, speaker in sentences for text in sentence.split()]
    return [Word(text, at / 4, at / 4 + 0.2, speaker) for at, (text, speaker) in enumerate(words)]


def test_a_recording_becomes_sentences_with_times(engine, server):
    server._understand_file = lambda _: said(("Call Dr. Smith on 3 March. Then buy milk.", None))

    heard = engine.interpret(engine.hear(speech_of()))

    assert heard.text == "Call Dr. Smith on 3 March. Then buy milk."
    assert (heard.provider, heard.model, heard.language, heard.is_draft) == (
        "deepgram",
        "nova-3",
        "en",
        False,
    )
    last = heard.segments[-1]
    assert (last.text, last.start_s, last.end_s) == ("Then buy milk.", 1.5, 2.2)
    assert last.confidence == pytest.approx(0.97)


def test_one_request_carries_the_file_and_says_beforehand_what_it_is(engine, server, wire):
    engine.hear(speech_of(vocabulary=("Carla", "Leeds train")))

    (request,) = server.requests
    (out,) = wire.outgoing
    assert request.body == SOUND
    assert request.headers["authorization"] == f"Token {KEY}"
    assert out.body == {"bytes": len(SOUND), "sha256": sha256(SOUND).hexdigest()}
    assert sorted(parse_qsl(urlsplit(out.address).query)) == sorted(parse_qsl(urlsplit(request.url).query))
    assert out.address.startswith(f"{server.address}/v1/listen?")
    assert {name.lower(): value for name, value in out.headers.items()}.items() <= request.headers.items()
    assert KEY not in repr(out)
    assert (out.size_bytes, out.entry_id, out.key) == (len(SOUND), "e1", "e1/7/deepgram/nova-3")
    assert out.cost_usd == pytest.approx(0.0077 * speech_of().duration_s / 60)
    assert parse_qs(urlsplit(request.url).query)["keyterm"] == ["Carla", "Leeds train"]
    assert not any(name.startswith("x-") for name in request.headers)


def test_the_time_it_may_take_grows_with_the_recording(engine, wire):
    engine.hear(speech_of(duration_s=600.0))

    assert wire.within_s == [20.0]


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", {"language": ["en"]}),
        ("en_GB", {"language": ["en-GB"]}),
        ("de_DE", {"language": ["de"]}),
        ("pt-br", {"language": ["pt-BR"]}),
    ],
)
def test_languages_are_named_as_the_service_names_them(engine, server, language, wanted):
    engine.hear(speech_of(language=language))

    assert wanted.items() <= parse_qs(urlsplit(server.requests[0].url).query).items()


def test_a_language_is_detected_where_the_settings_want_it(server):
    engine = engine_at(server.address, transcription__deepgram__language="detect")

    heard = engine.interpret(engine.hear(speech_of()))

    sent = parse_qs(urlsplit(server.requests[0].url).query)
    assert sent["detect_language"] == ["true"]
    assert "language" not in sent
    assert heard.language == "fr"


def test_older_models_are_given_no_keyterms(server):
    engine_at(server.address, transcription__deepgram__model="nova-2").hear(speech_of(vocabulary=("Carla",)))

    assert "keyterm" not in parse_qs(urlsplit(server.requests[0].url).query)


def test_a_vocabulary_that_is_too_long_is_cut_before_the_service_falls_silent():
    terms = keyterms(f"Hieronymus {number:04}" for number in range(1_000))

    assert terms[0] == "Hieronymus 0000"
    assert 0 < sum(len(term) for term in terms) <= 1_000


def test_turns_of_several_speakers_begin_with_who_speaks(server):
    engine = engine_at(server.address, transcription__deepgram__diarize=True)
    server._understand_file = lambda _: said(("Hello. Sit down.", 0), ("Thank you.", 1), ("Well.", 0))

    heard = engine.interpret(engine.hear(speech_of()))

    assert [segment.text for segment in heard.segments] == [
        "Speaker 1: Hello.",
        "Sit down.",
        "Speaker 2: Thank you.",
        "Speaker 1: Well.",
    ]
    assert parse_qs(urlsplit(server.requests[0].url).query)["diarize_model"] == ["latest"]


def test_one_speaker_is_not_named(server):
    server._understand_file = lambda _: said(("Hello. Sit down.", 0))
    engine = engine_at(server.address, transcription__deepgram__diarize=True)

    assert engine.interpret(engine.hear(speech_of())).text == "Hello. Sit down."


def test_silence_is_no_text(engine):
    assert engine.interpret(engine.hear(speech_of(bytes(32_000)))).segments == ()


RETRY_AT = format_datetime((MONDAY_MORNING + timedelta(seconds=90)).astimezone(UTC), usegmt=True)
FAULTS = {
    "400": (faults.status(400, ERROR), DeclinedError),
    "401": (faults.status(401, ERROR), AccountError),
    "402": (faults.status(402, ERROR), AccountError),
    "403": (faults.status(403, ERROR), DeclinedError),
    "404": (faults.status(404, ERROR), DeclinedError),
    "301": (faults.status(301, ERROR, Location="https://example.org"), DeclinedError),
    "408": (faults.status(408, ERROR), ProviderError),
    "409": (faults.status(409, ERROR), ProviderError),
    "429": (faults.status(429, ERROR), RateLimitedError),
    "500": (faults.status(500, ERROR), ProviderError),
    "502 page": (faults.page(502), ProviderError),
    "200 page": (faults.page(200), LostAnswerError),
    "200 without words": (faults.status(200, {"metadata": {}}), LostAnswerError),
    "200 no document": (faults.status(200, ["x"]), LostAnswerError),
    "reset in the body": (faults.reset, LostAnswerError),
    "end in the body": (faults.cut, LostAnswerError),
    "half an answer": (faults.truncated, LostAnswerError),
    "not even text": (faults.garbled, LostAnswerError),
    "hang": (faults.hang, LostAnswerError),
    "hang after the headers": (faults.hang_after_headers, LostAnswerError),
    "slow drip": (faults.drip, LostAnswerError),
    "slow drip of headers": (faults.drip_headers, LostAnswerError),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_failure_is_one_of_ours_after_one_request(server, name):
    fault, expected = FAULTS[name]
    server.keep_failing(fault)
    engine = engine_at(server.address, PlainWire(left_s=0.3))

    with pytest.raises(ProviderError) as caught:
        engine.hear(speech_of())

    assert type(caught.value) is expected
    assert len(server.requests) == 1
    told = f"{caught.value.message} {caught.value.hint}"
    assert KEY not in told
    assert "secret" not in told
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    if issubclass(expected, DeclinedError):
        assert caught.value.hint


@pytest.mark.parametrize(("said_wait", "wait_s"), [("7", 7.0), (RETRY_AT, 90.0), ("soon", None)])
def test_a_wait_is_asked_for_in_seconds_or_as_a_date(engine, server, said_wait, wait_s):
    server.keep_failing(faults.status(429, ERROR, Retry_After=said_wait))

    with pytest.raises(RateLimitedError) as caught:
        engine.hear(speech_of())

    assert caught.value.retry_after_s == wait_s


def test_a_server_that_is_not_there_was_sent_nothing():
    engine = engine_at(f"http://127.0.0.1:{closed_port()}")

    with pytest.raises(UnreachableError) as caught:
        engine.hear(speech_of())

    assert type(caught.value) is UnreachableError


def test_without_a_key_it_is_not_there_unless_the_server_is_the_users_own():
    assert DeepgramTranscriber(means_of(key=None)).unavailable("en") == "no key for deepgram"
    assert DeepgramTranscriber(means_of()).unavailable("en") is None
    assert engine_at("http://127.0.0.1:9", key=None).unavailable("en") is None


def test_its_place_is_told_by_its_address():
    assert DeepgramTranscriber(means_of()).place == ELSEWHERE
    assert engine_at("http://localhost:9").place == LOOPBACK


def test_a_model_asked_for_by_name_wins_over_the_setting(server, wire):
    means = means_of(wire=wire, model="nova-3-medical", transcription__deepgram__base_url=server.address)
    engine = DeepgramTranscriber(means)

    assert engine.interpret(engine.hear(speech_of())).model == "nova-3-medical"
    assert wire.outgoing[0].model == "nova-3-medical"


@pytest.mark.parametrize(
    "reply",
    [
        "<html>502</html>",
        "[]",
        "null",
        "{}",
        '{"model": "m", "language": "en", "finals": [1]}',
        '{"model": "m", "language": "en", "finals": [{"offset_s": 0}]}',
        '{"model": "m", "language": "en", "answer": {"results": {"channels": 3}}}',
        '{"model": "m", "language": "en", "answer": {"results": {"channels": [{"alternatives": [[]]}]}}}',
        "[" * 100_000,
    ],
)
def test_a_foreign_reply_is_bad_data(engine, reply):
    with pytest.raises(BadDataError):
        engine.interpret(reply)


def test_an_answer_without_paragraphs_is_read_by_its_words(engine, server):
    server._understand_file = lambda _: said(("Call Dr. Smith. Buy milk.", None))
    reply = json.loads(engine.hear(speech_of()))
    del reply["answer"]["results"]["channels"][0]["alternatives"][0]["paragraphs"]

    heard = engine.interpret(json.dumps(reply))

    assert [segment.text for segment in heard.segments] == ["Call Dr. Smith.", "Buy milk."]
