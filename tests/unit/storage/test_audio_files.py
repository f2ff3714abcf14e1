import errno
import hashlib
import tracemalloc

import pytest

from braindump_cli.errors import BadDataError, NotFoundError, StoreError
from braindump_cli.storage.audio_files import AudioFiles

KEY = bytes(range(32))
ONE, TWO = "018f3f4e-0000-7000-8000-000000000001", "018f3f4e-0000-7000-8000-000000000002"


@pytest.fixture
def audio(tmp_path):
    return AudioFiles(tmp_path / "recordings", KEY)


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "plain.wav"
    path.write_bytes(b"RIFF" + bytes(700_000))
    return path


def test_sound_comes_back_and_is_sealed_meanwhile(audio, plain, tmp_path):
    sealed = audio.seal(plain, ONE)
    audio.open(ONE, tmp_path / "again.wav")

    lies = audio.path(ONE)
    assert (tmp_path / "again.wav").read_bytes() == plain.read_bytes()
    assert sealed == (lies.stat().st_size, hashlib.sha256(lies.read_bytes()).hexdigest())
    assert b"RIFF" not in lies.read_bytes()
    assert lies.stat().st_mode & 0o777 == (tmp_path / "again.wav").stat().st_mode & 0o777 == 0o600
    assert list(audio.kept()) == [ONE]


def test_sealed_again_it_replaces_the_first(audio, plain, tmp_path):
    audio.seal(plain, ONE)
    plain.write_bytes(b"other")
    audio.seal(plain, ONE)

    audio.open(ONE, tmp_path / "again.wav")

    assert (tmp_path / "again.wav").read_bytes() == b"other"
    assert [path.name for path in audio.path(ONE).parent.iterdir()] == [f"{ONE}.sealed"]


def test_another_entrys_file_does_not_open(audio, plain, tmp_path):
    audio.seal(plain, ONE)
    audio.path(ONE).rename(audio.path(TWO))

    with pytest.raises(BadDataError, match=TWO):
        audio.open(TWO, tmp_path / "again.wav")
    assert not (tmp_path / "again.wav").exists()


def test_a_truncated_file_leaves_nothing_behind(audio, plain, tmp_path):
    audio.seal(plain, ONE)
    audio.path(ONE).write_bytes(audio.path(ONE).read_bytes()[:300_000])

    with pytest.raises(BadDataError):
        audio.open(ONE, tmp_path / "again.wav")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plain.wav", "recordings"]


def test_what_is_not_here_is_not_found(audio, tmp_path):
    audio.remove(ONE)

    with pytest.raises(NotFoundError):
        audio.open(ONE, tmp_path / "again.wav")
    assert list(audio.kept()) == []


def test_an_id_cannot_leave_the_folder(audio, plain):
    for wrong in ("../journal", "", "a/b", "a\0"):
        with pytest.raises(BadDataError):
            audio.seal(plain, wrong)


def test_a_failing_disk_leaves_the_old_file_and_no_rest(audio, plain, tmp_path, monkeypatch):
    audio.seal(plain, ONE)
    before = audio.path(ONE).read_bytes()

    def full(file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="full"):
        audio.seal(plain, ONE)

    assert audio.path(ONE).read_bytes() == before
    assert len(list(audio.path(ONE).parent.iterdir())) == 1


def test_memory_does_not_grow_with_the_sound(audio, tmp_path):
    long = tmp_path / "long.wav"
    with long.open("wb") as file:
        file.truncate(40_000_000)
    audio.seal(tmp_path / "long.wav", TWO)

    tracemalloc.start()
    audio.seal(long, ONE)
    audio.open(ONE, tmp_path / "again.wav")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4_000_000
