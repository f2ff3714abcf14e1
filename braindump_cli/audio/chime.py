"""A sound when a period ends: two soft tones made of sines, or the user's own file."""

from collections.abc import Iterator, Sequence
from math import exp, pi, sin
from pathlib import Path
from typing import TYPE_CHECKING

from braindump_cli.audio.quiet import muted
from braindump_cli.ports.focus import Notice

if TYPE_CHECKING:
    from types import ModuleType

    from soundfile import SoundFile

RATE = 44_100
LENGTH_S = 0.9
TONES = ((587.33, 0.0), (880.0, 0.14))  # D5, and the A above it: Hz, and when each is struck
_PARTIALS = ((1, 1.0), (2, 0.28), (3, 0.09))  # multiples of the tone, as loud beside it
_DECAY_S = 0.22
_ATTACK_S = 0.008  # a tone that begins at once clicks
_FADE_S = 0.06  # so does one that ends at once
_LOUDNESS = 0.28
_FULL = 32_767
_LONGEST_FILE_S = 30.0
_BLOCK_S = 0.25


class Chime:
    """Keeps ports.focus.Notices: plays through PortAudio."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    def tell(self, notice: Notice) -> Sequence[str]:
        """Play to the end, at most half a minute of a file; a machine without sound only matters for that."""
        try:
            with muted():
                import sounddevice
        except (OSError, ImportError):
            return self._failed("PortAudio is not installed")
        try:
            if self._file:
                _play_file(sounddevice, self._file)
            else:
                _play(sounddevice, iter((chime(),)), rate=RATE, channels=1)
        except (sounddevice.PortAudioError, ValueError, OSError, RuntimeError) as error:
            return self._failed(getattr(error, "strerror", None) or str(error).rstrip("."))
        return ()

    def _failed(self, why: str) -> Sequence[str]:
        return (f"{self._file} cannot be played: {why}.",) if self._file else ()


def chime() -> bytes:
    """Return the sound: 16-bit mono at `RATE`."""
    samples = (_sample(at / RATE) for at in range(round(LENGTH_S * RATE)))
    return b"".join(round(sample * _FULL).to_bytes(2, "little", signed=True) for sample in samples)


def _sample(at_s: float) -> float:
    """Return the level, -1 to 1, that many seconds after the beginning."""
    level = sum(_tone(frequency, at_s - struck_s) for frequency, struck_s in TONES if at_s >= struck_s)
    return _LOUDNESS * level * min((LENGTH_S - at_s) / _FADE_S, 1)


def _tone(frequency: float, at_s: float) -> float:
    wave = sum(loud * sin(2 * pi * frequency * multiple * at_s) for multiple, loud in _PARTIALS)
    return wave * min(at_s / _ATTACK_S, 1) * exp(-at_s / _DECAY_S)


def _play_file(sounddevice: "ModuleType", path: Path) -> None:
    """Play what is in a file. Raises OSError or RuntimeError for one that cannot be read, and PortAudioError."""
    from soundfile import SoundFile

    path.stat()  # libsndfile says "System error." of one that is not there
    with SoundFile(path) as file:
        _play(sounddevice, _blocks(file), rate=file.samplerate, channels=file.channels)


def _blocks(file: "SoundFile") -> Iterator[bytes]:
    frames = round(file.samplerate * _BLOCK_S)
    for _ in range(round(_LONGEST_FILE_S / _BLOCK_S)):
        block = bytes(file.buffer_read(frames, dtype="int16"))
        if not block:
            return
        yield block


def _play(sounddevice: "ModuleType", blocks: Iterator[bytes], *, rate: int, channels: int) -> None:
    """Play to the end. Raises PortAudioError."""
    with muted():
        stream = sounddevice.RawOutputStream(samplerate=rate, channels=channels, dtype="int16")
        stream.start()
    try:
        for block in blocks:
            stream.write(block)
        stream.stop()  # once all of it was heard
    finally:
        stream.close()
