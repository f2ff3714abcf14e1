"""An answer while it is being written."""

from collections.abc import Callable, Mapping
from typing import Any

from braindump_cli.insights.openai.replies import begun


class Growing:
    """Tells of an answer each time one more field or item of it is whole, and only then."""

    def __init__(self, tell: Callable[[Mapping[str, Any]], object]) -> None:
        self._tell = tell
        self._whole: Mapping[str, Any] = {}
        self._read_to = 0

    def hear(self, text: str) -> None:
        """Take all that was written so far; only what ends a text, an item or a list can make more whole."""
        fresh, self._read_to = text[self._read_to :], len(text)
        if not any(end in fresh for end in '"}]'):
            return
        whole = begun(text)
        if whole and whole != self._whole:
            self._whole = whole
            self._tell(whole)
