"""What failures of Supabase Auth mean.

Its codes decide. Its messages are for people and are repeated, short, and not where they repeat what was sent.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

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
from braindump_cli.net.retry_after import retry_after_s

if TYPE_CHECKING:
    from httpx import Request
    from supabase_auth.errors import AuthApiError

    from braindump_cli.net.http import Exchange

# Codes (supabase.com/docs/guides/auth/debugging/error-codes) of a session that cannot be gone on with.
_ENDED = {
    "refresh_token_not_found", "refresh_token_already_used", "session_not_found", "session_expired",
    "user_not_found", "user_banned", "invalid_grant",
}  # fmt: skip
_WRONG = {
    "invalid_credentials",
    "otp_expired",
    "bad_code_verifier",
    "flow_state_not_found",
    "flow_state_expired",
}
_OFF = {
    "otp_disabled", "signup_disabled", "email_provider_disabled", "provider_disabled",
    "oauth_provider_not_supported", "email_address_not_authorized", "email_not_confirmed",
    "email_address_invalid",
}  # fmt: skip
_TOO_FAST = 429
_NO_SECRETS = ("email", "type", "code_challenge_method")  # of what is sent
_MOST_CHARS = 200
_OLD_ENDED = "invalid refresh token"  # servers that give no code say so


def failure_of(error: Exception, asked: "Exchange", *, who: str, now: datetime) -> BraindumpError:
    """Turn whatever the client raised into one of ours."""
    from supabase_auth.errors import AuthApiError, AuthRetryableError

    if isinstance(error, AuthApiError) and error.status >= 400 and asked.answer is not None:
        said = _said(error.message, asked.answer.request)
        return _of_answer(error, said, asked.answer.headers, who=who, now=now)
    if isinstance(error, AuthRetryableError) and error.status:
        return ProviderError(f"{who} is down ({error.status}).", hint="Try again later.")
    if asked.answer is not None and asked.answer.is_error:
        return ProviderError(f"{who} answered {asked.answer.status_code}, and nothing that can be read.")
    if asked.answer is not None and not isinstance(error, AuthRetryableError):
        return UnreadableError(
            f"{who} gave an answer that nobody can read.", hint="Is cloud.url the address of the project?"
        )
    if asked.is_sent:
        return LostAnswerError(f"{who} gave no whole answer.", hint="Try again.")
    return UnreachableError(f"{who} cannot be reached.", hint="Is this machine online, and cloud.url right?")


def _said(message: object, request: "Request") -> str:
    """Return the server's own words, short, and not where they repeat a password, a code or a token it was given."""
    said = str(message).strip().rstrip(".")
    sent = json.loads(request.content) if request.content else {}  # of our client: always an object
    secrets = [value for name, value in sent.items() if isinstance(value, str) and name not in _NO_SECRETS]
    secrets.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if any(secret and secret in said for secret in secrets):
        return "for a reason that repeats a secret"
    return said[:_MOST_CHARS]


def _of_answer(
    error: "AuthApiError", said: str, headers: Mapping[str, str], *, who: str, now: datetime
) -> BraindumpError:
    if error.status == _TOO_FAST:
        wait_s = retry_after_s(headers, now)
        return RateLimitedError(f"{who} asks to wait: {said}.", hint="Try again later.", retry_after_s=wait_s)
    if error.code in _ENDED or _OLD_ENDED in said.lower():
        return AuthRequiredError("Your sign-in has ended.")
    if error.code in _WRONG:
        return ForbiddenError(f"{who} does not accept that: {said}.", hint="Try again: braindump login")
    if error.code in _OFF:
        return ForbiddenError(
            f"{who} does not allow that: {said}.",
            hint="In its dashboard: Authentication, Sign in / Providers.",
        )
    if error.status == 401:
        return DeclinedError(
            f"{who} does not accept the key: {said}.",
            hint="Give the publishable key of this project: braindump login --url URL --key KEY",
        )
    if error.status >= 500:
        return ProviderError(f"{who} is down ({error.status}).", hint="Try again later.")
    return DeclinedError(f"{who} refused: {said}.")
