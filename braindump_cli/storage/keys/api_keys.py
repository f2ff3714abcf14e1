"""Keys for providers: from the environment, else from the system's keyring, else from the encrypted journal.

The journal holds one fact a provider, `api_key.<provider>`: `keyring <last four>`, or `journal <last four> <key>`.
So whether there is a key, and which one, is known without the keyring; and no plain file ever holds one.
"""

import os
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.errors import DeclinedError, NotFoundError, StoreError, UsageError
from braindump_cli.storage.keys.bundle import KEYRING

if TYPE_CHECKING:
    from braindump_cli.storage.keys.keyring_store import KeyringStore
    from braindump_cli.storage.sqlite.journal import SqliteJournal

ENVIRONMENT, JOURNAL = "environment", "journal"  # and KEYRING
VARIABLES = {"deepgram": "DEEPGRAM_API_KEY", "openai": "OPENAI_API_KEY"}
NAMES = {"deepgram": "Deepgram", "openai": "OpenAI"}
_MOST_CHARS = 1000
_SHOWN = 4  # of a key; of a short one nothing


class Held(NamedTuple):
    """A key that is known, without the key."""

    provider: str
    place: str  # that counts: environment, keyring, journal
    ending: str  # its last four characters
    stored_in: str | None  # keyring or journal, also where the environment counts before it


class _Stored(NamedTuple):
    place: str
    ending: str
    key: str = ""


class ApiKeys:
    """The keys of the providers; may be read from any thread once `has` was asked in the journal's own."""

    def __init__(
        self,
        journal: "Callable[[], SqliteJournal | None]",
        journal_id: Callable[[], str],
        *,
        prefers_keyring: bool,
        keyring: "Callable[[str], KeyringStore] | None" = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Take `journal`, which gives None where there is none to be read: then only the environment counts."""
        self._journal = journal
        self._journal_id = journal_id
        self._prefers_keyring = prefers_keyring
        self._system_keyring = keyring
        self._environ = environ
        self._known: dict[str, _Stored | None] = {}
        self._read: dict[str, str | DeclinedError] = {}  # what the keyring said, once a process
        self._one_asks = Lock()

    def has(self, provider: str) -> bool:
        """Tell whether there is a key; the keyring is not asked."""
        return bool(self._in_environment(provider)) or self._stored(provider) is not None

    def key(self, provider: str) -> str | None:
        """Return the key, or None if there is none. Raises DeclinedError where the keyring does not give it."""
        if given := self._in_environment(provider):
            if not _is_sound(given):
                raise DeclinedError(
                    f"{VARIABLES[provider]} does not hold a key: it has blanks or odd characters."
                )
            return given
        stored = self._stored(provider)
        if stored is None or stored.place == JOURNAL:
            return stored.key if stored else None
        with self._one_asks:
            if provider not in self._read:
                self._read[provider] = self._from_keyring(provider)
            found = self._read[provider]
        if isinstance(found, DeclinedError):
            raise found
        return found

    def held(self, provider: str) -> Held | None:
        """Return where the key is, without it; None if there is none."""
        given, stored = self._in_environment(provider), self._stored(provider)
        stored_in = stored.place if stored else None
        if given:
            return Held(provider, ENVIRONMENT, _ending(given), stored_in)
        return Held(provider, stored.place, stored.ending, stored_in) if stored else None

    def set(self, provider: str, key: str) -> str:
        """Keep a key, durable and read back; tells where. Raises UsageError for what is none, StoreError."""
        key = key.strip()
        if not _is_sound(key):
            message = f"That is not a key for {NAMES[provider]}: a key is one word of plain letters, digits and signs."
            raise UsageError(message)
        journal = self._open_journal()
        place = JOURNAL
        if self._prefers_keyring and self._keyring(provider).write(self._journal_id(), key).failure is None:
            place = KEYRING
        fact = f"{place} {_ending(key)}" + (f" {key}" if place == JOURNAL else "")
        journal.set_fact(_fact_name(provider), fact)
        if journal.fact(_fact_name(provider)) != fact:
            raise StoreError("The key was stored but cannot be read back.", hint="braindump doctor")
        self._forget(provider)
        return place

    def remove(self, provider: str) -> None:
        """Forget the stored key. Raises NotFoundError where there is none, StoreError if the keyring keeps it."""
        stored = self._stored(provider)
        if stored is None:
            hint = "braindump keys list"
            if self._in_environment(provider):
                hint = f"{VARIABLES[provider]} is set in the environment; unset it there."
            raise NotFoundError(f"No key for {NAMES[provider]} is stored.", hint=hint)
        failure = None
        if stored.place == KEYRING:
            failure = self._keyring(provider).remove(self._journal_id()).failure
        self._open_journal().set_fact(_fact_name(provider), None)
        self._forget(provider)
        if failure:
            hint = f"Remove {_user(provider)!r} of braindump/{self._journal_id()} there by hand."
            raise StoreError(f"The key is not used any more, but the keyring kept it: {failure}.", hint=hint)

    def _in_environment(self, provider: str) -> str:
        return self._environ.get(VARIABLES.get(provider, ""), "").strip()

    def _stored(self, provider: str) -> _Stored | None:
        if provider in VARIABLES and provider not in self._known:
            journal = self._journal()
            for name in VARIABLES:  # all of them, for the threads that ask later
                fact = journal.fact(_fact_name(name)) if journal else None
                self._known[name] = _Stored(*fact.split(" ")) if fact else None
        return self._known.get(provider)

    def _from_keyring(self, provider: str) -> str | DeclinedError:
        answer = self._keyring(provider).read(self._journal_id())
        if answer.text:
            return answer.text
        why = answer.failure.rstrip(".") if answer.failure else "it is not there any more"
        hint = f"Open the keyring, or give the key again: braindump keys set {provider}"
        return DeclinedError(
            f"The key for {NAMES[provider]} cannot be read from the keyring: {why}.", hint=hint
        )

    def _keyring(self, provider: str) -> "KeyringStore":
        if self._system_keyring is None:
            from braindump_cli.storage.keys.keyring_store import SystemKeyring

            self._system_keyring = SystemKeyring
        return self._system_keyring(_user(provider))

    def _open_journal(self) -> "SqliteJournal":
        journal = self._journal()
        if journal is None:
            raise StoreError("There is no journal to keep the key in.", hint="braindump unlock")
        return journal

    def _forget(self, provider: str) -> None:
        self._known.pop(provider, None)
        self._read.pop(provider, None)


def _fact_name(provider: str) -> str:
    return f"api_key.{provider}"


def _user(provider: str) -> str:
    return f"{provider} api key"


def _is_sound(key: str) -> bool:
    """Tell whether a key can stand in a header: visible ASCII and not endless."""
    return 0 < len(key) <= _MOST_CHARS and all("!" <= char <= "~" for char in key)


def _ending(key: str) -> str:
    return key[-_SHOWN:] if len(key) >= 2 * _SHOWN else ""
