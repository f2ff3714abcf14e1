"""Sealed recordings: one file an entry, `<entry id>.sealed`; see `cipher` for the format."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from braindump_cli.errors import BadDataError, NotFoundError
from braindump_cli.ports import SealedAudio
from braindump_cli.storage.cipher import RECORDINGS, derive, open_sealed, seal
from braindump_cli.storage.disk import disk_errors
from braindump_cli.storage.whole_files import read_blocks, write_blocks

_SUFFIX = ".sealed"
_ID_SYMBOLS = frozenset("0123456789abcdefABCDEF-")


class AudioFiles:
    """Keeps ports.AudioStore in a folder."""

    def __init__(self, folder: Path, journal_key: bytes) -> None:
        self._folder = folder
        self._journal_key = journal_key

    def seal(self, plain: Path, entry_id: str) -> SealedAudio:
        """Keep the sealed form of `plain`, durable on return; again replaces the first. Raises StoreError."""
        with disk_errors(plain), open(plain, "rb") as file:
            return self.seal_blocks(read_blocks(file), entry_id)

    def seal_blocks(self, plain: Iterable[bytes], entry_id: str) -> SealedAudio:
        """Keep sound that comes in blocks, as `seal`."""
        path = self.path(entry_id)
        sealed = seal(plain, derive(self._journal_key, RECORDINGS), about=_about(entry_id))
        return write_blocks(path, sealed)

    def open(self, entry_id: str, into: Path) -> None:
        """Write the plain form to `into`, for its owner alone; nothing is left there on a failure.

        Raises NotFoundError, BadDataError for a damaged file, StoreError.
        """
        write_blocks(into, self.blocks(entry_id))

    def blocks(self, entry_id: str) -> Iterator[bytes]:
        """Yield the plain form; what came before a failure is not all. Raises as `open`."""
        path = self.path(entry_id)
        if not path.exists():
            raise NotFoundError(f"The recording {path.name} is not here.")
        try:
            with disk_errors(path), open(path, "rb") as file:
                key = derive(self._journal_key, RECORDINGS)
                yield from open_sealed(file, key, about=_about(entry_id))
        except BadDataError as error:
            raise BadDataError(f"{path}: {error.message}") from None

    def measured(self, entry_id: str) -> SealedAudio:
        """Return size and digest of the sealed form as it lies there. Raises NotFoundError, StoreError."""
        from hashlib import sha256

        path = self.path(entry_id)
        if not path.exists():
            raise NotFoundError(f"The recording {path.name} is not here.")
        digest, size_bytes = sha256(), 0
        with disk_errors(path), open(path, "rb") as file:
            for block in read_blocks(file):
                digest.update(block)
                size_bytes += len(block)
        return SealedAudio(size_bytes, digest.hexdigest())

    def remove(self, entry_id: str) -> None:
        """Remove the sealed form, if it is there. Raises StoreError."""
        path = self.path(entry_id)
        with disk_errors(path):
            path.unlink(missing_ok=True)

    def path(self, entry_id: str) -> Path:
        """Return where the sealed form lies. Raises BadDataError for an id that is none."""
        if not entry_id or set(entry_id) - _ID_SYMBOLS:
            raise BadDataError("A recording is named by an id.")
        return self._folder / f"{entry_id}{_SUFFIX}"

    def kept(self) -> Iterator[str]:
        """Yield the ids of all sealed recordings."""
        if self._folder.is_dir():
            yield from sorted(path.name.removesuffix(_SUFFIX) for path in self._folder.glob(f"*{_SUFFIX}"))


def _about(entry_id: str) -> str:
    return f"recording {entry_id}"
