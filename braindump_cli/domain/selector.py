"""How people name an entry or a to-do: `12`, the end of its id, `last`, `last~2`."""

import re
from typing import NamedTuple

from braindump_cli.domain.ids import SHORTEST_ENDING
from braindump_cli.errors import UsageError


class Selector(NamedTuple):
    """Exactly one of the three is set."""

    number: int | None = None
    id_ending: str | None = None
    back: int | None = None  # 0 is the newest number


def parse_selector(words: str) -> Selector:
    """Read a selector. Raises UsageError.

    A word of digits alone is a number; six or more hexadecimal digits (dashes allowed) end an id.
    """
    text = words.strip().lower()
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return Selector(number=int(text))
    if back := re.fullmatch(r"last(?:~(\d{1,9}))?", text, re.ASCII):
        return Selector(back=int(back[1] or 0))
    if re.fullmatch(r"[0-9a-f-]*", text) and len(text.replace("-", "")) >= SHORTEST_ENDING:
        return Selector(id_ending=text)
    hint = f"Use its number, the last {SHORTEST_ENDING} or more characters of its id, last, or last~2."
    raise UsageError(f"{words!r} names nothing.", hint=hint)
