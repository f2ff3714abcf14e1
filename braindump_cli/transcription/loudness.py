"""Tells by its level alone how much of some sound is speech; cheap, and never quite sure."""

from math import sqrt

from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE

_BLOCK_BYTES = SAMPLE_RATE * FRAME_BYTES // 10
_BLOCK_S = _BLOCK_BYTES / (SAMPLE_RATE * FRAME_BYTES)
_LOWEST = 50  # RMS of 32768: the noise of a good microphone
_ABOVE_FLOOR = 3.0  # speech is so much louder than the noise around it
_RISE = 1.01  # a tenth of a second; the floor doubles in seven seconds, unless there is a pause
_EVERY = 4  # one sample of four tells the level well enough


class SpeechMeter:
    """Counts seconds of speech; the noise floor is the level of pauses."""

    def __init__(self) -> None:
        self.spoken_s = 0.0
        self._floor = float(_LOWEST)
        self._rest = b""

    def take(self, sound: bytes) -> None:
        """Take the next frames."""
        sound = self._rest + sound
        whole = len(sound) // _BLOCK_BYTES * _BLOCK_BYTES
        for at in range(0, whole, _BLOCK_BYTES):
            level = _rms(sound[at : at + _BLOCK_BYTES])
            self._floor = max(_LOWEST, min(level, self._floor * _RISE))
            if level > self._floor * _ABOVE_FLOOR:
                self.spoken_s += _BLOCK_S
        self._rest = sound[whole:]

    def forget(self) -> None:
        """Count anew; the floor stays."""
        self.spoken_s = 0.0


def _rms(block: bytes) -> float:
    samples = memoryview(block).cast("h")[::_EVERY]
    return sqrt(sum(sample * sample for sample in samples) / len(samples))
