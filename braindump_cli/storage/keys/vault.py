"""Getting at the journal's key: made once, found again, locked away, brought back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from braindump_cli.errors import LockedError, NoError, NotFoundError, StoreError
from braindump_cli.paths import Paths
from braindump_cli.storage.disk import has_pages
from braindump_cli.storage.keys.bundle import FILE, KEYRING, PASSPHRASE, KeyBundle, missing
from braindump_cli.storage.keys.key_file import KEY_BYTES
from braindump_cli.storage.keys.stores import Stores
from braindump_cli.storage.locks import KEYS, hold_byte

_BY_CODE = "braindump unlock --recovery opens it with the recovery code."


class VaultStatus(NamedTuple):
    """What can be told without the key."""

    exists: bool  # a journal was made here
    journal_id: str | None = None
    store: str | None = None  # keyring, file, passphrase
    is_cached: bool = False
    has_passphrase: bool = False
    has_recovery: bool = False


class Unlocked(NamedTuple):
    """Where the key is after unlocking."""

    store: str
    is_cached: bool


class Vault:
    """The key of the journal in `paths`, kept in memory once it is found."""

    def __init__(self, paths: Paths, stores: Stores) -> None:
        self._paths = paths
        self._stores = stores
        self._bundle: KeyBundle | None = None
        self._key: bytes | None = None

    @property
    def exists(self) -> bool:
        """Whether a journal was made here, even one whose journal.keys is gone."""
        return self._known() is not None or self._paths.journal.exists()

    @property
    def bundle(self) -> KeyBundle:
        """What journal.keys says. Raises StoreError, NotFoundError where there is no journal yet."""
        bundle = self._known()
        if bundle is None:
            if self._paths.journal.exists():
                raise missing(self._paths.journal_keys)
            raise NotFoundError("There is no journal yet.", hint="braindump add makes one.")
        return bundle

    @property
    def store(self) -> str | None:
        """Where the key rests: keyring, file, passphrase; None where there is none yet."""
        bundle = self._known()
        return bundle.store if bundle else None

    @property
    def public_key(self) -> bytes:
        """The half that seals for this journal; never needs the key. Raises as `bundle`."""
        return self.bundle.public_key or b""

    def status(self) -> VaultStatus:
        """Return what can be told without the key. Raises StoreError for a damaged journal.keys."""
        bundle = self._known()
        if bundle is None:
            return VaultStatus(exists=self.exists)
        return VaultStatus(
            exists=True,
            journal_id=bundle.journal_id,
            store=bundle.store,
            is_cached=bundle.store != FILE and self._stores.cached(bundle.journal_id) is not None,
            has_passphrase=bundle.passphrase is not None,
            has_recovery=bool(bundle.recovery),
        )

    def reach(self) -> bytes:
        """Return the key, of a new journal where there is none. Raises LockedError, StoreError."""
        if self._key is None:
            bundle = self._known()
            self._key = self._found(bundle) if bundle else self._made()
        return self._key

    def proven_key(self) -> bytes:
        """Return the key as `reach` does, but prove that it is ours: a wrong one would seal without complaint."""
        key = self.reach()
        if not self.fits(key):
            raise LockedError("The key at hand does not belong to this journal.", hint=_BY_CODE)
        return key

    def fits(self, key: bytes) -> bool:
        """Tell whether `key` is this journal's own: whether it gives the public half."""
        from braindump_cli.storage.cipher import public_half

        return public_half(key) == self.public_key

    def forget(self) -> None:
        """Lock: the kernel and this process forget the key. One in a file or an open keyring stays there."""
        bundle = self._known()
        if bundle:
            self._stores.forget(bundle.journal_id)
        self._key = None

    def unlock_with_recovery(self, code: str, *, end_passphrase: bool = False) -> Unlocked:
        """Open with the recovery code and store the key again: in the keyring, else in the key file.

        With a passphrase set it goes to the kernel only, unless the passphrase is to end.
        Raises UsageError for a typing mistake, LockedError.
        """
        from braindump_cli.storage.keys.recovery import unwrap_by_code

        bundle = self.bundle
        key = unwrap_by_code(bundle, code)
        if key is None or not self.fits(key):
            raise LockedError(
                "This recovery code does not open this journal.", hint="Is it from another journal?"
            )
        if bundle.store == PASSPHRASE and not end_passphrase:
            return self._hold(key)
        return self._store_again(key)

    def unlock_with_passphrase(self, passphrase: str) -> Unlocked:
        """Open with the passphrase; the kernel holds the key for `keys.cache`. Raises LockedError."""
        key = self._opened_by(passphrase)
        self._clear_stores()  # a kill while the passphrase was set may have left the key there
        return self._hold(key)

    def set_passphrase(self, new: str) -> None:
        """Set or replace it. From now on the key rests nowhere: only the kernel holds it, after `unlock`.

        Raises LockedError, before anything is changed, where the key cannot be taken out of the keyring, or
        the kernel cannot or may not hold it.
        """
        from braindump_cli.storage.keys.passphrase import wrap_by_passphrase

        key, was = self.proven_key(), self.store
        if was == KEYRING and (failure := self._stores.in_keyring(self.bundle.journal_id).failure):
            raise LockedError(f"The key cannot be taken out of the keyring: {failure}.")
        self._hold(key)
        with self.rewriting() as bundle:
            field = wrap_by_passphrase(key, new, bundle.journal_id)
            self.write(bundle._replace(passphrase=field, store=PASSPHRASE))
        failure = self._clear_stores()
        if failure and was == KEYRING:
            hint = f"Remove braindump/{self.bundle.journal_id} there by hand."
            raise StoreError(f"The passphrase is set, but the keyring kept the key: {failure}.", hint=hint)

    def change_passphrase(self, old: str, new: str) -> None:
        """Replace the passphrase `old`. Raises LockedError."""
        self._key = self._opened_by(old)
        self.set_passphrase(new)

    def remove_passphrase(self, old: str) -> Unlocked:
        """Take the passphrase away and store the key again. Raises LockedError."""
        return self._store_again(self._opened_by(old))

    @contextmanager
    def rewriting(self) -> Iterator[KeyBundle]:
        """Hold journal.keys against other processes; gives what it says now."""
        with hold_byte(self._paths.locks, KEYS, wait=True):
            self._bundle = None
            yield self.bundle

    def write(self, bundle: KeyBundle) -> None:
        """Keep a changed journal.keys, durable and read back; inside `rewriting`. Raises StoreError."""
        bundle.write(self._paths.journal_keys)
        self._bundle = bundle

    def _known(self) -> KeyBundle | None:
        """Return journal.keys, if the key it speaks of was made."""
        if self._bundle is None:
            found = KeyBundle.read(self._paths.journal_keys)
            self._bundle = found if found and found.is_complete else None
        return self._bundle

    def _made(self) -> bytes:
        """Make the key, or finish what was killed while making it; one process does, the others find it made.

        journal.keys first gets only an id, so that a key stored under that id is found again; with the public
        half the key is made. The journal's own file comes later: one that is there needs the key it has.
        """
        from braindump_cli.storage.cipher import public_half

        with hold_byte(self._paths.locks, KEYS, wait=True):
            bundle = KeyBundle.read(self._paths.journal_keys)
            if bundle and bundle.is_complete:
                self._bundle = bundle
                return self._found(bundle)
            if self._paths.journal.exists():
                raise missing(self._paths.journal_keys)
            if bundle is None:
                bundle = KeyBundle(_new_journal_id())
                self.write(bundle)
            key = self._stores.left_by_a_kill(bundle.journal_id) or os.urandom(KEY_BYTES)
            store = self._stores.put(bundle.journal_id, key)
            self.write(bundle._replace(public_key=public_half(key), store=store))
        self._remember(key)
        return key

    def _found(self, bundle: KeyBundle) -> bytes:
        """Return the key of an existing journal. Raises LockedError."""
        at_once = self._stores.in_file() if bundle.store == FILE else self._stores.cached(bundle.journal_id)
        if at_once and (
            has_pages(self._paths.journal) or self.fits(at_once)
        ):  # a wrong key does not open existing pages
            return at_once
        if bundle.store == PASSPHRASE:
            hint = "braindump unlock asks for the passphrase; with --recovery for the recovery code."
            raise LockedError("The journal is locked by its passphrase.", hint=hint)
        in_keyring = self._stores.in_keyring(bundle.journal_id)
        for key in (in_keyring.key, self._stores.in_file()):
            if key and self.fits(key):
                self._remember(key)
                return key
        raise self._out_of_reach(bundle, in_keyring.failure)

    def _out_of_reach(self, bundle: KeyBundle, failure: str | None) -> LockedError:
        if bundle.store == FILE:
            return LockedError(f"{self._paths.key_file} is missing, or holds another key.", hint=_BY_CODE)
        if failure is None:
            return LockedError("The system's keyring does not hold the journal's key.", hint=_BY_CODE)
        hint = f"Open the keyring and run braindump unlock. Or {_BY_CODE}"
        return LockedError(f"The system's keyring cannot be reached: {failure.rstrip('.')}.", hint=hint)

    def _opened_by(self, passphrase: str) -> bytes:
        from braindump_cli.storage.keys.passphrase import unwrap_by_passphrase

        bundle = self.bundle
        if bundle.passphrase is None:
            raise NoError("No passphrase is set.", hint="braindump lock set sets one.")
        key = unwrap_by_passphrase(bundle.passphrase, passphrase, bundle.journal_id)
        if key is None or not self.fits(key):
            raise LockedError("That is not the passphrase.", hint=_BY_CODE)
        return key

    def _store_again(self, key: bytes) -> Unlocked:
        """Store a key that opened the journal; no passphrase is needed any more."""
        with self.rewriting() as bundle:
            store = self._stores.put(bundle.journal_id, key)
            self.write(bundle._replace(store=store, passphrase=None))
        if store == KEYRING:
            self._stores.clear_file()
        return Unlocked(store, is_cached=self._remember(key))

    def _clear_stores(self) -> str | None:
        """With a passphrase set the key rests nowhere; returns why the keyring would not let go."""
        self._stores.clear_file()
        return self._stores.clear_keyring(self.bundle.journal_id)

    def _hold(self, key: bytes) -> Unlocked:
        """Let the kernel hold a key that rests nowhere else; say plainly if it will not."""
        self._key = key
        if self._stores.cache(self.bundle.journal_id, key):
            return Unlocked(PASSPHRASE, is_cached=True)
        if self._stores.cache_s == 0:
            hint = "braindump config set keys.cache 12h"
            raise LockedError("With a passphrase the key must be remembered, but keys.cache is 0.", hint=hint)
        hint = "Without a passphrase the key rests in the keyring or a file: braindump lock remove."
        raise LockedError(
            "The kernel refuses to remember the key, so the journal cannot stay open.", hint=hint
        )

    def _remember(self, key: bytes) -> bool:
        """Keep the key, in the kernel too unless it rests in a file; tells whether the kernel has it."""
        self._key = key
        return self.bundle.store != FILE and self._stores.cache(self.bundle.journal_id, key)


def _new_journal_id() -> str:
    from uuid import uuid4

    return str(uuid4())
