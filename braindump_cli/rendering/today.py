"""The day on one page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.stamps import maybe_stamp
from braindump_cli.rendering import dates
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.documents import Document, entry_document, todo_document
from braindump_cli.rendering.entries import entry_rows
from braindump_cli.rendering.page import BLANK, STRONG, Block, Line, Page, heading, line, say
from braindump_cli.rendering.sync import synced_words
from braindump_cli.rendering.todos import todo_rows

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.todo import Todo


class Beside(NamedTuple):
    """What is told of the day beside its entries and to-dos."""

    focused_s: float
    synced_at: datetime | None


def today_document(day: date, entries: Sequence[Entry], due: Sequence[Todo], *, beside: Beside) -> Document:
    """Return the day (`today/1`)."""
    return {
        "day": day.isoformat(),
        "entries": [entry_document(entry) for entry in entries],
        "overdue": [todo_document(todo) for todo in due if todo.due_on and todo.due_on < day],
        "due_today": [todo_document(todo) for todo in due if todo.due_on == day],
        "focused_s": round(beside.focused_s, 3),
        "last_sync_at": maybe_stamp(beside.synced_at),
    }


def today_page(entries: Sequence[Entry], due: Sequence[Todo], *, beside: Beside, here: Here) -> Page:
    """Lay out the day: what was said, then what is overdue, then what is due today."""
    day = here.today
    count = f"{len(entries)} entr{'y' if len(entries) == 1 else 'ies'}"
    worked = f"{dates.span(beside.focused_s)} focused" if beside.focused_s >= 1 else ""
    told = ", ".join(filter(None, (count, worked, synced_words(beside.synced_at, here))))
    title = f"{day:%A} {day.day} {day:%B}"
    page: list[Block] = [BLANK, Line((say(title, STRONG),), (say(told, "faint"),))]
    page += [BLANK, entry_rows(entries, here=here, with_day=False)] if entries else []
    late = [todo for todo in due if todo.due_on and todo.due_on < day]
    now = [todo for todo in due if todo.due_on == day]
    page += [BLANK, heading("Overdue"), todo_rows(late, here=here)] if late else []
    page += [BLANK, heading("Today"), todo_rows(now, here=here)] if now else []
    if not (entries or due or beside.focused_s):
        page += [BLANK, line("Nothing yet. braindump record", weight="faint")]
    return [*page, BLANK]
