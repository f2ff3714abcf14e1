"""Recordings between real machines: sealed before they leave, uploaded before their row, verified on their way back."""

from dataclasses import replace

import pytest

from braindump_cli.domain.ids import derived_id
from braindump_cli.domain.recording import KEPT, Recording
from braindump_cli.domain.sync import RECORDINGS
from braindump_cli.errors import BadDataError, DeclinedError, LostAnswerError, NotFoundError, UnreachableError
from braindump_cli.services.sync_sound import fetch_recording
from tests.journals import spoken

SOUND = b"OggS" + bytes(range(256)) * 3000  # three chunks
SEALED_BY_US = b"BDSEAL1\n"


@pytest.fixture
def devices(ann, ben):
    return ann, ben


def record(device, sound=SOUND, **fields):
    entry = device.mind.entries.add(spoken(**fields), duration_s=3.0)
    sealed = device.audio.seal_blocks([sound], entry.id)
    row = Recording(id=derived_id("recording", entry.id, "1"), entry_id=entry.id, state=KEPT, duration_s=3.0)
    device.mind.entries.save_recording(replace(row, size_bytes=sealed.size_bytes, sha256=sealed.sha256))
    return entry.id


def recordings_on(account):
    return [row for row in account.rows.values() if row.table == RECORDINGS and row.body]


def test_a_recording_is_heard_on_the_other_machine_as_it_was_spoken(devices, account):
    ann, ben = devices
    entry_id = record(ann)

    up = ann.sync()
    ben.sync()
    assert ben.mind.entries.recording(entry_id).state == "remote"
    assert not ben.audio.path(entry_id).exists()
    fetched = fetch_recording(entry_id, ben.freight())

    assert (up.audio_up, fetched) == (1, True)
    assert b"".join(ben.audio.blocks(entry_id)) == SOUND
    assert ben.mind.entries.recording(entry_id).state == KEPT
    assert not fetch_recording(entry_id, ben.freight())
    assert not list((ben.folder / "outbox").glob("*"))


def test_what_lies_on_the_server_is_sealed_and_says_what_the_plain_file_is(devices, account):
    from hashlib import sha256

    record(devices[0])
    devices[0].sync()

    (row,) = recordings_on(account)
    (path,) = account.objects
    sealed = account.objects[path]
    assert sealed.startswith(SEALED_BY_US)
    assert SOUND[:64] not in sealed
    assert path == f"user/{row.id}/{sha256(sealed).hexdigest()[:16]}" == row.body["object"]
    assert (row.body["size_bytes"], row.body["sha256"]) == (len(SOUND), sha256(SOUND).hexdigest())


def test_fetching_changes_nothing_on_the_server(devices, account):
    ann, ben = devices
    entry_id = record(ann)
    ann.sync()
    ben.sync()
    fetch_recording(entry_id, ben.freight())
    head = account.head

    report = ben.sync()

    assert (account.head, report.audio_up) == (head, 0)


def test_all_sound_comes_where_it_is_wished_for(devices):
    ann, ben = devices
    ids = [record(ann, f"sound {n}".encode()) for n in range(3)]
    ann.sync()

    report = ben.sync(fetches_sound=True)

    assert report.audio_down == 3
    assert b"".join(ben.audio.blocks(ids[2])) == b"sound 2"


def test_an_upload_that_was_cut_short_goes_on_with_the_same_sealed_copy(devices, account):
    ann, _ = devices
    record(ann)

    def lose(name, moment):
        if (name, moment) == ("put_object", "after"):
            raise LostAnswerError("no answer")

    ann.cloud.fails = lose
    with pytest.raises(LostAnswerError):
        ann.sync()
    assert recordings_on(account) == []
    before = dict(account.objects)
    ann.cloud.fails = lambda *_: None

    ann.sync()

    assert account.objects == before
    assert len(recordings_on(account)) == 1
    assert not list((ann.folder / "outbox").glob("*"))


def test_a_sealed_copy_that_was_damaged_meanwhile_is_made_anew(devices, account):
    ann, ben = devices
    entry_id = record(ann)

    def cut(name, _):
        if name == "put_object":
            raise UnreachableError("cut off")

    ann.cloud.fails = cut
    with pytest.raises(UnreachableError):
        ann.sync()
    (copy,) = (ann.folder / "outbox").glob("*")
    copy.write_bytes(copy.read_bytes()[:-1])
    ann.cloud.fails = lambda *_: None

    ann.sync()
    ben.sync()
    fetch_recording(entry_id, ben.freight())

    assert b"".join(ben.audio.blocks(entry_id)) == SOUND


def test_a_recording_that_the_server_does_not_want_holds_nothing_else_up(devices, account):
    ann, _ = devices
    record(ann)

    def refuse(name, moment):
        if name == "put_object":
            raise DeclinedError("The storage is full.")

    ann.cloud.fails = refuse
    report = ann.sync()

    assert report.pushed == 1
    assert [code for code, _ in report.warnings] == ["provider"]
    assert recordings_on(account) == []


def test_a_recording_that_cannot_be_read_here_is_named(devices):
    ann, _ = devices
    entry_id = record(ann)
    ann.audio.remove(entry_id)

    report = ann.sync()

    assert [code for code, _ in report.warnings] == ["not_found"]


@pytest.mark.parametrize(
    "harm", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b[:100] + b"x" + b[101:], lambda b: b[:0]]
)
def test_a_damaged_object_is_refused_and_leaves_nothing(devices, account, harm):
    ann, ben = devices
    entry_id = record(ann)
    ann.sync()
    ben.sync()
    (path,) = account.objects
    account.objects[path] = harm(account.objects[path])

    with pytest.raises(BadDataError):
        fetch_recording(entry_id, ben.freight())

    assert not ben.audio.path(entry_id).exists()
    assert ben.mind.entries.recording(entry_id).state == "remote"


def test_an_object_of_another_recording_is_refused(devices, account):
    ann, ben = devices
    entry_id, other = record(ann), record(ann, b"another one")
    ann.sync()
    ben.sync()
    rows = {row.body["entry_id"]: row.body["object"] for row in recordings_on(account)}
    ben.db.execute("UPDATE recordings SET object = ? WHERE entry_id = ?", (rows[other], entry_id))

    with pytest.raises(BadDataError):
        fetch_recording(entry_id, ben.freight())


def test_a_missing_object_is_no_reason_to_forget_the_recording(devices, account):
    ann, ben = devices
    entry_id = record(ann)
    ann.sync()
    ben.sync()
    account.objects.clear()

    with pytest.raises(NotFoundError):
        fetch_recording(entry_id, ben.freight())

    assert ben.mind.entries.recording(entry_id) is not None


def test_sound_of_a_private_entry_never_leaves(devices, account):
    record(devices[0], is_private=True)

    devices[0].sync()

    assert (account.objects, account.rows) == ({}, {})


def test_made_private_later_its_objects_are_removed_and_the_sound_stays_here(devices, account):
    ann, ben = devices
    entry_id = record(ann)
    ann.sync()
    ben.sync()
    ann.change(entry_id, is_private=1)

    ann.sync()
    ben.sync()

    assert (account.objects, recordings_on(account)) == ({}, [])
    assert b"".join(ann.audio.blocks(entry_id)) == SOUND
    assert ann.mind.entries.recording(entry_id).state == KEPT


def test_public_again_its_sound_is_there_again(devices, account):
    ann, ben = devices
    entry_id = record(ann)
    ann.sync()
    ben.sync()
    for is_private in (1, 0):
        ann.change(entry_id, is_private=is_private)
        ann.sync()
        ben.sync()

    fetch_recording(entry_id, ben.freight())

    assert b"".join(ben.audio.blocks(entry_id)) == SOUND
