"""Sound that somebody hands over: whatever libsndfile reads, as 16 kHz mono.

It is read, mixed and resampled block by block, so an hour at 192 kHz needs no more memory than a second.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from braindump_cli.audio.quiet import muted
from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.errors import BadDataError, NotFoundError, StoreError
from braindump_cli.paths import fsync_folder, private_folder, private_opener

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from soundfile import SoundFile

_SLOWEST, _FASTEST = (
    2_000,
    768_000,
)  # Hz; outside of it a header is damaged or means something else than speech
_BLOCKS_PER_S = 4
_UNKNOWN_FRAMES = 1 << 62  # libsndfile says 2^63 - 1 where a header does not tell
_COPY_BYTES = 1 << 16
_OGG_PAGE = 65_307 * 2  # the last page begins within that much of the end
_UNKNOWN_FORMAT = 1  # libsndfile's SF_ERR_UNRECOGNISED_FORMAT
_WHOLE = "Is it the right file, and copied whole?"
_CONVERT = "ffmpeg -i FILE out.flac turns most things into what is: WAV, FLAC, Ogg Opus or Vorbis, MP3, AIFF."


class AudioFile:
    """A file as a source of sound."""

    is_live = False

    def __init__(self, path: Path, *, name: str | None = None) -> None:
        """Look at the header. Messages call the file `name`. Raises NotFoundError, BadDataError."""
        self.path = path
        self.name = name or str(path)
        self.warnings: list[str] = []
        _check_presence(path, self.name)
        self._file = _opened(path, self.name)
        self.rate: int = self._file.samplerate
        self.channels: int = self._file.channels
        self._blocks: Iterator[bytes] | None = None
        self._frames_read = 0
        frames = self._file.frames
        self.duration_s = frames / self.rate if 0 < frames < _UNKNOWN_FRAMES else None  # as the header has it

    def open(self) -> None:
        """Begin at the beginning."""
        self._blocks = self._converted()

    def read(self, timeout_s: float) -> bytes | None:  # a file keeps nobody waiting
        """Return the next block, None at the end. Raises BadDataError where not one frame can be read."""
        return next(self._blocks, None) if self._blocks else None

    def close(self) -> None:
        """Stop reading."""
        self._blocks = None
        self._file.close()

    def said_at(self) -> datetime:
        """Return when the recording began: as the file itself tells, or else by its time on the disk.

        Recorders write the file's time when they end, so the length is taken off.
        """
        named = _instant(self._file.copy_metadata().get("date", ""))
        return named or file_time(self.path, duration_s=self.duration_s or 0.0)

    def _converted(self) -> Iterator[bytes]:
        """Yield 16 kHz mono 16-bit blocks; a damaged end costs a warning, not what came before."""
        if (self.rate, self.channels, self._file.subtype) == (SAMPLE_RATE, 1, "PCM_16"):
            yield from (bytes(block.data) for block in self._raw("int16"))  # ours already: bit for bit
        else:
            yield from self._resampled()
        if not self._frames_read:
            raise BadDataError(f"{self.name} holds no sound.", hint=_WHOLE)
        self._mention_short_file()

    def _resampled(self) -> Iterator[bytes]:
        import numpy as np
        from soxr import ResampleStream

        stream = ResampleStream(self.rate, SAMPLE_RATE, 1, dtype="float32")
        for block in self._raw("float32"):
            yield _as_int16(stream.resample_chunk(_mono(block)))
        yield _as_int16(stream.resample_chunk(np.zeros(0, np.float32), last=True))

    def _raw(self, dtype: str) -> "Iterator[NDArray[np.generic]]":
        """Yield what the file holds, one row a frame, as far as it can be read."""
        from soundfile import SoundFileError

        size = max(self.rate // _BLOCKS_PER_S, 1)
        try:
            while len(block := self._file.read(size, dtype=dtype, always_2d=True)):
                self._frames_read += len(block)
                yield block
        except (SoundFileError, ValueError) as error:
            if not self._frames_read:
                raise _damaged(self.name) from error
            self._warn_of_end()

    def _mention_short_file(self) -> None:
        if self.warnings:
            return
        promised_s = self.duration_s or 0.0
        is_short = self._frames_read / self.rate < promised_s - 0.1
        if is_short or "should be" in self._file.extra_info or _is_cut_ogg(self.path):
            self._warn_of_end()

    def _warn_of_end(self) -> None:
        read_s = self._frames_read / self.rate
        self.warnings.append(f"{self.name} is cut off or damaged; the first {read_s:.1f} s could be read.")


def is_stream(path: Path) -> bool:
    """Tell whether it can be read once only (a pipe), and so has to be copied first."""
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Make the file and hold it: while it is held, its process is alive and will do what is to be done."""
    private_folder(path.parent)
    handle = private_opener(str(path), os.O_RDWR | os.O_CREAT)
    try:
        with suppress(
            ImportError, OSError
        ):  # without locks two processes may both take it in; ids make it one entry
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def copy_in(stream: BinaryIO, target: Path, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Copy a stream to a private file until it ends or `stopped`, durably; return its bytes.

    Raises BadDataError where nothing came, StoreError; then no file is left.
    """
    read = getattr(stream, "read1", stream.read)  # what is there, without waiting for a full buffer
    size = 0
    try:
        private_folder(target.parent)
        with open(target, "wb", buffering=0, opener=private_opener) as file:  # a kill loses no more
            while not stopped() and (piece := read(_COPY_BYTES)):
                size += len(piece)
                rest = memoryview(piece)
                while rest:
                    rest = rest[file.write(rest) :]
            file.flush()
            os.fsync(file.fileno())
        fsync_folder(target.parent)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise StoreError(f"{target}: {error.strerror or error}.") from error
    if not size:
        target.unlink(missing_ok=True)
        raise BadDataError("Nothing came on stdin.", hint="braindump record --from - < recording.wav")
    return size


def file_time(path: Path, *, duration_s: float) -> datetime:
    """Return when a recording of that length began if it ended at the file's time. Raises NotFoundError."""
    try:
        ended = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise NotFoundError(f"{path} cannot be found: {error.strerror}.") from error
    return ended - timedelta(seconds=duration_s)


def _check_presence(path: Path, name: str) -> None:
    try:
        with path.open("rb") as file:
            is_empty = not file.read(1)
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {name}.") from None
    except IsADirectoryError:
        raise BadDataError(f"{name} is a folder.", hint="Name one audio file.") from None
    except OSError as error:
        raise BadDataError(f"{name} cannot be read: {error.strerror}.") from error
    if is_empty:
        raise BadDataError(f"{name} is empty.", hint=_WHOLE)


def _opened(path: Path, name: str) -> "SoundFile":
    from soundfile import SoundFile, SoundFileError

    class Forwards(SoundFile):
        """A file that is only read onwards: seeking after each block, as soundfile does, tears MP3 apart."""

        def seekable(self) -> bool:
            return False

    try:
        with muted():  # libmpg123 talks
            file = Forwards(path)
    except (SoundFileError, ValueError, TypeError, OverflowError) as error:
        if getattr(error, "code", None) == _UNKNOWN_FORMAT:
            raise BadDataError(f"{name} is not audio that can be read here.", hint=_CONVERT) from error
        raise _damaged(name) from error
    if not _SLOWEST <= file.samplerate <= _FASTEST:
        raise BadDataError(f"{name} is damaged: its header says {file.samplerate} Hz.", hint=_WHOLE)
    return file


def _damaged(name: str) -> BadDataError:
    return BadDataError(f"{name} is damaged: its header makes no sense.", hint=_WHOLE)


def _mono(block: "NDArray[np.generic]") -> "NDArray[np.float32]":
    """Mix the channels; what is no number becomes silence, what is infinite as loud as can be."""
    import numpy as np

    mixed = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0).mean(axis=1, dtype=np.float64)
    within: NDArray[np.float32] = np.clip(mixed, -1.0, 1.0).astype(np.float32)
    return within


def _as_int16(sound: "NDArray[np.float32]") -> bytes:
    import numpy as np

    scaled = np.clip(np.rint(sound * 32_768.0), -32_768, 32_767)
    return bytes(scaled.astype("<i2").data)


def _is_cut_ogg(path: Path) -> bool:
    """Tell whether an Ogg file lacks the mark of its last page (RFC 3533, 6)."""
    with path.open("rb") as file:
        if file.read(4) != b"OggS":
            return False
        file.seek(max(file.seek(0, os.SEEK_END) - _OGG_PAGE, 0))
        ending = file.read()
    flags = ending.rfind(b"OggS") + 5
    return flags >= len(ending) or not ending[flags] & 4


def _instant(date: str) -> datetime | None:
    """Read a date and time of day, local unless it says otherwise; a day alone tells too little."""
    try:
        return (
            datetime.fromisoformat(date.strip()).astimezone(UTC)
            if len(date.strip()) > len("2026-03-02")
            else None
        )
    except (ValueError, OverflowError):
        return None
