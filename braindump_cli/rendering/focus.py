"""A focus session on a page, in a document, and in a template of the user's."""

from __future__ import annotations

import re
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from braindump_cli.domain.focus.session import BREAK, LONG_BREAK, WORK
from braindump_cli.domain.focus.standing import NONE, OVER, PAUSED
from braindump_cli.domain.stamps import maybe_stamp
from braindump_cli.errors import UsageError
from braindump_cli.rendering.dates import length, span
from braindump_cli.rendering.page import FAINT, STRONG, Line, Page, line, say

if TYPE_CHECKING:
    from braindump_cli.domain.focus.session import Session
    from braindump_cli.domain.focus.standing import Standing
    from braindump_cli.domain.focus.view import View
    from braindump_cli.rendering.documents import Document

PHASES = {
    WORK: "Work", BREAK: "Break", LONG_BREAK: "Long break", PAUSED: "Paused", OVER: "The plan is over",
    NONE: "No session runs",
}  # fmt: skip
_PLACE = re.compile(r"\{\{|\}\}|\{(\w*)\}|[{}]")


def focus_document(view: View, event: str | None = None, *, is_public: bool = False) -> Document:
    """Return `focus/1`; `is_public`: for others' eyes, without the words of a private to-do and its note."""
    session, standing, todo = view.session, view.standing, view.todo
    is_hidden = is_public and session is not None and session.is_private
    return {
        "id": session.id if session else None,
        "number": session.number if session else None,
        "phase": standing.phase,
        "round": standing.round,
        "rounds": session.plan.rounds if session else 0,
        "remaining_s": _seconds(standing.remaining),
        "length_s": _seconds(standing.length),
        "ends_at": maybe_stamp(standing.ends_at),
        "next_phase": standing.following or (OVER if standing.is_running else None),
        "started_at": maybe_stamp(session.started_at if session else None),
        "ended_at": maybe_stamp(session.ended_at if session else None),
        "todo_id": session.todo_id if session else None,
        "todo_number": todo.number if todo else None,
        "todo_text": None if is_hidden or not todo else todo.text,
        "tags": list(session.tags) if session else [],
        "note": session.note if session and session.note and not is_hidden else None,
        "focused_s": _seconds(standing.focused),
        "pauses": standing.pauses,
        "status": session.status if session else None,
        "is_strict": session.plan.is_strict if session else False,
        "is_private": session.is_private if session else False,
        "away": view.gap and {"from": maybe_stamp(view.gap.started_at), "to": maybe_stamp(view.gap.ended_at)},
        "event": event,
    }


def focus_page(view: View, word: str = "") -> Page:
    """Lay out where a session stands; `word` says what became of it."""
    session, standing = view.session, view.standing
    about = [line(view.todo.text)] if view.todo else []
    focused = f"{span(standing.focused.total_seconds())} focused"
    if session is None:
        return [line(word or PHASES[NONE])]
    if not standing.is_running:
        return [Line((say(word or PHASES[standing.phase], STRONG),), (say(focused, FAINT),)), *about]
    where = f", round {standing.round} of {session.plan.rounds}"
    left = f"{clock(standing.remaining)} left"
    return [
        *([line(word)] if word else []),
        Line((say(PHASES[standing.phase], STRONG), say(where)), (say(left),)),
        *about,
        line(f"{then(session, standing)}; {focused}", weight=FAINT),
    ]


def then(session: Session, standing: Standing) -> str:
    """Return what comes after this period, in words."""
    if standing.following is None:
        return "Then it is done"
    minutes = span(session.plan.length(standing.following).total_seconds())
    kind = {WORK: "work", BREAK: "a break", LONG_BREAK: "a long break"}[standing.following]
    return f"Then {kind} of {minutes}"


def clock(left: timedelta) -> str:
    """Return `24:17`: a second that has begun counts whole, so nothing is at 0:00 before it is over."""
    return length(ceil(left.total_seconds()))


def filled(template: str, view: View) -> str:
    """Return the template with its {fields} filled in; {{ and }} are braces. Raises UsageError."""
    values = _fields(view)

    def value(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        if found[1] not in values:
            hint = f"Fields: {', '.join(f'{{{name}}}' for name in values)}; {{{{ and }}}} are braces."
            raise UsageError(f"--format knows no field {found[0]}.", hint=hint)
        return values[found[1]]

    return _PLACE.sub(value, template)


def _fields(view: View) -> dict[str, str]:
    session, standing = view.session, view.standing
    return {
        "phase": standing.phase,
        "remaining": clock(standing.remaining),
        "remaining_s": str(ceil(standing.remaining.total_seconds())),
        "round": str(standing.round),
        "rounds": str(session.plan.rounds if session else 0),
        "next": standing.following or "",
        "todo": view.todo.text if view.todo else "",
        "todo_number": str(view.todo.number) if view.todo else "",
        "focused": span(standing.focused.total_seconds()),
        "pauses": str(standing.pauses),
        "tags": " ".join(session.tags) if session else "",
        "number": str(session.number) if session else "",
        "status": session.status if session else "",
    }


def _seconds(lasting: timedelta) -> float:
    return round(lasting.total_seconds(), 3)
