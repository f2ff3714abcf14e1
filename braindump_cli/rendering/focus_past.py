"""Focus sessions of the past: on a page, in documents and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from braindump_cli.domain.stamps import maybe_stamp, to_stamp
from braindump_cli.rendering import dates
from braindump_cli.rendering.page import ACCENT, FAINT, Cell, Column, Page, Rows, Span, cell, line, say

if TYPE_CHECKING:
    from braindump_cli.domain.focus.view import View
    from braindump_cli.rendering.dates import Here
    from braindump_cli.rendering.documents import Document

CSV_HEAD = (
    "number", "id", "started_at", "ended_at", "status", "focused_s", "planned_s", "pauses", "todo_number", "todo_text",
    "tags", "note",
)  # fmt: skip
_COLUMNS = (
    Column(), Column(is_right=True), Column(is_right=True), Column(is_flexible=True), Column(is_extra=True),
)  # fmt: skip


def session_document(view: View) -> Document:
    """Return a session with all that is kept of it (`focus_session/1`, lists `focus_log/1`)."""
    session, standing, todo = view.session, view.standing, view.todo
    if session is None:
        raise ValueError("there is no session to tell of")
    plan = session.plan
    return {
        "id": session.id,
        "number": session.number,
        "started_at": to_stamp(session.started_at),
        "ended_at": maybe_stamp(session.ended_at),
        "status": session.status,
        "todo_id": session.todo_id,
        "todo_number": todo.number if todo else None,
        "todo_text": todo.text if todo else None,
        "tags": list(session.tags),
        "note": session.note or None,
        "entry_id": session.entry_id,
        "is_private": session.is_private,
        "focused_s": round(standing.focused.total_seconds(), 3),
        "planned_s": plan.whole_work.total_seconds(),
        "pauses": standing.pauses,
        "round": standing.round,
        "plan": {
            "work_s": plan.work.total_seconds(),
            "break_s": plan.short_break.total_seconds(),
            "long_break_s": plan.long_break.total_seconds(),
            "every": plan.every,
            "rounds": plan.rounds,
            "is_strict": plan.is_strict,
        },
        "intervals": [
            {"kind": each.kind, "from": to_stamp(each.started_at), "to": maybe_stamp(each.ended_at)}
            for each in session.intervals
        ],
    }


def session_page(view: View, word: str, *, here: Here) -> Page:
    """Say in a word what became of one session."""
    return [line(word), Rows(_COLUMNS, tuple(_rows([view], here)))]


def log_page(views: Sequence[View], *, here: Here) -> Page:
    """Lay out `focus log`: when, number, how long was worked, on what."""
    if not views:
        return [line("No focus session there."), line("braindump focus start", weight=FAINT)]
    return [Rows(_COLUMNS, tuple(_rows(views, here)))]


def csv_rows(views: Iterable[View]) -> Iterator[Sequence[object]]:
    """Yield `focus log --csv`, the head first."""
    yield CSV_HEAD
    for view in views:
        document = session_document(view)
        yield [" ".join(document[name]) if name == "tags" else document[name] for name in CSV_HEAD]


def _rows(views: Iterable[View], here: Here) -> Iterator[tuple[Cell, ...]]:
    for view in views:
        if session := view.session:
            begun = here.local(session.started_at)
            ended = dates.time(here.local(session.ended_at)) if session.ended_at else "now"
            words = [say(view.todo.text), say(session.note, FAINT)] if view.todo else [say(session.note)]
            yield (
                cell(f"{dates.day(begun.date(), here.today)}  {dates.time(begun):>5}–{ended}", FAINT),
                cell(str(session.number), ACCENT),
                cell(dates.span(view.standing.focused.total_seconds())),
                Cell(tuple(_parted(words))),
                cell(" ".join(f"#{tag}" for tag in session.tags), FAINT),
            )


def _parted(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield spans that have words, with room between them."""
    for place, each in enumerate(span for span in spans if span.words):
        if place:
            yield Span("  ")
        yield each
