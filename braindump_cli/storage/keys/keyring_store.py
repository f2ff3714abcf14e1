"""Secrets in the system's keyring: the service is `braindump/<journal id>`, the user says which secret.

Only keyrings that keep secrets are used: others store in plain text, store nothing and say they did, or ask
for a password on the terminal. A keyring may hang on a dialogue that nobody sees, so it is asked in a thread
of its own and given three seconds.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, Protocol

from braindump_cli.surroundings import find_session_bus

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

TIMEOUT_S = 3.0
USER = "journal key"
TRUSTED = {
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Manager",
}
_BY_PLATFORM = {"linux": tuple(TRUSTED)[:2], "darwin": tuple(TRUSTED)[2:3], "win32": tuple(TRUSTED)[3:]}


class Answer(NamedTuple):
    """What a keyring said: a failure means that nothing else is known."""

    text: str | None = None
    failure: str | None = None


class KeyringStore(Protocol):
    """A place for one secret a journal, which others on this machine cannot read."""

    def read(self, journal_id: str) -> Answer:
        """Return the key's text, or None if it is not there."""
        ...

    def write(self, journal_id: str, text: str) -> Answer:
        """Keep the key; without a failure it was read back."""
        ...

    def remove(self, journal_id: str) -> Answer:
        """Forget the key, if it is there."""
        ...

    def name(self) -> Answer:
        """Return what the keyring is called."""
        ...


class SystemKeyring:
    """Keeps KeyringStore with the keyring that this system has."""

    def __init__(self, user: str = USER) -> None:
        self._user = user

    def read(self, journal_id: str) -> Answer:
        """Return the key's text."""
        return _ask(lambda backend: backend.get_password(_service(journal_id), self._user))

    def write(self, journal_id: str, text: str) -> Answer:
        """Keep the key and read it back."""

        def store(backend: "KeyringBackend") -> str | None:
            backend.set_password(_service(journal_id), self._user, text)
            return backend.get_password(_service(journal_id), self._user)

        answer = _ask(store)
        if answer.failure is None and answer.text != text:
            return Answer(failure="what was stored cannot be read back")
        return answer

    def remove(self, journal_id: str) -> Answer:
        """Forget the key."""

        def remove(backend: "KeyringBackend") -> None:
            if backend.get_password(_service(journal_id), self._user) is not None:
                backend.delete_password(_service(journal_id), self._user)

        return _ask(remove)

    def name(self) -> Answer:
        """Return the keyring's name; a locked one has a name too."""
        return _ask(lambda backend: TRUSTED[_kind(type(backend))])


def _service(journal_id: str) -> str:
    return f"braindump/{journal_id}"


def _ask(question: "Callable[[KeyringBackend], str | None]") -> Answer:
    """Put the question to the system's keyring, for a while."""
    answers: list[Answer] = []
    thread = Thread(target=lambda: answers.append(_answer(question)), daemon=True)
    thread.start()
    thread.join(TIMEOUT_S)
    return answers[0] if answers else Answer(failure=f"it gave no answer within {TIMEOUT_S:.0f} s")


def _answer(question: "Callable[[KeyringBackend], str | None]") -> Answer:
    try:
        failures = _failures()
    except ImportError:
        return Answer(failure="the keyring library is not installed")
    try:
        return Answer(text=question(_backend()))
    except failures as error:
        said = getattr(error, "strerror", None) or str(error).strip()
        return Answer(failure=said or type(error).__name__)


def _failures() -> tuple[type[Exception], ...]:
    """Return what keyrings raise: their own kind of failure, and what they let out besides."""
    from keyring.errors import KeyringError

    found = (KeyringError, RuntimeError, OSError, EOFError, LookupError, ValueError, ImportError)
    try:
        from secretstorage.exceptions import SecretStorageException
    except ImportError:
        return found
    return (*found, SecretStorageException, import_module("jeepney").DBusErrorResponse)


def _backend() -> "KeyringBackend":
    """Return the keyring to use. Raises RuntimeError where there is none that we trust."""
    from keyring import core

    find_session_bus()
    named = os.environ.get("PYTHON_KEYRING_BACKEND")
    if named and named not in TRUSTED:
        raise RuntimeError(f"PYTHON_KEYRING_BACKEND is {named}, which does not keep secrets safe")
    chosen = core.load_env() or core.load_config()
    if chosen is None:
        return _first_that_works()
    if _kind(type(chosen)) not in TRUSTED:
        raise RuntimeError(f"{_kind(type(chosen))} is chosen, which does not keep secrets safe")
    return chosen


def _first_that_works() -> "KeyringBackend":
    """Return this system's keyring, without loading any other that happens to be installed."""
    from keyring import core

    failures = []
    for name in _BY_PLATFORM.get(sys.platform, ()):
        try:
            return core.load_keyring(name)
        except (RuntimeError, ImportError) as error:
            failures.append(str(error))
    raise RuntimeError(failures[0] if failures else "there is none")


def _kind(backend: type) -> str:
    return f"{backend.__module__}.{backend.__name__}"
