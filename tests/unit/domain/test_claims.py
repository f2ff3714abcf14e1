"""What stands in tokens and keys."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from braindump_cli.domain.claims import claims_of, expiry_in, look_at, why_no_key

NOW = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
ISSUER = "https://abcd.supabase.co/auth/v1"
GOOD = {
    "iss": ISSUER,
    "sub": "user_2abc",
    "aud": "authenticated",
    "role": "authenticated",
    "exp": int((NOW + timedelta(hours=1)).timestamp()),
}


def token(claims):
    return jwt.encode(claims, "a-secret-that-is-long-enough-for-hs256", "HS256")


def missing(claims, *, issuer: str | None = ISSUER, audience: str | None = "authenticated"):
    found = look_at(token(claims), issuer=issuer, audience=audience, now=NOW)
    return [each.name for each in found if not each.is_ok]


@pytest.mark.parametrize(
    "words", ["", "opaque", "a.b", "a.b.c", "a.b.c.d", "a.e30.c", "..", "a.W10.c", "a.ü.c", "a.bnVsbA.c"]
)
def test_claims_are_read_from_a_jwt_alone(words):
    assert claims_of(token(GOOD)) == GOOD
    assert claims_of(words) == ({} if words == "a.e30.c" else None)


@pytest.mark.parametrize(
    "key", ["sb_publishable_abc", "any-word-of-an-own-gateway", token({"role": "anon", "iss": "supabase"})]
)
def test_a_publishable_key_may_be_used(key):
    assert why_no_key(key) is None


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("sb_secret_abc", "secret"),
        ("sbp_abc", "secret"),
        (token({"role": "service_role"}), "service-role"),
        (token({"role": "authenticated"}), "token"),
        (token({}), "token"),
        ("eyJhbGciOiJIUzI1NiJ9", "token"),
        ("", "one word"),
        ("two words", "one word"),
        ("sb_publishable_\x1b[0m", "one word"),
        ("x" * 5001, "one word"),
    ],
)
def test_any_other_key_is_refused_with_the_reason_and_without_the_key(key, why):
    reason = why_no_key(key)

    assert reason
    assert why in reason
    assert len(key) < 5 or key not in reason


def test_a_good_token_lacks_nothing():
    assert missing(GOOD) == []
    assert missing(GOOD | {"aud": ["other", "authenticated"]}) == []
    assert missing(GOOD | {"iss": "https://elsewhere/auth/v1"}, issuer=None) == []
    assert missing({name: value for name, value in GOOD.items() if name != "aud"}, audience=None) == []


@pytest.mark.parametrize("name", ["role", "aud", "exp", "iss", "sub"])
def test_what_is_missing_is_named(name):
    assert missing({key: value for key, value in GOOD.items() if key != name}) == [name]


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("role", "anon"),
        ("role", ["authenticated"]),
        ("aud", "other"),
        ("aud", []),
        ("exp", int(NOW.timestamp())),
        ("exp", "soon"),
        ("exp", True),
        ("exp", 1e300),
        ("iss", "https://elsewhere"),
        ("sub", ""),
    ],
)
def test_what_is_wrong_is_named(claim, value):
    assert missing(GOOD | {claim: value}) == [claim]


def test_an_opaque_token_is_told_from_a_jwt():
    (found,) = look_at("opaque", issuer=ISSUER, audience=None, now=NOW)

    assert (found.name, found.is_ok) == ("form", False)
    assert "JWT" in (found.hint or "")


def test_an_expiry_beyond_all_calendars_is_none():
    assert expiry_in({"exp": 1e300}) is None
    assert expiry_in({"exp": float("nan")}) is None
    assert expiry_in(None) is None
