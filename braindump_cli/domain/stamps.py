"""Instants as text: ISO 8601 in UTC with milliseconds and `Z`, in the journal and in documents alike."""

from datetime import UTC, datetime


def to_stamp(at: datetime) -> str:
    """Write an aware instant; stamps of one length sort like the instants."""
    utc = at.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds") + "Z"  # not strftime: its years before 1000 are shorter


def from_stamp(stamp: str) -> datetime:
    """Read what `to_stamp` wrote. Raises ValueError."""
    return datetime.fromisoformat(stamp)


def maybe_stamp(at: datetime | None) -> str | None:
    """Write an instant that may be missing."""
    return to_stamp(at) if at else None


def maybe_instant(stamp: str | None) -> datetime | None:
    """Read an instant that may be missing."""
    return from_stamp(stamp) if stamp else None
