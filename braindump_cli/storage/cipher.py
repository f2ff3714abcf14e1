r"""Keys derived from the journal's, and sealed files.

Derived keys are HKDF-SHA256 (RFC 5869) of the 32-byte journal key, without salt, with these info strings:

    braindump/1 recordings    seals files in recordings/
    braindump/1 inbox         private half of the X25519 pair whose public half stands in journal.keys

A sealed file, all numbers big-endian:

    bytes 0-7    "BDSEAL1\n"
    bytes 8-39   salt: 32 random bytes; in a sealed box the public half of a pair made for this file alone
    then chunks  262144 bytes each, the last one 0 to 262144, and each followed by its 16-byte tag

Every file has its own key: HKDF-SHA256 of the file's secret with that salt and the info "braindump/1 file".
The secret is the derived key; in a box it is the X25519 secret of the two pairs followed by both public
halves (ephemeral, recipient), and the info is "braindump/1 box". A chunk is AES-256-GCM with its number (0,
1, ...) as 11 bytes and a flag (1: the last chunk, else 0) as nonce, and the first 8 bytes of the file and
`about` (UTF-8: what the file is and whose) as associated data. So a chunk left out, added, swapped or taken
from another file, and a file put in another's place, do not open. Memory needed: a few chunks.
"""

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from braindump_cli.errors import BadDataError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
CHUNK_BYTES = 256 * 1024
RECORDINGS, INBOX = b"braindump/1 recordings", b"braindump/1 inbox"

_MAGIC = b"BDSEAL1\n"
_FILE, _BOX = b"braindump/1 file", b"braindump/1 box"
_SALT_BYTES = 32
_TAG_BYTES = 16


def derive(secret: bytes, purpose: bytes, *, salt: bytes | None = None) -> bytes:
    """Return the 32-byte key of `secret` for one purpose."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt=salt, info=purpose).derive(secret)


def public_half(journal_key: bytes) -> bytes:
    """Return the public half that belongs to a journal key: who has it can seal for the journal, not open."""
    return _public(derive(journal_key, INBOX))


def seal(plain: Iterable[bytes], key: bytes, *, about: str) -> Iterator[bytes]:
    """Yield the sealed form of `plain`, which may come in blocks of any size."""
    salt = os.urandom(_SALT_BYTES)
    yield _MAGIC + salt
    yield from _sealed_chunks(plain, derive(key, _FILE, salt=salt), about)


def open_sealed(sealed: BinaryIO, key: bytes, *, about: str) -> Iterator[bytes]:
    """Yield the plain form. What came before a BadDataError is sound, but not all: use it only at the end."""
    salt = _salt_of(sealed)
    yield from _plain_chunks(sealed, derive(key, _FILE, salt=salt), about)


def seal_box(plain: Iterable[bytes], public: bytes, *, about: str) -> Iterator[bytes]:
    """Yield the form of `plain` that only the owner of `public` can open."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    private = X25519PrivateKey.generate().private_bytes_raw()
    ephemeral = _public(private)
    yield _MAGIC + ephemeral
    yield from _sealed_chunks(plain, _box_key(private, public, ephemeral + public), about)


def open_box(sealed: BinaryIO, journal_key: bytes, *, about: str) -> Iterator[bytes]:
    """Yield what `seal_box` sealed for this journal's public half. Raises BadDataError, as `open_sealed`."""
    ephemeral = _salt_of(sealed)
    private = derive(journal_key, INBOX)
    yield from _plain_chunks(sealed, _box_key(private, ephemeral, ephemeral + _public(private)), about)


def wrap(secret: bytes, key: bytes, *, about: str) -> bytes:
    """Seal a few bytes: a 12-byte random nonce, then AES-256-GCM with `about` as associated data."""
    nonce = os.urandom(12)
    return nonce + _aead(key).encrypt(nonce, secret, about.encode())


def unwrap(wrapped: bytes, key: bytes, *, about: str) -> bytes | None:
    """Return what `wrap` sealed, or None for another key or a changed text."""
    from cryptography.exceptions import InvalidTag

    try:
        return _aead(key).decrypt(wrapped[:12], wrapped[12:], about.encode())
    except (InvalidTag, ValueError):
        return None


def _aead(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _public(private: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _box_key(private: bytes, other_public: bytes, publics: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    try:
        ours, theirs = (
            X25519PrivateKey.from_private_bytes(private),
            X25519PublicKey.from_public_bytes(other_public),
        )
        shared = ours.exchange(theirs)
    except ValueError:  # a point that gives no secret
        raise BadDataError("The sealed file is damaged: its first bytes are no key.") from None
    return derive(shared + publics, _BOX)


def _salt_of(sealed: BinaryIO) -> bytes:
    start = sealed.read(len(_MAGIC) + _SALT_BYTES)
    if not start.startswith(_MAGIC) or len(start) < len(_MAGIC) + _SALT_BYTES:
        raise BadDataError("The sealed file is damaged: it does not begin like one.")
    return start[len(_MAGIC) :]


def _sealed_chunks(plain: Iterable[bytes], key: bytes, about: str) -> Iterator[bytes]:
    aead, bound = _aead(key), _MAGIC + about.encode()
    for number, chunk, is_last in _numbered(_rechunked(plain, CHUNK_BYTES)):
        yield aead.encrypt(_nonce(number, is_last=is_last), chunk, bound)


def _plain_chunks(sealed: BinaryIO, key: bytes, about: str) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag

    aead, bound = _aead(key), _MAGIC + about.encode()
    blocks = iter(lambda: sealed.read(CHUNK_BYTES + _TAG_BYTES), b"")
    for number, chunk, is_last in _numbered(blocks):
        try:
            yield aead.decrypt(_nonce(number, is_last=is_last), chunk, bound)
        except (InvalidTag, ValueError):
            raise BadDataError(
                f"The sealed file is damaged in part {number + 1}, or belongs elsewhere."
            ) from None


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes([is_last])


def _rechunked(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the same bytes in pieces of `size`; only the last one is shorter."""
    waiting = bytearray()
    for block in blocks:
        waiting += block
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting:
        yield bytes(waiting)


def _numbered(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Yield number, chunk and whether it is the last; of nothing, one empty last chunk."""
    number, before = 0, None
    for chunk in chunks:
        if before is not None:
            yield number, before, False
            number += 1
        before = chunk
    yield number, before or b"", True
