"""Where an export goes: a folder of one's own, or one tar stream."""

import io
import tarfile
from collections.abc import Iterable
from pathlib import Path
from time import time
from typing import BinaryIO

from braindump_cli.errors import ConflictError
from braindump_cli.paths import PRIVATE_FILE, private_folder
from braindump_cli.storage.disk import disk_errors
from braindump_cli.storage.whole_files import write_blocks


class FolderShelf:
    """Keeps ports.Shelf in a new or empty folder, for its owner alone."""

    def __init__(self, folder: Path) -> None:
        """Make the folder. Raises ConflictError for one that holds something, StoreError."""
        self._folder = folder
        with disk_errors(folder):
            private_folder(folder)
            is_empty = next(folder.iterdir(), None) is None
        if not is_empty:
            raise ConflictError(f"{folder} is not empty.", hint="Name a new folder; nothing was written.")

    def put(self, name: str, blocks: Iterable[bytes]) -> None:
        """Add a file."""
        write_blocks(self._folder / name, blocks)


class TarShelf:
    """Keeps ports.Shelf in a tar stream (POSIX.1-2001); close it at the end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w|")  # noqa: SIM115 - it stays open from file to file

    def put(self, name: str, blocks: Iterable[bytes]) -> None:
        """Add a file; a tar says its length first, so it is whole in memory."""
        content = b"".join(blocks)
        about = tarfile.TarInfo(name)
        about.size, about.mode, about.mtime = len(content), PRIVATE_FILE, int(time())
        self._tar.addfile(about, io.BytesIO(content))

    def close(self) -> None:
        """End the stream."""
        self._tar.close()
