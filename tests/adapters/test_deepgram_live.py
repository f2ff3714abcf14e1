"""Deepgram while somebody speaks, against a server on this machine."""

import random
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import soundfile

from braindump_cli.domain.leaving import ANSWERED, LOST, REFUSED, Outgoing
from braindump_cli.errors import AccountError, DeclinedError, LostAnswerError, ProviderError, RateLimitedError
from braindump_cli.ports import Listener, Speech
from braindump_cli.transcription import deepgram_live
from braindump_cli.transcription.deepgram import DeepgramTranscriber
from braindump_cli.transcription.deepgram_heard import Heard
from tests.fakes import FakeClock
from tests.loopback import deepgram
from tests.loopback.deepgram import LiveLine, LoopbackDeepgram, breaks_after, refused, spoken
from tests.loopback.means import KEY, PlainWire, means_of
from tests.loopback.serving import closed_port
from tests.unit.transcription.speech import said, silence
from tests.waiting import PATIENCE_S

# The SDK looks at names that websockets deprecates.
pytestmark = [
    pytest.mark.filterwarnings("ignore:websockets.legacy is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:websockets.exceptions.InvalidStatusCode:DeprecationWarning"),
]

NUMBERS = range(1, 25)
SOUND = spoken(NUMBERS)
TEXT = " ".join(f"w{number}" for number in NUMBERS)
PIECE = 16_000


class CountingWire(PlainWire):
    """Remembers what became of each line."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[tuple[int, str, int]] = []
        self.costs: list[float] = []

    def end(self, number: int, outcome: str, *, size_bytes: int, cost_usd: float) -> None:
        self.ended.append((number, outcome, size_bytes))
        self.costs.append(cost_usd)


@pytest.fixture
def server() -> Iterator[LoopbackDeepgram]:
    with LoopbackDeepgram() as running:
        yield running
    assert not running.wrong


@pytest.fixture
def wire() -> CountingWire:
    return CountingWire()


@pytest.fixture
def engine(server: LoopbackDeepgram, wire: CountingWire) -> DeepgramTranscriber:
    return engine_at(server.address, wire)


def engine_at(address: str, wire: PlainWire, **values: Any) -> DeepgramTranscriber:
    return DeepgramTranscriber(means_of(wire=wire, transcription__deepgram__base_url=address, **values))


def speech_of(sound: bytes = SOUND, **values: Any) -> Speech:
    plain = Speech("en", len(sound) / 32_000, lambda: iter([sound]), lambda: sound, "e1", "e1/7")
    return plain._replace(**values)


def soon(is_so: Callable[[], object]) -> None:
    """Wait until it is so, at a pace that makes tests quick."""
    waiting, tries = threading.Event(), round(PATIENCE_S / 0.002)
    assert any(is_so() or waiting.wait(0.002) for _ in range(tries)), "waited in vain"


def is_taken(line: LiveLine, size_bytes: int) -> bool:
    return line.size_bytes >= size_bytes or not line.is_open


def say(listener: Listener, server: LoopbackDeepgram, sound: bytes = SOUND) -> list[int]:
    """Speak as fast as the server listens; return the places from which it was asked again."""
    at, asked = 0, []
    while at < len(sound):
        line = server.lines[-1]
        before = line.size_bytes
        piece = sound[at : at + PIECE]
        again = listener.feed(piece)
        if again is None:
            at += len(piece)
            soon(partial(is_taken, line, before + len(piece)))
        else:
            asked.append(again)
            at = again
    return asked


def text_of(engine: DeepgramTranscriber, listener: Listener, server: LoopbackDeepgram) -> str:
    """Speak and finish; where that fails ask for the recording, as the journal does."""
    try:
        say(listener, server)
        reply = listener.finish()
    except ProviderError:
        reply = engine.hear(speech_of())
    return engine.interpret(reply).text


def test_live_words_become_captions_and_then_the_text(engine, server, wire):
    listener = engine.listen(speech_of())

    assert listener.caption() == ""
    say(listener, server)
    soon(lambda: "w20" in listener.caption())
    transcript = engine.interpret(listener.finish())

    assert transcript.text == TEXT
    assert (transcript.provider, transcript.model, transcript.language) == ("deepgram", "nova-3", "en")
    assert wire.ended == [(1, ANSWERED, len(SOUND))]
    assert wire.costs[0] == pytest.approx(0.0077 * len(SOUND) / 32_000 / 60)
    (line,) = server.lines
    soon(lambda: line.said == ["Finalize", "CloseStream"])
    assert line.headers["authorization"] == f"Token {KEY}"


def test_each_sentence_knows_when_it_was_said(engine, server):
    server.understand = lambda sound: [
        word._replace(text=word.text.replace("w2", "two.")) for word in deepgram.understood(sound)
    ]
    listener = engine.listen(speech_of())
    say(listener, server, spoken([1, 2, 3]))

    first, second = engine.interpret(listener.finish()).segments

    assert (first.text, second.text) == ("w1 two.", "w3")
    assert (first.start_s, first.end_s) == (pytest.approx(0.1), pytest.approx(0.8))
    assert (second.start_s, second.end_s) == (pytest.approx(0.9), pytest.approx(1.2))
    assert first.confidence == pytest.approx(0.97)


@pytest.mark.parametrize("seed", range(20))
def test_a_line_that_breaks_at_any_moment_loses_no_word_and_doubles_none(engine, server, seed):
    chance = random.Random(seed)
    server.fail_lines(*(breaks_after(chance.randrange(len(SOUND))) for _ in range(chance.choice([1, 1, 2]))))

    assert text_of(engine, engine.listen(speech_of()), server) == TEXT


def test_a_line_that_breaks_twenty_times_loses_no_word_and_doubles_none(engine, server, wire):
    chance = random.Random(7)
    numbers = range(1, 200)
    server.fail_lines(*(breaks_after(round(chance.uniform(2.5, 4.5) * 32_000)) for _ in range(20)))
    listener = engine.listen(speech_of())

    asked = say(listener, server, spoken(numbers))
    text = engine.interpret(listener.finish()).text

    assert text == " ".join(f"w{number}" for number in numbers)
    assert len(asked) == 20
    assert asked == sorted(set(asked))
    assert all(again % 2 == 0 for again in asked)
    assert LOST not in {outcome for _, outcome, _ in wire.ended}  # each said something for good


def test_after_a_break_all_is_heard_again_from_the_end_of_the_last_final_result(engine, server):
    server.fail_lines(breaks_after(5 * 32_000))
    listener = engine.listen(speech_of())

    (again,) = say(listener, server)

    # Words take 0.4 s, and final results end in the middle of a pause: nine words were final.
    assert again == round((9 * 0.4 + 0.05) * 32_000)
    assert engine.interpret(listener.finish()).text == TEXT
    assert server.lines[1].size_bytes == len(SOUND) - again


def test_a_result_that_comes_twice_stands_once(engine, server):
    server.fail_lines(deepgram.DOUBLES)
    listener = engine.listen(speech_of())
    say(listener, server)

    assert engine.interpret(listener.finish()).text == TEXT


def test_a_line_that_breaks_again_and_again_is_given_up(engine, server, wire):
    server.keep_failing_lines(breaks_after(16_000))
    listener = engine.listen(speech_of())

    with pytest.raises(ProviderError):
        say(listener, server)

    assert len(server.lines) == 2
    assert [outcome for _, outcome, _ in wire.ended] == [LOST] * 2


def test_a_line_that_breaks_at_the_end_is_a_lost_answer(engine, server, wire):
    server.fail_lines(deepgram.BREAKS_AT_END)
    listener = engine.listen(speech_of())
    say(listener, server)

    with pytest.raises(LostAnswerError):
        listener.finish()

    assert [outcome for _, outcome, _ in wire.ended] == [LOST]


def test_a_line_that_never_ends_is_a_lost_answer(engine, server, monkeypatch):
    monkeypatch.setattr(deepgram_live, "FINISH_S", 0.1)
    server.fail_lines(deepgram.MUTE)
    listener = engine.listen(speech_of())
    say(listener, server, SOUND[:32_000])

    with pytest.raises(LostAnswerError):
        listener.finish()


def test_speech_without_an_answer_for_ten_seconds_is_a_broken_service(server, wire):
    clock = FakeClock()
    means = means_of(wire=wire, transcription__deepgram__base_url=server.address)._replace(clock=clock)
    server.fail_lines(deepgram.MUTE)
    listener = DeepgramTranscriber(means).listen(speech_of())

    speaking = spoken(range(40))
    assert listener.feed(speaking) is None  # comes faster than it is spoken: nobody waited yet
    clock.advance(timedelta(seconds=11))
    with pytest.raises(ProviderError, match="sent no words"):
        listener.feed(speaking[:32_000])

    assert wire.ended[-1][1] == LOST


def test_silence_is_no_broken_service(server, wire):
    clock = FakeClock()
    means = means_of(wire=wire, transcription__deepgram__base_url=server.address)._replace(clock=clock)
    server.fail_lines(deepgram.MUTE)
    listener = DeepgramTranscriber(means).listen(speech_of())
    hiss = b"".join(value.to_bytes(2, "little", signed=True) for value in [60, -60] * 8_000)

    for _ in range(60):
        clock.advance(timedelta(seconds=1))
        assert listener.feed(hiss) is None

    listener.close()


def test_a_pause_keeps_the_line_alive(engine, server, monkeypatch):
    monkeypatch.setattr(deepgram_live, "KEEP_ALIVE_S", 0.05)
    listener = engine.listen(speech_of())
    listener.feed(SOUND[:PIECE])

    soon(lambda: server.lines[0].said.count("KeepAlive") >= 3)
    listener.feed(SOUND[PIECE : 2 * PIECE])

    assert "w1" in engine.interpret(listener.finish()).text


def test_a_line_that_broke_in_a_pause_is_opened_again_by_the_next_frame(engine, server, monkeypatch):
    monkeypatch.setattr(deepgram_live, "KEEP_ALIVE_S", 0.05)
    server.fail_lines(breaks_after(PIECE))
    listener = engine.listen(speech_of())
    say(listener, server, SOUND[: PIECE + 2])
    soon(lambda: not server.lines[0].is_open)

    assert listener.feed(SOUND[PIECE : 2 * PIECE]) in {None, 0}
    say(listener, server)

    assert len(server.lines) == 2
    listener.close()


@pytest.mark.parametrize(
    ("status", "error", "tries"),
    [
        (400, DeclinedError, 1),
        (401, AccountError, 1),
        (402, AccountError, 1),
        (403, DeclinedError, 1),
        (429, RateLimitedError, 1),
        (500, ProviderError, 2),
        (503, ProviderError, 2),
    ],
)
def test_a_refused_line_is_told_as_what_it_is(engine, server, wire, status, error, tries):
    server.keep_failing_lines(refused(status, Retry_After="7"))

    with pytest.raises(error) as caught:
        engine.listen(speech_of())

    assert type(caught.value) is error
    assert KEY not in str(caught.value)
    assert caught.value.__context__ is None
    assert len(server.lines) == tries
    assert [end[1:] for end in wire.ended] == [(REFUSED, 0)] * tries
    if status == 429:
        assert caught.value.retry_after_s == 7


def test_nobody_at_the_address_is_told_in_our_words(wire):
    engine = engine_at(f"http://127.0.0.1:{closed_port()}", wire)

    with pytest.raises(ProviderError, match="cannot be reached"):
        engine.listen(speech_of())


def test_a_line_refused_in_the_middle_is_given_up(engine, server, wire):
    server.fail_lines(breaks_after(64_000), refused(401))
    listener = engine.listen(speech_of())

    with pytest.raises(DeclinedError):
        say(listener, server)

    # The first line said something for good before it broke.
    assert [outcome for _, outcome, _ in wire.ended] == [ANSWERED, REFUSED]
    with pytest.raises(ProviderError):
        listener.finish()


def test_a_line_that_may_not_be_opened_is_not(server):
    class ClosedWire(PlainWire):
        def begin(self, out: Outgoing) -> int:
            raise DeclinedError("limits.cost_per_day is reached")

    with pytest.raises(DeclinedError, match="cost_per_day"):
        engine_at(server.address, ClosedWire()).listen(speech_of())

    assert not server.lines


def test_a_proxy_is_told_nothing_that_is_meant_for_this_machine(engine, server, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")

    with pytest.raises(ProviderError, match="proxy"):
        engine.listen(speech_of())
    heard = engine.interpret(engine.hear(speech_of()))

    assert heard.text == TEXT


def test_real_speech_is_heard_live_as_it_is_recorded(wire, tmp_path):
    said_sound = said("Please buy milk and bread and some apples on the way home") + silence(0.5)
    file = tmp_path / "said.ogg"
    soundfile.write(file, np.frombuffer(said_sound, "<i2"), 16_000, format="OGG", subtype="OPUS")
    ears = {"understand": deepgram.recognised, "understand_file": deepgram.recognised_file}
    with LoopbackDeepgram(interim_s=1.5, final_s=60.0, **ears) as server:
        engine = engine_at(server.address, wire)
        listener = engine.listen(speech_of())
        say(listener, server, said_sound)
        soon(lambda: "milk" in listener.caption())
        live = engine.interpret(listener.finish())
        recorded = engine.interpret(engine.hear(speech_of(compact=file.read_bytes)))

    assert not server.wrong
    assert "milk and bread" in live.text
    assert "milk and bread" in recorded.text
    assert 0 <= live.segments[0].start_s < live.segments[-1].end_s <= len(said_sound) / 32_000


NONSENSE = [
    {},
    {"type": "Results"},
    {"type": "Results", "channel": {"alternatives": []}, "start": 0, "duration": 1, "is_final": True},
    {"type": "Results", "channel": {"alternatives": [1]}, "start": 0, "duration": 1, "is_final": True},
    {"type": "Results", "channel": 3, "start": "x", "duration": None},
]


@pytest.mark.parametrize("message", NONSENSE)
def test_a_message_that_makes_no_sense_is_left_out(message):
    heard = Heard()

    heard.take(message, began=0, sent=32_000)

    assert (heard.until, heard.caption()) == (0, "")


def test_a_final_result_may_not_reach_beyond_what_was_sent():
    heard = Heard()
    alternative = {"transcript": "a", "words": [{"word": "a", "start": 0.0, "end": 0.1}], "confidence": 1.0}

    heard.take(
        {"channel": {"alternatives": [alternative]}, "start": 0.0, "duration": 1e9, "is_final": True},
        began=100,
        sent=32_000,
    )

    assert heard.until == 32_100


def test_words_that_stand_already_are_taken_out_of_a_result_that_overlaps():
    heard = Heard()
    spelt = [{"word": word, "start": at, "end": at + 0.4} for at, word in enumerate(["one", "two", "three"])]

    for start, words in ((0.0, spelt[:2]), (0.0, spelt)):
        text = " ".join(str(word["word"]) for word in words)
        told = {"transcript": text, "words": words, "confidence": 1.0}
        duration = len(words) - start
        heard.take(
            {"channel": {"alternatives": [told]}, "start": start, "duration": duration, "is_final": True},
            began=0,
            sent=320_000,
        )
    engine = DeepgramTranscriber(means_of())

    assert engine.interpret(heard.reply({"model": "m", "language": "en"})).text == "one two three"


def test_closing_lets_go_of_line_and_threads_at_any_moment(engine, server, wire):
    before = set(threading.enumerate())
    listener = engine.listen(speech_of())
    listener.feed(SOUND[:PIECE])

    listener.close()
    listener.close()

    soon(lambda: not server.lines[0].is_open)
    ours = {"deepgram", "keep-alive"}
    soon(lambda: not any(each.name in ours for each in set(threading.enumerate()) - before))
    assert len(wire.ended) == 1
    with pytest.raises(ProviderError):
        listener.feed(SOUND[:PIECE])


def test_no_sound_at_all_is_no_text(engine, server):
    assert engine.interpret(engine.listen(speech_of()).finish()).segments == ()


def test_the_line_is_asked_for_what_the_settings_say(server, wire):
    engine = engine_at(
        server.address,
        wire,
        transcription__deepgram__diarize=True,
        transcription__deepgram__smart_format=False,
        transcription__deepgram__language="detect",
    )
    engine.listen(speech_of(vocabulary=("Carla", "Leeds train"))).close()

    assert server.lines[0].options == {
        "model": ["nova-3"],
        "language": ["multi"],
        "encoding": ["linear16"],
        "sample_rate": ["16000"],
        "channels": ["1"],
        "interim_results": ["true"],
        "punctuate": ["true"],
        "smart_format": ["false"],
        "endpointing": ["300"],
        "diarize_model": ["latest"],
        "keyterm": ["Carla", "Leeds train"],
    }
    told, sent = urlsplit(wire.outgoing[0].address), urlsplit(server.lines[0].url)
    assert (told.scheme, told.port, told.path) == ("ws", server.port, sent.path)
    assert sorted(parse_qsl(told.query)) == sorted(parse_qsl(sent.query))
