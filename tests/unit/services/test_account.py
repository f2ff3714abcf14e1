"""Tokens that are good, and the end of a sign-in, over a store and an issuer that obey."""

from dataclasses import replace
from datetime import timedelta

import pytest

from braindump_cli.errors import (
    AuthRequiredError,
    ConflictError,
    DeclinedError,
    StoreError,
    UnreachableError,
)
from braindump_cli.services.account import OpenAccount
from tests.accounts import session_of, signed_in
from tests.fakes_account import FakeIssuer, FakeSessions


@pytest.fixture
def issuer(clock):
    return FakeIssuer(clock)


@pytest.fixture
def store(clock):
    return FakeSessions(session_of(signed_in(at=clock.now())))


@pytest.fixture
def account(store, issuer, clock):
    return OpenAccount(store, lambda _: issuer, clock)


def test_a_good_token_is_given_without_lock_or_request(account, store, issuer):
    assert [account.token(), account.token()] == ["access-first"] * 2
    assert (store.steps, issuer.refreshed_with) == (["read"], [])


@pytest.mark.parametrize(("left_s", "is_renewed"), [(61, False), (60, True), (0, True), (-9999, True)])
def test_a_token_is_renewed_a_minute_before_it_ends(account, store, issuer, clock, left_s, is_renewed):
    clock.advance(timedelta(seconds=3600 - left_s))

    token = account.token()

    assert token == ("access-1th" if is_renewed else "access-first")
    assert issuer.refreshed_with == (["refresh-first"] if is_renewed else [])


def test_the_new_tokens_are_kept_before_they_are_given(account, store, issuer, clock):
    clock.advance(timedelta(hours=1))
    store.failure = StoreError("disk full")

    with pytest.raises(StoreError):
        account.token()
    store.failure = None

    assert store.steps == ["read", "alone", "read", "keep"]
    assert account.token() == "access-2th"


def test_what_another_process_wrote_meanwhile_is_taken_and_nobody_asked(account, store, issuer, clock):
    account.token()
    clock.advance(timedelta(hours=1))
    store.held = session_of(signed_in(at=clock.now()), "theirs")

    assert account.token() == "access-theirs"
    assert issuer.refreshed_with == []


def test_a_token_that_a_server_refused_is_renewed_though_it_looks_good(account, issuer):
    assert account.token() == "access-first"
    assert account.token(is_renewed=True) == "access-1th"
    assert account.token() == "access-1th"
    assert issuer.refreshed_with == ["refresh-first"]


def test_of_two_that_were_refused_the_second_takes_what_the_first_renewed(store, issuer, clock):
    first, second = (OpenAccount(store, lambda _: issuer, clock) for _ in range(2))
    first.token()
    second.token()

    tokens = {first.token(is_renewed=True), second.token(is_renewed=True)}

    assert tokens == {"access-1th"}
    assert issuer.refreshed_with == ["refresh-first"]


def test_a_sign_in_that_has_ended_is_forgotten_and_said(account, store, issuer, clock):
    clock.advance(timedelta(hours=1))
    issuer.failure = AuthRequiredError("Your sign-in has ended.")

    with pytest.raises(AuthRequiredError, match="stays as it is") as ended:
        account.token()

    assert store.held is None
    assert "braindump login" in (ended.value.hint or "")
    assert account.signed_in() is None
    with pytest.raises(AuthRequiredError, match="Nobody is signed in"):
        account.token()


def test_without_an_answer_the_session_stays(account, store, issuer, clock):
    clock.advance(timedelta(hours=1))
    issuer.failure = UnreachableError("no network")
    with pytest.raises(UnreachableError):
        account.token()
    issuer.failure = None

    assert account.token() == "access-2th"


def test_nobody_signed_in_is_said(issuer, clock):
    account = OpenAccount(FakeSessions(), lambda _: issuer, clock)

    assert account.signed_in() is None
    for ask in (account.token, account.sign_out):
        with pytest.raises(AuthRequiredError, match="Nobody is signed in"):
            ask()


def test_the_same_person_may_sign_in_again(account, store, clock):
    again = session_of(signed_in(at=clock.now()), "again")

    account.sign_in(again)

    assert store.held == again
    assert account.token() == "access-again"


@pytest.mark.parametrize("other", [{"user_id": "user-2"}, {"url": "https://other.supabase.co"}])
def test_somebody_else_is_refused_and_their_session_ended(account, store, issuer, clock, other):
    before = store.held
    theirs = session_of(signed_in(at=clock.now())._replace(**other), "theirs")

    with pytest.raises(ConflictError, match="is signed in as"):
        account.sign_in(theirs)

    assert store.held is before
    assert issuer.revoked == ["access-theirs"]


def test_to_sign_out_ends_it_there_and_here(account, store, issuer):
    assert account.sign_out() is None
    assert (store.held, issuer.revoked) == (None, ["access-first"])


def test_an_old_token_is_renewed_to_end_its_session(account, store, issuer, clock):
    clock.advance(timedelta(days=3))

    assert account.sign_out() is None
    assert (store.held, issuer.revoked) == (None, ["access-1th"])


def test_a_session_that_has_ended_already_is_signed_out_of(account, store, issuer, clock):
    clock.advance(timedelta(days=3))
    issuer.failure = AuthRequiredError("Your sign-in has ended.")

    assert account.sign_out() is None
    assert store.held is None


@pytest.mark.parametrize("failure", [UnreachableError("no network"), DeclinedError("no")])
def test_without_a_server_the_tokens_go_all_the_same_and_why_is_told(account, store, issuer, failure):
    issuer.failure = failure

    assert account.sign_out() == failure.message
    assert store.held is None


def test_an_account_remembers_no_token_beside_the_store(account, store, clock):
    account.token()
    store.held = replace(store.held, access_token="access-theirs")
    clock.advance(timedelta(minutes=59, seconds=30))

    assert account.token() == "access-1th"
