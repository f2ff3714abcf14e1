"""The microphone, through PortAudio.

Its callback only hands bytes on. When the sound server dies PortAudio says nothing at all, the callbacks
stop. So whoever reads also looks whether anything still comes, and opens the stream again until it does.
"""

import sys
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

from braindump_cli.audio.quiet import muted
from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.errors import DeviceError
from braindump_cli.ports import Clock

if TYPE_CHECKING:
    from types import ModuleType

    from sounddevice import RawInputStream

BLOCK_S = 0.05
_FIRST_BLOCK_S = 5.0  # a sound server that wakes up may need that long
_SILENT_S = 1.0  # later, no block for so long means that the stream is dead
_AWAY_S = 0.5  # we did not read for so long: the silence was ours
_AGAIN_S = 1.0  # between attempts to open it again
_LATENCY_S = 0.5  # what the system keeps for us while we are busy, where it has a choice


class Device(NamedTuple):
    """A microphone."""

    number: int
    name: str
    channels: int
    rate: float  # what it does by itself, in Hz
    is_default: bool


class _Shape(NamedTuple):
    """How a stream delivers its sound."""

    rate: int
    channels: int


_WANTED = _Shape(SAMPLE_RATE, 1)


def list_devices() -> list[Device]:
    """Return all microphones, as the system sees them now. Raises DeviceError where PortAudio is missing."""
    sd = portaudio()
    with muted():
        default = sd.default.device[0]
        found = list(enumerate(sd.query_devices()))
    return [
        Device(index, row["name"], row["max_input_channels"], row["default_samplerate"], index == default)
        for index, row in found
        if row["max_input_channels"] > 0
    ]


def choose(devices: list[Device], wanted: str | None) -> Device:
    """Return the microphone that `wanted` names, by number or name, else the default. Raises DeviceError."""
    if not devices:
        raise DeviceError(
            "There is no microphone.", hint="Plug one in; braindump devices shows what is there."
        )
    if wanted is None:
        return next((device for device in devices if device.is_default), devices[0])
    if wanted.isdecimal():
        fitting = [device for device in devices if device.number == int(wanted)]
    else:
        name = wanted.casefold()
        fitting = [device for device in devices if device.name.casefold() == name]
        fitting = fitting or [device for device in devices if name in device.name.casefold()]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(f"{device.number} {device.name}" for device in fitting or devices)
    problem = "fits more than one microphone" if fitting else "is no microphone here"
    raise DeviceError(f"{wanted!r} {problem}.", hint=f"There are: {known}.")


class Microphone:
    """A microphone as a source of sound."""

    is_live = True

    def __init__(self, device: str | None, *, clock: Clock) -> None:
        self.name = device or "microphone"
        self.warnings: list[str] = []
        self._wanted = device
        self._clock = clock
        self._stream: RawInputStream | None = None
        self._converter: _Converter | None = None
        self._blocks: SimpleQueue[bytes] = SimpleQueue()
        self._is_finished = False  # set by PortAudio's thread
        self._is_closed = False
        self._has_spoken = False  # a block came since the stream was opened
        self._last_at = self._read_at = self._tried_at = 0.0
        self._lost_at: float | None = None

    def open(self) -> None:
        """Open it. Raises DeviceError: PortAudio is missing, nothing there, no such name, in use."""
        device = choose(list_devices(), self._wanted)
        self.name = device.name
        self._start(device)

    def read(self, timeout_s: float) -> bytes | None:
        """Return the next block; nothing if none came in time, None once closed and emptied."""
        self._notice_absence()
        try:
            block = self._blocks.get(timeout=timeout_s) if timeout_s else self._blocks.get_nowait()
        except Empty:
            if self._is_closed:
                return None
            if self._is_dead():
                self._open_again()
            return b""
        self._last_at = self._clock.monotonic()
        self._has_spoken = True
        self._mention_return()
        return self._converter.convert(block) if self._converter else block

    def close(self) -> None:
        """Stop it; blocks that came before may still be read."""
        self._is_closed = True
        self._drop()

    def _start(self, device: Device) -> None:
        sd = portaudio()
        shape = _shape(sd, device)
        self._converter = None if shape == _WANTED else _Converter(shape)
        self._is_finished = self._has_spoken = False
        blocks = self._blocks

        def take(sound: Any, *_: object) -> None:
            blocks.put(bytes(sound))

        try:
            with muted():
                self._stream = sd.RawInputStream(
                    samplerate=shape.rate,
                    blocksize=round(shape.rate * BLOCK_S),
                    device=device.number,
                    channels=shape.channels,
                    dtype="int16",
                    latency=_LATENCY_S,
                    callback=take,
                    finished_callback=self._note_end,
                )
                self._stream.start()
        except (sd.PortAudioError, ValueError) as error:
            self._drop()
            hint = "Is another program using it? braindump devices shows what is there."
            raise DeviceError(f"{device.name} cannot be opened: {error}.", hint=hint) from error
        self._last_at = self._read_at = self._clock.monotonic()

    def _note_end(self) -> None:
        self._is_finished = True

    def _notice_absence(self) -> None:
        """Start counting silence anew if we were stopped or busy: blocks had no chance."""
        now = self._clock.monotonic()
        if now - self._read_at > _AWAY_S:
            self._last_at = now
        self._read_at = now

    def _is_dead(self) -> bool:
        if self._stream is None or self._is_finished or not self._stream.active:
            return True
        patience_s = _SILENT_S if self._has_spoken else _FIRST_BLOCK_S
        return self._clock.monotonic() - self._last_at > patience_s

    def _open_again(self) -> None:
        """Try to open the same microphone anew, at most once in a while."""
        now = self._clock.monotonic()
        if self._lost_at is None:
            self._lost_at = self._last_at
        elif now - self._tried_at < _AGAIN_S:
            return
        self._drop()
        try:
            _start_portaudio_again()
            self._start(choose(list_devices(), self._wanted))
        except DeviceError:
            pass  # it may come back; whoever speaks sees that nothing is heard
        self._tried_at = self._read_at = self._clock.monotonic()

    def _mention_return(self) -> None:
        if self._lost_at is not None:
            away_s = self._last_at - self._lost_at
            self.warnings.append(f"{self.name} went away for {away_s:.1f} s and was opened again.")
            self._lost_at = None

    def _drop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        sd = portaudio()
        with muted(), suppress(sd.PortAudioError):
            stream.close()  # it may have gone by itself, which is all we want


class _Converter:
    """Makes 16 kHz mono of what the device delivers instead."""

    def __init__(self, shape: _Shape) -> None:
        from soxr import ResampleStream

        self._shape = shape
        self._stream = ResampleStream(shape.rate, SAMPLE_RATE, 1, dtype="float32")

    def convert(self, block: bytes) -> bytes:
        import numpy as np

        rows = np.frombuffer(block, "<i2").reshape(-1, self._shape.channels)
        sound = self._stream.resample_chunk(rows.mean(axis=1, dtype=np.float32))
        return np.clip(np.rint(sound), -32_768, 32_767).astype("<i2").tobytes()


def _shape(sd: "ModuleType", device: Device) -> _Shape:
    """Return the shape nearest to ours that the device agrees to."""
    own = round(device.rate)
    for shape in (_WANTED, _Shape(own, 1), _Shape(own, device.channels)):
        try:
            with muted():
                sd.check_input_settings(device.number, shape.channels, "int16", samplerate=shape.rate)
        except (sd.PortAudioError, ValueError):
            continue
        return shape
    return _WANTED  # opening it will say why not


def portaudio(wanted: str = "microphone") -> "ModuleType":
    """Return the library, loaded without its chatter. Raises DeviceError that says what it was `wanted` for."""
    try:
        with muted():
            import sounddevice
    except OSError as error:
        raise DeviceError(
            f"PortAudio is not installed, so there is no {wanted}.", hint=_how_to_install()
        ) from error
    except ImportError as error:
        raise DeviceError(
            f"The {wanted} cannot be used: {error}.", hint="Install braindump-cli again."
        ) from error
    return sounddevice


def _start_portaudio_again() -> None:
    """Let PortAudio look for devices anew; it does so only when it starts."""
    sd = portaudio()
    with muted():
        try:
            sd._terminate()  # noqa: SLF001 - the only way; its own documentation names it
            sd._initialize()  # noqa: SLF001
        except sd.PortAudioError as error:
            raise DeviceError(f"PortAudio does not start again: {error}.") from error


def _how_to_install() -> str:
    if sys.platform == "darwin":
        return "brew install portaudio"
    return "apt install libportaudio2, dnf install portaudio, or pacman -S portaudio"
