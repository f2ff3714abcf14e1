"""The stand-in of Supabase Auth answers as the real one does: request by request, its refusals included."""

import json

import jwt
import pytest

from tests.accounts import ADA, PASSWORD
from tests.cloud.auth import PREFIX, PUBLISHABLE, VERSION, AuthStandIn
from tests.cloud.pkce import challenge_of
from tests.loopback.serving import Received

VERIFIER = "v" * 64
BACK = "http://127.0.0.1:54321/callback?state=s"
FLOW = f"code_challenge={challenge_of(VERIFIER)}&code_challenge_method=s256"
KEY = {"apikey": PUBLISHABLE, "authorization": f"Bearer {PUBLISHABLE}"}
NEW = {**KEY, "x-supabase-api-version": VERSION}


@pytest.fixture
def auth():
    standing = AuthStandIn()
    standing.url = "http://127.0.0.1:1"
    standing.add(ADA, PASSWORD)
    return standing


def ask(auth, method, path, document=None, headers=NEW):
    body = json.dumps(document).encode() if document is not None else b""
    return auth.answer(Received(method, f"{PREFIX}{path}", headers, body))


def said(reply):
    return json.loads(reply.body)


def signed_in(auth):
    return said(ask(auth, "POST", "/token?grant_type=password", {"email": ADA, "password": PASSWORD}))


@pytest.mark.parametrize(
    ("method", "path", "document", "status", "code"),
    [
        ("POST", "/token?grant_type=password", {"email": ADA, "password": "no"}, 400, "invalid_credentials"),
        (
            "POST",
            "/token?grant_type=password",
            {"email": "x@y", "password": "no"},
            400,
            "invalid_credentials",
        ),
        ("POST", "/token?grant_type=refresh_token", {"refresh_token": "x"}, 400, "refresh_token_not_found"),
        (
            "POST",
            "/token?grant_type=pkce",
            {"auth_code": "x", "code_verifier": "y"},
            404,
            "flow_state_not_found",
        ),
        ("POST", "/token?grant_type=device", {}, 400, "validation_failed"),
        ("POST", "/otp", {"email": "new@y", "create_user": False}, 422, "otp_disabled"),
        ("POST", "/verify", {"type": "email", "email": ADA, "token": "000000"}, 403, "otp_expired"),
        ("GET", "/user", None, 403, "bad_jwt"),
        ("POST", "/logout?scope=local", {}, 403, "bad_jwt"),
        ("GET", "/nothing", None, 404, "not_found"),
    ],
)
def test_a_refusal_has_its_status_and_its_code_where_the_version_says(
    auth, method, path, document, status, code
):
    new, old = ask(auth, method, path, document), ask(auth, method, path, document, KEY)

    assert (new.status, said(new)["code"], new.headers["X-Supabase-Api-Version"]) == (status, code, VERSION)
    assert (old.status, said(old)["error_code"], said(old)["code"]) == (status, code, str(status))
    assert set(said(old)) == {"code", "error_code", "msg"}


@pytest.mark.parametrize(
    ("headers", "message"), [({}, "No API key found"), ({"apikey": "x"}, "Invalid API key")]
)
def test_the_gateway_wants_the_key_and_speaks_without_a_code(auth, headers, message):
    refused = ask(auth, "POST", "/otp", {"email": ADA, "create_user": True}, headers)

    assert refused.status == 401
    assert message in said(refused)["message"]
    assert "code" not in said(refused)


def test_a_session_has_the_shape_and_the_claims_of_the_real_one(auth):
    session = signed_in(auth)

    assert set(session) == {"access_token", "token_type", "expires_in", "expires_at", "refresh_token", "user"}
    claims = jwt.decode(session["access_token"], auth.secret, ["HS256"], audience="authenticated")
    assert (claims["role"], claims["sub"], claims["email"]) == ("authenticated", session["user"]["id"], ADA)
    assert claims["iss"] == f"{auth.url}{PREFIX}"
    assert claims["exp"] == session["expires_at"]
    assert session["user"]["aud"] == "authenticated"


def test_the_browser_goes_to_the_provider_and_comes_back_with_our_query_and_a_code(auth):
    first = ask(auth, "GET", f"/authorize?provider=google&redirect_to={BACK}&{FLOW}", headers={})
    second = ask(auth, "GET", first.headers["Location"].partition(PREFIX)[2], headers={})
    third = ask(auth, "GET", second.headers["Location"].partition(PREFIX)[2], headers={})

    assert [reply.status for reply in (first, second, third)] == [302] * 3
    back_to, _, code = third.headers["Location"].partition("&code=")
    assert back_to == BACK
    given = {"auth_code": code, "code_verifier": VERIFIER}
    wrong = ask(auth, "POST", "/token?grant_type=pkce", given | {"code_verifier": "w" * 64})
    right, again = (ask(auth, "POST", "/token?grant_type=pkce", given) for _ in range(2))
    assert (wrong.status, said(wrong)["code"]) == (400, "bad_code_verifier")
    assert (right.status, again.status) == (200, 404)
    assert said(right)["user"]["app_metadata"]["provider"] == "google"


@pytest.mark.parametrize(
    "back_to", ["http://localhost:1/callback", "https://evil.example/", "http://10.0.0.1/", ""]
)
def test_only_a_loopback_address_is_gone_back_to(auth, back_to):
    first = ask(auth, "GET", f"/authorize?provider=google&redirect_to={back_to}&{FLOW}", headers={})
    second = ask(auth, "GET", first.headers["Location"].partition(PREFIX)[2], headers={})
    third = ask(auth, "GET", second.headers["Location"].partition(PREFIX)[2], headers={})

    assert third.headers["Location"].startswith("http://site.invalid/")


def test_an_unknown_provider_is_400_for_the_browser(auth):
    refused = ask(auth, "GET", f"/authorize?provider=nope&redirect_to={BACK}&{FLOW}", headers={})

    assert (refused.status, said(refused)["error_code"]) == (400, "validation_failed")


def test_refresh_tokens_rotate_the_parent_is_forgiven_and_older_ones_end_the_family(auth):
    first = signed_in(auth)["refresh_token"]

    def refreshed(token):
        return ask(auth, "POST", "/token?grant_type=refresh_token", {"refresh_token": token})

    second = said(refreshed(first))["refresh_token"]
    assert said(refreshed(first))["refresh_token"] == second  # the answer may have been lost
    third = said(refreshed(second))["refresh_token"]
    assert said(refreshed(first))["code"] == "refresh_token_already_used"
    assert said(refreshed(third))["code"] == "refresh_token_not_found"


@pytest.mark.parametrize(("scope", "left"), [("local", 1), ("others", 1), ("global", 0)])
def test_a_logout_ends_what_its_scope_says(auth, scope, left):
    session, _ = signed_in(auth), signed_in(auth)
    bearer = {**NEW, "authorization": f"Bearer {session['access_token']}"}

    assert ask(auth, "GET", "/user", headers=bearer).status == 200
    assert ask(auth, "POST", f"/logout?scope={scope}", {}, bearer).status == 204
    assert len(auth.families) == left
    assert (ask(auth, "GET", "/user", headers=bearer).status == 200) is (scope == "others")


def test_a_code_is_sent_once_and_good_once(auth):
    given = {"email": "new@example.org", "create_user": True}
    assert said(ask(auth, "POST", "/otp", given)) == {}
    proof = {"type": "email", "email": "new@example.org", "token": auth.codes["new@example.org"]}

    first, again = (ask(auth, "POST", "/verify", proof) for _ in range(2))

    assert (first.status, again.status) == (200, 403)
    assert said(first)["user"]["email"] == "new@example.org"
