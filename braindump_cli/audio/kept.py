"""The file a recording is kept as: Ogg Opus, or FLAC where nothing may be lost.

Both give back exactly as many frames as went in; `verify` makes sure of it before the spool is removed.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE
from braindump_cli.errors import BadDataError, NotFoundError, StoreError
from braindump_cli.paths import private_folder, private_opener

if TYPE_CHECKING:
    from soundfile import SoundFile

OPUS, FLAC = "opus", "flac"
_FORMS = {
    OPUS: ("OGG", "OPUS", 0.95),
    FLAC: ("FLAC", "PCM_16", None),
}  # 0.95: about 17 kbit/s, 130 kB a minute
_BLOCK_FRAMES = SAMPLE_RATE  # what is decoded at a time


class KeptEncoder:
    """Encodes sound as it comes. Used from one thread."""

    def __init__(self, path: Path, form: str) -> None:
        """Begin the file anew. Raises StoreError."""
        from soundfile import SoundFile, SoundFileError

        container, codec, level = _FORMS[form]
        self._path = path
        try:
            private_folder(path.parent)
            self._handle = private_opener(
                str(path), os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
            )
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror or error}.") from error
        try:
            self._file = SoundFile(
                self._handle,
                "w",
                samplerate=SAMPLE_RATE,
                channels=1,
                format=container,
                subtype=codec,
                compression_level=level,
                closefd=False,
            )
        except SoundFileError as error:
            os.close(self._handle)
            raise _not_written(path, error) from error
        self._is_open = True

    def feed(self, sound: bytes) -> None:
        """Take the next frames. Raises StoreError."""
        from soundfile import SoundFileError

        try:
            self._file.buffer_write(sound, dtype="int16")
        except (SoundFileError, AssertionError) as error:  # it asserts that all was written
            raise _not_written(self._path, error) from error

    def finish(self) -> Path:
        """Close the file, durably, and return its path. Raises StoreError."""
        from soundfile import SoundFileError

        try:
            self._file.close()
            os.fsync(self._handle)
        except (SoundFileError, OSError) as error:
            raise _not_written(self._path, error) from error
        finally:
            self.close()
        return self._path

    def close(self) -> None:
        """Let go of the file; what `finish` has not made whole is made anew."""
        if self._is_open:
            self._is_open = False
            self._file.close()
            os.close(self._handle)


def encode(sound: Iterable[bytes], path: Path, form: str) -> int:
    """Make the kept file of recorded sound and return its frames. Raises StoreError."""
    encoder = KeptEncoder(path, form)
    frames = 0
    for block in sound:
        encoder.feed(block)
        frames += len(block) // FRAME_BYTES
    encoder.finish()
    return frames


def decode(path: Path) -> Iterator[bytes]:
    """Yield a kept file's sound: 16 kHz, mono, 16-bit. Raises NotFoundError, BadDataError."""
    from soundfile import SoundFileError

    try:
        with _opened(path) as file:
            while block := bytes(file.buffer_read(_BLOCK_FRAMES, dtype="int16")):
                yield block
    except (SoundFileError, AssertionError, ValueError) as error:
        raise BadDataError(f"The recording {path.name} is damaged: {error}.") from error


def count_frames(path: Path) -> int:
    """Decode a kept file to its end and return its frames. Raises NotFoundError, BadDataError."""
    return sum(len(block) for block in decode(path)) // FRAME_BYTES


def verify(path: Path, frames: int) -> None:
    """Make sure that a kept file gives back that many frames. Raises NotFoundError, BadDataError."""
    found = count_frames(path)
    if found != frames:
        raise BadDataError(f"The recording {path.name} gives back {found} frames of {frames}.")


def _opened(path: Path) -> "SoundFile":
    from soundfile import SoundFile

    if not path.is_file():
        raise NotFoundError(f"The recording {path} is not there.")
    file = SoundFile(path)
    if (file.samplerate, file.channels) != (SAMPLE_RATE, 1):
        file.close()
        raise BadDataError(
            f"The recording {path.name} is not one of ours: {file.samplerate} Hz, {file.channels} channels."
        )
    return file


def _not_written(path: Path, error: Exception) -> StoreError:
    return StoreError(f"{path} cannot be written: {str(error) or 'the disk took only a part'}.")
