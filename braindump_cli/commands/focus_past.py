"""focus add, edit, undo."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.focus_asking import tell
from braindump_cli.errors import NoError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from braindump_cli.domain.focus.view import View
    from braindump_cli.domain.todo import Todo
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.focus_past import Kept

_DAY = timedelta(days=1)
_HINT = 'Say it like 9:15, "yesterday 9pm" or 2026-11-02T21:00.'
FromTime = Annotated[
    str, typer.Option("--from", metavar="WHEN", help='When it began: 9:15, "yesterday 9pm".')
]
ToTime = Annotated[str, typer.Option("--to", metavar="WHEN", help="When it ended.")]
NewFrom = Annotated[str | None, typer.Option("--from", metavar="WHEN", help="When it began.")]
NewTo = Annotated[str | None, typer.Option("--to", metavar="WHEN", help="When it ended.")]
OnTodo = Annotated[
    str | None, typer.Option("--todo", metavar="TODO", help="Its to-do: number, or the end of its id.")
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What got done.")]
Session = Annotated[
    str,
    typer.Argument(
        metavar="SESSION", help="Its number, the end of its id, last, or last~2; focus log lists them."
    ),
]


def add(
    ctx: typer.Context,
    from_: FromTime,
    to: ToTime,
    todo: OnTodo = None,
    tag: options.NewTags = None,
    note: Note = None,
) -> None:
    """Add a session that nobody timed."""
    from braindump_cli.services.focus_past import Wanted, add_session

    runtime: Runtime = ctx.obj
    since = _moment(from_, "--from", runtime)
    until = _moment(to, "--to", runtime, before=since + _DAY)
    if since >= until:
        raise UsageError("--from lies after --to.", hint=f"Did you mean --from {to!r} --to {from_!r}?")
    wanted = Wanted(
        todo=_todo(todo, runtime), tags=options.clean_tags(tag), note=runtime.clean(note or "").strip()
    )
    _show(runtime, add_session(since, until, wanted=wanted, timer=runtime.timer), "Kept.")


def edit(
    ctx: typer.Context,
    session: Session,
    from_: NewFrom = None,
    to: NewTo = None,
    todo: OnTodo = None,
    tag: options.NewTags = None,
    note: Note = None,
) -> None:
    """Change a session's times, to-do (none: without one), tags or note."""
    from braindump_cli.services.focus_past import Wanted, edit_session, one_session

    runtime: Runtime = ctx.obj
    if not any(given is not None for given in (from_, to, todo, tag, note)):
        raise UsageError(
            "There is nothing to change.", hint="braindump focus edit last --to 11:30 --note Done"
        )
    is_without = (todo or "").strip().lower() == "none"
    found = one_session(session, runtime.timer)
    near = found.started_at + _DAY / 2, (found.ended_at or runtime.clock.now()) + _DAY / 2
    wanted = Wanted(
        since=_moment(from_, "--from", runtime, before=near[0]) if from_ is not None else None,
        until=_moment(to, "--to", runtime, before=near[1]) if to is not None else None,
        todo=None if is_without else _todo(todo, runtime),
        is_without_todo=is_without,
        tags=None if tag is None else options.clean_tags([each for each in tag if each.lower() != "none"]),
        note=None if note is None else runtime.clean(note).strip(),
    )
    _show(runtime, edit_session(found, wanted, runtime.timer), "Changed.")


def undo(ctx: typer.Context) -> None:
    """Take back the last change of a session: start, pause, skip, stop, add, edit, whatever it was."""
    from braindump_cli.services.focus_past import undo as take_back

    runtime: Runtime = ctx.obj
    try:
        change, changed = take_back(runtime.timer)
    except NoError as error:
        runtime.out.warn(error.code, error.message)
        if runtime.flags.json:
            _answer(runtime, runtime.focus, "")
        raise
    stays = (
        [f"to-do {changed.view.todo.number} as it is"] if change.cause == "stop" and changed.view.todo else []
    )
    stays += ["the note's entry"] if change.after.entry_id else []
    tell(runtime, changed.warnings)
    if stays:
        runtime.out.talk(f"It leaves {' and '.join(stays)}.")
    _answer(
        runtime, changed.view, f"Taken back: {change.cause} of session {change.after.number}.", event="undo"
    )


def _show(runtime: "Runtime", kept: "Kept", word: str) -> None:
    """Answer with a session as it is kept, and warn of others in the same time."""
    for other in kept.overlaps:
        runtime.out.warn("overlap", f"Session {other.number} lies in the same time, which now counts twice.")
    tell(runtime, kept.changed.warnings)
    view = kept.changed.view

    def page() -> "Page":
        from braindump_cli.rendering.focus_past import session_page

        return session_page(view, word, here=runtime.here)

    from braindump_cli.rendering.focus_past import session_document

    runtime.out.show("focus_session/1", session_document(view), page)


def _answer(runtime: "Runtime", view: "View", word: str, *, event: str | None = None) -> None:
    from braindump_cli.commands.focus_asking import show

    show(runtime, view, word, event)


def _todo(words: str | None, runtime: "Runtime") -> "Todo | None":
    from braindump_cli.services.todos import one_todo

    return one_todo(words, runtime.todos) if words is not None else None


def _moment(words: str, option: str, runtime: "Runtime", *, before: "datetime | None" = None) -> "datetime":
    """Return the instant that an option names: a bare time is the last one before `before`, else before now.

    Raises UsageError.
    """
    from braindump_cli.domain.moments import is_bare_time, parse_moment

    anchor = before if before and is_bare_time(words) else runtime.clock.now()
    at = parse_moment(words, anchor, runtime.zone)
    if at is None:
        raise UsageError(f"{option} cannot be {words!r}.", hint=_HINT)
    return at.replace(microsecond=0)
