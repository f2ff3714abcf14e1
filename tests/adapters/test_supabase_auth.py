"""Supabase Auth by the unmodified client, against a server that speaks its wire."""

import json
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from braindump_cli.auth.supabase import SupabaseAuth
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
from tests.accounts import ADA, PASSWORD
from tests.cloud.auth import PREFIX, PUBLISHABLE, VERSION, auth_server
from tests.cloud.browser import Browser
from tests.cloud.pkce import challenge_of
from tests.loopback import serving
from tests.loopback.serving import closed_port

BACK_TO = "http://127.0.0.1:{port}/callback?state=of-a-test"


@pytest.fixture
def server():
    with auth_server(providers=("google", "custom:clerk")) as served:
        served.auth.add(ADA, PASSWORD)
        yield served


@pytest.fixture
def auth(server, clock):
    return SupabaseAuth(server.url, PUBLISHABLE, clock)


def brought(address):
    """Return where a browser ends that cannot be shown the last page."""
    browser = Browser()
    with pytest.raises(ConnectionRefusedError):
        browser.visit(address)
    return {name: values[0] for name, values in parse_qs(urlsplit(browser.seen[-1]).query).items()}


@pytest.mark.parametrize("provider", ["google", "custom:clerk"])
def test_a_browser_brings_a_code_and_our_state_and_the_code_brings_a_session(auth, server, clock, provider):
    address = auth.address_for(provider, back_to=BACK_TO.format(port=closed_port()))
    answer = brought(address)

    session = auth.with_browser_code(answer["code"], provider=provider)

    claims = jwt.decode(session.access_token, server.auth.secret, ["HS256"], audience="authenticated")
    assert answer["state"] == "of-a-test"
    assert session.who.email == ADA
    assert (session.who.provider, session.who.kind, session.who.role) == (
        provider,
        "supabase",
        "authenticated",
    )
    assert session.who.user_id == claims["sub"]
    assert (session.who.expires_at - clock.now()).total_seconds() == 3600


def test_the_address_holds_the_challenge_and_the_verifier_leaves_only_with_the_code(auth, server):
    address = auth.address_for("google", back_to=BACK_TO.format(port=closed_port()))
    query = parse_qs(urlsplit(address).query)

    auth.with_browser_code(brought(address)["code"], provider="google")

    (exchanged,) = server.sent("/token")
    assert query["code_challenge_method"] == ["s256"]
    assert query["code_challenge"] == [challenge_of(exchanged["code_verifier"])]
    before = [request for request in server.requests if request.path != f"{PREFIX}/token"]
    assert not [request for request in before if exchanged["code_verifier"] in request.url]


def test_a_code_is_worth_nothing_to_another_sign_in_nor_twice(auth, server, clock):
    answer = brought(auth.address_for("google", back_to=BACK_TO.format(port=closed_port())))
    thief = SupabaseAuth(server.url, PUBLISHABLE, clock)

    with pytest.raises(ForbiddenError):
        thief.with_browser_code(answer["code"], provider="google")
    auth.with_browser_code(answer["code"], provider="google")
    with pytest.raises(ForbiddenError):
        auth.with_browser_code(answer["code"], provider="google")


def test_a_provider_the_project_does_not_know_is_told_before_any_browser_opens(auth):
    with pytest.raises(DeclinedError, match="provider is not enabled"):
        auth.address_for("nope", back_to="http://127.0.0.1:9/callback")


def test_a_code_from_an_e_mail_is_good_once(auth, server):
    auth.send_code("new@example.org")
    code = server.auth.codes["new@example.org"]

    session = auth.with_email_code("new@example.org", code)

    assert (session.who.email, session.who.provider) == ("new@example.org", "email")
    for wrong in (code, "000000", ""):
        with pytest.raises(ForbiddenError):
            auth.with_email_code("new@example.org", wrong)


def test_a_password_lets_in_and_a_wrong_one_does_not(auth):
    assert auth.with_password(ADA, PASSWORD).who.email == ADA
    for email, password in ((ADA, "wrong"), ("nobody@example.org", PASSWORD)):
        with pytest.raises(ForbiddenError, match="Invalid login credentials"):
            auth.with_password(email, password)


def test_what_is_sent_is_the_wire_of_the_real_one_and_tells_nothing_of_this_machine(auth, server):
    """The shapes of facts about the client: an upgrade that changes them is noticed here."""
    auth.send_code(ADA)
    auth.with_email_code(ADA, server.auth.codes[ADA])
    session = auth.with_password(ADA, PASSWORD)
    session = auth.refreshed(session)
    auth.revoke(session)

    told = [(request.method, request.url) for request in server.requests]
    assert told == [
        ("POST", f"{PREFIX}/otp"),
        ("POST", f"{PREFIX}/verify"),
        ("POST", f"{PREFIX}/token?grant_type=password"),
        ("POST", f"{PREFIX}/token?grant_type=refresh_token"),
        ("POST", f"{PREFIX}/logout?scope=local"),
    ]
    otp, verify, password, refresh = (json.loads(request.body) for request in server.requests[:4])
    assert (otp["email"], otp["create_user"], otp["code_challenge_method"]) == (ADA, True, "s256")
    assert (verify["type"], verify["email"], len(verify["token"])) == ("email", ADA, 6)
    assert (password["email"], password["password"]) == (ADA, PASSWORD)
    assert set(refresh) == {"refresh_token"}
    for request in server.requests:
        assert request.headers["apikey"] == PUBLISHABLE
        assert request.headers["x-supabase-api-version"] == VERSION
        assert request.headers["user-agent"].startswith("braindump/")
        assert "x-client-info" not in request.headers
    assert server.requests[-1].headers["authorization"] == f"Bearer {session.access_token}"


def test_a_refreshed_session_has_other_tokens_and_the_same_account(auth, server):
    first = auth.with_password(ADA, PASSWORD)

    second = auth.refreshed(first)

    assert second.who.user_id == first.who.user_id
    assert {first.access_token, first.refresh_token} & {second.access_token, second.refresh_token} == set()
    assert server.auth.refreshes == 1


def test_the_replay_of_an_old_refresh_token_ends_the_session(auth, server):
    first = auth.with_password(ADA, PASSWORD)
    third = auth.refreshed(auth.refreshed(first))

    for dead in (first, third):
        with pytest.raises(AuthRequiredError, match="has ended"):
            auth.refreshed(dead)
    assert server.auth.families == []


def test_a_lost_answer_to_a_refresh_may_be_asked_for_again(auth, server):
    first = auth.with_password(ADA, PASSWORD)
    server.fail(serving.cut)
    with pytest.raises(LostAnswerError):
        auth.refreshed(first)

    again = auth.refreshed(first)

    assert auth.refreshed(again).who == again.who
    assert server.auth.refreshes == 2


def test_to_end_a_session_twice_is_no_failure_and_others_of_the_user_live_on(auth, server):
    here, elsewhere = auth.with_password(ADA, PASSWORD), auth.with_password(ADA, PASSWORD)

    auth.revoke(here)
    auth.revoke(here)

    with pytest.raises(AuthRequiredError):
        auth.refreshed(here)
    assert auth.refreshed(elsewhere).who.user_id == here.who.user_id


def test_a_token_without_the_role_lets_nobody_in(auth, server):
    server.auth.role = None

    with pytest.raises(ForbiddenError, match="role"):
        auth.with_password(ADA, PASSWORD)


@pytest.mark.parametrize(
    "code", ["refresh_token_not_found", "session_expired", "user_banned", "session_not_found"]
)
def test_codes_that_end_a_session_are_known(auth, server, code):
    first = auth.with_password(ADA, PASSWORD)
    server.keep_failing(serving.status(400, {"code": code, "message": "no"}, X_Supabase_Api_Version=VERSION))

    with pytest.raises(AuthRequiredError):
        auth.refreshed(first)


def test_servers_before_codes_end_a_session_in_words(auth, server):
    first = auth.with_password(ADA, PASSWORD)
    told = {"error": "invalid_grant", "error_description": "Invalid Refresh Token: Already Used"}
    server.keep_failing(serving.status(400, told))

    with pytest.raises(AuthRequiredError):
        auth.refreshed(first)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (serving.status(401, {"message": "Invalid API key"}), DeclinedError),
        (serving.status(400, {"code": 400, "error_code": "validation_failed", "msg": "no"}), DeclinedError),
        (
            serving.status(429, {"code": 429, "error_code": "over_request_rate_limit", "msg": "slow"}),
            RateLimitedError,
        ),
        (serving.status(429, {"message": "API rate limit exceeded"}, Retry_After="7"), RateLimitedError),
        (serving.status(500, {"code": 500, "msg": "Database error"}), ProviderError),
        (serving.status(503, {"message": "no"}), ProviderError),
        (serving.page(502), ProviderError),
        (serving.page(403), ProviderError),
        (serving.page(200), UnreadableError),
        (serving.garbled, UnreadableError),
        (serving.truncated, UnreadableError),
        (serving.status(200, {}), UnreadableError),
        (serving.status(200, []), UnreadableError),
        (serving.status(400, {"message": ["a", {}]}), DeclinedError),
        (serving.status(302, {}, Location="https://elsewhere.invalid/"), UnreadableError),
        (serving.reset, LostAnswerError),
        (serving.cut, LostAnswerError),
    ],
)
def test_every_failure_is_one_of_ours_and_ends_no_session(auth, server, fault, kind):
    first = auth.with_password(ADA, PASSWORD)
    server.fail(fault)

    with pytest.raises(BraindumpError) as failed:
        auth.refreshed(first)

    assert type(failed.value) is kind
    assert failed.value.__context__ is None  # which would bring request and tokens along
    assert failed.value.__cause__ is None
    assert auth.refreshed(first).who == first.who
    assert "elsewhere" not in failed.value.whole


@pytest.mark.parametrize("status", [400, 401, 403, 422, 429])
def test_words_of_the_server_that_repeat_a_secret_are_not_shown(auth, server, status):
    first = auth.with_password(ADA, PASSWORD)
    for secret, ask in (
        ("a wrong secret", lambda: auth.with_password(ADA, "a wrong secret")),
        ("123456", lambda: auth.with_email_code(ADA, "123456")),
        (first.refresh_token, lambda: auth.refreshed(first)),
    ):
        server.fail(serving.status(status, {"code": "x", "message": f"{secret} is wrong for {ADA}"}))

        with pytest.raises(BraindumpError) as refused:
            ask()
        assert secret not in refused.value.whole


def test_the_wait_that_a_server_asks_for_is_told(auth, server):
    server.fail(serving.status(429, {"message": "slow"}, Retry_After="7"))

    with pytest.raises(RateLimitedError) as limited:
        auth.send_code(ADA)

    assert limited.value.retry_after_s == 7


@pytest.mark.parametrize(
    "fault", [serving.hang, serving.hang_after_headers, serving.drip, serving.drip_headers]
)
def test_a_server_that_hangs_or_drips_is_given_up(auth, server, fault, monkeypatch):
    monkeypatch.setattr("braindump_cli.auth.supabase.WITHIN_S", 0.3)
    server.fail(fault)

    with pytest.raises(ProviderError):
        auth.with_password(ADA, PASSWORD)


def test_no_proxy_stands_between_this_machine_and_itself(auth, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")

    assert auth.with_password(ADA, PASSWORD).who.email == ADA


def test_where_nobody_listens_nothing_was_sent(clock):
    auth = SupabaseAuth(f"http://127.0.0.1:{closed_port()}", PUBLISHABLE, clock)

    with pytest.raises(UnreachableError, match="cannot be reached"):
        auth.with_password(ADA, PASSWORD)


def test_tokens_show_in_no_representation(auth):
    session = auth.with_password(ADA, PASSWORD)

    assert claims_of(session.access_token)
    assert not [
        secret
        for secret in (session.access_token, session.refresh_token)
        if secret in f"{session} {session!r}"
    ]
