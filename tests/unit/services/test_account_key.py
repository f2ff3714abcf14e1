"""The account's key: one for all machines, readable by the server or not."""

from dataclasses import replace

import pytest

from braindump_cli.domain.sync import Row
from braindump_cli.errors import BadDataError, ConflictError, LostAnswerError, UsageError
from braindump_cli.services.account_key import CodeNeededError
from braindump_cli.services.sync_sound import fetch_recording
from braindump_cli.storage.account_cipher import RingCipher
from braindump_cli.storage.keys.recovery_code import new_code
from tests.unit.services.test_sync_sound import SOUND, record

CODE, OTHER_CODE = new_code(), new_code()


def on_server(account):
    """Return all that the server could read."""
    return repr([account.rows, account.revisions, account.wrapped_key, account.account_key])


def test_machines_of_one_account_use_one_key(new_device, account):
    ann, ben = new_device("ann"), new_device("ben")
    ann.sync()
    ben.sync()

    assert ann.store.fact("account_ring") == ben.store.fact("account_ring") == account.account_key
    assert account.devices == {ann.store.device, ben.store.device}


def test_end_to_end_the_server_reads_nothing_and_another_machine_does(new_device, account):
    ann, ben = new_device("ann"), new_device("ben")
    entry = ann.write("Nobody's business.", title="Secret title", tags=("hush",))
    ann.sync()
    assert "Nobody" in on_server(account)

    ann.sync(seals_with=CODE)
    ben.sync(codes=(OTHER_CODE, CODE))

    for words in ("Nobody", "Secret title", "hush"):
        assert words not in on_server(account)
    assert account.account_key is None
    assert ben.texts() == {entry.id: "Nobody's business."}
    assert {row.sealed is not None for row in account.rows.values()} == {True}


def test_what_another_machine_sent_at_the_last_moment_is_sealed_too(new_device, account):
    ann, ben = new_device("ann"), new_device("ben")
    ann.write("Nobody's business.")
    ann.sync()
    ben.sync()
    late = ben.write("Nobody heard of it yet.")

    def meanwhile(name, moment):
        if (name, moment) == ("seal_account", "before"):
            ben.sync()

    ann.cloud.fails = meanwhile
    ann.sync(seals_with=CODE)

    assert "Nobody" not in on_server(account)
    assert late.id in ann.texts()
    ben.sync(codes=(CODE,))
    assert ann.texts() == ben.texts()


def test_a_machine_that_has_not_heard_of_it_sends_no_readable_word(new_device, account):
    ann, ben = new_device("ann"), new_device("ben")
    ben.sync()
    ben.write("Nobody heard of it yet.")

    def meanwhile(name, moment):
        if (name, moment) == ("push", "before") and account.wrapped_key is None:
            ann.sync(seals_with=CODE)

    ben.cloud.fails = meanwhile
    ben.sync()

    assert "Nobody" not in on_server(account)
    ben.sync(codes=(CODE,))
    ann.sync()
    assert list(ann.texts().values()) == ["Nobody heard of it yet."]


def test_a_new_machine_asks_for_the_code_once(new_device):
    ann, ben = new_device("ann"), new_device("ben")
    entry = ann.write("Sealed.")
    ann.sync(seals_with=CODE)

    with pytest.raises(CodeNeededError):
        ben.sync()
    with pytest.raises(CodeNeededError):
        ben.sync(codes=(OTHER_CODE,))
    ben.sync(codes=(CODE,))
    ben.change(entry.id, text="Sealed again.")
    ben.sync()
    ann.sync()

    assert ann.texts() == {entry.id: "Sealed again."}


def test_the_code_may_be_typed_as_people_do_and_a_typing_mistake_is_named(new_device):
    ann, ben = new_device("ann"), new_device("ben")
    ann.sync(seals_with=CODE)

    with pytest.raises(UsageError):
        ben.sync(codes=(CODE[:-1],))
    ben.sync(codes=(CODE.lower().replace("-", " "),))


def test_a_conflict_of_sealed_words_is_kept_too(new_device, account, clock):
    from datetime import timedelta

    ann, ben = new_device("ann"), new_device("ben")
    entry = ann.write("First.")
    ann.sync(seals_with=CODE)
    ben.sync(codes=(CODE,))
    ben.change(entry.id, text="Ben's words.")
    ben.sync()
    clock.advance(timedelta(minutes=1))
    ann.change(entry.id, text="Ann's words.")

    report = ann.sync()

    assert [conflict.number for conflict in report.conflicts] == [1]
    assert ("conflict", "Ben's words.") in ann.revisions()
    assert "words" not in on_server(account)


def test_recordings_are_sealed_anew_and_the_old_objects_go(new_device, account):
    ann, ben = new_device("ann"), new_device("ben")
    entry_id = record(ann)
    ann.sync()
    before = set(account.objects)

    ann.sync(seals_with=CODE)
    ben.sync(codes=(CODE,))
    fetch_recording(entry_id, ben.freight())

    assert len(account.objects) == 1
    assert not before & set(account.objects)
    assert b"".join(ben.audio.blocks(entry_id)) == SOUND


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_turn_that_was_cut_short_is_finished_or_forgotten(new_device, account, moment):
    ann, ben = new_device("ann"), new_device("ben")
    entry = ann.write("Between.")
    ann.sync()

    def lose(name, when):
        if (name, when) == ("seal_account", moment):
            raise LostAnswerError("no answer")

    ann.cloud.fails = lose
    with pytest.raises(LostAnswerError):
        ann.sync(seals_with=CODE)
    ann.cloud.fails = lambda *_: None
    ann.sync()
    assert ("Between." in on_server(account)) == (moment == "before")

    ann.sync(seals_with=CODE)
    ben.sync(codes=(CODE,))

    assert "Between." not in on_server(account)
    assert ben.texts() == {entry.id: "Between."}


def test_a_server_that_wants_the_key_back_gets_nothing(new_device, account):
    ann = new_device("ann")
    ann.write("Sealed.")
    ann.sync(seals_with=CODE)
    ring = ann.store.fact("account_ring").split()
    account.wrapped_key = None

    with pytest.raises(ConflictError):
        ann.sync()

    assert account.account_key not in ring


def test_two_machines_that_turn_at_once_end_with_one_key(new_device, account):
    ann, ben = new_device("ann"), new_device("ben")
    ann.write("Ann's.")
    ben.write("Ben's.")
    ann.sync()
    ben.sync()
    ann.sync(seals_with=CODE)
    wrapped = RingCipher().wrap(ben.store.fact("account_ring"), OTHER_CODE)
    account.wrapped_key = wrapped  # ben's seal came last

    ann.sync(codes=(OTHER_CODE,))
    ben.sync(codes=(OTHER_CODE,))

    assert set(ann.texts().values()) == set(ben.texts().values()) == {"Ann's.", "Ben's."}


ROW = Row(table="todos", id="i", hlc="1", body={"text": "é", "n": [1, None]})


def test_a_sealed_body_opens_only_where_it_belongs():
    cipher = RingCipher()
    ring = cipher.new_key()
    sealed = cipher.seal_body(ROW, ring)

    assert sealed.body is None
    assert cipher.open_body(sealed, f"{cipher.new_key()} {ring}") == ROW
    for other in (replace(sealed, id="j"), replace(sealed, table="insights"), replace(sealed, hlc="2")):
        with pytest.raises(BadDataError):
            cipher.open_body(other, ring)
    for harmed in ("", "AAAA", "no base64!", (sealed.sealed or "")[:-4]):
        with pytest.raises(BadDataError):
            cipher.open_body(replace(sealed, sealed=harmed), ring)


def test_a_ring_opens_with_its_code_alone():
    cipher = RingCipher()
    wrapped = cipher.wrap("one two", CODE)

    assert cipher.unwrap(wrapped, CODE) == "one two"
    assert cipher.unwrap(wrapped, OTHER_CODE) is None
