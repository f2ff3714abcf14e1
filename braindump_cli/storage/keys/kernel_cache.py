"""The key in the memory of the Linux kernel, for some hours: read in 3 ms, where a keyring takes 150.

It hangs in the *user* keyring, which all sessions of one user share, cron included; only that user may read
it. Whatever fails (another system, a container that forbids the calls, a full quota) is a miss. See
keyctl(2).
"""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes

_CALLS = {"x86_64": (248, 250), "aarch64": (217, 219)}  # add_key, keyctl
_THREAD_KEYRING, _USER_KEYRING = -1, -4
_SETPERM, _LINK, _UNLINK, _SEARCH, _READ, _SET_TIMEOUT, _INVALIDATE = 5, 8, 9, 10, 11, 15, 21
_OWNER_ONLY = 0x3F0B0000  # possessor all; owner view, read, search; group and others nothing
_LONGEST = 256


class KernelCache:
    """What the kernel remembers for this user."""

    def read(self, journal_id: str) -> bytes | None:
        """Return the key, if it is remembered."""
        import ctypes

        number = self._find(journal_id)
        if number < 0:
            return None
        buffer = ctypes.create_string_buffer(_LONGEST)
        length = _keyctl(_READ, number, buffer, _LONGEST)
        return buffer.raw[:length] if 0 < length <= _LONGEST else None

    def keep(self, journal_id: str, key: bytes, seconds: int) -> bool:
        """Remember the key for so long; tells whether the kernel does.

        It gets its end and its permissions in this thread's own keyring, and then takes the place of an older
        one in the user's: no moment has a key without them.
        """
        number = _add_key(_description(journal_id), key)
        return (
            number >= 0
            and _keyctl(_SET_TIMEOUT, number, seconds) == 0
            and _keyctl(_SETPERM, number, _OWNER_ONLY) == 0
            and _keyctl(_LINK, number, _USER_KEYRING) == 0
            and self.read(journal_id) == key
        )

    def forget(self, journal_id: str) -> None:
        """Empty the cache."""
        number = self._find(journal_id)
        if number >= 0 and _keyctl(_INVALIDATE, number) < 0:
            _keyctl(_UNLINK, number, _USER_KEYRING)

    def _find(self, journal_id: str) -> int:
        return _keyctl(_SEARCH, _USER_KEYRING, b"user", _description(journal_id), 0)


def _description(journal_id: str) -> bytes:
    return f"braindump:{journal_id}".encode()


def _add_key(description: bytes, payload: bytes) -> int:
    return _call(0, b"user", description, payload, len(payload), _THREAD_KEYRING)


def _keyctl(operation: int, *arguments: "int | bytes | ctypes.Array[ctypes.c_char]") -> int:
    return _call(1, operation, *arguments)


def _call(which: int, *arguments: "int | bytes | ctypes.Array[ctypes.c_char]") -> int:
    """Ask the kernel; negative is no."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32 or os.uname().machine not in _CALLS:
        return -1
    import ctypes

    call = ctypes.CDLL(None).syscall
    call.restype = ctypes.c_long
    number = _CALLS[os.uname().machine][which]
    answer: int = call(
        ctypes.c_long(number), *(ctypes.c_long(one) if isinstance(one, int) else one for one in arguments)
    )
    return answer
