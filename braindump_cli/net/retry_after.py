"""How long a service asks us to wait."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return what `Retry-After` says, as seconds or an HTTP date; None where it says nothing readable."""
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    try:
        wait_s = float(said)
    except ValueError:
        return _until_s(said, now)
    return max(0.0, wait_s) if isfinite(wait_s) else None


def _until_s(said: str, now: datetime) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (until - now).total_seconds()) if until.tzinfo else None
