"""Drafts that a better engine can replace: how many, what that costs, and doing it."""

from typing import TYPE_CHECKING, Any, NamedTuple

from braindump_cli.commands.transcribe import hear
from braindump_cli.errors import ProviderError, RateLimitedError

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.engines import Warnings


_CENT = 0.005


class Drafts(NamedTuple):
    """Entries whose text is a draft although a better engine could hear them."""

    entries: "tuple[Entry, ...]"
    engine: str  # that is asked first
    cost_usd: float  # estimated

    @property
    def minutes(self) -> float:
        """How much sound that is."""
        return round(sum(entry.duration_s or 0 for entry in self.entries) / 60, 1)

    def document(self) -> dict[str, Any]:
        """Return it for programs."""
        return {"count": len(self.entries), "minutes": self.minutes, "cost_usd": round(self.cost_usd, 4)}

    def words(self) -> str:
        """Return it for people."""
        count = len(self.entries)
        if not count:
            return "No draft that a better engine could replace."
        minutes = f"{self.minutes:g} minute{'' if self.minutes == 1 else 's'}"
        about = f"about {self.cost_usd:.2f}" if self.cost_usd >= _CENT else "less than 0.01"
        cost = f", {about} USD" if self.cost_usd else ""
        return f"{count} draft{'s' if count > 1 else ''}, {minutes} for {self.engine}{cost}."


def find_drafts(runtime: "Runtime") -> Drafts:
    """Return the drafts that an engine here can replace: the user asks for them, so old ones count too."""
    from braindump_cli.domain.leaving import LOOPBACK
    from braindump_cli.prices import is_listed, speech_cost_usd

    found: list[Entry] = []
    first, cost_usd = "", 0.0
    for entry in runtime.entries.drafts():
        able = runtime.listeners.able(entry, is_asked_for=True).engines
        better = next((engine for engine in able if not engine.is_draft), None)
        if better and entry.recordings:
            found.append(entry)
            first = first or better.name
            is_own = better.place == LOOPBACK and not is_listed(better.model)
            cost_usd += 0.0 if is_own else speech_cost_usd(better.model, entry.duration_s or 0.0)
    return Drafts(tuple(found), first, cost_usd)


def replace_drafts(runtime: "Runtime", drafts: Drafts) -> "tuple[int, Warnings]":
    """Let each be heard again; return how many were, and what went wrong. A pause that a provider wants ends it."""
    done = 0
    warnings: Warnings = ()
    for entry in drafts.entries:
        try:
            warnings += hear(runtime, entry, is_asked_for=True)
            done += not runtime.entries.get(entry.id).is_draft
        except RateLimitedError as error:
            return done, (*warnings, (error.code, error.whole))
        except ProviderError as error:
            warnings += ((error.code, error.whole),)
    return done, warnings
