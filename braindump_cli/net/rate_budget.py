"""What a service says of the requests that are left to us.

OpenAI tells with each answer how many requests and tokens remain and when they are full again: headers
`x-ratelimit-remaining-*` and `x-ratelimit-reset-*`, the latter as durations such as `6m0s`, `1s` or `17ms`.
"""

import re
from collections.abc import Mapping

_KINDS = ("requests", "tokens")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def pause_s(headers: Mapping[str, str]) -> float:
    """Return how long to leave the service alone because nothing remains; 0 where something does."""
    empty = (kind for kind in _KINDS if headers.get(f"x-ratelimit-remaining-{kind}", "").strip() == "0")
    return max((_span_s(headers.get(f"x-ratelimit-reset-{kind}", "")) for kind in empty), default=0.0)


def _span_s(said: str) -> float:
    return sum(float(count) * _SECONDS[unit] for count, unit in _PART.findall(said))
