"""The engines for one kind of work, in the order they are asked, and which of them may be given an entry."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from braindump_cli.domain.leaving import HERE
from braindump_cli.errors import ProviderError, UnreadableError
from braindump_cli.services.leaving import NO_CONSENT, Permission, Recorded, refused_for


class Engine(Protocol):
    """What all engines tell about themselves."""

    @property
    def name(self) -> str: ...
    @property
    def place(self) -> str: ...
    def unavailable(self, language: str) -> str | None:
        """Return why it cannot be asked here; None if it can."""
        ...


E = TypeVar("E", bound=Engine)
Warnings = tuple[tuple[str, str], ...]  # code, message


class Able(NamedTuple, Generic[E]):
    """Who is asked about one entry."""

    engines: tuple[E, ...]
    warnings: Warnings  # where somebody is left out whom the user may have expected
    silent: tuple[str, ...]  # why the others are not asked


class Panel(Generic[E]):
    """Engines in order."""

    def __init__(
        self,
        engines: Sequence[E],
        permission: Callable[[], Permission],
        forget: Callable[[str], object] = id,
    ) -> None:
        self.engines = tuple(engines)
        self._permission = permission
        self.forget = forget  # replies that have become part of the journal

    def able(self, entry: Recorded, *, is_asked_for: bool = False) -> Able[E]:
        """Tell who is asked about an entry; `is_asked_for`: the user named entry and act."""
        able: list[E] = []
        silent: list[str] = []
        warnings: dict[str, str] = {}
        for engine in self.engines:
            reason = engine.unavailable(entry.language)
            if reason is None and engine.place != HERE:
                refusal = refused_for(entry, engine.place, self._permission(), is_asked_for=is_asked_for)
                reason = refusal.message if refusal else None
                if refusal and refusal.code == NO_CONSENT:
                    warnings[refusal.code] = refusal.message
            if reason is None:
                able.append(engine)
            else:
                silent.append(reason)
        return Able(tuple(able), tuple(warnings.items()), tuple(silent))

    def forget_unreadable(self, key: str, error: ProviderError) -> None:
        """Forget replies that nobody can read, so that others are asked for; all others are paid for and stay."""
        if isinstance(error, UnreadableError):
            self.forget(key)

    def covers(self, at: datetime) -> bool:
        """Tell whether the user's consent covers what was recorded then."""
        since = self._permission().since
        return since is not None and at >= since

    def only(self, *engines: E) -> "Panel[E]":
        """Return a panel of these alone."""
        return Panel(engines, self._permission, self.forget)


class Refusals:
    """Who was asked and failed, in order."""

    def __init__(self) -> None:
        self._failures: list[tuple[str, ProviderError]] = []

    def __iter__(self) -> Iterator[tuple[str, ProviderError]]:
        return iter(self._failures)

    def __bool__(self) -> bool:
        return bool(self._failures)

    def add(self, engine: str, error: ProviderError) -> None:
        """Take note."""
        self._failures.append((engine, error))

    @property
    def warnings(self) -> Warnings:
        """Each of them as a warning."""
        return tuple((error.code, f"{name}: {error.whole}") for name, error in self._failures)

    def error(self) -> ProviderError:
        """Return them as one failure: of the first one's kind, that waits as long as the most patient asks."""
        _, first = self._failures[0]
        message = "; ".join(f"{name}: {error.message}" for name, error in self._failures)
        waits = [error.retry_after_s for _, error in self._failures if error.retry_after_s is not None]
        return type(first)(message, hint=first.hint, retry_after_s=max(waits, default=None))
