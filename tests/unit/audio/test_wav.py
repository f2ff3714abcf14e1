"""The spool file."""

import errno
import os
import stat
import wave
from pathlib import Path

import pytest

from braindump_cli.audio import wav
from braindump_cli.audio.wav import HEADER_BYTES, SpoolWriter, count_frames, is_orphan, mend, read_blocks
from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.errors import NotFoundError, StoreError

SECOND = bytes(range(250)) * 128


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool" / "entry.wav"


def test_the_file_and_its_folder_are_their_owners_alone(path):
    with SpoolWriter(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_finished_spool_is_a_plain_wav_file(path):
    with SpoolWriter(path) as spool:
        spool.write(SECOND)
        spool.finish()

    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE, 1, 2)
        assert file.readframes(SAMPLE_RATE) == SECOND


def test_writing_goes_straight_to_the_file(path):
    with SpoolWriter(path) as spool:
        spool.write(b"ab")

        assert path.stat().st_size == HEADER_BYTES + 2


def test_each_second_of_sound_is_synced_once(path, monkeypatch):
    synced: list[int] = []
    with SpoolWriter(path) as spool:
        monkeypatch.setattr(os, "fsync", synced.append)
        for _ in range(60):
            spool.write(SECOND[: len(SECOND) // 20])

    assert len(synced) == 3


def test_a_spool_is_held_while_its_writer_lives(path):
    with SpoolWriter(path) as spool:
        assert not is_orphan(path)
        spool.finish()
        assert not is_orphan(path)

    assert is_orphan(path)


def test_looking_at_a_spool_twice_at_once_is_no_harm(path):
    SpoolWriter(path).close()

    assert is_orphan(path)
    assert is_orphan(path)


def test_a_missing_spool_is_nobodys_orphan(path):
    assert not is_orphan(path)


def test_an_import_has_its_name_only_when_it_is_whole(path):
    with SpoolWriter(path, is_part=True) as spool:
        spool.write(SECOND)
        part = path.with_name("entry.wav.part")
        assert part.exists()
        assert not path.exists()
        spool.finish()
        assert spool.read(0, 10) == SECOND[:10]

    assert not part.exists()
    assert count_frames(path) == SAMPLE_RATE


def test_a_planted_link_is_not_followed(path, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    path.parent.mkdir()
    path.symlink_to(victim)

    with pytest.raises(StoreError):
        list(read_blocks(path))
    with pytest.raises(StoreError):
        mend(path)
    with SpoolWriter(path):
        assert not path.is_symlink()
    assert victim.read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "spool").write_text("in the way")

    with pytest.raises(StoreError, match="spool"):
        SpoolWriter(tmp_path / "spool" / "entry.wav")


def test_a_full_disk_keeps_what_is_there(path, monkeypatch):
    write = os.write

    def half(handle: int, content: bytes) -> int:
        if os.fstat(handle).st_size > HEADER_BYTES + 1000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, bytes(content)[:333])

    with SpoolWriter(path) as spool:
        monkeypatch.setattr(os, "write", half)
        with pytest.raises(StoreError, match="disk is full") as failure:
            spool.write(SECOND)
        monkeypatch.undo()
        spool.finish()

        assert failure.value.hint == "Free some space; what was recorded so far is kept."
        assert spool.frames == 1332 // 2
        assert b"".join(read_blocks(path)) == SECOND[:1332]


def test_half_a_frame_is_dropped_at_the_end(path, monkeypatch):
    with SpoolWriter(path) as spool:
        spool.write(SECOND[:1001])
        spool.finish()

    assert path.stat().st_size == HEADER_BYTES + 1000


def test_a_closed_spool_says_so(path):
    spool = SpoolWriter(path)
    spool.close()
    spool.close()

    with pytest.raises(StoreError, match="closed"):
        spool.write(b"ab")


def test_a_spool_that_is_gone_is_told(path):
    for ask in (mend, count_frames, lambda path: list(read_blocks(path))):
        with pytest.raises(NotFoundError):
            ask(path)


def test_without_pread_it_is_read_back_all_the_same(path, monkeypatch):
    monkeypatch.delattr(os, "pread")
    with SpoolWriter(path) as spool:
        spool.write(SECOND)

        assert spool.read(100, 50) == SECOND[100:150]
        spool.write(b"zz")
        assert spool.read(len(SECOND), 9) == b"zz"


def test_without_locks_it_is_written_all_the_same(path, monkeypatch):
    monkeypatch.setattr(wav, "_HAS_LOCKS", False)
    with SpoolWriter(path, is_part=True) as spool:
        spool.write(SECOND)
        spool.finish()
        spool.write(b"more")

    assert is_orphan(path)
    assert mend(path) == SAMPLE_RATE + 2


def test_more_than_a_header_can_tell_is_told_as_its_most():
    assert wav.header(1 << 33)[40:] == (0xFFFF_FFFF - HEADER_BYTES).to_bytes(4, "little")
