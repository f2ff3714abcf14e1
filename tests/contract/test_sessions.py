"""What every place for a session promises: the keyring, the journal where there is none, and a keyring that fails."""

import json
from typing import Any

import pytest

from braindump_cli.errors import DeclinedError, StoreError
from tests.accounts import kept_in, session_of, signed_in
from tests.fakes_account import FakeSessions
from tests.vaults import FakeKeyring

PLACES: dict[str, Any] = {
    "keyring": FakeKeyring,
    "journal": lambda: None,
    "failing": lambda: FakeKeyring("it is locked"),
}
TOLD = {"keyring": "keyring", "fake": "memory"}  # else the journal


@pytest.fixture(params=[*PLACES, "fake"])
def place(request):
    return request.param


@pytest.fixture
def keyring(place):
    return PLACES[place]() if place in PLACES else None


@pytest.fixture
def store(tmp_path, clock, place, keyring):
    if place == "fake":
        yield FakeSessions()
        return
    with kept_in(tmp_path / "journal", clock, keyring=keyring) as kept:
        yield kept


@pytest.fixture
def session(clock):
    return session_of(signed_in(at=clock.now()))


def test_what_is_kept_is_read_back_whole(store, place, session):
    told = store.keep(session)

    assert told == store.place == TOLD.get(place, "journal")
    assert store.session() == session
    assert store.signed_in() == session.who


@pytest.mark.parametrize("name", PLACES)
def test_another_process_reads_the_same(tmp_path, clock, name, session):
    keyring = PLACES[name]()
    with kept_in(tmp_path / "journal", clock, keyring=keyring) as store:
        store.keep(session)

    with kept_in(tmp_path / "journal", clock, keyring=keyring) as other:
        assert (other.session(), other.signed_in()) == (session, session.who)


def test_nobody_is_signed_in_at_first_and_after_it_is_forgotten(store, session, keyring):
    assert (store.signed_in(), store.session(), store.place) == (None, None, None)
    store.keep(session)

    store.forget()
    store.forget()

    assert (store.signed_in(), store.session(), store.place) == (None, None, None)
    assert not (keyring and keyring.held)


def test_the_newest_counts(store, session, clock):
    store.keep(session)
    second = session_of(session.who._replace(email=None, user_id="user_2abc"), "second")

    store.keep(second)

    assert (store.session(), store.signed_in()) == (second, second.who)


def test_tokens_are_in_no_file(store, session, tmp_path):
    store.keep(session)

    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"access-first" not in content, path
            assert b"refresh-first" not in content, path


def test_where_a_keyring_holds_the_tokens_the_journal_does_not(tmp_path, clock, session):
    keyring = FakeKeyring()
    with kept_in(tmp_path / "journal", clock, keyring=keyring) as store:
        store.keep(session)
        fact = store._fact()

    (held,) = keyring.held.values()
    assert json.loads(held)["tokens"]["refresh"] == "refresh-first"
    assert "refresh-first" not in json.dumps(fact)


def test_a_keyring_that_is_locked_later_is_told_and_the_next_tokens_go_into_the_journal(
    tmp_path, clock, session
):
    keyring = FakeKeyring()
    with kept_in(tmp_path / "journal", clock, keyring=keyring) as store:
        store.keep(session)
        keyring.failure = "it is locked"
        assert store.signed_in() == session.who  # known without it
        with pytest.raises(DeclinedError, match="it is locked"):
            store.session()

        assert store.keep(session_of(session.who, "second")) == "journal"
        assert store.session() == session_of(session.who, "second")


def test_a_keyring_that_was_wiped_is_told(tmp_path, clock, session):
    keyring = FakeKeyring()
    with kept_in(tmp_path / "journal", clock, keyring=keyring) as store:
        store.keep(session)
        keyring.held.clear()

        with pytest.raises(DeclinedError, match="not there any more") as gone:
            store.session()
    assert "braindump login" in (gone.value.hint or "")


def test_a_keyring_that_keeps_the_tokens_is_told_and_they_are_not_used(tmp_path, clock, session):
    keyring = FakeKeyring()
    with kept_in(tmp_path / "journal", clock, keyring=keyring) as store:
        store.keep(session)
        keyring.failure = "it is locked"

        with pytest.raises(StoreError, match="keyring kept them"):
            store.forget()
        assert store.signed_in() is None


def test_a_newer_versions_words_beside_it_do_no_harm(tmp_path, clock, session):
    with kept_in(tmp_path / "journal", clock) as store:
        store.keep(session)
        journal = store._open_journal()
        fact = json.loads(journal.fact("account") or "")
        fact["who"]["newer"] = fact["newer"] = "kept by a newer version"
        journal.set_fact("account", json.dumps(fact))

        assert store.signed_in() == session.who
