"""What whoever is signed in promises, asked of the real account and of the stand-in alike."""

import pytest

from braindump_cli.errors import AuthRequiredError
from braindump_cli.services.account import OpenAccount
from tests.accounts import session_of, signed_in
from tests.fakes_account import FakeAccount, FakeIssuer, FakeSessions


@pytest.fixture(params=["real", "fake"])
def made(request, clock):
    """Return a way to make an account with somebody, or nobody, signed in."""

    def make(who):
        if request.param == "fake":
            return FakeAccount(who)
        store = FakeSessions(session_of(who) if who else None)
        return OpenAccount(store, lambda _: FakeIssuer(clock), clock)

    return make


def test_who_is_signed_in_is_told_and_has_a_token_that_stays(made, clock):
    who = signed_in(at=clock.now())
    account = made(who)

    assert account.signed_in() == who
    assert account.token() == account.token()


def test_a_renewed_token_is_another_one_and_counts_from_then_on(made, clock):
    account = made(signed_in(at=clock.now()))

    first, second = account.token(), account.token(is_renewed=True)

    assert first != second
    assert account.token() == second


def test_without_anybody_there_is_no_token(made):
    account = made(None)

    assert account.signed_in() is None
    for is_renewed in (False, True):
        with pytest.raises(AuthRequiredError):
            account.token(is_renewed=is_renewed)
