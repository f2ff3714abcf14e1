"""A recording's way: spooled, an entry, text, meaning, a sealed file; each step durable before the next."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Protocol

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.ids import derived_id
from braindump_cli.domain.job import ANALYSE, KEEP, TRANSCRIBE, Job
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.recording import KEPT, RECORDING, SPOOLED, Recording
from braindump_cli.errors import BadDataError, NotFoundError, ProviderError
from braindump_cli.ports import (
    SAMPLE_RATE,
    AudioStore,
    EntryRepository,
    JobQueue,
    Transcriber,
)
from braindump_cli.services.insights import Mind
from braindump_cli.services.work import NotYetError


class Sound(Protocol):
    """The plain sound of an entry, wherever it rests now: spool or sealed file."""

    def frames(self, entry_id: str) -> int:
        """Return how many frames the spool holds, its header mended. Raises NotFoundError."""
        ...

    def blocks(self, entry_id: str) -> Iterator[bytes]:
        """Yield the sound (16 kHz, mono, 16-bit). Raises NotFoundError, BadDataError."""
        ...

    def encoded(self, entry_id: str, form: str) -> Path:
        """Return the spool's encoded form, made now if it is not whole. Raises NotFoundError, StoreError."""
        ...

    def forget(self, entry_id: str) -> None:
        """Remove all plain sound of the entry."""
        ...


class Desk(NamedTuple):
    """What recordings need on their way."""

    mind: Mind
    jobs: JobQueue
    sound: Sound
    store: AudioStore

    @property
    def entries(self) -> EntryRepository:
        """The journal's entries."""
        return self.mind.entries


def recording_of(new: NewEntry, *, form: str) -> Recording:
    """Return the row of a recording that begins now."""
    return Recording(id=derived_id("recording", new.id, "1"), entry_id=new.id, format=form, state=RECORDING)


def begin_recording(new: NewEntry, *, form: str, desk: Desk) -> Recording:
    """Make the recording's row durable before the microphone is opened. Raises StoreError."""
    row = recording_of(new, form=form)
    desk.entries.save_recording(row)
    return row


def keep_recording(new: NewEntry, recording: Recording, *, desk: Desk) -> Entry:
    """Make a recording in the spool an entry, before anyone tries to understand it.

    Entry, recording and the jobs that will transcribe, understand and seal it are durable, in one
    transaction, when this returns. Done again it changes nothing. Raises StoreError.
    """
    with desk.mind.journal.writing():
        if not desk.entries.has(new.id):
            desk.entries.add(new, duration_s=recording.duration_s)
            desk.entries.save_recording(replace(recording, state=SPOOLED))
            desk.jobs.add(new.id, TRANSCRIBE, KEEP)
    return desk.entries.get(new.id)


def keep_reply(entry_id: str, engine: str, reply: str, *, desk: Desk) -> None:
    """Make the raw reply of an engine that heard the recording live durable, for `transcribe` to read."""
    for job in desk.jobs.of_entry(entry_id):
        if job.kind == TRANSCRIBE and job.reply is None:
            desk.jobs.store_reply(job, engine, reply)


class Abandoned(Protocol):
    """A spool whose recorder is gone."""

    @property
    def entry_id(self) -> str: ...
    @property
    def note(self) -> NewEntry | None: ...
    @property
    def duration_s(self) -> float: ...


def adopt(orphans: Sequence[Abandoned], *, unnamed: Callable[[str], NewEntry], form: str, desk: Desk) -> int:
    """Make entries of spools whose recorder died; return how many were new. Raises StoreError.

    `unnamed` says what is known of a recording whose note is lost.
    """
    adopted = 0
    for orphan in orphans:
        if desk.entries.has(orphan.entry_id):
            _clear(orphan.entry_id, desk)
            continue
        if not orphan.duration_s:
            continue
        new = orphan.note or unnamed(orphan.entry_id)
        row = desk.entries.recording(new.id) or recording_of(new, form=form)
        keep_recording(new, replace(row, duration_s=orphan.duration_s), desk=desk)
        adopted += 1
    return adopted


def _clear(entry_id: str, desk: Desk) -> None:
    """Remove the plain sound of a recording that was sealed just before its process died."""
    row = desk.entries.recording(entry_id)
    if row and row.state == KEPT:
        desk.sound.forget(entry_id)


def transcribe(job: Job, *, engines: Sequence[Transcriber], desk: Desk) -> None:
    """Attach the text of a recording; the raw reply is durable before anyone reads it.

    Raises NotYetError when no engine here knows the language, ProviderError when all that do fail,
    NotFoundError or BadDataError when there is no sound.
    """
    entry = desk.entries.get(job.entry_id)
    able = {engine.name: engine for engine in engines}
    if job.reply is None or job.engine not in able:
        job = _ask(job, entry, engines=engines, desk=desk)
    engine = able[str(job.engine)]
    try:
        transcript = engine.interpret(str(job.reply))
    except BadDataError as error:
        desk.jobs.store_reply(job, engine.name, None)  # asked again, not kept for ever
        raise ProviderError(f"{engine.name} gave an answer that cannot be read.") from error
    with desk.mind.journal.writing():
        desk.entries.attach(entry.id, transcript, reply=str(job.reply), at=desk.mind.clock.now())
        desk.jobs.done(job)
        if desk.entries.wants_insights(entry.id):
            desk.jobs.add(entry.id, ANALYSE)


def _ask(job: Job, entry: Entry, *, engines: Sequence[Transcriber], desk: Desk) -> Job:
    refusals: list[str] = []
    for engine in engines:
        if engine.unavailable(entry.language):
            continue
        try:
            reply = engine.hear(desk.sound.blocks(entry.id))
        except ProviderError as error:
            refusals.append(f"{engine.name}: {error.message}")
            continue
        return desk.jobs.store_reply(job, engine.name, reply)
    if refusals:
        raise ProviderError("; ".join(refusals))
    raise NotYetError(why_silent(entry.language, engines))


def why_silent(language: str, engines: Sequence[Transcriber]) -> str:
    """Say why nobody here can hear `language`."""
    reasons = [reason for engine in engines if (reason := engine.unavailable(language))]
    return reasons[-1] if reasons else "no engine for speech is set up"


def keep(job: Job, *, desk: Desk) -> None:
    """Seal a recording: encoded, decoded again and its frames counted, sealed, and only then the spool removed.

    Raises NotFoundError when the spool is gone and nothing was kept, BadDataError, StoreError.
    """
    row = desk.entries.recording(job.entry_id)
    if row is None:
        raise NotFoundError("The recording is unknown to the journal.")
    if row.state != KEPT:
        frames = desk.sound.frames(job.entry_id)
        sealed = desk.store.seal(desk.sound.encoded(job.entry_id, row.format), job.entry_id)
        row = replace(
            row,
            state=KEPT,
            duration_s=frames / SAMPLE_RATE,
            size_bytes=sealed.size_bytes,
            sha256=sealed.sha256,
        )
    with desk.mind.journal.writing():
        desk.entries.save_recording(row)
        desk.jobs.done(job)
    desk.sound.forget(job.entry_id)
