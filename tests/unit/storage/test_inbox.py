import os
import time
from datetime import UTC, datetime

import pytest

from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.recording import Recording
from braindump_cli.errors import LockedError, NotFoundError
from braindump_cli.storage.audio_files import AudioFiles
from braindump_cli.storage.inbox import Inbox
from braindump_cli.storage.locks import INBOX, hold_byte
from tests.vaults import FakeKeyring, paths_in, vault_in

ONE, TWO, THREE = (f"018f3f4e-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))


def new_entry(entry_id=ONE, **changed):
    fields = {
        "id": entry_id,
        "kind": "text",
        "created_at": datetime(2026, 3, 2, 9, 14, 5, 250_000, tzinfo=UTC),
        "zone": "Europe/London",
        "language": "en",
        "text": "buy milk 🥛\ud800",
        "tags": ("home", "shop"),
    }
    return NewEntry(**(fields | changed))


@pytest.fixture
def vault(tmp_path):
    vault = vault_in(tmp_path)
    vault.reach()
    return vault


@pytest.fixture
def inbox(tmp_path, vault):
    return Inbox(paths_in(tmp_path), vault)


@pytest.fixture
def spool(tmp_path):
    path = tmp_path / "spool.wav"
    path.write_bytes(b"RIFF" + bytes(300_000))
    return path


def refused(name):
    raise AssertionError(name)


def test_a_capture_is_kept_without_the_key_and_comes_back_with_it(tmp_path, vault):
    keyring = FakeKeyring()
    folder = tmp_path / "other"
    vault_in(folder, keyring=keyring).reach()
    locked = Inbox(paths_in(folder), vault_in(folder, keyring=FakeKeyring("it is locked")))

    locked.keep_text(new_entry())
    with pytest.raises(LockedError):
        list(locked.fold(refused))

    assert locked.waiting() == 1
    inbox = Inbox(paths_in(folder), vault_in(folder, keyring=keyring))
    assert [(each.new, each.recording, list(each.sound())) for each in inbox.fold(refused)] == [
        (new_entry(), None, [])
    ]
    assert inbox.waiting() == 0


def test_sound_goes_into_the_recordings_without_lying_plain_anywhere(inbox, spool, tmp_path):
    recording = Recording(id=TWO, entry_id=ONE, state="spooled", duration_s=9.4, format="wav")
    inbox.keep_audio(new_entry(kind="voice"), spool, recording)
    audio = AudioFiles(tmp_path / "recordings", b"k" * 32)

    for capture in inbox.fold(refused):
        assert capture.recording == recording
        audio.seal_blocks(capture.sound(), capture.new.id)

    audio.open(ONE, tmp_path / "again.wav")
    assert (tmp_path / "again.wav").read_bytes() == spool.read_bytes()
    assert list((tmp_path / "inbox").iterdir()) == []


def test_nothing_of_a_capture_can_be_read(inbox, spool, tmp_path):
    inbox.keep_audio(new_entry(), spool, Recording(id=TWO, entry_id=ONE))

    for path in (tmp_path / "inbox").iterdir():
        assert b"milk" not in path.read_bytes()
        assert b"RIFF" not in path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600


def test_captures_come_in_the_order_they_were_made(inbox):
    for entry_id in (TWO, THREE, ONE):
        inbox.keep_text(new_entry(entry_id))

    assert [capture.new.id for capture in inbox.fold(refused)] == [ONE, TWO, THREE]


def test_what_was_not_committed_comes_again(inbox):
    for entry_id in (ONE, TWO):
        inbox.keep_text(new_entry(entry_id))

    def commit_one():
        for capture in inbox.fold(refused):
            if capture.new.id == TWO:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        commit_one()

    assert [capture.new.id for capture in inbox.fold(refused)] == [TWO]


def test_a_damaged_capture_is_set_aside_and_blocks_no_other(inbox, tmp_path):
    told: list[str] = []
    for entry_id in (ONE, TWO):
        inbox.keep_text(new_entry(entry_id))
    path = tmp_path / "inbox" / f"{ONE}.entry"
    path.write_bytes(path.read_bytes()[:-1])

    assert [capture.new.id for capture in inbox.fold(told.append)] == [TWO]
    assert told == inbox.damaged() == [f"{ONE}.entry.damaged"]
    assert inbox.waiting() == 0


def test_damaged_sound_is_set_aside_with_its_entry(inbox, spool, tmp_path):
    told: list[str] = []
    inbox.keep_audio(new_entry(), spool, Recording(id=TWO, entry_id=ONE))
    (tmp_path / "inbox" / f"{ONE}.audio").write_bytes(b"BDSEAL1\n")

    assert list(inbox.fold(told.append)) == []
    assert told == [f"{ONE}.entry.damaged", f"{ONE}.audio.damaged"]


def test_only_one_process_folds(inbox, tmp_path):
    inbox.keep_text(new_entry())

    with hold_byte(tmp_path / "locks", INBOX):
        assert list(inbox.fold(refused)) == []

    assert len(list(inbox.fold(refused))) == 1


def test_sound_of_a_killed_capture_goes_after_a_day(inbox, tmp_path):
    inbox.keep_text(new_entry(ONE))
    old, young = (tmp_path / "inbox" / f"{name}.audio" for name in (TWO, THREE))
    for path in (old, young):
        path.write_bytes(b"")
    os.utime(old, (time.time() - 90_000,) * 2)

    list(inbox.fold(refused))

    assert (old.exists(), young.exists()) == (False, True)


def test_a_capture_of_a_newer_program_waits(inbox, monkeypatch):
    monkeypatch.setattr("braindump_cli.storage.inbox._VERSION", 2)
    inbox.keep_text(new_entry())
    monkeypatch.undo()

    assert list(inbox.fold(refused)) == []
    assert inbox.waiting() == 1


def test_without_a_journal_there_is_nothing_to_seal_for(tmp_path):
    with pytest.raises(NotFoundError):
        Inbox(paths_in(tmp_path), vault_in(tmp_path)).keep_text(new_entry())
    assert Inbox(paths_in(tmp_path), vault_in(tmp_path)).waiting() == 0
