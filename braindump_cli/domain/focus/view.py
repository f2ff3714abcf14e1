"""What is seen of focus, and what was done to it last."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from braindump_cli.domain.focus.absence import Absence
    from braindump_cli.domain.focus.session import Session
    from braindump_cli.domain.focus.standing import Standing
    from braindump_cli.domain.todo import Todo


class View(NamedTuple):
    """What everybody sees of focus at an instant."""

    session: Session | None  # the newest one, its end written down if it is over; None before the first
    standing: Standing
    todo: Todo | None = None
    gap: Absence | None = None  # nobody has answered for it yet: the session shows as ended where it began


class Change(NamedTuple):
    """The last thing that somebody did to a session."""

    cause: str  # start, pause, resume, skip, more, stop, answer, add, edit
    before: Session | None  # None: it began the session
    after: Session
