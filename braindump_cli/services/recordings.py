"""A recording's way: spooled, an entry, text, meaning, a sealed file; each step durable before the next."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Protocol

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.ids import derived_id
from braindump_cli.domain.job import ANALYSE, KEEP, TRANSCRIBE, Job
from braindump_cli.domain.leaving import HERE
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.recording import KEPT, RECORDING, SPOOLED, Recording
from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.domain.transcript import Transcript
from braindump_cli.errors import BadDataError, NotFoundError, ProviderError, UnreadableError
from braindump_cli.ports import AudioStore, EntryRepository, JobQueue, Speech, Transcriber
from braindump_cli.services.engines import Able, Panel, Refusals, Warnings
from braindump_cli.services.insights import Mind
from braindump_cli.services.work import NotYetError

_PATIENCE_S, _PATIENCE_SHARE = 24.0, 0.1  # with engines elsewhere, and a share of the recording's length


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

    def compact(self, entry_id: str) -> bytes:
        """Return the sound as one small Ogg Opus file. Raises NotFoundError, BadDataError, StoreError."""
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


class Hearing(NamedTuple):
    """How recordings are heard: by whom, knowing which words, and where the text goes."""

    panel: Panel[Transcriber]
    vocabulary: tuple[str, ...]
    desk: Desk

    def speech(self, entry: Entry, key: str, *, askers: int = 1) -> Speech:
        """Return an entry's recording as one of so many transcribers is given it: they share our patience."""
        length_s = entry.duration_s or 0.0
        return Speech(
            language=entry.language,
            duration_s=length_s,
            within_s=(_PATIENCE_S + _PATIENCE_SHARE * length_s) / askers,
            blocks=lambda: self.desk.sound.blocks(entry.id),
            compact=lambda: self.desk.sound.compact(entry.id),
            entry_id=entry.id,
            key=key,
            vocabulary=self.vocabulary,
        )


def transcribe(job: Job, *, hearing: Hearing) -> Warnings:
    """Attach the text of a recording; the raw reply is durable before anyone reads it.

    Where only a draft can be had although a better engine is set up, the draft is attached and the step
    waits for the better one. Returns what was less than wanted. Raises NotYetError when no engine here
    knows the language, ProviderError when those wanted fail, NotFoundError or BadDataError when there is no sound.
    """
    entry = hearing.desk.entries.get(job.entry_id)
    able = hearing.panel.able(entry)
    heard = {engine.name: engine for engine in hearing.panel.engines}.get(job.engine or "")
    if job.reply is not None and heard:
        is_last = not heard.is_draft or all(engine.is_draft for engine in able.engines)
        _take(job, heard, job.reply, is_last=is_last, desk=hearing.desk)
        if is_last:
            return able.warnings
    if not able.engines:
        raise NotYetError(why_silent(able))
    return (*able.warnings, *_ask(job, entry, able.engines, hearing=hearing).warnings)


def _ask(job: Job, entry: Entry, engines: Sequence[Transcriber], *, hearing: Hearing) -> Refusals:
    """Ask one engine after the other until one gives a final text, or the best there is; return who failed."""
    refusals = Refusals()
    key = f"transcribe:{entry.id}:{job.number}:"
    speech = hearing.speech(entry, key, askers=max(sum(engine.place != HERE for engine in engines), 1))
    for engine in engines:
        if engine.is_draft and refusals and job.reply is not None:
            continue  # its text stands already
        is_last = not (engine.is_draft and refusals)
        try:
            reply = engine.hear(speech)
            job = hearing.desk.jobs.store_reply(job, engine.name, reply)
            _take(job, engine, reply, is_last=is_last, desk=hearing.desk)
        except ProviderError as error:
            hearing.panel.forget_unreadable(key, error)
            refusals.add(engine.name, error)
            continue
        hearing.panel.forget(key)
        if is_last:
            return refusals
    raise refusals.error()


def _take(job: Job, engine: Transcriber, reply: str, *, is_last: bool, desk: Desk) -> None:
    """Attach a stored reply, and with the last one end the step. Raises ProviderError."""
    try:
        transcript = _interpreted(engine, reply)
    except ProviderError:
        desk.jobs.store_reply(job, engine.name, None)  # asked again, not kept for ever
        raise
    with desk.mind.journal.writing():
        _attach(job.entry_id, transcript, reply=reply, desk=desk)
        if is_last:
            desk.jobs.done(job)


def hear_again(entry: Entry, engine: Transcriber, *, hearing: Hearing) -> None:
    """Let one engine hear an entry's recording once more; its text is a new version.

    Raises ProviderError, NotFoundError or BadDataError when there is no sound.
    """
    key = f"transcribe:{entry.id}:{engine.name}:"
    desk = hearing.desk
    try:
        reply = engine.hear(hearing.speech(entry, key))
        transcript = _interpreted(engine, reply)
    except ProviderError as error:
        hearing.panel.forget_unreadable(key, error)
        raise
    with desk.mind.journal.writing():
        _attach(entry.id, transcript, reply=reply, desk=desk)
        for job in desk.jobs.of_entry(entry.id):
            if job.kind == TRANSCRIBE and not engine.is_draft:
                desk.jobs.done(job)  # what it waited for is there
    hearing.panel.forget(key)


def _interpreted(engine: Transcriber, reply: str) -> Transcript:
    try:
        return engine.interpret(reply)
    except BadDataError as error:
        raise UnreadableError(f"{engine.name} gave an answer that cannot be read.") from error


def _attach(entry_id: str, transcript: Transcript, *, reply: str, desk: Desk) -> None:
    """Keep a version of the text; where it becomes the entry's, that is to be understood anew."""
    before = desk.entries.get(entry_id)
    desk.entries.attach(entry_id, transcript, reply=reply, at=desk.mind.clock.now())
    is_first = before.engine is None
    is_changed = desk.entries.get(entry_id).text != before.text
    if (is_first or is_changed) and desk.entries.wants_insights(entry_id):
        desk.jobs.add(entry_id, ANALYSE)


def why_silent(able: Able[Transcriber]) -> str:
    """Say why nobody here can hear an entry."""
    return able.silent[-1] if able.silent else "no engine for speech is set up"


def keep(job: Job, *, desk: Desk) -> Warnings:
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
    return ()
