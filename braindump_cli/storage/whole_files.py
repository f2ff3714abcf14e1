"""Files too large for memory, written whole or not at all."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from braindump_cli.paths import fsync_folder, part_of, private_folder, private_opener
from braindump_cli.ports import SealedAudio
from braindump_cli.storage.cipher import CHUNK_BYTES
from braindump_cli.storage.disk import disk_errors


def read_blocks(file: BinaryIO) -> Iterator[bytes]:
    """Yield what is in the file."""
    return iter(lambda: file.read(CHUNK_BYTES), b"")


def write_blocks(path: Path, blocks: Iterable[bytes]) -> SealedAudio:
    """Replace `path`, for its owner alone, durable on return; a failure leaves nothing. Raises StoreError."""
    from hashlib import sha256

    part = part_of(path)
    digest, size_bytes = sha256(), 0
    try:
        with disk_errors(path):
            private_folder(path.parent)
            with open(part, "wb", opener=private_opener) as file:
                for block in blocks:
                    file.write(block)
                    digest.update(block)
                    size_bytes += len(block)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            fsync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)
    return SealedAudio(size_bytes, digest.hexdigest())


def address_beside(sealed: Path) -> Path:
    """Return where the address of an upload under way rests."""
    return sealed.with_name(f"{sealed.name}.upload")
