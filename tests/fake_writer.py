"""A writer that keeps the port's promise without a model."""

from collections.abc import Sequence

from braindump_cli.domain.leaving import LOOPBACK
from braindump_cli.ports import Answer, Passage


class FakeWriter:
    """Says what it was given, or refuses with the failure it was given; remembers what it was shown."""

    name = "fake"
    model: str | None = "m"
    place = LOOPBACK

    def __init__(self, answer: Answer | None = None, *, failure: Exception | None = None) -> None:
        self.reply = answer or Answer("So it is.", (0,))
        self.failure = failure
        self.shown: list[str] = []
        self.keys: list[str] = []

    def unavailable(self, language: str) -> str | None:
        """Return None: it can always be asked."""
        return None

    def answer(self, question: str, passages: Sequence[Passage], *, key: str) -> Answer:
        """Return the reply, whatever is asked."""
        return self._write(passages, key)

    def digest(self, instructions: str, passages: Sequence[Passage], *, key: str) -> Answer:
        """Return the reply, whatever is wanted."""
        return self._write(passages, key)

    def _write(self, passages: Sequence[Passage], key: str) -> Answer:
        self.shown = [passage.quote for passage in passages]
        self.keys.append(key)
        if self.failure:
            raise self.failure
        return self.reply
