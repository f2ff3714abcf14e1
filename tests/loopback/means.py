"""What adapters are made with in tests: settings, a key, and a wire that lets everything pass once."""

from collections.abc import Callable

from braindump_cli.domain.leaving import MOST_REQUESTS, Outgoing
from braindump_cli.errors import AccountError
from braindump_cli.registry import Means
from braindump_cli.settings import Settings
from tests.fakes import FakeClock

KEY = "sk-canary-7f3a9b2c5d"


class PlainWire:
    """Sends each request once and remembers it."""

    def __init__(self, *, left_s: float | None = None) -> None:
        self.left_s = left_s  # None: all that was asked for
        self.outgoing: list[Outgoing] = []
        self.within_s: list[float] = []
        self.rests: list[tuple[str, float]] = []

    def exchange(
        self,
        out: Outgoing,
        send: Callable[[float], str],
        *,
        within_s: float,
        at_most: int = MOST_REQUESTS,
    ) -> str:
        """Return what `send` returns."""
        self.outgoing.append(out)
        self.within_s.append(within_s)
        return send(within_s if self.left_s is None else self.left_s)

    def rest(self, provider: str, for_s: float) -> None:
        """Remember what a provider asked for."""
        self.rests.append((provider, for_s))

    def begin(self, out: Outgoing) -> int:
        """Remember a line."""
        self.outgoing.append(out)
        return len(self.outgoing)

    def end(self, number: int, outcome: str, *, size_bytes: int, cost_usd: float) -> None:
        """Do nothing."""

    def turned_away(self, out: Outgoing, error: AccountError) -> None:
        """Do nothing."""


def means_of(
    *, key: str | None = KEY, wire: PlainWire | None = None, model: str | None = None, **values: object
) -> Means:
    """Return means; `transcription__openai__model="x"` names a setting."""
    return Means(
        settings=Settings({name.replace("__", "."): value for name, value in values.items()}),
        has_key=lambda _: key is not None,
        key=lambda _: key,
        wire=wire or PlainWire(),
        clock=FakeClock(),
        model=model,
    )
