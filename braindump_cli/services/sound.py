"""The plain sound of an entry, wherever it rests now: in the spool, or sealed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from braindump_cli.errors import BadDataError, NotFoundError
from braindump_cli.ports import AudioStore
from braindump_cli.services.work import NotYetError

_SMALL, _OGG = "opus", b"OggS"  # RFC 3533, section 6: how every page of an Ogg file begins


class SpoolFolder(Protocol):
    """Where sound is plain."""

    def wav(self, entry_id: str) -> Path:
        """Return where the sound rests until it is sealed."""
        ...

    def kept(self, entry_id: str, form: str) -> Path:
        """Return where the kept file is made, before it is sealed."""
        ...

    def unsealed(self, entry_id: str) -> Path:
        """Return where sealed sound is opened for the while it is read."""
        ...

    def is_held(self, entry_id: str) -> bool:
        """Tell whether a recorder still writes the sound."""
        ...

    def mend(self, entry_id: str) -> int:
        """Make the spool's header fit its length and return its frames. Raises NotFoundError."""
        ...

    def blocks(self, entry_id: str) -> Iterator[bytes]:
        """Yield the spool's sound. Raises NotFoundError."""
        ...

    def remove(self, entry_id: str) -> None:
        """Remove all plain sound of an entry."""
        ...


class Codec(Protocol):
    """Makes and reads kept files."""

    def encode(self, sound: Iterable[bytes], path: Path, form: str) -> int:
        """Make a kept file and return its frames. Raises StoreError."""
        ...

    def decode(self, path: Path) -> Iterator[bytes]:
        """Yield a kept file's sound. Raises NotFoundError, BadDataError."""
        ...

    def verify(self, path: Path, frames: int) -> None:
        """Make sure that a kept file gives back that many frames. Raises NotFoundError, BadDataError."""
        ...


class PlainSound:
    """Keeps recordings.Sound over a spool, a codec and the sealed files."""

    def __init__(self, spool: SpoolFolder, codec: Codec, store: AudioStore) -> None:
        self._spool = spool
        self._codec = codec
        self._store = store

    def frames(self, entry_id: str) -> int:
        """Return how many frames the spool holds. Raises NotFoundError, NotYetError while it is being recorded."""
        self._must_be_free(entry_id)
        return self._spool.mend(entry_id)

    def blocks(self, entry_id: str) -> Iterator[bytes]:
        """Yield the sound. Raises NotFoundError, BadDataError, NotYetError while it is being recorded."""
        self._must_be_free(entry_id)
        if self._spool.wav(entry_id).exists():
            yield from self._spool.blocks(entry_id)
            return
        plain = self._spool.unsealed(entry_id)
        try:
            self._store.open(entry_id, plain)
            yield from self._codec.decode(plain)
        finally:
            plain.unlink(missing_ok=True)

    def encoded(self, entry_id: str, form: str) -> Path:
        """Return the kept file, verified against the spool; made now where it is missing or not whole."""
        path, frames = self._spool.kept(entry_id, form), self.frames(entry_id)
        try:
            self._codec.verify(path, frames)
        except (NotFoundError, BadDataError):
            self._codec.encode(self._spool.blocks(entry_id), path, form)
            self._codec.verify(path, frames)
        return path

    def compact(self, entry_id: str) -> bytes:
        """Return the sound as one small Ogg Opus file: the kept one where it is that, else one made for the while.

        Raises NotFoundError, BadDataError, StoreError, NotYetError while it is being recorded.
        """
        self._must_be_free(entry_id)
        made = self._spool.unsealed(entry_id)
        try:
            if self._spool.wav(entry_id).exists():
                kept = self._spool.kept(entry_id, _SMALL)
                if self._is_whole(kept, self._spool.mend(entry_id)):
                    return kept.read_bytes()
                self._codec.encode(self._spool.blocks(entry_id), made, _SMALL)
            else:
                self._store.open(entry_id, made)
                if not made.read_bytes().startswith(_OGG):
                    sound = list(self._codec.decode(made))
                    self._codec.encode(sound, made, _SMALL)
            return made.read_bytes()
        finally:
            made.unlink(missing_ok=True)

    def _is_whole(self, kept: Path, frames: int) -> bool:
        try:
            self._codec.verify(kept, frames)
        except (NotFoundError, BadDataError):
            return False
        return True

    def forget(self, entry_id: str) -> None:
        """Remove all plain sound of the entry."""
        self._spool.remove(entry_id)

    def _must_be_free(self, entry_id: str) -> None:
        if self._spool.is_held(entry_id):
            raise NotYetError("A recording is still being made.")
