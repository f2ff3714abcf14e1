"""A recording session, with a source and a spool of our own."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE
from braindump_cli.errors import BadDataError, DeviceError, ProviderError, StoreError
from braindump_cli.services import capture
from braindump_cli.services.capture import Capture, Limits, Parts
from tests.fakes import FakeClock

BLOCK_S = 0.05
SECOND = bytes(SAMPLE_RATE * FRAME_BYTES)
SOON_S = 30.0  # only a bug waits that long


def _block(mark: int = 0) -> bytes:
    return mark.to_bytes(2, "little") * (SAMPLE_RATE // 20)


class Script:
    """A source that plays a list: blocks, calls to make, and failures to raise."""

    def __init__(self, *steps: bytes | Callable[[], None] | Exception, is_live: bool = False) -> None:
        self.is_live = is_live
        self.warnings: list[str] = []
        self.is_open = False
        self.clock = FakeClock()
        self._steps = list(steps)
        self.idle = threading.Event()  # the list is played, and a live source goes on saying nothing

    def open(self) -> None:
        self.is_open = True

    def read(self, timeout_s: float) -> bytes | None:
        if not self._steps:
            self.idle.set()
            return b"" if self.is_live and self.is_open else None
        step = self._steps.pop(0)
        if isinstance(step, Exception):
            raise step
        if isinstance(step, bytes):
            self.clock.advance(timedelta(seconds=len(step) / FRAME_BYTES / SAMPLE_RATE))
            return step
        step()
        return b""

    def close(self) -> None:
        self.is_open = False


class Memory:
    """A spool that forgets."""

    def __init__(self, *, room: int = 1 << 30) -> None:
        self.path = Path("spool.wav")
        self.sound = b""
        self.is_finished = False
        self._room = room

    @property
    def frames(self) -> int:
        return len(self.sound) // FRAME_BYTES

    def write(self, block: bytes) -> None:
        if len(self.sound) + len(block) > self._room:
            raise StoreError("The disk is full.")
        self.sound += block

    def read(self, start: int, size: int) -> bytes:
        return self.sound[start : start + size]

    def finish(self) -> None:
        self.is_finished = True


class Ears:
    """A listener, or an encoder, that keeps what it hears."""

    def __init__(self, *, fails: Exception | None = None, gate: threading.Event | None = None) -> None:
        self.heard = b""
        self._fails = fails
        self._gate = gate

    def feed(self, sound: bytes) -> int | None:
        if self._gate:
            self._gate.wait(SOON_S)
        if self._fails:
            raise self._fails
        self.heard += sound
        return None

    def caption(self) -> str:
        return f"{len(self.heard)} bytes"

    def finish(self) -> str:
        return f"heard {len(self.heard)}"

    def close(self) -> None:
        self.is_closed = True


class File(Ears):
    """The same for a file."""

    def finish(self) -> Path:  # type: ignore[override]
        return Path("kept.opus")


def _session(
    source: Script, spool: Memory | None = None, *, limits: Limits = capture.UNLIMITED, **parts
) -> Capture:
    return Capture(Parts(source, spool or Memory(), source.clock, **parts), limits)


def _all(source: Script, spool: Memory | None = None, **more) -> tuple[capture.Captured, Capture]:
    """Run a session to the end of its source."""
    session = _session(source, spool, **more)
    session.start()
    assert session.wait(SOON_S)
    return session.stop(), session


def test_all_sound_is_in_the_spool_when_it_ends():
    spool = Memory()

    captured, _ = _all(Script(SECOND, SECOND), spool)

    assert spool.sound == SECOND * 2
    assert spool.is_finished
    assert (captured.duration_s, captured.ended_by, captured.failure) == (2.0, "end", None)


def test_listener_and_encoder_hear_every_byte():
    ears, file = Ears(), File()
    blocks = [_block(mark) for mark in range(100)]

    _, session = _all(Script(*blocks), listener=lambda: ears, encoder=lambda: file)

    assert session.text(SOON_S) == "heard 160000"
    assert session.kept(SOON_S) == Path("kept.opus")
    assert ears.heard == file.heard == b"".join(blocks)
    assert session.heard_s() == 5.0


def test_an_engine_that_wants_to_hear_again_is_given_the_sound_from_there():
    class Forgetful(Ears):
        has_forgotten = False

        def feed(self, sound: bytes) -> int | None:
            super().feed(sound)
            if self.has_forgotten or len(self.heard) < 2 * len(SECOND):
                return None
            self.has_forgotten = True
            self.heard = self.heard[: len(SECOND) // 2]
            return len(self.heard)

    ears = Forgetful()

    _, session = _all(Script(SECOND, SECOND, SECOND), listener=lambda: ears)

    assert session.text(SOON_S) == f"heard {3 * len(SECOND)}"
    assert ears.heard == SECOND * 3
    assert ears.is_closed


def test_a_failing_engine_stops_neither_the_recording_nor_the_encoder():
    spool, file = Memory(), File()
    ears = Ears(fails=ProviderError("no words"))

    captured, session = _all(Script(SECOND, SECOND), spool, listener=lambda: ears, encoder=lambda: file)

    assert captured.failure is None
    assert spool.sound == file.heard
    with pytest.raises(ProviderError, match="no words"):
        session.text(SOON_S)


@pytest.mark.parametrize(
    "failure",
    [RuntimeError("decoder"), OSError("disk"), MemoryError(), ValueError("odd"), KeyError("plug-in")],
)
def test_what_an_engine_raises_becomes_ours(failure):
    _, session = _all(Script(SECOND), listener=lambda: Ears(fails=failure))

    with pytest.raises(ProviderError, match="listener gave up"):
        session.text(SOON_S)


def test_an_engine_that_does_not_start_is_told_later():
    def start() -> Ears:
        raise ProviderError("no model")

    captured, session = _all(Script(SECOND), listener=start)

    assert captured.duration_s == 1.0
    with pytest.raises(ProviderError, match="no model"):
        session.text(SOON_S)


def test_a_slow_engine_holds_nobody_up():
    gate = threading.Event()
    ears = Ears(gate=gate)

    captured, session = _all(Script(*[SECOND] * 10), listener=lambda: ears)

    assert captured.duration_s == 10.0
    assert session.text(0) is None
    gate.set()
    assert session.text(SOON_S) == "heard 320000"


def test_an_abandoned_engine_leaves_without_an_answer():
    gate = threading.Event()
    _, session = _all(Script(*[SECOND] * 10), listener=lambda: Ears(gate=gate))

    session.abandon()
    gate.set()

    assert session.text(SOON_S) is None
    assert session.heard_s() < 10.0


def test_stopping_keeps_what_was_said_before():
    spool = Memory()
    source = Script(*[_block()] * 20, is_live=True)
    session = _session(source, spool)
    session.start()
    source.idle.wait(SOON_S)

    captured = session.stop()

    assert (captured.duration_s, captured.ended_by) == (1.0, "user")
    assert not source.is_open


def test_what_is_still_on_its_way_at_the_end_is_kept():
    spool = Memory()
    source = Script(_block(1), is_live=True)
    session = _session(source, spool)
    source._steps.append(lambda: setattr(session, "_wants_end", True))
    source._steps += [_block(2), _block(3)]
    session.start()

    assert session.wait(SOON_S)
    assert spool.sound == _block(1) + _block(2) + _block(3)


def test_a_source_that_hangs_does_not_keep_the_recording(monkeypatch):
    monkeypatch.setattr(capture, "_STUCK_S", 0.01)
    spool, ears, release = Memory(), Ears(), threading.Event()
    hung = threading.Event()

    def hang() -> None:
        hung.set()
        release.wait(SOON_S)

    source = Script(SECOND, hang, SECOND, is_live=True)
    session = _session(source, spool, listener=lambda: ears)
    session.start()
    hung.wait(SOON_S)
    captured = session.stop()
    release.set()
    session._thread.join(SOON_S)

    assert captured.duration_s == 1.0
    assert session.text(SOON_S) == "heard 32000"
    assert spool.sound == SECOND
    assert spool.is_finished


def test_stopping_twice_says_the_same():
    captured, session = _all(Script(SECOND))

    assert session.stop() == captured


def test_paused_sound_is_not_kept_and_the_clock_stands_still():
    spool = Memory()
    source = Script()
    session = _session(source, spool)
    source._steps = [_block(1), session.pause, _block(2), _block(3), session.resume, _block(4)]
    session.start()
    session.wait(SOON_S)

    assert spool.sound == _block(1) + _block(4)
    assert session.status().elapsed_s == pytest.approx(0.1)


def test_a_pause_is_no_gap():
    source = Script(is_live=True)
    session = _session(source)
    source._steps = [*[_block()] * 20, session.pause, *[_block()] * 200, session.resume, *[_block()] * 20]
    session.start()
    source.idle.wait(SOON_S)

    assert session.stop().gaps == ()


def test_lost_sound_is_reported_with_its_place():
    source = Script(is_live=True)

    def lose() -> None:
        source.clock.advance(timedelta(seconds=2))

    source._steps = [*[_block()] * 100, lose, *[_block()] * 100]
    session = _session(source)
    session.start()
    source.idle.wait(SOON_S)
    captured = session.stop()

    assert [(gap.at_s, gap.length_s) for gap in captured.gaps] == [(5.0, 2.0)]
    assert captured.gaps_s == 2.0


def test_a_file_has_no_gaps():
    source = Script()
    source._steps = [SECOND, lambda: source.clock.advance(timedelta(seconds=9)), SECOND]

    captured, _ = _all(source)

    assert captured.gaps == ()


def test_it_ends_at_its_limit_to_the_frame():
    spool = Memory()

    captured, _ = _all(Script(*[_block()] * 100, is_live=True), spool, limits=Limits(longest_s=1.23))

    assert captured.ended_by == "max"
    assert spool.frames == round(1.23 * SAMPLE_RATE)


class Loud:
    """A voice detector that calls loud what is not zero."""

    def is_speech(self, block: bytes) -> bool:
        return any(block)


def test_it_ends_after_silence_if_that_was_asked_for():
    quiet, loud = _block(0), _block(9000)
    script = Script(*[quiet] * 50, *[loud] * 40, *[quiet] * 100, is_live=True)

    captured, _ = _all(script, limits=Limits(silence_s=1.0), voice=Loud())

    assert captured.ended_by == "silence"
    assert captured.duration_s == pytest.approx(2.5 + 2.0 + 1.0)


def test_a_full_disk_ends_it_and_keeps_what_is_there():
    spool = Memory(room=len(SECOND) * 2)

    captured, _ = _all(Script(SECOND, SECOND, SECOND), spool)

    assert captured.ended_by == "failure"
    assert isinstance(captured.failure, StoreError)
    assert spool.sound == SECOND * 2
    assert spool.is_finished


def test_a_file_that_cannot_be_read_says_so():
    captured, _ = _all(Script(BadDataError("broken.wav holds no sound.")))

    assert isinstance(captured.failure, BadDataError)
    assert captured.duration_s == 0.0


def test_a_source_that_does_not_open_starts_nothing():
    class Absent(Script):
        def open(self) -> None:
            raise DeviceError("There is no microphone.")

    session = _session(Absent())

    with pytest.raises(DeviceError):
        session.start()


def test_speak_now_is_said_when_the_first_block_has_come():
    source = Script(is_live=True)
    session = _session(source)
    session.start()
    source.idle.wait(SOON_S)
    before = session.wait_for_sound(0), session.status().phase
    source._steps.append(_block(5))

    assert before == (False, "opening")
    assert session.wait_for_sound(SOON_S)
    assert session.status().phase == "recording"
    session.stop()
    assert session.status().phase == "ended"


def test_waiting_for_sound_ends_with_the_source():
    session = _session(Script())
    session.start()

    assert not session.wait_for_sound(SOON_S)


def test_the_status_tells_level_caption_and_silence_of_the_microphone():
    source = Script(*[_block(16_384)] * 4, is_live=True)
    session = _session(source, listener=Ears)
    session.start()
    session.wait_for_sound(SOON_S)
    source.idle.wait(SOON_S)
    loud = session.status()
    source.clock.advance(timedelta(seconds=3))
    stalled = session.status()
    session.stop()
    session.text(SOON_S)

    assert (loud.peak, loud.rms, loud.stalled_s) == (0.5, 0.5, 0.0)
    assert stalled.stalled_s == 3.0
    assert session.status().caption == "6400 bytes"


def test_warnings_of_the_source_are_passed_on():
    source = Script(SECOND)
    source.warnings.append("cut off")

    captured, _ = _all(source)

    assert captured.warnings == ("cut off",)
