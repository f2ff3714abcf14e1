"""The folder of what is being recorded."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from braindump_cli.audio.spool import Spool
from braindump_cli.domain.entry import VOICE
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.errors import StoreError

SECOND = bytes(32_000)
ID = "01969b5c-1000-7000-8000-000000000001"
LATER = "01969b5c-2000-7000-8000-000000000002"


def _entry(entry_id: str = ID) -> NewEntry:
    return NewEntry(
        id=entry_id,
        kind=VOICE,
        created_at=datetime(2026, 3, 2, 9, 14, 5, 123456, tzinfo=UTC),
        zone="Europe/London",
        language="en",
        title="Ünusual \x1b title",
        tags=("leeds", "train"),
        is_private=True,
        wants_insights=False,
        source="stdin",
    )


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def _names(spool: Spool) -> set[str]:
    return {path.name for path in spool.folder.iterdir()}


def test_what_was_asked_for_is_there_before_the_first_sound(spool):
    with spool.begin(_entry()):
        assert spool.note(ID) == _entry()
        assert stat.S_IMODE((spool.folder / f"{ID}.json").stat().st_mode) == 0o600


def test_a_recording_that_goes_on_is_no_orphan(spool):
    with spool.begin(_entry()) as wav:
        wav.write(SECOND)

        assert spool.orphans() == []


def test_a_recording_whose_process_died_is_an_orphan_with_all_that_was_asked_for(spool):
    with spool.begin(_entry()) as wav:
        wav.write(SECOND * 3)

    assert spool.orphans() == [(ID, _entry(), spool.wav(ID), 3.0)]


def test_orphans_come_oldest_first(spool):
    for entry_id in (LATER, ID):
        with spool.begin(_entry(entry_id)) as wav:
            wav.write(SECOND)

    assert [orphan.entry_id for orphan in spool.orphans()] == [ID, LATER]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"created_at": 1}', b'{"id": "x"'])
def test_a_damaged_note_costs_the_note_alone(spool, content):
    with spool.begin(_entry()) as wav:
        wav.write(SECOND)
    (spool.folder / f"{ID}.json").write_bytes(content)

    assert spool.orphans() == [(ID, None, spool.wav(ID), 1.0)]


def test_a_killed_import_is_no_orphan_and_is_swept_away(spool):
    with spool.begin(_entry(), is_import=True) as wav:
        wav.write(SECOND)
        spool.sweep()
        assert _names(spool) == {f"{ID}.wav.part", f"{ID}.json"}

    assert spool.orphans() == []
    spool.sweep()
    assert _names(spool) == set()


def test_an_import_read_whole_is_kept(spool):
    with spool.begin(_entry(), is_import=True) as wav:
        wav.write(SECOND)
        wav.finish()

    spool.sweep()
    assert [orphan.duration_s for orphan in spool.orphans()] == [1.0]


def test_a_capture_that_died_before_its_first_sound_is_swept_away(spool):
    spool.begin(_entry()).close()

    spool.sweep()

    assert _names(spool) == set()


def test_a_capture_without_sound_yet_is_left_alone_while_it_lives(spool):
    with spool.begin(_entry()):
        spool.sweep()

        assert _names(spool) == {f"{ID}.wav", f"{ID}.json"}


@pytest.mark.parametrize("name", [f"{ID}.opus", f".{ID}.wav.77.new", f".{ID}.json.77.part"])
def test_odds_and_ends_are_swept_away_a_day_later(spool, name):
    spool.folder.mkdir()
    (spool.folder / name).write_bytes(b"rest")
    spool.sweep()
    assert _names(spool) == {name}

    os.utime(spool.folder / name, (1, 1))
    spool.sweep()

    assert _names(spool) == set()


def test_a_note_without_sound_is_swept_away_at_once(spool):
    with spool.begin(_entry()):
        pass
    spool.wav(ID).unlink()

    spool.sweep()

    assert _names(spool) == set()


def test_old_recordings_and_what_belongs_to_them_are_never_swept_away(spool):
    with spool.begin(_entry()) as wav:
        wav.write(SECOND)
    spool.kept(ID, "opus").write_bytes(b"kept")
    for name in _names(spool):
        os.utime(spool.folder / name, (1, 1))

    spool.sweep()

    assert _names(spool) == {f"{ID}.wav", f"{ID}.json", f"{ID}.opus"}


def test_removing_leaves_nothing_of_a_recording_and_all_of_the_others(spool):
    for entry_id in (ID, LATER):
        with spool.begin(_entry(entry_id)) as wav:
            wav.write(SECOND)
        spool.kept(entry_id, "opus").write_bytes(b"kept")
        spool.incoming(entry_id).write_bytes(b"in")

    spool.remove(ID)
    spool.remove(ID)

    left = {f"{LATER}.{ending}" for ending in ("wav", "json", "opus", "incoming")}
    assert _names(spool) == {*left, f"{ID}.incoming"}  # it may hold more than the sound does


def test_a_folder_that_is_not_there_holds_nothing(spool):
    spool.sweep()

    assert spool.orphans() == []


def test_a_note_that_cannot_be_written_stops_before_the_microphone_opens(tmp_path):
    (tmp_path / "spool").write_text("in the way")

    with pytest.raises(StoreError):
        Spool(tmp_path / "spool").begin(_entry())
