"""The spool file: a WAV that a kill at any moment leaves readable.

While it grows its header says that it is empty and an exclusive lock says that somebody is speaking; its
length is the truth. `mend` writes that truth into the header, whoever died before doing so.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE
from braindump_cli.errors import NotFoundError, StoreError
from braindump_cli.paths import fsync_folder, private_folder, private_opener

try:
    import fcntl

    _HAS_LOCKS = True
except ImportError:  # Windows: there an open file cannot be renamed, which is as good as a lock
    _HAS_LOCKS = False

HEADER_BYTES = 44
_LARGEST = 0xFFFF_FFFF - HEADER_BYTES  # the header cannot tell more; the file may
_SYNC_BYTES = SAMPLE_RATE * FRAME_BYTES  # one second of sound


class SpoolWriter:
    """One recording as it grows. Written by one thread, read back by any."""

    def __init__(self, path: Path, *, is_part: bool = False) -> None:
        """Make the file, locked; with `is_part` it is `path` + `.part` until `finish`. Raises StoreError."""
        self.path = path
        self._file = path.with_name(path.name + ".part") if is_part else path
        self._written = 0
        self._synced = 0
        try:
            private_folder(path.parent)
            self._handle: int | None = self._made()
        except OSError as error:
            raise _store_error(self._file, error) from error

    def _made(self) -> int:
        """Make the file under another name first: under its own it is never seen unlocked."""
        new = self._file.with_name(f".{self._file.name}.{os.getpid()}.new")
        handle = private_opener(str(new), os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0))
        try:
            if _HAS_LOCKS:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write_all(handle, header(0))
            os.fsync(handle)
            return _renamed(handle, new, self._file)
        except OSError:
            os.close(handle)
            new.unlink(missing_ok=True)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def frames(self) -> int:
        """Frames written so far."""
        return self._written // FRAME_BYTES

    def write(self, block: bytes) -> None:
        """Add sound; each full second of it is on the disk when this returns. Raises StoreError."""
        handle = self._open_handle()
        try:
            self._written += _write_all(handle, block)
            if self._written - self._synced >= _SYNC_BYTES:
                os.fsync(handle)
                self._synced = self._written
        except OSError as error:
            self._written = max(os.lseek(handle, 0, os.SEEK_CUR) - HEADER_BYTES, 0)
            raise _store_error(self._file, error) from error

    def read(self, start: int, size: int) -> bytes:
        """Return sound written so far, from byte `start` on; empty at its end. Raises StoreError."""
        size = min(size, self._written - start)
        if size <= 0:
            return b""
        try:
            return self._read_at(HEADER_BYTES + start, size)
        except OSError as error:
            raise _store_error(self._file, error) from error

    def finish(self) -> None:
        """Tell the header how long it is, durably; an import gets its own name now. Raises StoreError."""
        handle = self._open_handle()
        self._written = _whole(HEADER_BYTES + self._written)
        try:
            os.ftruncate(handle, HEADER_BYTES + self._written)  # half a frame, where the disk was full
            _patch(handle, self._written)
            os.fsync(handle)
            if self._file != self.path:
                self._handle = _renamed(handle, self._file, self.path)
                self._file = self.path
        except OSError as error:
            raise _store_error(self._file, error) from error

    def close(self) -> None:
        """Let the lock go. The sound stays, whether it is finished or not."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _read_at(self, position: int, size: int) -> bytes:
        handle = self._open_handle()
        if hasattr(os, "pread"):
            return os.pread(handle, size, position)
        with open(self._file, "rb") as file:  # Windows has no pread, and the writer's own position must stay
            file.seek(position)
            return file.read(size)

    def _open_handle(self) -> int:
        if self._handle is None:
            raise StoreError(f"{self._file} is closed already.")
        return self._handle


def header(size: int) -> bytes:
    """Return the header of `size` bytes of sound."""
    size = min(size, _LARGEST)
    return b"".join(
        (
            b"RIFF",
            (size + HEADER_BYTES - 8).to_bytes(4, "little"),
            b"WAVEfmt ",
            (16).to_bytes(4, "little"),
            (1).to_bytes(2, "little"),  # PCM
            (1).to_bytes(2, "little"),  # mono
            SAMPLE_RATE.to_bytes(4, "little"),
            (SAMPLE_RATE * FRAME_BYTES).to_bytes(4, "little"),
            FRAME_BYTES.to_bytes(2, "little"),
            (8 * FRAME_BYTES).to_bytes(2, "little"),
            b"data",
            size.to_bytes(4, "little"),
        )
    )


def mend(path: Path) -> int:
    """Make a spool whole again and return its frames; done twice it changes nothing more.

    Header sizes come from the file's length alone, half a frame at the end is dropped. Nobody may be
    writing. Raises NotFoundError, StoreError.
    """
    try:
        with open(path, "r+b", opener=private_opener) as file:
            length = file.seek(0, os.SEEK_END)
            size = _whole(length)
            file.truncate(HEADER_BYTES + size)
            _patch(file.fileno(), size)
            os.fsync(file.fileno())
    except OSError as error:
        raise _store_error(path, error) from error
    return size // FRAME_BYTES


def count_frames(path: Path) -> int:
    """Return how many whole frames a spool holds, by its length. Raises NotFoundError, StoreError."""
    try:
        return _whole(path.stat().st_size) // FRAME_BYTES
    except OSError as error:
        raise _store_error(path, error) from error


def read_blocks(path: Path, *, frames: int = SAMPLE_RATE // 2) -> Iterator[bytes]:
    """Yield a spool's sound in blocks of at most `frames`, whatever its header says.

    Raises NotFoundError, StoreError.
    """
    try:
        with open(path, "rb", opener=private_opener) as file:
            file.seek(HEADER_BYTES)
            while block := file.read(frames * FRAME_BYTES):
                if whole := len(block) // FRAME_BYTES * FRAME_BYTES:
                    yield block[:whole]
    except OSError as error:
        raise _store_error(path, error) from error


def is_orphan(path: Path) -> bool:
    """Tell whether nobody holds the spool any more; False where it is gone."""
    try:
        if not _HAS_LOCKS:
            path.replace(path)
            return True
        handle = private_opener(str(path), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(handle)


def _renamed(handle: int, old: Path, new: Path) -> int:
    """Give an open file its name, durably, and return its handle, which may be another one."""
    if _HAS_LOCKS:
        old.replace(new)
        fsync_folder(new.parent)
        return handle
    os.close(handle)
    old.replace(new)
    handle = private_opener(str(new), os.O_RDWR | getattr(os, "O_BINARY", 0))
    os.lseek(handle, 0, os.SEEK_END)
    return handle


def _whole(length: int) -> int:
    """Return the bytes of whole frames in a file of `length` bytes."""
    return max(length - HEADER_BYTES, 0) // FRAME_BYTES * FRAME_BYTES


def _patch(handle: int, size: int) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    _write_all(handle, header(size))
    os.lseek(handle, 0, os.SEEK_END)


def _write_all(handle: int, content: bytes) -> int:
    """Write it all and return its length; the system may take less at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]
    return len(content)


def _store_error(path: Path, error: OSError) -> NotFoundError | StoreError:
    import errno

    if isinstance(error, FileNotFoundError):
        return NotFoundError(f"The recording {path} is not there any more.")
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        hint = "Free some space; what was recorded so far is kept."
        return StoreError(f"The disk is full: {path} cannot grow.", hint=hint)
    return StoreError(f"{path}: {error.strerror or error}.", hint="Is the folder there, and yours?")
