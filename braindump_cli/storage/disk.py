"""Failures of the file system, in words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from braindump_cli.errors import StoreError

_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn an OSError inside into a StoreError about `path`."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, path) from error


def disk_error(error: OSError, path: Path) -> StoreError:
    """Say what the file system would not do with `path`."""
    if error.errno in _FULL:
        return StoreError(
            f"The disk is full: {path} cannot be written.", hint="Free some space and try again."
        )
    if error.errno in _READ_ONLY:
        return StoreError(
            f"{path} may not be used.", hint="Look at the owner and the permissions of its folder."
        )
    return StoreError(f"{path}: {error.strerror or error}.")


def has_pages(journal: Path) -> bool:
    """Tell whether the engine has written to the file; it takes a single byte for nothing, too."""
    try:
        return journal.stat().st_size > 1
    except OSError:
        return False
