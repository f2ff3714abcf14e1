"""What failures of OpenAI's SDK, and of servers that speak its language, mean.

Of what a server writes only its status, its codes and `Retry-After` are used: its messages may repeat the
key or the user's words.
"""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite, nan
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.errors import (
    AccountError,
    DeclinedError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
)
from braindump_cli.net.retry_after import retry_after_s

if TYPE_CHECKING:
    from openai import APIStatusError

# Codes, or types where a server gives no code.
_NO_QUOTA = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_NO_MODEL = {"model_not_found"}
_TOO_LONG = {"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"}
_FILTERED = {"content_filter", "content_policy_violation"}
_TOO_FAST = {"rate_limit_exceeded"}
_MAY_PASS = (408, 409)
KEYS_HINT = "braindump keys set openai"


class Asked(NamedTuple):
    """Who was asked, and by which settings."""

    who: str
    section: str  # of the settings: insights.openai, transcription.openai
    model: str

    def failure(self, error: Exception, *, is_sent: bool, now: datetime) -> ProviderError:
        """Turn whatever asking raised into one of ours."""
        from openai import APIError, APIStatusError

        if isinstance(error, APIStatusError):
            return self._of_status(error, now)
        told = self.told(error.code, error.type) if isinstance(error, APIError) else None
        return told or (self.lost() if is_sent else self.unreachable())

    def told(self, *codes: str | None) -> ProviderError | None:
        """Return what codes of an error mean, wherever they stand: in a status's body or within a stream."""
        given = set(codes)
        if given & _NO_QUOTA:
            hint = "Add money or raise the limit in your account there; meanwhile other engines are used."
            return AccountError(f"{self.who} says that your account's quota is used up.", hint=hint)
        if given & _NO_MODEL:
            return self._no_model()
        if given & _TOO_LONG:
            return DeclinedError(f"This is too long for {self.model!r}.", hint=self._other_model())
        if given & _FILTERED:
            return self.filtered()
        if given & _TOO_FAST:
            return RateLimitedError(f"{self.who} asks to come back later.")
        return None

    def filtered(self) -> DeclinedError:
        """Return what a refusal or a content filter comes to."""
        return DeclinedError(
            f"{self.who} did not want to answer this.", hint="Other engines are used for it."
        )

    def lost(self) -> LostAnswerError:
        """Return what an answer comes to that is not whole or cannot be read."""
        return LostAnswerError(f"{self.who} was asked, but no whole answer came.")

    def unreachable(self) -> ProviderError:
        """Return what it comes to when nothing was sent."""
        return UnreachableError(f"{self.who} cannot be reached.")

    def _of_status(self, error: "APIStatusError", now: datetime) -> ProviderError:
        status = error.status_code
        told = self.told(error.code, error.type)
        if told and not isinstance(told, RateLimitedError):
            return told
        wait_s = _wait_s(error.response.headers, now)
        if told or status == 429:
            return RateLimitedError(f"{self.who} asks to come back later.", retry_after_s=wait_s)
        if status >= 500 or status in _MAY_PASS:
            return ProviderError(f"{self.who} answered {status}.", retry_after_s=wait_s)
        return self._declined(status)

    def _declined(self, status: int) -> DeclinedError:
        if status == 401:
            return AccountError(f"{self.who} does not accept the key.", hint=KEYS_HINT)
        if status == 402:
            return AccountError(
                f"{self.who} wants to be paid first.", hint="Add money to your account there."
            )
        if status == 403:
            hint = f"{KEYS_HINT}, or {self._other_model()}"
            return DeclinedError(f"{self.who} does not allow this key to use {self.model!r}.", hint=hint)
        if status == 404:
            return self._no_model()
        if status == 413:
            return DeclinedError(f"{self.who} finds this too large.")
        if 300 <= status < 400:  # what we send goes where the user said, and nowhere else
            hint = f"braindump config get {self.section}.base_url"
            return DeclinedError(f"{self.who} answers from another address, and is not followed.", hint=hint)
        return DeclinedError(f"{self.who} did not accept the request ({status}).", hint=self._other_model())

    def _no_model(self) -> DeclinedError:
        return DeclinedError(f"{self.who} has no model {self.model!r} for you.", hint=self._other_model())

    def _other_model(self) -> str:
        return f"braindump config set {self.section}.model NAME"


def _wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how long to wait: OpenAI may say it in milliseconds too."""
    try:
        wait_s = float(headers.get("retry-after-ms", "")) / 1000
    except ValueError:
        wait_s = nan
    return max(0.0, wait_s) if isfinite(wait_s) else retry_after_s(headers, now)
