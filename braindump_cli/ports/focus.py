"""What services need for focus sessions."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from braindump_cli.domain.focus.absence import Absence, Sign
from braindump_cli.domain.focus.session import Session
from braindump_cli.domain.focus.standing import Standing
from braindump_cli.domain.todo import Todo


class View(NamedTuple):
    """What everybody sees of focus at an instant."""

    session: Session | None  # the newest one; None before the first
    standing: Standing
    todo: Todo | None = None
    gap: Absence | None = None  # nobody has answered for it yet; the standing shows the session ended there


class FocusRepository(Protocol):
    """Focus sessions."""

    def add(self, session: Session) -> Session:
        """Keep a new session and return it with its number."""
        ...

    def save(self, session: Session) -> None:
        """Keep a changed session; what it was before stays for `undo`."""
        ...

    def newest(self) -> Session | None:
        """Return the session that began last."""
        ...

    def between(self, since: datetime, until: datetime) -> Iterator[Session]:
        """Yield sessions that began at or after `since` and before `until`, oldest first."""
        ...


class SignFile(Protocol):
    """The last sign of life, in a file that needs no key."""

    def read(self) -> Sign | None:
        """Return it; None where there is none or it cannot be read."""
        ...

    def write(self, sign: Sign) -> None:
        """Replace it, whole or not at all."""
        ...


class StateFile(Protocol):
    """`focus.state`: one line for status bars."""

    def write(self, line: str) -> None:
        """Replace it, whole or not at all; the same line again touches nothing."""
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
