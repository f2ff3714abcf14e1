"""What providers ask, in US dollars, as known on `AS_OF`; estimates, for limits and for the list of what left.

Nobody was billed to learn them: they are vendors' list prices. Where sources differ the dearer stands here, and a
model that is not in the table counts as the dearest that is.
"""

import re
from datetime import date
from typing import NamedTuple

AS_OF = date(2026, 11, 1)
CHARS_A_TOKEN = 3  # of English it is 4, of other languages fewer


class TextPrice(NamedTuple):
    """US dollars for a million tokens."""

    tokens_in: float
    tokens_out: float


_TEXT = {
    "gpt-6-luna": TextPrice(0.10, 0.50),
    "gpt-6-sol": TextPrice(2.00, 10.00),
    "gpt-4o": TextPrice(2.50, 10.00),  # shut down on 2027-01-14, as is the next
    "gpt-4o-mini": TextPrice(0.15, 0.60),
}
_SPEECH = {  # US dollars for a minute
    "nova-3": 0.0077,  # lists of 2026 say 0.0043, 0.0048 (live) and 0.0077
    "nova-3-general": 0.0077,
    "gpt-transcribe": 0.0045,
    "gpt-4o-transcribe": 0.006,  # shut down on 2027-02-26, as are the next two
    "gpt-4o-mini-transcribe": 0.003,
    "whisper-1": 0.006,
}
_DEAREST_TEXT = TextPrice(*(max(column) for column in zip(*_TEXT.values(), strict=True)))
_DEAREST_SPEECH = max(_SPEECH.values())
_DATED = re.compile(r"-20\d\d-\d\d-\d\d$")  # gpt-4o-2024-08-06 is one gpt-4o of many


def is_listed(model: str) -> bool:
    """Tell whether somebody asks money for this model: on this machine, others are the user's own."""
    name = _DATED.sub("", model)
    return name in _TEXT or name in _SPEECH


def text_cost_usd(model: str, chars_in: int, chars_out: int) -> float:
    """Estimate what a model asks for reading and writing this many characters."""
    price = _TEXT.get(_DATED.sub("", model), _DEAREST_TEXT)
    dollars = chars_in * price.tokens_in + chars_out * price.tokens_out
    return dollars / CHARS_A_TOKEN / 1_000_000


def speech_cost_usd(model: str, duration_s: float) -> float:
    """Estimate what a model asks for hearing this many seconds."""
    return _SPEECH.get(_DATED.sub("", model), _DEAREST_SPEECH) * duration_s / 60
