"""What failures of Deepgram's SDK, and of the two clients beneath it, mean.

Of what the service writes only its status and `Retry-After` are used: its messages may repeat the user's words.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from braindump_cli.errors import (
    AccountError,
    DeclinedError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
)
from braindump_cli.net.retry_after import retry_after_s

KEYS_HINT = "braindump keys set deepgram"
_MODEL_HINT = "braindump config set transcription.deepgram.model NAME"
_ADDRESS_HINT = "braindump config get transcription.deepgram.base_url"
_MAY_PASS = (408, 409)


class Asked(NamedTuple):
    """Who was asked, and for which model."""

    who: str
    model: str

    def lost(self) -> LostAnswerError:
        """Return what an answer comes to that is not whole or cannot be read."""
        return LostAnswerError(f"{self.who} was asked, but no whole answer came.")

    def hung_up(self) -> LostAnswerError:
        """Return what the end of a line comes to."""
        return LostAnswerError(f"{self.who} hung up.")

    def unreachable(self) -> ProviderError:
        """Return what it comes to when nothing was sent."""
        return UnreachableError(f"{self.who} cannot be reached.")

    def refused(self, status: int, headers: Mapping[str, str], now: datetime) -> ProviderError:
        """Return what an answer means that is a failure."""
        if 200 <= status < 300:
            return self.lost()
        wait_s = retry_after_s(headers, now)
        if status == 429:
            return RateLimitedError(f"{self.who} asks to come back later.", retry_after_s=wait_s)
        if status >= 500 or status in _MAY_PASS:
            return ProviderError(f"{self.who} answered {status}.", retry_after_s=wait_s)
        return self._declined(status)

    def _declined(self, status: int) -> DeclinedError:
        if status == 401:
            return AccountError(f"{self.who} does not accept the key.", hint=KEYS_HINT)
        if status == 402:
            hint = "Add money to your account there; meanwhile other engines are used."
            return AccountError(f"{self.who} says that your account's credit is used up.", hint=hint)
        if status == 403:
            hint = f"{KEYS_HINT}, or {_MODEL_HINT}"
            return DeclinedError(f"{self.who} does not allow this key to use {self.model!r}.", hint=hint)
        if status in {400, 404}:
            hint = f"{_MODEL_HINT}; the language is transcription.deepgram.language"
            return DeclinedError(
                f"{self.who} did not accept the request ({status}) for {self.model!r}.", hint=hint
            )
        if 300 <= status < 400:  # what we send goes where the user said, and nowhere else
            return DeclinedError(
                f"{self.who} answers from another address, and is not followed.", hint=_ADDRESS_HINT
            )
        return DeclinedError(f"{self.who} did not accept the request ({status}).", hint=_MODEL_HINT)
