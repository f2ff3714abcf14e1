"""Clerk's own OAuth client, against an issuer of ours that lies when it is told to, and against a real one of npm."""

from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

from braindump_cli.auth.clerk import ClerkAuth
from braindump_cli.domain.claims import claims_of
from braindump_cli.errors import (
    AuthRequiredError,
    BraindumpError,
    DeclinedError,
    ForbiddenError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
    UnreadableError,
)
from tests.cloud.auth import PUBLISHABLE
from tests.cloud.browser import Browser
from tests.cloud.oidc import CLIENT_ID, ISSUERS, PERSON, own_issuer
from tests.loopback import serving
from tests.loopback.serving import closed_port

PROJECT = ("https://abcd.supabase.co", PUBLISHABLE)
STATE = "state-of-a-test"


@pytest.fixture
def issuer():
    with own_issuer() as running:
        yield running


class SignIn:
    """One sign-in at an issuer, with a browser that ends at a port nobody listens on."""

    def __init__(self, issuer, clock):
        self.auth = ClerkAuth(issuer.issuer, CLIENT_ID, project=PROJECT, clock=clock)
        self.back_to = f"http://127.0.0.1:{closed_port()}/callback"

    def brought(self):
        browser = Browser()
        with pytest.raises(ConnectionRefusedError):
            browser.visit(self.auth.address_for(STATE, back_to=self.back_to))
        return {name: values[0] for name, values in parse_qs(urlsplit(browser.seen[-1]).query).items()}

    def session(self):
        return self.auth.with_answer(self.brought(), back_to=self.back_to)


@contextmanager
def refused(kind, said=None):
    """Expect a failure of ours that brings no request along."""
    with pytest.raises(BraindumpError, match=said) as failed:
        yield failed
    assert type(failed.value) is kind
    assert failed.value.__context__ is None or isinstance(failed.value.__context__, BraindumpError)


@pytest.mark.parametrize("name", ISSUERS)
def test_the_whole_flow_brings_a_session_whose_tokens_are_proven(name, clock):
    with ISSUERS[name]() as issuer:
        sign_in = SignIn(issuer, clock)
        answer = sign_in.brought()

        session = sign_in.auth.with_answer(answer, back_to=sign_in.back_to)

    assert answer["state"] == STATE
    assert session.who[:6] == (*PROJECT, PERSON, "ada@example.org", "clerk", "clerk")
    assert session.who.role == "authenticated"
    assert (session.issuer, session.client_id) == (issuer.issuer, CLIENT_ID)
    assert session.who.expires_at > clock.now()


@pytest.mark.parametrize("name", ISSUERS)
def test_refresh_tokens_rotate_and_the_replay_of_an_old_one_ends_the_session(name, clock):
    with ISSUERS[name]() as issuer:
        sign_in = SignIn(issuer, clock)
        first = sign_in.session()
        second = sign_in.auth.refreshed(first)

        assert second.who.user_id == first.who.user_id
        assert second.refresh_token != first.refresh_token
        for dead in (first, second):
            with refused(AuthRequiredError, "has ended"):
                sign_in.auth.refreshed(dead)


@pytest.mark.parametrize("name", ISSUERS)
def test_a_revoked_session_gives_no_tokens_any_more(name, clock):
    with ISSUERS[name]() as issuer:
        sign_in = SignIn(issuer, clock)
        session = sign_in.session()

        sign_in.auth.revoke(session)

        with refused(AuthRequiredError):
            sign_in.auth.refreshed(session)


@pytest.mark.parametrize("name", ISSUERS)
def test_a_code_is_good_once_and_for_its_own_sign_in(name, clock):
    with ISSUERS[name]() as issuer:
        sign_in, thief = SignIn(issuer, clock), SignIn(issuer, clock)
        answer = sign_in.brought()
        with refused(AuthRequiredError):
            thief.auth.with_answer(sign_in.brought(), back_to=sign_in.back_to)
        sign_in.auth.with_answer(answer, back_to=sign_in.back_to)

        with refused(AuthRequiredError):
            sign_in.auth.with_answer(answer, back_to=sign_in.back_to)


@pytest.mark.parametrize("name", ISSUERS)
def test_an_issuer_that_gives_no_role_is_told_what_to_configure(name, clock):
    with ISSUERS[name](role="") as issuer, refused(ForbiddenError, "no role") as failed:
        SignIn(issuer, clock).session()

    assert '"role": "authenticated"' in failed.value.hint


@pytest.mark.parametrize(
    ("role", "said"), [(None, "no role"), ("anon", "the role 'anon'"), (["authenticated"], "role")]
)
def test_a_token_without_the_role_is_refused_with_what_to_configure_and_is_revoked(issuer, clock, role, said):
    issuer.claims = {"role": role} if role else {}

    with refused(ForbiddenError, said) as failed:
        SignIn(issuer, clock).session()

    assert '"role": "authenticated"' in failed.value.hint
    assert "Third-party auth" in failed.value.hint
    assert "--provider custom:clerk" in failed.value.hint
    assert issuer.families == {}


def test_opaque_access_tokens_are_refused_with_what_to_configure(issuer, clock):
    issuer.is_opaque = True

    with refused(ForbiddenError, "opaque") as failed:
        SignIn(issuer, clock).session()

    assert "JWT" in failed.value.hint
    assert issuer.families == {}


@pytest.mark.parametrize(
    "identity",
    [
        {"nonce": "of-another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000},
        {"sub": "somebody-else"},
    ],
)
def test_an_id_token_of_another_sign_in_person_client_or_issuer_proves_nothing(issuer, clock, identity):
    issuer.identity = identity

    with refused(ForbiddenError):
        SignIn(issuer, clock).session()
    assert issuer.families == {}


@pytest.mark.parametrize("claims", [{"iss": "https://elsewhere.example"}, {"exp": 1_000_000}, {"sub": None}])
def test_an_access_token_must_be_of_this_issuer_and_count_now(issuer, clock, claims):
    issuer.claims |= claims

    with refused(ForbiddenError):
        SignIn(issuer, clock).session()


def test_tokens_that_somebody_else_signed_prove_nothing(issuer, clock):
    issuer.signs_with = "theirs"

    with refused(ForbiddenError, "proves nothing"):
        SignIn(issuer, clock).session()


@pytest.mark.parametrize("answers", [{"iss": "https://elsewhere.example"}, {"iss": ""}])
def test_the_answer_of_another_issuer_gets_no_code_to_exchange(issuer, clock, answers):
    issuer.answers = answers

    with refused(ForbiddenError, "another issuer"):
        SignIn(issuer, clock).session()
    assert issuer.sent_to("/oauth/token") == []


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [
        ({"issuer": "https://elsewhere.example"}, ForbiddenError),
        ({"issuer": None}, ForbiddenError),
        ({"code_challenge_methods_supported": ["plain"]}, DeclinedError),
        ({"token_endpoint": "http://elsewhere.example/token"}, UnreadableError),
        ({"authorization_endpoint": "javascript:alert(1)"}, UnreadableError),
        ({"jwks_uri": None}, UnreadableError),
        ({"revocation_endpoint": "http://10.0.0.1/revoke"}, UnreadableError),
    ],
)
def test_an_issuer_that_describes_itself_badly_is_not_gone_to(issuer, clock, metadata, kind):
    issuer.metadata = metadata

    with refused(kind):
        SignIn(issuer, clock).brought()


def test_an_issuer_without_revocation_and_without_rotation_will_do(issuer, clock):
    issuer.metadata = {"revocation_endpoint": None, "code_challenge_methods_supported": None}
    issuer.rotates = False
    sign_in = SignIn(issuer, clock)

    first = sign_in.session()
    second = sign_in.auth.refreshed(first)
    sign_in.auth.revoke(second)

    assert second.refresh_token == first.refresh_token
    assert claims_of(second.access_token) != claims_of(first.access_token)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (serving.status(429, Retry_After="3"), RateLimitedError),
        (serving.status(500), ProviderError),
        (serving.page(502), ProviderError),
        (serving.page(404), DeclinedError),
        (serving.page(200), UnreadableError),
        (serving.garbled, UnreadableError),
        (serving.status(200, []), UnreadableError),
        (serving.status(302, {}, Location="https://elsewhere.invalid/"), DeclinedError),
        (serving.reset, LostAnswerError),
    ],
)
def test_every_failure_is_one_of_ours_and_ends_no_session(issuer, clock, fault, kind):
    sign_in = SignIn(issuer, clock)
    first = sign_in.session()
    issuer.keep_failing(fault)
    with refused(kind):
        sign_in.auth.refreshed(first)

    issuer.keep_failing()

    assert sign_in.auth.refreshed(first).who.user_id == PERSON


def test_an_error_that_repeats_what_was_sent_is_not_shown(issuer, clock):
    sign_in = SignIn(issuer, clock)
    first = sign_in.session()
    issuer.fail(serving.healthy, serving.status(400, {"error": first.refresh_token}))

    with refused(DeclinedError, "refused with 400") as failed:
        sign_in.auth.refreshed(first)
    assert first.refresh_token not in failed.value.whole


def test_an_application_that_is_not_known_is_told_by_its_setting(issuer, clock):
    auth = ClerkAuth(issuer.issuer, "another", project=PROJECT, clock=clock)
    session = SignIn(issuer, clock).session()

    with refused(DeclinedError) as failed:
        auth.refreshed(session)

    assert "cloud.clerk.client_id" in failed.value.hint


def test_where_nobody_listens_nothing_was_sent(clock):
    auth = ClerkAuth(f"http://127.0.0.1:{closed_port()}", CLIENT_ID, project=PROJECT, clock=clock)

    with refused(UnreachableError):
        auth.address_for(STATE, back_to="http://127.0.0.1:9/callback")
