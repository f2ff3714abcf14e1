"""The engine that is always there, with real speech."""

import json
import random
import sys
from array import array
from itertools import pairwise

import pytest

from braindump_cli.errors import BadDataError, ProviderError
from braindump_cli.transcription import pocketsphinx as engine
from braindump_cli.transcription.pocketsphinx import PocketsphinxTranscriber, VoiceDetector
from tests.parts import run_python
from tests.unit.transcription.speech import BYTES_PER_S, blocks, said, silence, spoken, word_error_rate

SENTENCES = (
    "I had a long day at work and I am quite tired now",
    "Tomorrow I need to send the budget to the finance team",
    "The meeting with the new client went better than I expected",
    "Please buy milk and bread and some apples on the way home",
    "We should book the train tickets for the trip to London next week",
    "I have to pay the electric bill by the end of the month",
    "The doctor said that I should drink more water every day",
    "Do not forget to water the plants in the kitchen",
)


@pytest.fixture(scope="module")
def transcriber() -> PocketsphinxTranscriber:
    return PocketsphinxTranscriber()


def _speech(voice: str, pause_s: float) -> bytes:
    return b"".join(said(sentence, voice) + silence(pause_s) for sentence in SENTENCES)


@pytest.mark.parametrize(("voice", "most"), [("slt", 0.15), ("rms", 0.08), ("awb", 0.12)])
def test_clear_speech_is_understood(transcriber, voice, most):
    heard = transcriber.interpret(transcriber.hear(spoken(blocks(_speech(voice, 0.5)))))

    assert word_error_rate(" ".join(SENTENCES), heard.text) <= most
    assert len(heard.segments) == len(SENTENCES)


def test_segments_tell_when_they_were_said(transcriber):
    sound = silence(2) + said(SENTENCES[0]) + silence(3) + said(SENTENCES[1]) + silence(1)
    first_s = len(said(SENTENCES[0])) / BYTES_PER_S

    first, second = transcriber.interpret(transcriber.hear(spoken(blocks(sound)))).segments

    assert first.start_s == pytest.approx(2.1, abs=0.3)
    assert first.end_s == pytest.approx(2 + first_s, abs=0.3)
    assert second.start_s == pytest.approx(2 + first_s + 3.1, abs=0.3)
    assert 0 < (first.confidence or 0) <= 1


@pytest.mark.parametrize(("voice", "longest_s"), [("rms", 5), ("slt", 7)])
def test_somebody_who_never_pauses_is_cut_between_words_and_nothing_is_lost_or_said_twice(
    transcriber, monkeypatch, voice, longest_s
):
    monkeypatch.setattr(engine, "_LONG", engine._steps(3))
    monkeypatch.setattr(engine, "_LONGEST", engine._steps(longest_s))
    monkeypatch.setattr(engine, "_SHORT_PAUSE", engine._steps(9))
    text = " ".join(SENTENCES)

    reply = transcriber.hear(spoken(blocks(said(text, voice))))

    heard = transcriber.interpret(reply)
    assert len(json.loads(reply)["utterances"]) > 3
    assert word_error_rate(text, heard.text) <= 0.15
    words = [word for said_ in json.loads(reply)["utterances"] for word in said_]
    assert all(one[2] <= other[1] + 0.05 for one, other in pairwise(words))


def test_however_sound_is_sliced_the_words_are_the_same(transcriber):
    sound = said(SENTENCES[1]) + silence(1)

    texts = {transcriber.hear(spoken(blocks(sound, size))) for size in (322, 960, 3200, len(sound))}

    assert len(texts) == 1


@pytest.mark.parametrize("loudness", [0, 3, 30, 300])
def test_silence_and_noise_are_no_words(transcriber, loudness):
    dice = random.Random(loudness)
    noise = array("h", [round(dice.gauss(0, loudness)) for _ in range(16_000 * 8)]).tobytes()

    assert transcriber.interpret(transcriber.hear(spoken(blocks(noise)))).text == ""


def test_the_shortest_sounds_are_no_failure(transcriber):
    for sound in ([], [b""], [b"ab"], [bytes(960)], [bytes(958)]):
        assert transcriber.interpret(transcriber.hear(spoken(sound))).text == ""


def test_one_short_word_is_heard_at_the_very_end(transcriber):
    heard = transcriber.interpret(
        transcriber.hear(spoken(blocks(said("remember to call the doctor tomorrow"))))
    )

    assert "doctor tomorrow." in heard.text


def test_captions_follow_the_speaker(transcriber):
    listener = transcriber.listen(spoken())
    captions = []
    for block in blocks(said(SENTENCES[1])):
        listener.feed(block)
        captions.append(listener.caption())

    assert captions[0] == ""
    assert "finance" in captions[-1]
    assert max(map(len, captions)) <= 200


def test_fillers_and_variants_are_cleaned(transcriber):
    said_ = [["<s>", 0, 0.1, 1], ["read(2)", 0.1, 0.3, 0.5], ["[NOISE]", 0.3, 0.4, 1], ["++BREATH++", 0.4, 0.5, 1],
             ["<sil>", 0.5, 0.6, 1], ["it(3)", 0.6, 0.7, 0.5], ["</s>", 0.7, 0.8, 1]]  # fmt: skip

    assert transcriber.interpret(json.dumps({"utterances": [said_]})).text == "Read it."


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"utterances": 1}',
        '{"utterances": [[["a"]]]}',
        '{"utterances": [[[1, 2, 3, 4]]]}',
    ],
)
def test_a_reply_that_makes_no_sense_is_bad_data(transcriber, reply):
    with pytest.raises(BadDataError):
        transcriber.interpret(reply)


@pytest.mark.parametrize("language", ["en", "en-GB", "en_US", "EN"])
def test_english_is_heard_here(transcriber, language):
    assert transcriber.unavailable(language) is None


def test_other_languages_are_not_and_it_says_so(transcriber):
    assert transcriber.unavailable("de") == "no offline engine for de"
    assert transcriber.unavailable("eno") == "no offline engine for eno"


def test_asking_whether_it_can_hear_loads_nothing():
    code = """
import sys
from braindump_cli.transcription.pocketsphinx import PocketsphinxTranscriber
PocketsphinxTranscriber().unavailable("en")
print("pocketsphinx" in sys.modules, "numpy" in sys.modules)
"""

    assert run_python(code).stdout.split() == ["False", "False"]


def test_a_missing_engine_is_told_not_raised(transcriber, monkeypatch):
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)

    why = transcriber.unavailable("en")

    assert why == "pocketsphinx is not installed (it needs Python below 3.14)"


def test_an_engine_that_does_not_start_is_a_failure_of_the_provider(transcriber, monkeypatch):
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)

    with pytest.raises(ProviderError, match="does not start"):
        transcriber.listen(spoken())


def test_a_voice_is_told_from_silence():
    detector = VoiceDetector()
    speech = [detector.is_speech(block) for block in blocks(said(SENTENCES[0]), BYTES_PER_S // 20)]
    quiet = [detector.is_speech(block) for block in blocks(silence(2), BYTES_PER_S // 20)]

    assert sum(speech) > len(speech) * 0.7
    assert not any(quiet[10:])


_LISTENS = """
import resource, sys, wave
from braindump_cli.ports import Speech
from braindump_cli.transcription.pocketsphinx import PocketsphinxTranscriber
listener = PocketsphinxTranscriber().listen(Speech("en", 0.0, lambda: iter(()), bytes))
for _ in range(int(sys.argv[2])):
    with wave.open(sys.argv[1]) as file:
        while block := file.readframes(1600):
            listener.feed(block)
listener.finish()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_six_times_as_much_speech_takes_no_more_memory(tmp_path):
    import wave

    sound = _speech("rms", 0.6)[: 10 * BYTES_PER_S]
    with wave.open(str(tmp_path / "said.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(sound)

    once, often = (int(run_python(_LISTENS, tmp_path / "said.wav", times).stdout) for times in (1, 6))

    assert often - once <= 5
