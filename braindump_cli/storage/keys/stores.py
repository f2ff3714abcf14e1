"""The places where a key can rest on this machine: the system's keyring, a file, the kernel's memory."""

from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.paths import Paths
from braindump_cli.settings import Settings
from braindump_cli.storage.keys.bundle import FILE, KEYRING
from braindump_cli.storage.keys.kernel_cache import KernelCache
from braindump_cli.storage.keys.key_file import parse_key, read_key_file, remove_key_file, write_key_file

if TYPE_CHECKING:
    from braindump_cli.storage.keys.keyring_store import KeyringStore


class InKeyring(NamedTuple):
    """What the keyring holds; with a failure nothing is known."""

    key: bytes | None
    failure: str | None


class Stores:
    """Where keys of this machine's journals rest."""

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        *,
        keyring: "KeyringStore | None" = None,
        cache: KernelCache | None = None,
    ) -> None:
        self._file = paths.key_file
        self._prefers_keyring = settings.keys_store == KEYRING
        self.cache_s = int(settings.keys_cache.total_seconds())
        self._system_keyring = keyring
        self._cache = cache or KernelCache()

    def cached(self, journal_id: str) -> bytes | None:
        """Return what the kernel remembers; nothing with `keys.cache = 0`."""
        return self._cache.read(journal_id) if self.cache_s else None

    def cache(self, journal_id: str, key: bytes) -> bool:
        """Let the kernel remember; tells whether it does."""
        return self.cache_s > 0 and self._cache.keep(journal_id, key, self.cache_s)

    def forget(self, journal_id: str) -> None:
        """Let the kernel forget."""
        self._cache.forget(journal_id)

    def in_file(self) -> bytes | None:
        """Return the key in the key file."""
        return read_key_file(self._file)

    def in_keyring(self, journal_id: str) -> InKeyring:
        """Return the key in the keyring; slow."""
        answer = self._keyring.read(journal_id)
        return InKeyring(parse_key(answer.text or ""), answer.failure)

    def put(self, journal_id: str, key: bytes) -> str:
        """Store the key, durable and read back, where settings and system allow; tells where."""
        if self._prefers_keyring and self._keyring.write(journal_id, key.hex()).failure is None:
            return KEYRING
        write_key_file(self._file, key)
        return FILE

    def left_by_a_kill(self, journal_id: str) -> bytes | None:
        """Return a key that was stored for a journal whose making was cut short."""
        return self.in_file() or (self.in_keyring(journal_id).key if self._prefers_keyring else None)

    def clear_file(self) -> None:
        """Remove the key file. Raises StoreError."""
        remove_key_file(self._file)

    def clear_keyring(self, journal_id: str) -> str | None:
        """Remove the key from the keyring; returns why not."""
        return self._keyring.remove(journal_id).failure

    @property
    def _keyring(self) -> "KeyringStore":
        if self._system_keyring is None:
            from braindump_cli.storage.keys.keyring_store import SystemKeyring

            self._system_keyring = SystemKeyring()
        return self._system_keyring
