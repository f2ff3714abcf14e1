"""Every failure we can explain.

    BraindumpError
    ├── NoError              1   no              the answer is no; the document is shown all the same
    ├── UsageError           2   usage           wrong option, argument or selector
    ├── BadDataError        65   bad_data        audio, an import or an answer cannot be read
    ├── NotFoundError       66   not_found       the entry, recording or file named does not exist
    ├── ProviderError       69   provider        a provider is down or refuses
    │   ├── RateLimitedError 75  rate_limited    a provider asks us to come back later
    │   ├── UnreachableError 69  provider        nothing could be sent: no network, or nobody there
    │   ├── LostAnswerError 69   provider        it was asked, and no whole answer came: it may have been paid for
    │   ├── UnreadableError 69   provider        it answered, and nobody can read it: the answer is worth nothing
    │   └── DeclinedError   69   provider        it understood and said no: asking again the same way cannot help
    │       └── AccountError 69  provider        it takes neither this key nor credit: it says no to whatever is asked
    ├── ConflictError       73   conflict        it exists or was changed elsewhere; nothing overwritten
    ├── DeviceError         74   device          the microphone
    ├── StoreError          74   store           the disk or the journal
    ├── PartialError        75   partial         part is done; the same call may be made again
    ├── AuthRequiredError   77   auth_required   not signed in
    ├── ForbiddenError      77   forbidden       signed in, not allowed
    ├── LockedError         77   locked          the journal's key cannot be reached
    ├── ConfigError         78   config          a setting is missing or wrong
    └── StoppedError       130   interrupted     Ctrl-C (143: TERM, 129: HUP); what was said is kept

Messages are one sentence for people, written to stand after "braindump: "; `hint` names the next command.
"""


class BraindumpError(Exception):
    """A failure with a code for programs, a sentence for people and a way on."""

    code = "bug"
    exit_code = 70

    def __init__(self, message: str, *, hint: str | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.retry_after_s = retry_after_s

    @property
    def whole(self) -> str:
        """The sentence and the way on, where one line must do: in a warning."""
        return f"{self.message} {self.hint}" if self.hint else self.message


class NoError(BraindumpError):
    """The answer is no; said by the status alone, since the document has told the rest."""

    code, exit_code = "no", 1


class UsageError(BraindumpError):
    """The call itself is wrong."""

    code, exit_code = "usage", 2


class BadDataError(BraindumpError):
    """Something handed to us cannot be read."""

    code, exit_code = "bad_data", 65


class NotFoundError(BraindumpError):
    """What was named is not here."""

    code, exit_code = "not_found", 66


class ProviderError(BraindumpError):
    """A provider is down or refuses, and no fallback is left."""

    code, exit_code = "provider", 69


class RateLimitedError(ProviderError):
    """A provider asks us to come back after `retry_after_s` seconds."""

    code, exit_code = "rate_limited", 75


class UnreachableError(ProviderError):
    """Nothing could be sent: no network, or nobody there."""


class LostAnswerError(ProviderError):
    """A provider was asked and no whole answer came; it may have been paid for."""


class UnreadableError(ProviderError):
    """A provider answered, and nobody can read it; the answer is not worth keeping."""


class DeclinedError(ProviderError):
    """A provider understood and said no (key, quota, model, refusal); asking again the same way cannot help."""


class AccountError(DeclinedError):
    """A provider takes the key or the account's credit for nothing; until that is mended nobody need ask again."""


class ConflictError(BraindumpError):
    """The thing exists or was changed elsewhere; nothing was overwritten."""

    code, exit_code = "conflict", 73


class DeviceError(BraindumpError):
    """The microphone cannot be opened or went away."""

    code, exit_code = "device", 74


class StoreError(BraindumpError):
    """The disk or the journal cannot be read or written."""

    code, exit_code = "store", 74


class PartialError(BraindumpError):
    """Part is done; the same call may be made again."""

    code, exit_code = "partial", 75


class AuthRequiredError(BraindumpError):
    """Not signed in, or the sign-in has expired."""

    code, exit_code = "auth_required", 77


class ForbiddenError(BraindumpError):
    """Signed in, but not allowed."""

    code, exit_code = "forbidden", 77


class LockedError(BraindumpError):
    """The journal's key cannot be reached; what is captured meanwhile waits in the inbox."""

    code, exit_code = "locked", 77


class ConfigError(BraindumpError):
    """A setting is missing or wrong; the message names file, key and allowed values."""

    code, exit_code = "config", 78


class StoppedError(BraindumpError):
    """The user or the system ended us with a signal; what was said is kept."""

    code = "interrupted"

    def __init__(self, message: str, *, hint: str | None = None, exit_code: int = 130) -> None:
        super().__init__(message, hint=hint)
        self.exit_code = exit_code
