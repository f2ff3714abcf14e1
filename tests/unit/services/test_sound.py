"""Plain sound, wherever it rests: a real spool and codec, and a store of our own."""

import pytest

from braindump_cli.audio import kept
from braindump_cli.audio.spool import Spool
from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.errors import NotFoundError
from braindump_cli.services.sound import PlainSound
from braindump_cli.services.work import NotYetError
from tests.journals import spoken

SECOND = b"\1\0" * SAMPLE_RATE


class Store:
    """Keeps what was sealed as it is."""

    def __init__(self):
        self.sealed = {}

    def open(self, entry_id, into):
        if entry_id not in self.sealed:
            raise NotFoundError("nothing is sealed")
        into.write_bytes(self.sealed[entry_id])


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def sound(spool, store):
    return PlainSound(spool, kept, store)


@pytest.fixture
def recorded(spool):
    """Return the entry of a second that was spoken and has ended."""
    new = spoken()
    writer = spool.begin(new)
    writer.write(SECOND)
    writer.close()
    return new.id


def test_the_spool_is_read_while_it_is_there(sound, recorded):
    assert sound.frames(recorded) == SAMPLE_RATE
    assert b"".join(sound.blocks(recorded)) == SECOND


def test_a_recording_that_is_being_made_is_left_alone(sound, spool):
    new = spoken()
    writer = spool.begin(new)
    writer.write(SECOND)

    with pytest.raises(NotYetError):
        sound.frames(new.id)
    with pytest.raises(NotYetError):
        next(sound.blocks(new.id))

    writer.close()


@pytest.mark.parametrize("form", ["flac", "opus"])
def test_a_kept_file_is_made_once_and_again_where_it_is_not_whole(sound, recorded, form):
    path = sound.encoded(recorded, form)
    whole = path.read_bytes()
    again = sound.encoded(recorded, form)
    unchanged = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    sound.encoded(recorded, form)

    assert again == path
    assert unchanged == whole
    kept.verify(path, SAMPLE_RATE)


def test_once_the_spool_is_gone_the_sealed_file_is_opened_and_no_copy_stays(sound, recorded, store, spool):
    store.sealed[recorded] = sound.encoded(recorded, "flac").read_bytes()
    sound.forget(recorded)

    heard = b"".join(sound.blocks(recorded))

    assert heard == SECOND
    assert not spool.unsealed(recorded).exists()


def test_sound_that_is_nowhere_is_not_found(sound):
    with pytest.raises(NotFoundError):
        next(sound.blocks(spoken().id))


@pytest.mark.parametrize("form", ["flac", "opus"])
@pytest.mark.parametrize("is_sealed", [False, True])
def test_what_is_sent_is_small_and_whole(sound, recorded, store, spool, form, is_sealed, tmp_path):
    if is_sealed:
        store.sealed[recorded] = sound.encoded(recorded, form).read_bytes()
        sound.forget(recorded)

    small = sound.compact(recorded)

    (tmp_path / "sent.ogg").write_bytes(small)
    kept.verify(tmp_path / "sent.ogg", SAMPLE_RATE)
    assert small.startswith(b"OggS")
    assert not spool.unsealed(recorded).exists()


def test_a_kept_file_that_is_whole_is_sent_as_it_is(sound, recorded):
    path = sound.encoded(recorded, "opus")

    assert sound.compact(recorded) == path.read_bytes()


def test_a_kept_file_that_is_cut_is_not_sent(sound, recorded):
    path = sound.encoded(recorded, "opus")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    assert len(sound.compact(recorded)) == len(whole)


def test_a_recording_that_is_being_made_is_not_sent(sound, spool):
    new = spoken()
    writer = spool.begin(new)
    writer.write(SECOND)

    with pytest.raises(NotYetError):
        sound.compact(new.id)

    writer.close()
