"""todos list, add, done, reopen, edit, drop, accept."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.answers import tell_what_waits
from braindump_cli.domain.todo import DONE, DROPPED, OPEN, PRIORITIES, Todo
from braindump_cli.errors import UsageError
from braindump_cli.rendering.documents import todo_document

if TYPE_CHECKING:
    from braindump_cli.domain.due import Due
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.todos import When

app = typer.Typer(help="To-dos: list, add, done, drop and more.", rich_markup_mode=None, no_args_is_help=True)

DueOption = Annotated[
    str | None,
    typer.Option("--due", metavar="WHEN", help='"friday", "in two weeks", 2026-12-24; none = no date.'),
]
Priority = Annotated[
    str | None, typer.Option("--priority", metavar="high|normal|low", help="How much it matters.")
]


@app.command("list")
def list_todos(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Done and dropped ones too.")] = False,
    status: Annotated[
        str | None, typer.Option("--status", metavar="open|done|dropped", help="These alone.")
    ] = None,
    limit: options.Limit = None,
) -> None:
    """List open to-dos, dated ones first."""
    runtime: Runtime = ctx.obj
    chosen = options.one_of(status, (OPEN, DONE, DROPPED), option="--status")
    statuses = (OPEN, DONE, DROPPED) if all_ else (chosen or OPEN,)
    most = options.limit_of(limit, runtime)
    found = runtime.todos.find(statuses=statuses, limit=options.and_one(most, runtime))

    def page() -> "Page":
        from braindump_cli.rendering.todos import todo_list_page

        shown = list(found)
        return [*todo_list_page(shown[:most], here=runtime.here), *options.more(shown, most)]

    runtime.out.show("todos/1", map(todo_document, found), page)
    tell_what_waits(runtime)


@app.command("add")
def add(
    ctx: typer.Context,
    text: Annotated[list[str], typer.Argument(help="What to do.")],
    due: DueOption = None,
    priority: Priority = None,
) -> None:
    """Add a to-do by hand."""
    from braindump_cli.services.todos import add_todo

    runtime: Runtime = ctx.obj
    chosen = options.one_of(priority, PRIORITIES, option="--priority") or "normal"
    new = add_todo(
        runtime.clean(" ".join(text)),
        _when(_due(due, runtime), runtime),
        priority=chosen,
        todos=runtime.todos,
        clock=runtime.clock,
    )
    _show("Kept.", new, runtime)


@app.command("edit")
def edit(
    ctx: typer.Context,
    todo: options.SelectedTodo,
    text: Annotated[list[str] | None, typer.Argument(help="The new words.")] = None,
    due: DueOption = None,
    priority: Priority = None,
) -> None:
    """Change a to-do's words, date or priority."""
    from braindump_cli.services.todos import edit_todo, one_todo

    runtime: Runtime = ctx.obj
    changed = one_todo(todo, runtime.todos)
    if not (text or due or priority):
        raise UsageError(
            "There is nothing to change.", hint='braindump todos edit 41 "New words" --due friday'
        )
    if text:
        changed = replace(changed, text=runtime.clean(" ".join(text)).strip())
    if due:
        changed = replace(changed, **_when(_due(due, runtime), runtime)._asdict())
    if priority:
        changed = replace(
            changed, priority=options.one_of(priority, PRIORITIES, option="--priority") or "normal"
        )
    _show("Changed.", edit_todo(changed, todos=runtime.todos), runtime)


@app.command("done")
def done(ctx: typer.Context, todo: options.SelectedTodo) -> None:
    """Mark a to-do as done."""
    from braindump_cli.services.todos import finish_todo, one_todo

    runtime: Runtime = ctx.obj
    _show(
        "Done.", finish_todo(one_todo(todo, runtime.todos), todos=runtime.todos, clock=runtime.clock), runtime
    )


@app.command("reopen")
def reopen(ctx: typer.Context, todo: options.SelectedTodo) -> None:
    """Open a to-do that was done or dropped."""
    from braindump_cli.services.todos import one_todo, reopen_todo

    runtime: Runtime = ctx.obj
    _show("Open again.", reopen_todo(one_todo(todo, runtime.todos), todos=runtime.todos), runtime)


@app.command("drop")
def drop(ctx: typer.Context, todo: options.SelectedTodo) -> None:
    """Let a to-do go; it is not found again in its entry."""
    from braindump_cli.services.todos import drop_todo, one_todo

    runtime: Runtime = ctx.obj
    _show("Dropped.", drop_todo(one_todo(todo, runtime.todos), todos=runtime.todos), runtime)


@app.command("accept")
def accept(ctx: typer.Context, todo: options.SelectedTodo) -> None:
    """Make a suggestion a to-do."""
    from braindump_cli.services.todos import accept_todo, one_todo

    runtime: Runtime = ctx.obj
    _show("Accepted.", accept_todo(one_todo(todo, runtime.todos), todos=runtime.todos), runtime)


def _due(words: str | None, runtime: "Runtime") -> "Due | None":
    """Return what `--due` says; None for no date. Raises UsageError."""
    if words is None or words.strip().lower() in ("", "none", "never"):
        return None
    from braindump_cli.domain.due import Due, parse_due

    with suppress(ValueError):  # an exact day may also be past
        return Due(start=0, end=len(words), phrase=words, on=date.fromisoformat(words.strip()))
    found = parse_due(words, runtime.today)
    if found is None:
        raise UsageError(
            f"--due cannot be {words!r}.", hint='Say it like "friday", "in two weeks" or 2026-12-24.'
        )
    return found


def _when(found: "Due | None", runtime: "Runtime") -> "When":
    from braindump_cli.services.todos import When

    if found is None:
        return When()
    if found.on is None or found.at is None:
        return When(found.on, None, found.recurrence)
    local = datetime.combine(found.on, found.at)
    due_at = local.replace(tzinfo=runtime.zone) if runtime.zone else local.astimezone()
    return When(found.on, due_at, found.recurrence)


def _show(word: str, todo: Todo, runtime: "Runtime") -> None:
    def page() -> "Page":
        from braindump_cli.rendering.todos import todo_page

        return todo_page(word, todo, here=runtime.here)

    runtime.adopt()
    runtime.out.show("todo/1", todo_document(todo), page)
