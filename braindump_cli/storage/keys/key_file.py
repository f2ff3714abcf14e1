"""The key in a file of its owner's alone: 64 hexadecimal digits and a line feed."""

from pathlib import Path

from braindump_cli.errors import StoreError
from braindump_cli.paths import fsync_folder, part_of, write_durably
from braindump_cli.storage.disk import disk_errors

KEY_BYTES = 32


def parse_key(text: str) -> bytes | None:
    """Return the key written in hexadecimal digits, if it is one."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None


def read_key_file(path: Path) -> bytes | None:
    """Return the key; None where there is none, or none that can be read."""
    try:
        return parse_key(path.read_text("ascii"))
    except (OSError, ValueError):
        return None


def write_key_file(path: Path, key: bytes) -> None:
    """Keep the key, durable and read back on return. Raises StoreError."""
    with disk_errors(path):
        write_durably(path, f"{key.hex()}\n".encode())
    if read_key_file(path) != key:
        raise StoreError(f"{path} cannot be read back after writing.", hint="Look at the disk.")


def remove_key_file(path: Path) -> None:
    """Remove the key, and what a kill while writing it may have left. Raises StoreError."""
    with disk_errors(path):
        for file in (path, part_of(path)):
            file.unlink(missing_ok=True)
        fsync_folder(path.parent)
