"""Journals in throw-away folders, and stand-ins for the places where keys rest."""

from datetime import timedelta
from pathlib import Path

from braindump_cli.paths import Paths
from braindump_cli.settings import Settings
from braindump_cli.storage.keys.kernel_cache import KernelCache
from braindump_cli.storage.keys.keyring_store import Answer, KeyringStore
from braindump_cli.storage.keys.stores import Stores
from braindump_cli.storage.keys.vault import Vault


class FakeKeyring:
    """Keeps keyring_store.KeyringStore; with `failure` set it cannot be reached."""

    def __init__(self, failure: str | None = None) -> None:
        self.failure = failure
        self.held: dict[str, str] = {}

    def read(self, journal_id: str) -> Answer:
        return Answer(failure=self.failure) if self.failure else Answer(self.held.get(journal_id))

    def write(self, journal_id: str, text: str) -> Answer:
        if not self.failure:
            self.held[journal_id] = text
        return self.read(journal_id)

    def remove(self, journal_id: str) -> Answer:
        if not self.failure:
            self.held.pop(journal_id, None)
        return self.read(journal_id)

    def name(self) -> Answer:
        return Answer(failure=self.failure) if self.failure else Answer("a keyring")


class FakeCache(KernelCache):
    """A kernel that remembers, or with `refuses` does not."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.held: dict[str, bytes] = {}
        self.seconds = 0

    def read(self, journal_id: str) -> bytes | None:
        return self.held.get(journal_id)

    def keep(self, journal_id: str, key: bytes, seconds: int) -> bool:
        if not self.refuses:
            self.held[journal_id] = key
            self.seconds = seconds
        return not self.refuses

    def forget(self, journal_id: str) -> None:
        self.held.pop(journal_id, None)


def paths_in(folder: Path) -> Paths:
    """Return the paths of a home."""
    return Paths(folder, config=folder, log=folder / "log")


def vault_in(
    folder: Path,
    *,
    keyring: KeyringStore | None = None,
    cache: KernelCache | None = None,
    cache_for: timedelta = timedelta(hours=12),
) -> Vault:
    """Return a vault, new as in a new process; without a keyring the key rests in a file."""
    paths = paths_in(folder)
    settings = Settings({"keys.store": "keyring" if keyring else "file", "keys.cache": cache_for})
    stores = Stores(
        paths, settings, keyring=keyring or FakeKeyring("there is none"), cache=cache or FakeCache()
    )
    return Vault(paths, stores)
