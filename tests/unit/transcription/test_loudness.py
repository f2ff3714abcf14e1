"""How much of some sound is speech, by its level."""

import random

import pytest

from braindump_cli.transcription.loudness import SpeechMeter


def noise(level: int, seconds: float) -> bytes:
    """Return noise; its level is about two thirds of the RMS."""
    chance = random.Random(1)
    samples = [chance.randint(-level, level) for _ in range(1_600)]
    block = b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples)
    return block * round(seconds * 10)


def spoken_s(*parts: bytes) -> float:
    meter = SpeechMeter()
    for part in parts:
        for at in range(0, len(part), 3_000):
            meter.take(part[at : at + 3_000])
    return meter.spoken_s


def test_silence_is_no_speech():
    assert spoken_s(bytes(320_000)) == 0


@pytest.mark.parametrize("level", [60, 120])
def test_the_noise_of_a_microphone_is_no_speech(level):
    assert spoken_s(noise(level, 30)) == 0


def test_a_hum_is_no_speech_for_long():
    assert spoken_s(noise(600, 60)) < 30


def test_speech_with_pauses_is_counted_whole():
    sentence = noise(4_000, 1.5) + noise(60, 0.5)

    assert spoken_s(*[sentence] * 10) == pytest.approx(15.0, abs=0.2)


def test_counting_may_begin_anew():
    meter = SpeechMeter()
    meter.take(noise(4_000, 1))
    meter.forget()

    assert meter.spoken_s == 0
