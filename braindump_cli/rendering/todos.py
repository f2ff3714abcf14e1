"""To-dos on a page."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from braindump_cli.domain.todo import DONE, DROPPED, OPEN, Todo
from braindump_cli.rendering import dates
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.page import (
    ACCENT,
    ALERT,
    BODY,
    FAINT,
    Block,
    Cell,
    Column,
    Page,
    Rows,
    Span,
    cell,
    line,
    say,
)  # fmt: skip

_COLUMNS = (
    Column(is_right=True),
    Column(is_flexible=True),
    Column(is_right=True),
    Column(is_right=True),
)

_MINUTE_S = 60


class News(NamedTuple):
    """What became of an entry, for a page that says so."""

    word: str = ""  # before its number, such as "Kept as"
    marks: Mapping[str, str] = MappingProxyType(
        {}
    )  # what a better reading brought, by the id of a to-do: new, changed
    gone: tuple[str, ...] = ()  # a line for each to-do that was taken back
    closes: Mapping[str, int] = MappingProxyType({})  # numbers of open to-dos that are said to be done, by id
    aside: str = ""  # a word beside the result, such as offline


NO_NEWS = News()


def todo_rows(todos: Sequence[Todo], *, here: Here, news: News = NO_NEWS) -> Rows:
    """Lay out to-dos one a row: number, words, time worked on it, when due."""
    return Rows(_COLUMNS, tuple(_row(todo, here, news.marks.get(todo.id, "")) for todo in todos))


def suggestion_rows(todos: Sequence[Todo]) -> Rows:
    """Lay out what may be a to-do, each with the command that makes it one."""
    rows = (
        (
            cell(str(todo.number), ACCENT),
            cell(todo.text),
            cell(_focused(todo), FAINT),
            cell(f"braindump todos accept {todo.number}", FAINT),
        )
        for todo in todos
    )
    return Rows(_COLUMNS, tuple(rows))


def todo_list_page(todos: Sequence[Todo], *, here: Here) -> Page:
    """Lay out `todos list`: suggestions after the rest."""
    if not todos:
        return [
            line("Nothing to do."),
            line('braindump todos add "Water the plants" --due friday', weight=FAINT),
        ]
    certain = [todo for todo in todos if not todo.is_suggestion]
    perhaps = [todo for todo in todos if todo.is_suggestion]
    page: list[Block] = [todo_rows(certain, here=here)] if certain else []
    if perhaps:
        page += [line(""), line("Perhaps", weight="strong"), suggestion_rows(perhaps)]
    return page


def todo_page(word: str, todo: Todo, *, here: Here) -> Page:
    """Say in a word what became of one to-do."""
    return [line(word), todo_rows([todo], here=here)]


def _row(todo: Todo, here: Here, mark: str = "") -> tuple[Cell, ...]:
    local = here.local(todo.due_at) if todo.due_at else None
    words = dates.due(todo.due_on, local, here.today)
    late = todo.status == OPEN and todo.due_on is not None and todo.due_on < here.today
    marks: list[Span] = []
    if todo.priority == "high" and todo.status == OPEN:
        marks.append(Span(" !", ALERT))
    if todo.recurrence:
        words = f"{todo.recurrence}, {words}" if words else todo.recurrence
    if todo.status in (DONE, DROPPED):
        words = todo.status
    if mark:
        marks.append(Span(f"  {mark}", FAINT))
    text = say(todo.text, BODY if todo.status == OPEN else FAINT)
    number = cell(str(todo.number) if todo.number else "", ACCENT)
    return number, Cell((text, *marks)), cell(_focused(todo), FAINT), cell(words, ALERT if late else BODY)


def _focused(todo: Todo) -> str:
    """Return the time that was worked on it; nothing under a minute."""
    return dates.span(todo.focus_s) if todo.focus_s >= _MINUTE_S else ""
