"""A recording's way from the spool to a sealed file, with sound and store of our own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from braindump_cli.domain.leaving import ELSEWHERE
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.recording import KEPT, RECORDING, SPOOLED, Recording
from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.errors import BadDataError, NotFoundError, ProviderError, RateLimitedError, StoreError
from braindump_cli.ports import SealedAudio
from braindump_cli.services.engines import Panel
from braindump_cli.services.inbox import fold
from braindump_cli.services.leaving import Permission
from braindump_cli.services.recordings import (
    Desk,
    Hearing,
    adopt,
    begin_recording,
    hear_again,
    keep,
    keep_recording,
    keep_reply,
    recording_of,
    transcribe,
)
from braindump_cli.services.work import NotYetError
from tests.fakes import MONDAY_MORNING, FakeTranscriber
from tests.journals import spoken, typed

SOUND = b"\1\0" * SAMPLE_RATE


class FakeSound:
    """Two seconds of plain sound for every entry, until it is forgotten."""

    def __init__(self):
        self.forgotten = []

    def frames(self, entry_id):
        return 2 * SAMPLE_RATE

    def blocks(self, entry_id):
        yield SOUND
        yield SOUND

    def compact(self, entry_id):
        return b"OggS"

    def encoded(self, entry_id, form):
        return Path(f"{entry_id}.{form}")

    def forget(self, entry_id):
        self.forgotten.append(entry_id)


class FakeStore:
    """Seals into memory."""

    def __init__(self):
        self.sealed = {}

    def seal(self, plain, entry_id):
        self.sealed[entry_id] = plain
        return SealedAudio(size_bytes=100, sha256="ab")

    def seal_blocks(self, plain, entry_id):
        return self.seal(b"".join(plain), entry_id)

    def open(self, entry_id, into):
        raise NotFoundError("nothing")

    def remove(self, entry_id):
        self.sealed.pop(entry_id, None)


class Orphan(NamedTuple):
    """A spool whose recorder is gone."""

    entry_id: str
    note: NewEntry | None
    duration_s: float


class Captured(NamedTuple):
    """Something from the inbox."""

    new: NewEntry
    recording: Recording | None
    sound: Callable[[], Iterator[bytes]]


@pytest.fixture
def desk(mind, jobs):
    return Desk(mind, jobs, FakeSound(), FakeStore())


@pytest.fixture
def new():
    return spoken()


def kept(new, desk):
    row = begin_recording(new, form="opus", desk=desk)
    return keep_recording(new, replace(row, duration_s=2.0), desk=desk)


CONSENT = Permission("cloud", consent=True, since=MONDAY_MORNING - timedelta(days=1))


def heard_by(desk, *engines, permission=CONSENT, forgotten=None):
    forget = forgotten.append if forgotten is not None else id
    return Hearing(Panel(engines, lambda: permission, forget), ("Braindump",), desk)


def job_of(new, desk, kind):
    return next(job for job in desk.jobs.of_entry(new.id) if job.kind == kind)


def kinds(new, desk):
    return [job.kind for job in desk.jobs.of_entry(new.id)]


def test_the_row_is_there_before_the_first_word(new, desk):
    row = begin_recording(new, form="flac", desk=desk)

    assert desk.entries.recording(new.id) == row
    assert (row.state, row.format) == (RECORDING, "flac")
    assert not desk.entries.has(new.id)


def test_a_recording_becomes_an_entry_with_the_work_that_waits(new, desk):
    entry = kept(new, desk)

    assert (entry.duration_s, entry.recordings[0].state) == (2.0, SPOOLED)
    assert set(kinds(new, desk)) == {"transcribe", "keep"}


def test_keeping_twice_changes_nothing(new, desk):
    first = kept(new, desk)
    desk.jobs.done(job_of(new, desk, "keep"))

    assert keep_recording(new, recording_of(new, form="opus"), desk=desk).recordings == first.recordings
    assert kinds(new, desk) == ["transcribe"]


def test_a_text_is_attached_and_the_raw_reply_was_durable_before(new, desk):
    kept(new, desk)
    engine = FakeTranscriber("Heard.")

    transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, engine))

    entry = desk.entries.get(new.id)
    assert (entry.text, entry.engine) == ("Heard.", "fake")
    assert engine.heard == SOUND + SOUND
    assert set(kinds(new, desk)) == {"keep", "analyse"}


def test_what_was_heard_live_is_not_heard_again(new, desk):
    kept(new, desk)
    keep_reply(new.id, "fake", "Heard live.", desk=desk)
    engine = FakeTranscriber("Heard again.")

    transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, engine))

    assert desk.entries.get(new.id).text == "Heard live."
    assert engine.heard == b""


def test_a_first_reply_is_not_replaced_by_a_later_one(new, desk):
    kept(new, desk)
    for reply in ("first", "second"):
        keep_reply(new.id, "fake", reply, desk=desk)

    assert job_of(new, desk, "transcribe").reply == "first"


def test_the_reply_of_an_engine_that_is_gone_is_asked_of_another(new, desk):
    kept(new, desk)
    keep_reply(new.id, "gone", "raw", desk=desk)

    transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, FakeTranscriber("Heard.")))

    assert desk.entries.get(new.id).text == "Heard."


def test_an_unreadable_reply_is_forgotten_and_asked_for_again(new, desk):
    kept(new, desk)
    engine = FakeTranscriber("garbled")

    with pytest.raises(ProviderError, match="cannot be read"):
        transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, engine))

    assert job_of(new, desk, "transcribe").reply is None


def test_the_first_engine_that_can_hear_the_language_and_answers_is_taken(new, desk):
    kept(new, desk)
    engines = [
        FakeTranscriber("A", name="a", languages=["de"]),
        FakeTranscriber("B", name="b", failure=ProviderError("down")),
        FakeTranscriber("C", name="c"),
    ]

    transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, *engines))

    assert desk.entries.get(new.id).engine == "c"


def test_a_language_that_nobody_hears_waits_and_engines_that_are_down_are_named(new, desk):
    kept(new, desk)
    job = job_of(new, desk, "transcribe")

    with pytest.raises(NotYetError, match="no engine for en"):
        transcribe(job, hearing=heard_by(desk, FakeTranscriber(languages=["de"])))
    with pytest.raises(NotYetError, match="no engine for speech"):
        transcribe(job, hearing=heard_by(desk))
    with pytest.raises(ProviderError, match="fake: down"):
        transcribe(job, hearing=heard_by(desk, FakeTranscriber(failure=ProviderError("down"))))


def test_who_wants_no_insights_gets_none(desk):
    new = spoken(wants_insights=False)
    kept(new, desk)

    transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, FakeTranscriber()))

    assert kinds(new, desk) == ["keep"]


def test_the_sound_is_sealed_before_it_leaves_the_spool(new, desk):
    kept(new, desk)

    keep(job_of(new, desk, "keep"), desk=desk)

    row = desk.entries.recording(new.id)
    assert (row.state, row.duration_s, row.size_bytes, row.sha256) == (KEPT, 2.0, 100, "ab")
    assert desk.store.sealed == {new.id: Path(f"{new.id}.opus")}
    assert desk.sound.forgotten == [new.id]
    assert kinds(new, desk) == ["transcribe"]


def test_a_spool_stays_when_it_cannot_be_sealed(new, mind, jobs):
    class Full(FakeStore):
        def seal(self, plain, entry_id):
            raise StoreError("full")

    sound = FakeSound()
    desk = Desk(mind, jobs, sound, Full())
    kept(new, desk)

    with pytest.raises(StoreError):
        keep(job_of(new, desk, "keep"), desk=desk)

    assert sound.forgotten == []
    assert desk.entries.get(new.id).recordings[0].state == SPOOLED
    assert "keep" in kinds(new, desk)


def test_sealing_that_was_killed_at_its_end_only_clears_up(new, desk):
    entry = kept(new, desk)
    desk.entries.save_recording(replace(entry.recordings[0], state=KEPT, sha256="first"))

    keep(job_of(new, desk, "keep"), desk=desk)

    assert desk.store.sealed == {}
    assert desk.sound.forgotten == [new.id]
    assert desk.entries.recording(new.id).sha256 == "first"


def test_an_orphan_becomes_an_entry_once(new, desk):
    row = begin_recording(new, form="flac", desk=desk)
    orphan = Orphan(new.id, new, 2.0)

    counts = [adopt([orphan], unnamed=pytest.fail, form="opus", desk=desk) for _ in range(2)]

    assert counts == [1, 0]
    assert desk.entries.get(new.id).recordings == (replace(row, state=SPOOLED, duration_s=2.0),)


def test_an_orphan_whose_note_is_lost_is_known_by_its_id(new, desk):
    adopt([Orphan(new.id, None, 2.0)], unnamed={new.id: new}.__getitem__, form="opus", desk=desk)

    assert desk.entries.get(new.id).recordings[0].format == "opus"


def test_a_spool_without_sound_is_no_entry(new, desk):
    assert adopt([Orphan(new.id, new, 0.0)], unnamed=pytest.fail, form="opus", desk=desk) == 0
    assert not desk.entries.has(new.id)


def test_what_waited_in_the_inbox_becomes_entries_once_each(new, desk):
    note = typed("Typed.")
    row = replace(recording_of(new, form="opus"), duration_s=2.0)
    captures = [Captured(note, None, lambda: iter(())), Captured(new, row, lambda: iter([b"a", b"b"]))]

    class Inbox:
        def fold(self, set_aside):
            set_aside("broken.entry")
            yield from captures

    damaged = [fold(Inbox(), desk=desk) for _ in range(2)]

    assert damaged == [["broken.entry"]] * 2
    assert desk.entries.count() == 2
    assert desk.entries.get(note.id).text == "Typed."
    assert (desk.entries.get(new.id).duration_s, desk.entries.recording(new.id).state) == (2.0, KEPT)
    assert desk.store.sealed == {new.id: b"ab"}
    assert (kinds(note, desk), kinds(new, desk)) == (["analyse"], ["transcribe"])


def test_damaged_sound_of_a_kept_recording_fails_for_good(new, mind, jobs):
    class Broken(FakeSound):
        def blocks(self, entry_id):
            raise BadDataError("broken")

    desk = Desk(mind, jobs, Broken(), FakeStore())
    kept(new, desk)

    with pytest.raises(BadDataError):
        transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, FakeTranscriber()))


def cloud(reply="Final.", **how):
    return FakeTranscriber(reply, name="cloud", place=ELSEWHERE, **how)


def draft(reply="Draft."):
    return FakeTranscriber(reply, name="draft", is_draft=True)


def test_a_better_engine_is_asked_after_a_draft_was_heard_live(new, desk):
    kept(new, desk)
    keep_reply(new.id, "draft", "Heard live.", desk=desk)
    engine = draft()

    transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, cloud(), engine))

    entry = desk.entries.get(new.id)
    assert (entry.text, entry.engine, entry.is_draft) == ("Final.", "cloud", False)
    assert engine.heard == b""
    assert "transcribe" not in kinds(new, desk)


def test_a_draft_stands_while_the_better_engine_is_down_and_the_step_waits(new, desk):
    kept(new, desk)

    with pytest.raises(ProviderError, match="cloud: down"):
        transcribe(
            job_of(new, desk, "transcribe"),
            hearing=heard_by(desk, cloud(failure=ProviderError("down")), draft()),
        )

    assert (desk.entries.get(new.id).text, desk.entries.get(new.id).is_draft) == ("Draft.", True)
    assert set(kinds(new, desk)) == {"transcribe", "keep", "analyse"}

    transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, cloud(), draft()))

    assert desk.entries.get(new.id).text == "Final."
    assert set(kinds(new, desk)) == {"keep", "analyse"}


def test_a_second_engine_answers_for_the_first_and_that_is_told(new, desk):
    kept(new, desk)
    down = FakeTranscriber(name="down", place=ELSEWHERE, failure=RateLimitedError("busy", retry_after_s=60))

    warnings = transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, down, cloud(), draft()))

    assert warnings == (("rate_limited", "down: busy"),)
    assert desk.entries.get(new.id).engine == "cloud"


@pytest.mark.parametrize(
    ("permission", "private"), [(CONSENT._replace(consent=None, since=None), False), (CONSENT, True)]
)
def test_without_consent_and_of_private_entries_no_sound_leaves(desk, permission, private):
    new = spoken(is_private=private)
    kept(new, desk)
    asked = cloud()

    transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, asked, draft(), permission=permission))

    assert asked.asked == []
    assert desk.entries.get(new.id).engine == "draft"
    assert "transcribe" not in kinds(new, desk)


def test_an_engine_is_given_the_vocabulary_and_a_name_for_its_answer(new, desk):
    kept(new, desk)
    engine = cloud()
    forgotten: list[str] = []

    transcribe(job_of(new, desk, "transcribe"), hearing=heard_by(desk, engine, forgotten=forgotten))

    (speech,) = engine.asked
    assert (speech.vocabulary, speech.duration_s, speech.compact()) == (("Braindump",), 2.0, b"OggS")
    assert forgotten == [speech.key]


def test_every_version_of_a_text_is_kept_and_the_newest_final_one_counts(new, desk):
    entry = kept(new, desk)
    for engine in (cloud("First."), cloud("Second."), draft("Rough.")):
        hear_again(entry, engine, hearing=heard_by(desk, engine))
        desk.mind.clock.advance(timedelta(minutes=1))

    assert desk.entries.get(new.id).text == "Second."
    versions = desk.mind.journal.db.execute("SELECT provider, is_draft FROM transcripts ORDER BY created_at")
    assert list(versions) == [("cloud", 0), ("cloud", 0), ("draft", 1)]


def test_hearing_again_ends_what_waited_for_a_better_text(new, desk):
    entry = kept(new, desk)

    hear_again(entry, cloud(), hearing=heard_by(desk, cloud()))

    assert "transcribe" not in kinds(new, desk)
