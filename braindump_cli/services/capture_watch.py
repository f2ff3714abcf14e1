"""What is noticed while sound comes in: how loud it is, what is missing, when the speaker has finished."""

from typing import NamedTuple, Protocol

from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE

_FULL_SCALE = 32_768


class Voice(Protocol):
    """Tells speech from other sound."""

    def is_speech(self, block: bytes) -> bool:
        """Tell whether there is a voice in the block; called in order."""
        ...


class Gap(NamedTuple):
    """Sound that did not arrive."""

    at_s: float  # in the recording, where it would have been
    length_s: float


def level(block: bytes) -> tuple[float, float]:
    """Return peak and root mean square of a block, 0 to 1."""
    samples = memoryview(block[: len(block) // FRAME_BYTES * FRAME_BYTES]).cast("h")
    if not samples:
        return 0.0, 0.0
    loudest, deepest = max(samples), min(samples)
    square = sum(sample * sample for sample in samples) / len(samples)
    return max(loudest, -deepest) / _FULL_SCALE, square**0.5 / _FULL_SCALE


class GapWatch:
    """Compares the sound that came with the time that passed; a sound server's own flags tell too little.

    Blocks come late and in bursts without anything being lost, so only a delay that stays is a gap. Slow
    drift between the clocks of sound card and machine is none; it is followed.
    """

    SMALLEST_S = 0.25
    _STAYS_S = 2.0  # a delay that long is not made up for any more
    _DRIFT = 0.001  # clocks may differ by that much; half of it would be a bad sound card
    _WINDOW_S = 5.0

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self._origin: float | None = None
        self._frames = 0
        self._usual_s = 0.0  # the delay that is always there
        self._crept_s = 0.0  # how far the usual delay has grown bit by bit
        self._window = (0.0, 0.0)  # since when, smallest delay
        self._late: tuple[float, float, float] | None = (
            None  # since when, where in the recording, smallest delay
        )
        self._last_at = 0.0

    def heard(self, frames: int, *, now: float, kept: int) -> None:
        """Take note of a block that arrived `now`, when `kept` frames were in the recording."""
        self._frames += frames
        if self._origin is None:
            self._origin = now - frames / SAMPLE_RATE
            self._window = (now, 0.0)
        self._last_at = now
        delay_s = now - self._origin - self._frames / SAMPLE_RATE
        self._judge(delay_s, now, kept / SAMPLE_RATE)

    def finish(self, *, now: float, kept: int) -> None:
        """Take note of the end: what has not come by now does not come."""
        if self._origin is None:
            return
        if self._late:
            _, at_s, smallest_s = self._late
            self._found(at_s, smallest_s - self._usual_s)
        silent_s = now - self._last_at
        if silent_s > 2 * self.SMALLEST_S:
            self._found(kept / SAMPLE_RATE, silent_s)

    def _judge(self, delay_s: float, now: float, at_s: float) -> None:
        if delay_s <= self._usual_s + self.SMALLEST_S:
            self._late = None
            self._follow_drift(delay_s, now, at_s)
            return
        since, where_s, smallest_s = self._late or (now, at_s, delay_s)
        self._late = since, where_s, min(smallest_s, delay_s)
        if now - since >= self._STAYS_S:
            self._found(where_s, self._late[2] - self._usual_s)
            self._usual_s, self._window = self._late[2], (now, delay_s)
            self._late = None

    def _follow_drift(self, delay_s: float, now: float, at_s: float) -> None:
        since, smallest_s = self._window
        self._window = since, min(smallest_s, delay_s)
        self._usual_s = min(self._usual_s, delay_s)
        if now - since < self._WINDOW_S:
            return
        self._crept_s = max(
            self._crept_s + self._window[1] - self._usual_s - self._DRIFT * (now - since), 0.0
        )
        self._usual_s, self._window = self._window[1], (now, delay_s)
        if self._crept_s > self.SMALLEST_S:
            self._found(at_s, self._crept_s)
            self._crept_s = 0.0

    def _found(self, at_s: float, length_s: float) -> None:
        self.gaps.append(Gap(round(at_s, 2), round(length_s, 2)))


class AutoStop:
    """Notices that a speaker has finished. It waits for speech first, however long that takes."""

    _ENOUGH_S = 0.3  # of speech; a cough or a door is shorter
    _ABOVE = 3.0  # times the noise floor
    _RISE_PER_S = 1.06  # the floor doubles in twelve seconds, and falls at once
    _LOWEST = 10 / _FULL_SCALE

    def __init__(self, silence_s: float, voice: Voice) -> None:
        self._silence_s = silence_s
        self._voice = voice
        self._floor: float | None = None
        self._spoken_s = 0.0
        self._silent_s = 0.0

    def is_over(self, block: bytes) -> bool:
        """Take the next block and tell whether there has been enough silence after speech."""
        length_s = len(block) / FRAME_BYTES / SAMPLE_RATE
        if self._is_speech(block, length_s):
            self._spoken_s += length_s
            self._silent_s = 0.0
        else:
            self._silent_s += length_s
        return self._spoken_s >= self._ENOUGH_S and self._silent_s >= self._silence_s

    def _is_speech(self, block: bytes, length_s: float) -> bool:
        """Ask the detector, and the noise floor: the detector alone takes steady noise for speech."""
        _, rms = level(block)
        rms = max(rms, self._LOWEST)
        self._floor = rms if self._floor is None else min(rms, self._floor * self._RISE_PER_S**length_s)
        return self._voice.is_speech(block) and rms > self._ABOVE * self._floor
