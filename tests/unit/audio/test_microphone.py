"""The microphone, over a PortAudio of our own."""

import sys
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from braindump_cli.audio.microphone import Device, Microphone, choose, list_devices
from braindump_cli.errors import DeviceError
from tests.fakes import FakeClock

BLOCK = bytes(1600)


class PortAudioError(Exception):
    pass


class Stream:
    """A stream whose callback the test calls."""

    def __init__(self, portaudio: "PortAudio", **settings) -> None:
        if portaudio.refuses:
            raise PortAudioError("Error opening")
        self.settings = SimpleNamespace(**settings)
        self.active = False
        self.is_closed = False
        portaudio.streams.append(self)

    def start(self) -> None:
        self.active = True

    def close(self) -> None:
        self.active, self.is_closed = False, True

    def deliver(self, sound: bytes) -> None:
        self.settings.callback(memoryview(sound), len(sound) // 2, None, None)


class PortAudio(ModuleType):
    """The part of sounddevice that we use."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self.default = SimpleNamespace(device=(1, 1))
        self.asked = 0
        self.devices: list[dict[str, object]] = [
            {"name": "Speakers", "max_input_channels": 0, "default_samplerate": 48_000.0},
            {"name": "Built-in", "max_input_channels": 2, "default_samplerate": 44_100.0},
            {"name": "USB Headset", "max_input_channels": 1, "default_samplerate": 48_000.0},
        ]
        self.allowed: Callable[[int, int], bool] = lambda *_: True
        self.refuses = False
        self.streams: list[Stream] = []
        self.starts = 0

    def query_devices(self) -> list[dict[str, object]]:
        self.asked += 1
        return self.devices

    def check_input_settings(self, device: int, channels: int, dtype: str, *, samplerate: int) -> None:
        if not self.allowed(samplerate, channels):
            raise PortAudioError("Invalid sample rate")

    def RawInputStream(self, **settings) -> Stream:  # noqa: N802 - its own name
        return Stream(self, **settings)

    def _terminate(self) -> None:
        self.starts -= 1

    def _initialize(self) -> None:
        self.starts += 1


@pytest.fixture
def portaudio(monkeypatch: pytest.MonkeyPatch) -> PortAudio:
    fake = PortAudio()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


@pytest.fixture
def microphone(portaudio: PortAudio, clock: FakeClock) -> Microphone:
    found = Microphone(None, clock=clock)
    found.open()
    return found


def _pass(clock: FakeClock, microphone: Microphone, seconds: float) -> None:
    """Let time pass while somebody reads."""
    for _ in range(round(seconds * 10)):
        clock.advance(timedelta(seconds=0.1))
        assert microphone.read(0) == b""


def test_only_what_hears_is_listed(portaudio):
    assert list_devices() == [
        Device(1, "Built-in", 2, 44_100.0, is_default=True),
        Device(2, "USB Headset", 1, 48_000.0, is_default=False),
    ]


@pytest.mark.parametrize(
    ("wanted", "number"), [(None, 1), ("2", 2), ("usb headset", 2), ("headset", 2), ("BUILT", 1)]
)
def test_a_microphone_is_chosen_by_number_or_name(portaudio, wanted, number):
    assert choose(list_devices(), wanted).number == number


@pytest.mark.parametrize("wanted", ["7", "0", "nope", ""])
def test_a_wrong_choice_is_told_with_all_there_are(portaudio, wanted):
    with pytest.raises(DeviceError) as failure:
        choose(list_devices(), wanted)
    assert failure.value.hint == "There are: 1 Built-in, 2 USB Headset."


def test_no_microphone_at_all_is_told(portaudio):
    with pytest.raises(DeviceError, match="no microphone"):
        choose([], None)


def test_it_is_opened_as_we_want_it_and_gives_blocks_as_they_come(portaudio, microphone):
    [stream] = portaudio.streams
    stream.deliver(b"ab" * 800)
    stream.deliver(b"cd" * 800)

    assert (stream.settings.samplerate, stream.settings.channels, stream.settings.dtype) == (
        16_000,
        1,
        "int16",
    )
    assert microphone.name == "Built-in"
    assert [microphone.read(0), microphone.read(0), microphone.read(0)] == [b"ab" * 800, b"cd" * 800, b""]


def test_after_closing_what_came_before_may_still_be_read(portaudio, microphone):
    portaudio.streams[0].deliver(BLOCK)
    microphone.close()

    assert portaudio.streams[0].is_closed
    assert [microphone.read(0), microphone.read(0)] == [BLOCK, None]


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 1), (44_100, 2)])
def test_a_device_with_a_will_of_its_own_is_resampled_and_mixed(portaudio, clock, rate, channels):
    portaudio.allowed = lambda wanted, count: (wanted, count) == (rate, channels)
    microphone = Microphone(None, clock=clock)
    microphone.open()
    stream = portaudio.streams[0]
    tone = (10_000 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)).astype("<i2")
    for part in np.array_split(np.repeat(tone[:, None], channels, axis=1), 20):
        stream.deliver(part.tobytes())
    microphone.close()
    sound = np.frombuffer(b"".join(iter(lambda: microphone.read(0), None)), "<i2")

    wanted = 10_000 * np.sin(2 * np.pi * 440 * np.arange(len(sound)) / 16_000)
    assert stream.settings.channels == channels
    assert len(sound) == pytest.approx(16_000, abs=500)
    assert np.corrcoef(sound, wanted)[0, 1] > 0.99


def test_a_device_that_does_not_open_is_told(portaudio, clock):
    portaudio.refuses = True

    with pytest.raises(DeviceError, match="Built-in cannot be opened") as failure:
        Microphone(None, clock=clock).open()
    assert "Is another program using it?" in str(failure.value.hint)


def test_a_dead_stream_is_opened_again_and_the_blocks_go_on(portaudio, microphone, clock):
    first = portaudio.streams[0]
    first.deliver(BLOCK)
    microphone.read(0)
    first.active = False
    first.settings.finished_callback()
    _pass(clock, microphone, 0.5)

    portaudio.streams[1].deliver(b"ab" * 800)

    assert first.is_closed
    assert portaudio.starts == 0  # ended once, started once
    assert microphone.read(0) == b"ab" * 800
    assert microphone.warnings == ["Built-in went away for 0.5 s and was opened again."]


def test_a_stream_that_falls_silent_is_opened_again(portaudio, microphone, clock):
    portaudio.streams[0].deliver(BLOCK)
    microphone.read(0)
    _pass(clock, microphone, 0.9)
    assert len(portaudio.streams) == 1

    _pass(clock, microphone, 0.3)

    assert len(portaudio.streams) == 2


def test_the_first_block_may_take_its_time(portaudio, microphone, clock):
    _pass(clock, microphone, 4.5)

    assert len(portaudio.streams) == 1


def test_a_silence_in_which_nobody_read_is_no_reason_to_open_again(portaudio, microphone, clock):
    portaudio.streams[0].deliver(BLOCK)
    microphone.read(0)
    clock.advance(timedelta(minutes=1))

    assert microphone.read(0) == b""
    assert len(portaudio.streams) == 1


def test_a_microphone_that_is_gone_is_looked_for_once_a_second(portaudio, microphone, clock):
    portaudio.streams[0].active = False
    devices, portaudio.devices = portaudio.devices, []
    asked = portaudio.asked
    _pass(clock, microphone, 5)
    asked = portaudio.asked - asked
    portaudio.devices = devices
    _pass(clock, microphone, 1.2)

    assert 4 <= asked <= 6
    assert len(portaudio.streams) == 2


def test_what_came_before_a_death_is_not_lost(portaudio, microphone, clock):
    portaudio.streams[0].deliver(BLOCK)
    portaudio.streams[0].active = False

    assert microphone.read(0) == BLOCK
