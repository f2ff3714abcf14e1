"""Locks against other processes; the kernel lets go when a process dies, whatever killed it.

`hold_byte` locks single bytes of one file, so that any number of jobs share it: offsets from 0 on are job
numbers, the negative ones stand below. They are POSIX record locks, which a process loses as soon as it
closes *any* descriptor of the file: so there is one descriptor a file and process, which stays open, and a
set that keeps the threads of this process apart. Without `fcntl` (Windows) `msvcrt` does it; without both,
threads are kept apart and nothing more.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from braindump_cli.paths import private_folder, private_opener
from braindump_cli.storage.disk import disk_errors

KEYS = -1  # journal.keys and the key are being made or changed
MIGRATION = -2  # the journal's tables are being changed
INBOX = -3  # sealed captures are being folded in
SETTINGS = -4  # config.toml is being changed
FOCUS_STATE = -5  # focus.state is being written
FOCUS_SEEN = -6  # focus.seen is being written
FOCUS_HELPER = -7  # a helper lives
FOCUS_SCREEN = -8  # a countdown is on a screen, which rings by itself
FOCUS_TROUBLE = -9  # the log of what went wrong in the background is being written
ACCOUNT = -10  # the tokens of the account are being renewed or changed
SYNC = -11  # a sync is under way
NEXT_SYNC = -12  # a background sync gathers changes, or waits for the one before

_OWN_BYTES = 16  # offset -16 is the first byte of the file
_PAUSE_S = 0.02

_files: dict[str, int] = {}
_held: set[tuple[str, int]] = set()
_changed = threading.Condition()


@contextmanager
def hold_byte(path: Path, offset: int, *, wait: bool = False) -> Iterator[bool]:
    """Hold the byte of `path`; tells whether we do: with `wait` always. Raises StoreError."""
    place = (str(path), offset)
    with _changed:
        while place in _held and wait:
            _changed.wait()
        if is_free := place not in _held:
            _held.add(place)
    if not is_free:
        yield False
        return
    try:
        with disk_errors(path):
            file = _opened(path)
            is_ours = _lock(file, offset + _OWN_BYTES, wait=wait)
        try:
            yield is_ours
        finally:
            if is_ours:
                _unlock(file, offset + _OWN_BYTES)
    finally:
        with _changed:
            _held.discard(place)
            _changed.notify_all()


def _opened(path: Path) -> int:
    with _changed:
        if str(path) not in _files:
            private_folder(path.parent)
            _files[str(path)] = private_opener(str(path), os.O_RDWR | os.O_CREAT)
        return _files[str(path)]


def _lock(file: int, byte: int, *, wait: bool) -> bool:
    try:
        import fcntl
    except ImportError:
        return _lock_on_windows(file, byte, wait=wait)
    try:
        fcntl.lockf(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except (BlockingIOError, PermissionError):  # EACCES on some systems
        return False
    return True


def _unlock(file: int, byte: int) -> None:
    try:
        import fcntl
    except ImportError:
        _unlock_on_windows(file, byte)
    else:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, byte)


def _lock_on_windows(file: int, byte: int, *, wait: bool) -> bool:
    try:
        import msvcrt
    except ImportError:
        return True
    from time import sleep

    while True:
        os.lseek(file, byte, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            if not wait:
                return False
            sleep(_PAUSE_S)
        else:
            return True


def _unlock_on_windows(file: int, byte: int) -> None:
    try:
        import msvcrt
    except ImportError:
        return
    os.lseek(file, byte, os.SEEK_SET)
    msvcrt.locking(file, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]


def _forget_after_fork() -> None:
    """Start anew in a forked child: it holds none of its parent's locks."""
    global _changed  # noqa: PLW0603 - the parent's may have been held by a thread that is not here
    _changed = threading.Condition()
    _held.clear()
    for file in _files.values():
        os.close(file)
    _files.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
