r"""The account's key at work: the key ring, sealed bodies of rows, recordings sealed for the server.

A key is 32 random bytes, written in base64; a ring is one or more of them, newest first, with blanks between.
From a key are derived (`cipher.derive`), so that none of them serves two ends:

    braindump/1 account rows       seals bodies: `cipher.wrap`, in base64, bound to "row <table> <id> <hlc>"
    braindump/1 account objects    seals recordings: `cipher.seal`, bound to "object <recording id>"

The wrapped ring is its text, sealed by `cipher.wrap` with the key that a recovery code gives for "braindump/1
account", bound to "account key ring", in base64.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from braindump_cli.domain.sync import Row
from braindump_cli.errors import BadDataError
from braindump_cli.ports import SealedAudio
from braindump_cli.ports.cloud_sync import RemoteRecording, Upload
from braindump_cli.storage.audio_files import AudioFiles
from braindump_cli.storage.cipher import KEY_BYTES, derive, open_sealed, seal, unwrap, wrap
from braindump_cli.storage.disk import disk_errors
from braindump_cli.storage.keys.recovery_code import read_code
from braindump_cli.storage.whole_files import address_beside, write_blocks

_ROWS, _OBJECTS, _ACCOUNT = (
    b"braindump/1 account rows",
    b"braindump/1 account objects",
    b"braindump/1 account",
)
_RING = "account key ring"
_DIGEST_SHOWN = 16  # of the sealed bytes' sha256, in an object's name


class RingCipher:
    """Keeps ports.AccountCipher."""

    def __init__(self) -> None:
        self._derived: dict[str, tuple[bytes, ...]] = {}  # HKDF for every row would be half of the work

    def new_key(self) -> str:
        """Return a fresh key."""
        return b64encode(os.urandom(KEY_BYTES)).decode()

    def wrap(self, ring: str, code: str) -> str:
        """Seal the ring with a recovery code. Raises UsageError for a mistyped code."""
        return b64encode(wrap(ring.encode(), derive(read_code(code), _ACCOUNT), about=_RING)).decode()

    def unwrap(self, wrapped: str, code: str) -> str | None:
        """Return the ring, or None for another code. Raises UsageError for a mistyped one."""
        ring = unwrap(_bytes_of(wrapped), derive(read_code(code), _ACCOUNT), about=_RING)
        return ring.decode() if ring else None

    def seal_body(self, row: Row, ring: str) -> Row:
        """Return the row with its body sealed, bound to its table, id and hlc."""
        text = json.dumps(row.body, separators=(",", ":"), ensure_ascii=False).encode()
        sealed = wrap(text, self._keys(ring)[0], about=_about(row))
        return replace(row, body=None, sealed=b64encode(sealed).decode())

    def open_body(self, row: Row, ring: str) -> Row:
        """Return the row with its body open; one that is not sealed as it is. Raises BadDataError."""
        if row.sealed is None:
            return row
        sealed = _bytes_of(row.sealed)
        found = (unwrap(sealed, key, about=_about(row)) for key in self._keys(ring))
        text = next((text for text in found if text is not None), None)
        if text is None:
            raise BadDataError(
                "A row from the server cannot be opened with the account's key; it is set aside."
            )
        return replace(row, body=json.loads(text), sealed=None)

    def _keys(self, ring: str) -> tuple[bytes, ...]:
        if ring not in self._derived:
            self._derived[ring] = tuple(derive(key, _ROWS) for key in _keys_of(ring))
        return self._derived[ring]


class SealedObjects:
    """Keeps ports.ObjectFiles in a folder of sealed copies; plain sound never touches the disk."""

    def __init__(self, folder: Path, audio: AudioFiles) -> None:
        self._folder = folder
        self._audio = audio

    def seal(self, upload: Upload, ring: str, *, user_id: str) -> Upload:
        """Make the sealed copy, durable, and return the upload with what is known of it.

        Raises NotFoundError or BadDataError where the recording here cannot be read, StoreError.
        """
        plain = _Measured(self._audio.blocks(upload.entry_id))
        key = derive(_keys_of(ring)[0], _OBJECTS)
        made = write_blocks(
            self._path(upload.recording_id), seal(plain, key, about=_object(upload.recording_id))
        )
        path = f"{user_id}/{upload.recording_id}/{made.sha256[:_DIGEST_SHOWN]}"
        return upload._replace(object=path, plain_bytes=plain.size_bytes, plain_sha256=plain.sha256)

    def sealed(self, upload: Upload) -> Path | None:
        """Return the sealed copy that was begun; None if it is not the one that its name promises."""
        path = self._path(upload.recording_id)
        if upload.object is None or not path.exists():
            return None
        measured = _Measured(_blocks_of(path))
        for _ in measured:
            pass
        return path if upload.object.endswith(f"/{measured.sha256[:_DIGEST_SHOWN]}") else None

    def forget(self, recording_id: str) -> None:
        """Remove the sealed copy, and what is known of its upload. Raises StoreError."""
        path = self._path(recording_id)
        with disk_errors(path):
            path.unlink(missing_ok=True)
            address_beside(path).unlink(missing_ok=True)

    def take(self, recording: RemoteRecording, blocks: Iterable[bytes], ring: str) -> tuple[int, str]:
        """Verify an object and keep its sound here; return size and sha256 of the file.

        Raises BadDataError for one that is damaged, sealed by a strange key, or not what its row says.
        """
        path = self._path(recording.recording_id)
        try:
            made = write_blocks(path, blocks)
            if recording.object and not recording.object.endswith(f"/{made.sha256[:_DIGEST_SHOWN]}"):
                raise BadDataError("The recording from the server is not the one that its row names.")
            kept = self._kept(recording, path, ring)
        finally:
            self.forget(recording.recording_id)
        return kept.size_bytes, kept.sha256

    def plain(self, recording_id: str, blocks: Iterable[bytes], ring: str) -> Iterator[bytes]:
        """Yield the sound of a sealed object; keeps ports.ObjectOpener. Raises BadDataError."""
        path = self._path(recording_id).with_suffix(".export")
        try:
            write_blocks(path, blocks)
            key = self._fitting(path, recording_id, ring)
            with disk_errors(path), open(path, "rb") as file:
                yield from open_sealed(file, key, about=_object(recording_id))
        finally:
            path.unlink(missing_ok=True)

    @staticmethod
    def _fitting(path: Path, recording_id: str, ring: str) -> bytes:
        """Return the key that opens the object to its end. Raises BadDataError."""
        failure = BadDataError("The account has no key.")
        for key in _keys_of(ring):
            derived = derive(key, _OBJECTS)
            try:
                with disk_errors(path), open(path, "rb") as file:
                    for _ in open_sealed(file, derived, about=_object(recording_id)):
                        pass
            except BadDataError as error:
                failure = error
            else:
                return derived
        raise failure

    def _kept(self, recording: RemoteRecording, path: Path, ring: str) -> SealedAudio:
        """Try the keys of the ring, newest first."""
        failure = BadDataError("The account has no key.")
        for key in _keys_of(ring):
            try:
                with disk_errors(path), open(path, "rb") as file:
                    plain = open_sealed(file, derive(key, _OBJECTS), about=_object(recording.recording_id))
                    return self._audio.seal_blocks(_verified(plain, recording), recording.entry_id)
            except BadDataError as error:
                failure = error
        raise failure

    def _path(self, recording_id: str) -> Path:
        return self._folder / self._audio.path(recording_id).name


class _Measured:
    """Blocks that pass through, counted and digested."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        from hashlib import sha256

        self._blocks = blocks
        self._digest = sha256()
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        """The digest of what has passed."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self._digest.update(block)
            self.size_bytes += len(block)
            yield block


def _verified(plain: Iterable[bytes], recording: RemoteRecording) -> Iterator[bytes]:
    """Yield the sound; at its end raise BadDataError if it is not what the row says, so that nothing is kept."""
    measured = _Measured(plain)
    yield from measured
    if (measured.size_bytes, measured.sha256) != (recording.plain_bytes, recording.plain_sha256):
        raise BadDataError("The recording from the server is not the one that was sent.")


def _blocks_of(path: Path) -> Iterator[bytes]:
    from braindump_cli.storage.whole_files import read_blocks

    with disk_errors(path), open(path, "rb") as file:
        yield from read_blocks(file)


def _keys_of(ring: str) -> list[bytes]:
    return [_bytes_of(key) for key in ring.split()]


def _bytes_of(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise BadDataError("What the server keeps of the account cannot be read.") from None


def _about(row: Row) -> str:
    return f"row {row.table} {row.id} {row.hlc}"


def _object(recording_id: str) -> str:
    return f"object {recording_id}"
