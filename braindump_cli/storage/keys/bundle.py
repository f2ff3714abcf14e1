"""journal.keys: what opens a journal again, safe to copy because every key in it is wrapped.

JSON, one object; bytes are hexadecimal. Fields that this version does not know are kept when it is rewritten.

    version      1
    journal_id   UUID of the journal
    public_key   X25519 public half that the journal key gives (see `cipher`); null while it is being made
    store        where the key was put: keyring, file, or passphrase (nowhere); null while it is being made
    recovery     the journal key wrapped by the recovery code, a list of {"wrapped"}; a second one only
                 while the code is being changed
    passphrase   null, or {"kdf", its parameters, "salt", "wrapped"}; see `passphrase`

A recovery code wraps with HKDF-SHA256 of its 16 bytes, info "braindump/1 recovery"; wrapping is
`cipher.wrap`, with "<journal id> recovery" or "<journal id> passphrase" as associated data.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

from braindump_cli.errors import StoreError
from braindump_cli.paths import write_durably
from braindump_cli.storage.disk import disk_errors

VERSION = 1
KEYRING, FILE, PASSPHRASE = "keyring", "file", "passphrase"
_RESTORE = "Restore it from a backup: it lies beside each copy of the journal."


class KeyBundle(NamedTuple):
    """What journal.keys says."""

    journal_id: str
    public_key: bytes | None = None
    store: str | None = None
    recovery: tuple[bytes, ...] = ()
    passphrase: Mapping[str, Any] | None = None
    unknown: Mapping[str, Any] = {}

    @property
    def is_complete(self) -> bool:
        """Whether the key was made; before that there is no journal."""
        return self.public_key is not None and self.store is not None

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Return what the file says; None if there is no file. Raises StoreError."""
        try:
            with disk_errors(path):
                text = path.read_bytes()
        except StoreError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise
        try:
            fields = json.loads(text)
            version = fields.pop("version")
            if version > VERSION:
                hint = "Upgrade: pipx upgrade braindump-cli. Nothing was changed."
                raise StoreError(f"{path} was made by a newer braindump (version {version}).", hint=hint)
            return cls._of(fields)
        except (ValueError, TypeError, AttributeError, LookupError):
            raise StoreError(f"{path} is damaged.", hint=_RESTORE) from None

    def write(self, path: Path) -> None:
        """Keep it, durable and read back on return. Raises StoreError."""
        fields = {
            "version": VERSION,
            "journal_id": self.journal_id,
            "public_key": self.public_key.hex() if self.public_key else None,
            "store": self.store,
            "recovery": [{"wrapped": wrapped.hex()} for wrapped in self.recovery],
            "passphrase": self.passphrase,
            **self.unknown,
        }
        with disk_errors(path):
            write_durably(path, json.dumps(fields, indent=1).encode() + b"\n")
        if KeyBundle.read(path) != self:
            raise StoreError(f"{path} cannot be read back after writing.", hint="Look at the disk.")

    @classmethod
    def _of(cls, fields: dict[str, Any]) -> Self:
        public_key = fields.pop("public_key")
        return cls(
            journal_id=str(fields.pop("journal_id")),
            public_key=bytes.fromhex(public_key) if public_key else None,
            store=fields.pop("store"),
            recovery=tuple(bytes.fromhex(each["wrapped"]) for each in fields.pop("recovery")),
            passphrase=fields.pop("passphrase"),
            unknown=fields,
        )


def missing(path: Path) -> StoreError:
    """Say that a journal lies there without its journal.keys: no new key may be made."""
    return StoreError(f"{path} is missing, though a journal lies beside it.", hint=_RESTORE)
