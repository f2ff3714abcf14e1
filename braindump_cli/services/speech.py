"""One recording from its first block to a kept entry: what is made durable, and in which order.

The screen, the keys and the signals are the command's; here stands what may never be lost.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Protocol

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.recording import Recording
from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.errors import BadDataError, BraindumpError, DeviceError, StoreError
from braindump_cli.ports import Clock
from braindump_cli.services.capture import Capture, Captured, Limits, Parts, Source
from braindump_cli.services.capture_follow import Sink, SpoolFile
from braindump_cli.services.capture_watch import Voice
from braindump_cli.services.ladder import Ladder
from braindump_cli.services.recordings import Desk, begin_recording, keep_recording, keep_reply, recording_of

MICROPHONE, FILE, STDIN = "microphone", "file", "stdin"
_AGAIN = {
    FILE: "Nothing was kept of it: make room and try again.",
    STDIN: "What came through the pipe waits: make room, then braindump process.",
}
_LOOK_S = 1 / 15  # how long the engine is waited for before somebody looks around


class HeldSpool(SpoolFile, Protocol):
    """A spool that no other process touches until it is closed."""

    def close(self) -> None:
        """Let others have it."""
        ...


class SpoolFolder(Protocol):
    """Where recordings are plain until they are sealed."""

    def begin(self, new: NewEntry, *, is_import: bool = False) -> HeldSpool:
        """Make note and sound file. With `is_import` nothing counts before the sound is whole. Raises StoreError."""
        ...

    def kept(self, entry_id: str, form: str) -> Path:
        """Return where the kept file is made."""
        ...

    def remove(self, entry_id: str) -> None:
        """Remove all of a recording's files."""
        ...


class SealedInbox(Protocol):
    """Where captures wait while the journal is locked."""

    def keep_audio(self, new: NewEntry, plain_audio: Path, recording: Recording) -> None:
        """Keep a spoken entry with its sound, sealed and durable on return. Raises StoreError."""
        ...


class Studio(NamedTuple):
    """What a recording is made with. Without a desk the journal is locked."""

    spool: SpoolFolder
    encoder: Callable[[Path, str], Sink[Path]]
    verify: Callable[[Path, int], None]
    inbox: SealedInbox
    clock: Clock
    desk: Desk | None


class Session(NamedTuple):
    """One recording under way."""

    new: NewEntry
    source: Source
    spool: HeldSpool
    capture: Capture
    recording: Recording
    ears: Ladder | None

    def leave(self) -> None:
        """Send everybody home and let go of the spool; what is not done is left to the queue."""
        self.capture.abandon()
        self.spool.close()


class Plan(NamedTuple):
    """How a recording is to be made."""

    form: str  # opus, flac
    limits: Limits
    ears: Ladder | None  # engines that hear it live
    voice: Voice | None  # that notices silence


def begin(new: NewEntry, source: Source, plan: Plan, *, studio: Studio) -> Session:
    """Make row, note and spool durable, then open the source; encoder and engine follow.

    Raises DeviceError, BadDataError, StoreError; then nothing is left behind.
    """
    row = recording_of(new, form=plan.form)
    if studio.desk:
        begin_recording(new, form=plan.form, desk=studio.desk)
    spool = studio.spool.begin(new, is_import=new.source != MICROPHONE)  # what can be read again
    kept = studio.spool.kept(new.id, plan.form)
    parts = Parts(
        source=source,
        spool=spool,
        clock=studio.clock,
        encoder=lambda: studio.encoder(kept, plan.form),
        listener=_given(plan.ears) if plan.ears else None,
        voice=plan.voice,
    )
    session = Session(new, source, spool, Capture(parts, plan.limits), row, plan.ears)
    try:
        session.capture.start()
    except BraindumpError:
        discard(session, studio=studio)
        raise
    return session


def discard(session: Session, *, studio: Studio) -> None:
    """Leave nothing behind of a recording that is none."""
    session.leave()
    studio.spool.remove(session.new.id)
    if studio.desk:
        with suppress(StoreError):  # a full disk takes no deletion either; `process` forgets the row
            studio.desk.entries.forget_recording(session.new.id)


def need_sound(session: Session, captured: Captured, *, studio: Studio) -> None:
    """Discard a recording without sound, and one not taken in whole whose source can be read again.

    Raises what ended it, else DeviceError or BadDataError.
    """
    is_cut = captured.failure is not None and session.new.source != MICROPHONE
    if captured.duration_s and not is_cut:
        return
    discard(session, studio=studio)
    if captured.duration_s and captured.failure:
        raise StoreError(captured.failure.message, hint=_AGAIN[session.new.source])
    if captured.failure:
        raise captured.failure
    if session.new.source == MICROPHONE:
        raise DeviceError("Nothing was recorded: no sound came.", hint="braindump devices lists microphones.")
    raise BadDataError("There is no sound in it.", hint="Is it the right file, and copied whole?")


def keep(session: Session, captured: Captured, *, desk: Desk, studio: Studio) -> Entry:
    """Make it an entry, durable with its jobs on return, before anyone tries to understand it.

    Raises StoreError; then what was said stays in the spool, and of a file, which can be read again, nothing.
    """
    try:
        return keep_recording(session.new, _whole(session, captured), desk=desk)
    except StoreError as error:
        if session.new.source == FILE:
            discard(session, studio=studio)
            raise
        hint = "What was said waits in the spool: make room, then braindump process."
        raise StoreError(error.message, hint=hint) from error


def take_in(new: NewEntry, source: Source, *, form: str, studio: Studio, desk: Desk) -> Entry:
    """Make an entry of recorded sound without anybody watching; its text is left to the jobs.

    Raises BadDataError, StoreError; then nothing is left behind.
    """
    session = begin(new, source, Plan(form, Limits(), None, None), studio=studio)
    try:
        session.capture.wait(None)
        captured = session.capture.stop()
        need_sound(session, captured, studio=studio)
        return keep(session, captured, desk=desk, studio=studio)
    finally:
        session.leave()


def hear_out(
    session: Session, *, desk: Desk, patience: Callable[[], bool], told: Callable[[float], object]
) -> BraindumpError | None:
    """Keep the engine's raw reply as soon as it is there; return why it failed, if it did.

    Waits while `patience` lasts; `told` hears how many seconds the engine has heard. What is not heard now
    is left to the jobs.
    """
    if session.ears is None:
        return None
    reply = None
    try:
        while reply is None and patience():
            reply = session.capture.text(_LOOK_S)
            told(session.capture.heard_s())
    except BraindumpError as error:
        return error
    if reply is not None:
        keep_reply(session.new.id, session.ears.engine.name, reply, desk=desk)
    return None


def release(session: Session) -> None:
    """Let others read the spool, once the encoder has: an engine is to hear it again."""
    with suppress(StoreError):  # then the kept file is made anew
        session.capture.kept(None)
    session.spool.close()


def keep_sealed(session: Session, captured: Captured, *, studio: Studio) -> None:
    """Without the key: the verified kept file goes, sealed, to the inbox, and only then the spool.

    Raises StoreError, BadDataError; then the spool stays, to be adopted once the key is there.
    """
    encoded = session.capture.kept(None)
    if encoded is None:
        return
    studio.verify(encoded, round(captured.duration_s * SAMPLE_RATE))
    studio.inbox.keep_audio(session.new, encoded, _whole(session, captured))
    session.spool.close()
    studio.spool.remove(session.new.id)


def _given(ears: Ladder) -> Callable[[], Ladder]:
    return lambda: ears


def _whole(session: Session, captured: Captured) -> Recording:
    return replace(session.recording, duration_s=captured.duration_s, gaps_s=captured.gaps_s)
