"""Loudspeakers, through PortAudio.

Sound is written only where there is room for it, so nothing here waits for a sound server that hangs.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.audio.microphone import portaudio
from braindump_cli.audio.quiet import muted
from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE
from braindump_cli.errors import DeviceError
from braindump_cli.ports import Clock

if TYPE_CHECKING:
    from types import ModuleType

    from sounddevice import RawOutputStream

_PIECES_PER_S = 20  # whoever stops it is heard that often
_PAUSE_S = 0.01
_STUCK_S = 5.0  # no room for so long: nobody takes the sound
_LATENCY_S = 0.5  # what may wait in the device, so that a busy machine makes no gaps
# What waits in the device when it is stopped never reaches some sound servers: let that be silence, and a little more.
_SILENCE = bytes(round(0.8 * SAMPLE_RATE) * FRAME_BYTES)
_TO_FILE = "braindump play ENTRY --to FILE writes it instead."


class Going(NamedTuple):
    """Whether it goes on, asked with the seconds that were played; and how to wait a little."""

    goes_on: Callable[[float], bool]
    wait: Callable[[float], object]
    clock: Clock


class _Shape(NamedTuple):
    """How a device takes sound."""

    rate: int
    channels: int


_OURS = _Shape(SAMPLE_RATE, 1)


def play(blocks: Iterable[bytes], going: Going) -> float:
    """Play sound (16 kHz, mono, 16-bit) on the system's device; return how many seconds were handed to it.

    Raises DeviceError where there is none, or where it stops taking sound.
    """
    sd = portaudio("loudspeaker")
    shape = _shape(sd)
    played = 0  # frames
    with _stream(sd, shape) as stream:

        def write(piece: bytes) -> int:
            frames = len(piece) // (FRAME_BYTES * shape.channels)
            _await_room(stream, frames, going)
            with _failures(sd):
                stream.write(piece)
            return frames

        for piece in _pieces(blocks, shape):
            if not going.goes_on(played / shape.rate):
                return played / shape.rate
            played += write(piece)
        for piece in _pieces([_SILENCE], shape):
            write(piece)
        with _failures(sd):
            stream.stop()
    return played / shape.rate


def _pieces(blocks: Iterable[bytes], shape: _Shape) -> Iterator[bytes]:
    """Yield short pieces in the device's shape."""
    size = shape.rate // _PIECES_PER_S * FRAME_BYTES * shape.channels
    for block in blocks if shape == _OURS else _converted(blocks, shape):
        yield from (block[start : start + size] for start in range(0, len(block), size))


def _await_room(stream: "RawOutputStream", frames: int, going: Going) -> None:
    """Wait until the device takes so many frames. Raises DeviceError when it takes none for long."""
    begun_s = going.clock.monotonic()
    while stream.write_available < frames:
        if going.clock.monotonic() - begun_s > _STUCK_S:
            raise DeviceError("The loudspeaker takes no sound any more.", hint=_TO_FILE)
        going.wait(_PAUSE_S)


def _shape(sd: "ModuleType") -> _Shape:
    """Return the shape nearest to ours that the default device agrees to. Raises DeviceError."""
    try:
        with muted():
            device = sd.query_devices(kind="output")
    except (sd.PortAudioError, ValueError):
        raise DeviceError("There is no loudspeaker.", hint=_TO_FILE) from None
    own = round(device["default_samplerate"])
    for shape in (_OURS, _Shape(own, 1), _Shape(own, device["max_output_channels"])):
        with suppress(sd.PortAudioError, ValueError), muted():
            sd.check_output_settings(channels=shape.channels, dtype="int16", samplerate=shape.rate)
            return shape
    return _OURS  # opening it will say why not


@contextmanager
def _stream(sd: "ModuleType", shape: _Shape) -> "Iterator[RawOutputStream]":
    with _failures(sd), muted():
        stream: RawOutputStream = sd.RawOutputStream(
            samplerate=shape.rate, channels=shape.channels, dtype="int16", latency=_LATENCY_S
        )
        stream.start()
    try:
        yield stream
    finally:
        with suppress(sd.PortAudioError), muted():
            stream.close()


@contextmanager
def _failures(sd: "ModuleType") -> Iterator[None]:
    try:
        yield
    except (sd.PortAudioError, ValueError) as error:
        raise DeviceError(f"The loudspeaker cannot be used: {error}.", hint=_TO_FILE) from error


def _converted(blocks: Iterable[bytes], shape: _Shape) -> Iterator[bytes]:
    """Yield the sound as the device takes it."""
    import numpy as np
    from soxr import ResampleStream

    stream = ResampleStream(SAMPLE_RATE, shape.rate, 1, dtype="float32")
    for block in chain(blocks, [b""]):
        sound = np.frombuffer(block, "<i2").astype(np.float32)
        fitting = np.rint(stream.resample_chunk(sound, last=not block))
        yield np.repeat(np.clip(fitting, -32_768, 32_767).astype("<i2"), shape.channels).tobytes()
