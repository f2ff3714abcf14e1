"""Names of things: UUIDv7 for what is said, UUIDv5 for what is derived from it."""

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DERIVED = UUID("6f2d3c1e-5b7a-5c86-9a54-0d8f0b6c2e11")  # our own namespace; never changes
SHORTEST_ENDING = 6


def new_id(at: datetime) -> str:
    """Return a UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random ones; later ids sort later."""
    millis = (at - _EPOCH) // timedelta(milliseconds=1)
    noise = int.from_bytes(os.urandom(10))
    value = (
        (millis & (1 << 48) - 1) << 80 | 0x7 << 76 | (noise >> 68) << 64 | 0b10 << 62 | noise & (1 << 62) - 1
    )
    return str(UUID(int=value))


def time_of(uuid7: str) -> datetime | None:
    """Return the instant in a UUIDv7, or None if it is not one."""
    try:
        value = UUID(uuid7)
        return _EPOCH + timedelta(milliseconds=value.int >> 80) if value.version == 7 else None
    except (ValueError, OverflowError):
        return None


def derived_id(*parts: str) -> str:
    """Return the one UUIDv5 of these parts, the same on every device."""
    return str(uuid5(_DERIVED, "\x1f".join(parts)))
