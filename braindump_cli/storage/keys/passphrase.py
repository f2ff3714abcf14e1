"""Wrapping the journal key by a passphrase: the key of the wrapping is made slow and large to guess.

Argon2id (RFC 9106, its second choice: 64 MiB, 3 rounds, 4 lanes, about 0.1 s), or where OpenSSL lacks it
scrypt (2^17, 8, 1: 128 MiB). Parameters are stored, so that later ones may be dearer.
"""

import os
from collections.abc import Mapping
from typing import Any

from braindump_cli.errors import StoreError
from braindump_cli.storage.cipher import KEY_BYTES, unwrap, wrap

_SALT_BYTES = 16
_ARGON2ID = {"kdf": "argon2id", "memory_kib": 64 * 1024, "iterations": 3, "lanes": 4}
_SCRYPT = {"kdf": "scrypt", "n": 1 << 17, "r": 8, "p": 1}
_MOST_BYTES = 1 << 30  # a changed file must not make us ask for more memory than this


def wrap_by_passphrase(key: bytes, passphrase: str, journal_id: str) -> dict[str, Any]:
    """Return the field `passphrase` of journal.keys."""
    from cryptography.exceptions import UnsupportedAlgorithm

    salt = os.urandom(_SALT_BYTES)
    try:
        chosen, wrapping_key = _ARGON2ID, _derived(passphrase, salt, _ARGON2ID)
    except UnsupportedAlgorithm:
        chosen, wrapping_key = _SCRYPT, _derived(passphrase, salt, _SCRYPT)
    return {**chosen, "salt": salt.hex(), "wrapped": wrap(key, wrapping_key, about=_about(journal_id)).hex()}


def unwrap_by_passphrase(field: Mapping[str, Any], passphrase: str, journal_id: str) -> bytes | None:
    """Return the key, or None for another passphrase. Raises StoreError for a field that cannot be read."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        wrapping_key = _derived(passphrase, bytes.fromhex(field["salt"]), field)
        wrapped = bytes.fromhex(field["wrapped"])
    except (LookupError, TypeError, ValueError, UnsupportedAlgorithm):
        hint = "braindump unlock --recovery opens the journal with the recovery code."
        raise StoreError("What journal.keys says of the passphrase cannot be used here.", hint=hint) from None
    return unwrap(wrapped, wrapping_key, about=_about(journal_id))


def _about(journal_id: str) -> str:
    return f"{journal_id} passphrase"


def _derived(passphrase: str, salt: bytes, cost: Mapping[str, Any]) -> bytes:
    """Return the wrapping key; the passphrase in NFC, so that every keyboard types the same one."""
    import unicodedata

    secret = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogateescape")
    if cost["kdf"] == "argon2id":
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        if cost["memory_kib"] * 1024 > _MOST_BYTES:
            raise ValueError
        return Argon2id(
            salt=salt,
            length=KEY_BYTES,
            iterations=cost["iterations"],
            lanes=cost["lanes"],
            memory_cost=cost["memory_kib"],
        ).derive(secret)
    if cost["kdf"] != "scrypt" or 128 * cost["n"] * cost["r"] > _MOST_BYTES:
        raise ValueError
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=KEY_BYTES, n=cost["n"], r=cost["r"], p=cost["p"]).derive(secret)
