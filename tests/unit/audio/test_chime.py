"""The chime as a sound, and a machine that cannot play it."""

import sys
from array import array
from types import ModuleType

import numpy as np
import pytest

from braindump_cli.audio.chime import LENGTH_S, RATE, TONES, Chime, chime
from braindump_cli.ports.focus import Notice

NOTICE = Notice("Done", "")


class PortAudioError(Exception):
    pass


@pytest.fixture
def deaf(monkeypatch):
    """Return a PortAudio without any device."""
    module = ModuleType("sounddevice")

    def refuse(**_):
        raise PortAudioError("Error querying device -1")

    module.PortAudioError = PortAudioError  # type: ignore[attr-defined]
    module.RawOutputStream = refuse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sounddevice", module)


def test_it_is_short_and_begins_and_ends_in_silence_without_a_click():
    samples = np.array(array("h", chime()), dtype=float)

    assert LENGTH_S < 1
    assert len(samples) == round(LENGTH_S * RATE)
    assert 0.2 < np.abs(samples).max() / 32_768 < 0.7
    assert abs(samples[0]) < 100
    assert np.abs(samples[-50:]).max() < 100
    assert np.abs(np.diff(samples)).max() < 4000


def test_it_is_two_tones_a_fifth_apart():
    samples = np.array(array("h", chime()), dtype=float)

    spectrum = np.abs(np.fft.rfft(samples))
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    loudest = sorted(hertz[spectrum > spectrum.max() * 0.5])
    assert loudest[0] == pytest.approx(TONES[0][0], abs=5)
    assert loudest[-1] == pytest.approx(TONES[1][0], abs=5)


@pytest.mark.usefixtures("deaf")
def test_a_machine_without_sound_is_only_worth_a_word_where_a_file_was_wished_for(tmp_path):
    from soundfile import write

    file = tmp_path / "bell.wav"
    write(file, np.zeros(100), 8000)

    assert Chime().tell(NOTICE) == ()
    assert Chime(file).tell(NOTICE) == (f"{file} cannot be played: Error querying device -1.",)


@pytest.mark.usefixtures("deaf")
def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "text.wav").write_text("no sound")

    (gone,) = Chime(tmp_path / "gone.wav").tell(NOTICE)
    (text,) = Chime(tmp_path / "text.wav").tell(NOTICE)

    assert gone == f"{tmp_path / 'gone.wav'} cannot be played: No such file or directory."
    assert text.startswith(f"{tmp_path / 'text.wav'} cannot be played: ")
