"""What stands in a token or a project's key, read without asking anybody (RFC 7519).

Nothing here proves who wrote it: that is for the server, and for `auth.clerk` where nobody vouches for the
issuer. It is read to say in words what a server would find missing.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

ROLE = "authenticated"  # the role of the database that row level security grants a person's own rows to
ANONYMOUS = "anon"
_SECRET_PREFIXES = ("sb_secret_", "sbp_")  # keys of servers, and of people who manage projects
_JWT_START = "eyJ"  # what every JSON object begins with in base64: {"
_MOST_CHARS = 5000


class Finding(NamedTuple):
    """One thing a token was looked at for."""

    name: str
    is_ok: bool
    message: str
    hint: str | None = None


def claims_of(token: str) -> Mapping[str, Any] | None:
    """Return the claims of a JWT; None for anything else, such as an opaque token."""
    import json
    from base64 import urlsafe_b64decode

    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:  # also what is neither base64 nor UTF-8
        return None
    return claims if isinstance(claims, dict) else None


def why_no_key(key: str) -> str | None:
    """Return why `key` must not be used as a project's publishable key; None if it may."""
    if not 0 < len(key) <= _MOST_CHARS or any(not "!" <= char <= "~" for char in key):
        return "it is not one word of plain letters, digits and signs"
    if key.startswith(_SECRET_PREFIXES):
        return "it is a secret key, which opens everybody's rows: only a server may hold one"
    if key.startswith(_JWT_START):
        role = (claims_of(key) or {}).get("role")
        if role == "service_role":
            return "it is the service-role key, which opens everybody's rows: only a server may hold one"
        if role != ANONYMOUS:
            return "it is a token, and not the anon key of a project"
    return None


def role_in(claims: Mapping[str, Any] | None) -> str | None:
    """Return the role a token carries."""
    role = (claims or {}).get("role")
    return role if isinstance(role, str) else None


def expiry_in(claims: Mapping[str, Any] | None) -> datetime | None:
    """Return when a token ends; None where it says nothing that can be read."""
    exp = (claims or {}).get("exp")
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        return None
    try:
        return datetime.fromtimestamp(exp, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def audience_in(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return whom a token is for."""
    audience = claims.get("aud")
    return tuple(map(str, audience)) if isinstance(audience, list) else (str(audience),) if audience else ()


def look_at(token: str, *, issuer: str | None, audience: str | None, now: datetime) -> Iterator[Finding]:
    """Tell, claim by claim, whether a project will take the token for its user.

    `issuer` is what `iss` must be and `audience` what `aud` must hold; None where any will do.
    """
    claims = claims_of(token)
    if claims is None:
        hint = "Let the issuer give JWT access tokens, in place of opaque ones."
        yield Finding("form", False, "The token is opaque: a project cannot read who you are.", hint)
        return
    yield Finding("form", True, "The token is a JWT.")
    yield _look_at_role(claims)
    yield _look_at_audience(claims, audience)
    yield _look_at_expiry(claims, now)
    yield _look_at_issuer(claims, issuer)
    subject = claims.get("sub")
    yield (
        Finding("sub", True, "It says who you are.")
        if isinstance(subject, str) and subject
        else Finding("sub", False, "It does not say who you are.", "Its claim sub must hold your id.")
    )


def _look_at_role(claims: Mapping[str, Any]) -> Finding:
    role = claims.get("role")
    if role == ROLE:
        return Finding("role", True, f"Its role is {ROLE}.")
    said = f"Its role is {role!r}" if role else "It has no role"
    hint = f'Let the issuer add the claim "role": "{ROLE}" to its access tokens.'
    return Finding("role", False, f"{said}, and rows are for {ROLE} alone: you would see none.", hint)


def _look_at_audience(claims: Mapping[str, Any], audience: str | None) -> Finding:
    found = audience_in(claims)
    told = f"It is for {', '.join(found)}." if found else "It is for nobody in particular."
    if audience is None or audience in found:
        return Finding("aud", True, told)
    return Finding("aud", False, told, f"Its claim aud must be {audience}.")


def _look_at_expiry(claims: Mapping[str, Any], now: datetime) -> Finding:
    ends_at = expiry_in(claims)
    if ends_at is None:
        return Finding("exp", False, "It does not say when it ends.", "Its claim exp must hold a time.")
    if ends_at <= now:
        hint = "Is the clock of this machine right? Else: braindump login"
        return Finding("exp", False, f"It ended at {ends_at:%Y-%m-%d %H:%M} UTC.", hint)
    return Finding("exp", True, f"It is good until {ends_at:%Y-%m-%d %H:%M} UTC.")


def _look_at_issuer(claims: Mapping[str, Any], issuer: str | None) -> Finding:
    found = claims.get("iss")
    if not found:
        return Finding("iss", False, "It does not say who issued it.", "Its claim iss must name the issuer.")
    told = f"It was issued by {found}."
    if issuer in {None, str(found).rstrip("/")}:
        return Finding("iss", True, told)
    return Finding("iss", False, told, f"Its claim iss must be {issuer}.")
