"""focus start, status, pause, resume, skip, stop; the past stands in focus_past and focus_report."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import focus_past, focus_report, options
from braindump_cli.commands.focus_asking import deny, settle, show, show_changed, tell
from braindump_cli.domain.focus.standing import OVER
from braindump_cli.errors import NoError, NotFoundError, UsageError

if TYPE_CHECKING:
    from braindump_cli.domain.focus.view import View
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.focus import Changed, Timer
    from braindump_cli.services.focus_end import Outcome

app = typer.Typer(
    help="Focus on a to-do: start, status, pause, resume, skip, stop, log, report and more.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

_PERIOD = "DURATION"


@app.command("start")
def start(
    ctx: typer.Context,
    todo: Annotated[
        str | None,
        typer.Option("--todo", metavar="TODO", help="What to work on: its number, or the end of its id."),
    ] = None,
    work: Annotated[
        str | None, typer.Option("--work", metavar=_PERIOD, help="A work period: 25m, 90s, 2h.")
    ] = None,
    break_: Annotated[str | None, typer.Option("--break", metavar=_PERIOD, help="A break.")] = None,
    long_break: Annotated[
        str | None, typer.Option("--long-break", metavar=_PERIOD, help="A long break.")
    ] = None,
    every: Annotated[int | None, typer.Option("--every", help="Work periods before a long break.")] = None,
    rounds: Annotated[int | None, typer.Option("--rounds", help="Work periods in all.")] = None,
    preset: Annotated[
        str | None, typer.Option("--preset", metavar="NAME", help="A plan of focus.presets, such as deep.")
    ] = None,
    tag: options.NewTags = None,
    strict: Annotated[bool, typer.Option("--strict", help="It will not pause.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Return at once; no countdown.")] = False,
    sound: Annotated[
        str | None,
        typer.Option("--sound", metavar="FILE", help="Sound at the end of periods, for this session."),
    ] = None,
) -> None:
    """Start a session: periods of work and breaks between them."""
    from braindump_cli.commands.focus_plan import Wishes, planned
    from braindump_cli.services import focus
    from braindump_cli.services.todos import one_todo

    runtime: Runtime = ctx.obj
    if sound is not None:
        _choose_sound(sound, runtime)
    plan = planned(Wishes(work, break_, long_break, every, rounds, preset, strict), runtime)
    tags = options.clean_tags(tag)
    chosen = one_todo(todo, runtime.todos) if todo is not None else None
    settle(runtime)
    changed = focus.start(plan, runtime.timer, todo=chosen, tags=tags)
    if not detach and runtime.out.is_live and runtime.out.can_ask:
        from braindump_cli.commands.focusing import watch as sit

        tell(runtime, changed.warnings)
        sit(runtime)
        return
    show_changed(runtime, changed, "Started.")


@app.command("status")
def status(
    ctx: typer.Context,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="TEMPLATE", help='One line of your own: "{phase} {remaining} {todo}".'
        ),
    ] = None,
) -> None:
    """Tell where the session stands; status 1 where none runs."""
    runtime: Runtime = ctx.obj
    view = runtime.focus
    if format_ is None:
        if view.standing.is_running or runtime.flags.json:
            show(runtime, view)
    else:
        _show_filled(format_, view, runtime)
    if view.gap:
        runtime.out.talk("Nobody was there for a while: braindump focus resume asks what that was.")
    if not view.standing.is_running:
        from braindump_cli.services.focus import NOTHING_RUNS

        if not runtime.flags.json:
            runtime.out.warn("no", _why_not(view))
        raise NoError(NOTHING_RUNS)


@app.command("watch")
def watch(ctx: typer.Context) -> None:
    """Show the countdown of the session that runs, on a terminal."""
    runtime: Runtime = ctx.obj
    if not (runtime.out.is_live and runtime.out.can_ask):
        raise UsageError(
            "A countdown needs a terminal.", hint="braindump focus status tells where it stands."
        )
    settle(runtime)
    if not runtime.focus.standing.is_running:
        from braindump_cli.services.focus import NOTHING_RUNS, TO_START

        raise deny(runtime, NoError(NOTHING_RUNS, hint=TO_START))
    from braindump_cli.commands.focusing import watch as sit
    from braindump_cli.services.focus import attend

    attend(runtime.timer)
    sit(runtime)


@app.command("pause")
def pause(ctx: typer.Context) -> None:
    """Let time stand still."""
    from braindump_cli.services import focus

    _change(ctx.obj, focus.pause, "Paused.")


@app.command("resume")
def resume(ctx: typer.Context) -> None:
    """Let time go on."""
    from braindump_cli.services import focus

    _change(ctx.obj, focus.resume, "On it goes.")


@app.command("skip")
def skip(ctx: typer.Context) -> None:
    """End this period and begin the next one."""
    from braindump_cli.services import focus

    _change(ctx.obj, focus.skip, "Skipped.")


@app.command("stop")
def stop(
    ctx: typer.Context,
    done: Annotated[
        bool | None,
        typer.Option("--done/--not-done", help="Whether its to-do is done; else a terminal asks."),
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="What got done; becomes an entry.")
    ] = None,
) -> None:
    """End the session; on a terminal it asks what got done."""
    from braindump_cli.commands.focus_asking import asked_outcome, keep_note
    from braindump_cli.services.focus import view_of
    from braindump_cli.services.focus_end import Outcome, conclude
    from braindump_cli.services.focus_end import stop as end

    runtime: Runtime = ctx.obj
    outcome = Outcome(bool(done), runtime.clean(note or ""), keep_note(runtime))
    if ended := settle(runtime):
        _conclude_ended(ended, outcome, runtime)
        return
    try:
        changed = end(runtime.timer, outcome)
    except NoError as error:
        raise deny(runtime, error) from None
    if runtime.out.can_ask and done is None and note is None and changed.view.session:
        said = asked_outcome(runtime, changed.view)
        noted = conclude(changed.view.session, said, runtime.timer)
        changed = changed._replace(view=view_of(noted, runtime.timer))
    runtime.adopt()
    show_changed(runtime, changed, "Stopped.")


app.command("log")(focus_report.log)
app.command("report")(focus_report.report)
app.command("add")(focus_past.add)
app.command("edit")(focus_past.edit)
app.command("undo")(focus_past.undo)


def _conclude_ended(ended: "View", outcome: "Outcome", runtime: "Runtime") -> None:
    """Show what ended while nobody was there, with what is said of it."""
    from braindump_cli.services.focus import view_of
    from braindump_cli.services.focus_end import conclude

    view = ended
    if ended.session:
        view = view_of(conclude(ended.session, outcome, runtime.timer), runtime.timer)
    show(runtime, view, "Stopped.", "stop")


def _why_not(view: "View") -> str:
    from braindump_cli.services.focus import NOTHING_RUNS, TO_START

    if view.standing.phase == OVER:
        return (
            "The plan is over. braindump focus stop notes what got done, braindump focus start begins anew."
        )
    return f"{NOTHING_RUNS} {TO_START}"


def _change(runtime: "Runtime", change: "Callable[[Timer], Changed]", word: str) -> None:
    """Change the session that runs and show it; where none does, answer with status 1."""
    try:
        settle(runtime)
        changed = change(runtime.timer)
    except NoError as error:
        raise deny(runtime, error) from None
    show_changed(runtime, changed, word)


def _show_filled(template: str, view: "View", runtime: "Runtime") -> None:
    """Print one line of the user's own making."""
    from braindump_cli.rendering.focus import filled
    from braindump_cli.rendering.page import bare

    if runtime.flags.json:
        raise UsageError("--format goes without --json.")
    runtime.out.page([bare(filled(template, view))])


def _choose_sound(sound: str, runtime: "Runtime") -> None:
    """Let this session's helper, which gets our environment, play the file. Raises NotFoundError."""
    path = Path(sound).expanduser().absolute()
    if not path.is_file():
        raise NotFoundError(f"There is no sound file {sound}.")
    os.environ["BRAINDUMP_FOCUS_SOUND"] = str(path)
    runtime.reread_settings()
