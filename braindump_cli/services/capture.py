"""One recording session: sound into the spool, and from there to all who want to hear it.

A thread of its own moves blocks from the source into the spool and does nothing else that may take long.
The encoder and the engine follow the spool: they read it back at their own pace, so a slow one holds
nobody up, no queue grows in memory, and a failing one leaves its work to later. Signals are the caller's.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE
from braindump_cli.errors import BraindumpError
from braindump_cli.ports import Clock, Listener
from braindump_cli.services.capture_follow import Follower, Growth, Sink, SpoolFile
from braindump_cli.services.capture_watch import AutoStop, Gap, GapWatch, Voice, level

OPENING, RECORDING, PAUSED, ENDED = "opening", "recording", "paused", "ended"

# Why a recording ended.
USER, LONGEST, SILENCE, SOURCE_END, FAILURE = "user", "max", "silence", "end", "failure"

_LATE_S = 0.2  # how late sound may come, usually
_PATIENCE_S = 0.1  # how long the source may keep us waiting before we look around
_STALLED_S = 1.0  # without a block a living source counts as silent that long
_STUCK_S = 3.0  # a source that does not come back by then has hung up on us


class Source(Protocol):
    """Where sound comes from: 16 kHz, mono, 16-bit."""

    is_live: bool  # its sound comes at the pace of the clock
    warnings: list[str]  # what went wrong and was overcome

    def open(self) -> None:
        """Let it flow. Raises DeviceError, BadDataError."""
        ...

    def read(self, timeout_s: float) -> bytes | None:
        """Return the next block, b"" if none came in time, None at the end. Raises BadDataError."""
        ...

    def close(self) -> None:
        """Stop the flow; blocks that came before may still be read."""
        ...


class Limits(NamedTuple):
    """When a recording ends by itself."""

    longest_s: float | None = None
    silence_s: float = 0.0  # after speech; 0 = never


UNLIMITED = Limits()


class Parts(NamedTuple):
    """What a session is made of; without encoder or listener that work is left to later."""

    source: Source
    spool: SpoolFile
    clock: Clock
    encoder: Callable[[], Sink[Path]] | None = None
    listener: Callable[[], Listener] | None = None
    voice: Voice | None = None  # for Limits.silence_s


class Status(NamedTuple):
    """How it is going, for a screen."""

    phase: str
    elapsed_s: float  # of sound kept
    peak: float  # of the last block, 0 to 1
    rms: float  # likewise
    caption: str
    gaps_s: float
    stalled_s: float  # how long a living source has been silent; 0 while it is not
    ended_by: str | None


class Captured(NamedTuple):
    """What a session has kept."""

    path: Path
    duration_s: float
    gaps: tuple[Gap, ...]
    ended_by: str
    warnings: tuple[str, ...]
    failure: BraindumpError | None  # what ended it, where it was neither the user nor a limit

    @property
    def gaps_s(self) -> float:
        """Sound that did not arrive, in all."""
        return sum(gap.length_s for gap in self.gaps)


class Capture:
    """One session. All methods may be called from one thread, the caller's."""

    def __init__(self, parts: Parts, limits: Limits = UNLIMITED) -> None:
        self._parts = parts
        self._limits = limits
        self._auto_stop = (
            AutoStop(limits.silence_s, parts.voice) if limits.silence_s and parts.voice else None
        )
        self._watch = GapWatch()
        self._growth = Growth(parts.spool)
        self._last = b""
        self._heard_at: float | None = None
        self._is_paused = False
        self._wants_end = False
        self._asked_at: float | None = None  # to end
        self._ended_by: str | None = None
        self._failure: BraindumpError | None = None
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._text = Follower(self._growth, parts.listener, "listener") if parts.listener else None
        self._kept = Follower(self._growth, parts.encoder, "encoder") if parts.encoder else None

    def start(self) -> None:
        """Open the source and begin. Raises what the source raises; then nothing has begun."""
        self._parts.source.open()
        self._thread.start()
        for follower in (self._text, self._kept):
            if follower:
                follower.start()

    def status(self) -> Status:
        """Tell how it is going; cheap."""
        peak, rms = level(self._last) if self._phase() == RECORDING else (0.0, 0.0)
        return Status(
            phase=self._phase(),
            elapsed_s=self._parts.spool.frames / SAMPLE_RATE,
            peak=peak,
            rms=rms,
            caption=self._text.caption() if self._text else "",
            gaps_s=sum(gap.length_s for gap in self._watch.gaps),
            stalled_s=self._stalled_s(),
            ended_by=self._ended_by,
        )

    def wait_for_sound(self, timeout_s: float | None) -> bool:
        """Wait for the first block and tell whether it came: "speak now"."""
        self._growth.wait_for(lambda: self._heard_at is not None or self._growth.is_over, timeout_s)
        return self._heard_at is not None

    def wait(self, timeout_s: float | None) -> bool:
        """Wait until it ends by itself and tell whether it did: a limit, the end of a file, a failure."""
        return self._growth.wait_for(lambda: self._growth.is_over, timeout_s)

    def pause(self) -> None:
        """Keep nothing of what comes until `resume`."""
        self._is_paused = True

    def resume(self) -> None:
        """Keep again."""
        self._is_paused = False

    def stop(self) -> Captured:
        """End it. On return the spool is whole and durable; the engine and the encoder may still be busy."""
        self._asked_at = self._asked_at or self._parts.clock.monotonic()
        self._wants_end = True
        self._thread.join(_STUCK_S)
        if self._thread.is_alive():
            self._finish()  # without the source, which may never come back
        spool, source = self._parts.spool, self._parts.source
        return Captured(
            path=spool.path,
            duration_s=spool.frames / SAMPLE_RATE,
            gaps=tuple(self._watch.gaps),
            ended_by=self._ended_by or USER,
            warnings=tuple(source.warnings),
            failure=self._failure,
        )

    def text(self, within_s: float | None) -> str | None:
        """Return the engine's raw reply, None if it needs longer. Raises what the engine raised."""
        return self._text.result(within_s) if self._text else None

    def kept(self, within_s: float | None) -> Path | None:
        """Return the encoded file, whole; None if it needs longer. Raises what the encoder raised."""
        return self._kept.result(within_s) if self._kept else None

    def heard_s(self) -> float:
        """Tell how much of the sound the engine has heard."""
        return self._text.position / FRAME_BYTES / SAMPLE_RATE if self._text else 0.0

    def abandon(self) -> None:
        """Send engine and encoder home; what they have not done is left to later. The kept file is let go of."""
        for follower in (self._text, self._kept):
            if follower:
                follower.abandon()
        if self._kept:
            self._kept.leave()

    def _run(self) -> None:
        """Move sound from the source to the spool until somebody or something ends it."""
        source = self._parts.source
        try:
            while not (self._wants_end or self._ended_by):
                self._move(_PATIENCE_S)
            self._take_last_word()
            source.close()
            while self._ended_by is None and self._move(0):
                pass  # what was said before the end and is still on its way
        except BraindumpError as error:
            self._ended_by, self._failure = FAILURE, error
            source.close()
        finally:
            self._finish()

    def _take_last_word(self) -> None:
        """Wait a moment for what was said just before the end: a sound server hands it over late."""
        if not self._parts.source.is_live or self._ended_by:
            return
        spool, clock = self._parts.spool, self._parts.clock
        until, most = clock.monotonic() + _LATE_S, spool.frames + round(_LATE_S * SAMPLE_RATE)
        while (left_s := until - clock.monotonic()) > 0 and spool.frames < most:
            if not self._move(min(left_s, _PATIENCE_S)):
                return

    def _move(self, timeout_s: float) -> bool:
        """Move one block; tell whether there was one."""
        block = self._parts.source.read(timeout_s)
        if block is None:
            self._ended_by = self._ended_by or (USER if self._wants_end else SOURCE_END)
        elif block:
            with self._writing:
                self._take(block)
            self._growth.tell()
        return bool(block)

    def _take(self, block: bytes) -> None:
        spool, now = self._parts.spool, self._parts.clock.monotonic()
        if self._growth.is_over:
            return  # it came back after all, too late
        if self._parts.source.is_live:
            self._watch.heard(len(block) // FRAME_BYTES, now=now, kept=spool.frames)
        if not self._is_paused:
            block = self._within_limit(block)
            spool.write(block)
            if self._auto_stop and self._auto_stop.is_over(block):
                self._ended_by = SILENCE
        self._last, self._heard_at = block, now

    def _within_limit(self, block: bytes) -> bytes:
        """Return what of the block fits; the recording ends with the last frame that does."""
        if self._limits.longest_s is None:
            return block
        room = round(self._limits.longest_s * SAMPLE_RATE) - self._parts.spool.frames
        if len(block) // FRAME_BYTES >= room:
            self._ended_by = LONGEST
        return block[: max(room, 0) * FRAME_BYTES]

    def _finish(self) -> None:
        """Make the spool whole, once."""
        with self._writing:
            if self._growth.is_over:
                return
            try:
                if self._parts.source.is_live:
                    ended_at = self._asked_at or self._parts.clock.monotonic()
                    self._watch.finish(now=ended_at, kept=self._parts.spool.frames)
                self._parts.spool.finish()
            except BraindumpError as error:
                self._failure = self._failure or error
            finally:
                self._growth.end()

    def _phase(self) -> str:
        if self._growth.is_over:
            return ENDED
        if self._heard_at is None:
            return OPENING
        return PAUSED if self._is_paused else RECORDING

    def _stalled_s(self) -> float:
        if self._heard_at is None or self._growth.is_over or not self._parts.source.is_live:
            return 0.0
        silent_s = self._parts.clock.monotonic() - self._heard_at
        return silent_s if silent_s >= _STALLED_S else 0.0
