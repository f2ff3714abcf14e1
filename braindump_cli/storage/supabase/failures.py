"""What failures of a Supabase project mean: the one place that knows its codes.

PostgREST tells a code and no status, Storage answers most refusals with 400 and tells the status in the body, and the
gateway in front of both tells neither; so status and headers come from the answer itself.
Codes: docs.postgrest.org/en/stable/references/errors.html, supabase.com/docs/guides/storage/debugging/error-codes.
"""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.errors import (
    AuthRequiredError,
    BraindumpError,
    DeclinedError,
    ForbiddenError,
    LostAnswerError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
    UnreadableError,
)
from braindump_cli.net.retry_after import retry_after_s

if TYPE_CHECKING:
    from braindump_cli.net.line import Line

_EXPIRED_CODE, _EXPIRED_WORDS = "PGRST303", "jwt expired"
_EXPIRED_IN_STORAGE = ('"exp" claim', "jwt expired")
_NO_SUCH = {"PGRST202", "PGRST205", "42P01", "42883"}
_NO_ROLE = "42501"
_INIT = "braindump cloud init --print shows the tables it needs; braindump cloud status tells what is there."


class ExpiredTokenError(AuthRequiredError):
    """The token is not taken; another one may be."""


class TooLargeError(DeclinedError):
    """It was more than the server takes at once."""


class DownError(ProviderError):
    """The server, or something in front of it, cannot answer now."""


class DuplicateError(DeclinedError):
    """An object lies there already."""


class Told(NamedTuple):
    """What the server said: the status it means, its code, its words."""

    status: int
    code: str
    words: str


def failure_of(error: Exception, line: "Line", *, who: str, now: datetime) -> BraindumpError:
    """Turn whatever the client raised into one of ours."""
    from httpx import HTTPError

    if line.answer is None:
        if line.is_sent:
            return LostAnswerError(f"{who} gives no answer.", hint="Try again later.")
        return UnreachableError(
            f"{who} cannot be reached.", hint="Is this machine online, and cloud.url right?"
        )
    told = _told(error, line.answer.status_code)
    if line.answer.is_success and isinstance(error, HTTPError):  # its head came, and no whole body
        return LostAnswerError(f"{who} broke off its answer.", hint="Try again later.")
    if line.answer.is_success:
        return UnreadableError(f"{who} gave an answer that cannot be read.", hint="Is cloud.url right?")
    wait_s = retry_after_s(line.answer.headers, now)
    return _of_status(told, who=who) or _of_trouble(told, who=who, wait_s=wait_s)


def _told(error: Exception, status: int) -> Told:
    from postgrest import APIError
    from storage3.exceptions import StorageApiError

    if isinstance(error, StorageApiError):
        meant = str(error.status)
        return Told(int(meant) if meant.isdecimal() else status, str(error.code), str(error.message))
    if isinstance(error, APIError):
        return Told(status, error.code or "", error.message or "")
    return Told(status, "", "")


def _of_status(told: Told, *, who: str) -> BraindumpError | None:
    """Return what a refusal of this user, or of this request, means."""
    said = told.words.lower()
    if told.status == 401 and (told.code == _EXPIRED_CODE or _EXPIRED_WORDS in said):
        return ExpiredTokenError("Your sign-in has expired.", hint="braindump login")
    if told.status in {400, 403} and any(words in said for words in _EXPIRED_IN_STORAGE):
        return ExpiredTokenError("Your sign-in has expired.", hint="braindump login")
    if told.status == 404 and told.code == "Bucket not found":  # what a download with an old token looks like
        return ExpiredTokenError("The bucket for recordings cannot be seen.", hint=_INIT)
    if told.status == 401 and told.code == _NO_ROLE:
        return ForbiddenError(
            f"{who} takes your token for nobody's: the role is missing in it.",
            hint="braindump login --check tells what is to be set.",
        )
    if told.status == 401 and "api key" in said:
        return DeclinedError(f"{who} does not accept the key.", hint="braindump login --url URL --key KEY")
    if told.status == 401:
        return AuthRequiredError(f"{who} does not accept your sign-in.", hint="braindump login")
    if told.status == 403:
        return ForbiddenError(f"{who} does not allow that.", hint=_INIT)
    if told.code in _NO_SUCH:
        return DeclinedError(f"{who} lacks the tables of a journal, or has old ones.", hint=_INIT)
    return None


def _of_trouble(told: Told, *, who: str, wait_s: float | None) -> BraindumpError:
    if told.status == 404:
        return NotFoundError(f"{who} does not have that.", hint=_INIT)
    if told.status == 409:
        return DuplicateError(f"{who} has that already.")
    if told.status == 413:
        return TooLargeError(
            f"{who} does not take so much at once.", hint="Storage has a limit for the size of files."
        )
    if told.status == 429:
        return RateLimitedError(f"{who} asks to wait.", hint="Try again later.", retry_after_s=wait_s)
    if told.status >= 500:
        return DownError(f"{who} is down ({told.status}).", hint="Try again later.", retry_after_s=wait_s)
    if told.status < 400:
        return UnreadableError(
            f"{who} sends elsewhere ({told.status}).", hint="Is cloud.url the project's address?"
        )
    return DeclinedError(f"{who} refused ({told.status} {told.code}).".replace(" )", ")"), hint=_INIT)
