"""A way out that lets nothing out."""

from collections.abc import Callable
from typing import NoReturn

from braindump_cli.domain.leaving import MOST_REQUESTS, HeldBackError, Outgoing
from braindump_cli.errors import AccountError


class DryWire:
    """Keeps ports.Wire and lets nothing out: what would have left stands in `held`."""

    def __init__(self) -> None:
        self.held: list[Outgoing] = []

    def exchange(
        self,
        out: Outgoing,
        send: Callable[[float], str],
        *,
        within_s: float,
        at_most: int = MOST_REQUESTS,
    ) -> NoReturn:
        """Hold the request back. Raises HeldBackError."""
        self.begin(out)

    def begin(self, out: Outgoing) -> NoReturn:
        """Hold the line back. Raises HeldBackError."""
        self.held.append(out)
        raise HeldBackError("This is a dry run: nothing was sent.")

    def rest(self, provider: str, for_s: float) -> None:
        """Do nothing: nothing was asked."""

    def end(self, number: int, outcome: str, *, size_bytes: int, cost_usd: float) -> None:
        """Do nothing: no line was opened."""

    def turned_away(self, out: Outgoing, error: AccountError) -> None:
        """Do nothing: nobody was asked."""
