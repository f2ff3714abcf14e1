"""What services need for focus sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from braindump_cli.domain.filters import EntryFilter
    from braindump_cli.domain.focus.absence import Sign
    from braindump_cli.domain.focus.report import Slice, Stretch, Totals
    from braindump_cli.domain.focus.session import Session
    from braindump_cli.domain.focus.view import Change
    from braindump_cli.domain.selector import Selector


class FocusRepository(Protocol):
    """Focus sessions. `is_private` of what comes back is that of the entry that its to-do belongs to."""

    def add(self, session: Session, *, cause: str) -> Session:
        """Keep a new session and return it with its number."""
        ...

    def save(self, session: Session, *, cause: str | None) -> None:
        """Keep a changed session; what it was before stays for `undo`, unless nobody did it (`cause` None)."""
        ...

    def undo(self) -> Change | None:
        """Take the last change back and return it; None where there is none to take back."""
        ...

    def newest(self) -> Session | None:
        """Return the session that runs, else the one that was started last; none that was added afterwards."""
        ...

    def select(self, selector: Selector) -> Sequence[Session]:
        """Return all sessions that the selector fits."""
        ...

    def find(self, wanted: EntryFilter) -> Iterator[Session]:
        """Yield sessions by their beginning, as the days, tags, order and limit of the filter have it."""
        ...

    def overlapping(self, since: datetime, until: datetime) -> Sequence[Session]:
        """Return sessions whose end is written down and that lie at least partly in this time, oldest first."""
        ...


class FocusSums(Protocol):
    """What ended sessions come to, by sums alone; `tags`: of sessions with all of these."""

    def worked(self, stretch: Stretch, tags: Sequence[str]) -> Iterator[tuple[int, float]]:
        """Yield the local hours (since 1970) with work in them, and its seconds."""
        ...

    def by_todo(self, since: datetime, until: datetime, tags: Sequence[str]) -> Sequence[Slice]:
        """Return the work of each to-do, and of sessions without one; most first."""
        ...

    def by_tag(self, since: datetime, until: datetime, tags: Sequence[str]) -> Sequence[Slice]:
        """Return the work of each tag, and of sessions without one; most first. One with two tags counts in both."""
        ...

    def totals(self, since: datetime, until: datetime, tags: Sequence[str]) -> Totals:
        """Return what the sessions that began in this time come to."""
        ...

    def focused_s(self, since: datetime, until: datetime) -> float:
        """Return the seconds worked, in whole quarters of an hour."""
        ...

    def first_at(self) -> datetime | None:
        """Return when work began for the first time, by its quarter of an hour."""
        ...

    def days(self, stretch: Stretch) -> Sequence[int]:
        """Return the local days (since 1970) with work in them, in order."""
        ...


class SignFile(Protocol):
    """The last sign of life, in a file that needs no key."""

    def read(self) -> Sign | None:
        """Return it; None where there is none or it cannot be read."""
        ...

    def write(self, sign: Sign) -> None:
        """Replace it, whole or not at all, one process after the other. Raises StoreError."""
        ...


class StateFile(Protocol):
    """`focus.state`: one line for status bars."""

    def read(self) -> str:
        """Return the line; empty where there is none or it cannot be read."""
        ...

    def update(self, line: Callable[[], str]) -> None:
        """Replace it by what `line` says while no other process writes it; the same line again touches nothing.

        Raises StoreError.
        """
        ...


class Notice(NamedTuple):
    """What is told when a period ends; no word of a private to-do is in it."""

    title: str
    body: str


class Notices(Protocol):
    """Ways to be heard: the desktop, a terminal, a sound. None of them may fail loudly."""

    def tell(self, notice: Notice) -> Sequence[str]:
        """Tell it wherever it can be told; return what went wrong, a sentence each."""
        ...


class Hook(Protocol):
    """The user's own command."""

    def run(self, document: str) -> str | None:
        """Run it with the document on stdin, for at most ten seconds; return what went wrong."""
        ...


class Helpers(Protocol):
    """The small process in the background that gives signs of life and tells when a period ends."""

    def ensure(self) -> None:
        """See to it that one lives; never two."""
        ...
