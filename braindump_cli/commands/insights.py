"""insights show, redo, edit."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.answers import closable, tell_what_waits
from braindump_cli.commands.asking import must_be_able, showing_what_would_leave, tell, warn_older, watched
from braindump_cli.domain.job import ANALYSE
from braindump_cli.errors import BadDataError, ConflictError, NotFoundError, UsageError
from braindump_cli.rendering.output import is_terminal
from braindump_cli.services.journal import one_entry

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.insight import Findings, Insights
    from braindump_cli.rendering.page import Page
    from braindump_cli.rendering.todos import News
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.insights import Understood

_MODEL_ENGINE = "openai"  # whom `--model` without `--engine` means

app = typer.Typer(help="What an entry says: show, redo, edit.", rich_markup_mode=None, no_args_is_help=True)


@app.command("show")
def show(ctx: typer.Context, entry: options.Selected) -> None:
    """Show what was understood of an entry."""
    runtime: Runtime = ctx.obj
    _show(*_current(entry, runtime), runtime)
    tell_what_waits(runtime)


@app.command("redo")
def redo(
    ctx: typer.Context,
    entry: options.Selected,
    engine: options.Engine = None,
    model: Annotated[str | None, typer.Option("--model", help="Ask this model, this once.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also in place of insights edited by hand.")] = False,
    dry_run: options.DryRun = False,
) -> None:
    """Read an entry again; to-dos you changed or finished stay."""
    runtime: Runtime = ctx.obj
    chosen = one_entry(entry, runtime.entries)
    if not chosen.text.strip():
        raise NotFoundError(f"Entry {chosen.number} has no text yet.", hint="braindump process")
    current = runtime.insights.current(chosen.id)
    if current and current.is_edited and not force:
        hint = f"braindump insights redo {chosen.number} --force reads the entry anew."
        raise ConflictError(f"The insights of entry {chosen.number} were edited by hand.", hint=hint)
    named = engine or (_MODEL_ENGINE if model else None)
    if dry_run:
        with showing_what_would_leave(runtime):
            _read_by(named, model, chosen, runtime)
        return
    runtime.adopt()
    before = runtime.todos.of_entry(chosen.id)
    with watched(runtime) as watch:
        understood = _read_by(named, model, chosen, runtime)
    told = tell(runtime, understood.warnings)
    if understood.is_less:
        runtime.jobs.add(chosen.id, ANALYSE)
        runtime.out.talk("A model is asked again: braindump process")
    _show(chosen, understood.version, runtime, news=watch.news(chosen.id, before))
    told.ask(runtime)


def _read_by(engine: str | None, model: str | None, chosen: "Entry", runtime: "Runtime") -> "Understood":
    """Read with the engine that was named, else with the first that may be asked and answers.

    An engine elsewhere is given an entry older than the user's consent only by name. Raises ProviderError,
    ForbiddenError.
    """
    from braindump_cli.registry import ANALYSTS
    from braindump_cli.services.insights import understand

    reading = runtime.reading
    if engine:
        analyst = runtime.engine(ANALYSTS, engine, model=model)
        must_be_able(analyst, chosen, runtime)
        reading = reading._replace(panel=reading.panel.only(analyst))
    else:
        warn_older(runtime, reading.panel, chosen)
    return understand(chosen, reading=reading, mind=runtime.mind, is_asked_for=engine is not None)


@app.command("edit")
def edit(
    ctx: typer.Context,
    entry: options.Selected,
    source: Annotated[
        str | None, typer.Argument(metavar="[-]", help="- reads the new insights, JSON, from stdin.")
    ] = None,
) -> None:
    """Change an entry's insights, as JSON, in your editor or from a pipe."""
    from braindump_cli.services.insights import edit_insights

    runtime: Runtime = ctx.obj
    if source not in (None, "-"):
        raise UsageError(
            f"{source!r} cannot be read from here.", hint="Use - for stdin, or nothing for your editor."
        )
    chosen, current = _current(entry, runtime)
    runtime.adopt()
    with _words(current, is_piped=source == "-", runtime=runtime) as words:
        version = edit_insights(chosen, _read(words, current), mind=runtime.mind)
    _show(chosen, version, runtime)


def _current(words: str, runtime: "Runtime") -> "tuple[Entry, Insights]":
    entry = one_entry(words, runtime.entries)
    current = runtime.insights.current(entry.id)
    if current is None:
        raise NotFoundError(
            f"Entry {entry.number} has no insights yet.", hint=f"braindump insights redo {entry.number}"
        )
    return entry, current


@contextmanager
def _words(current: "Insights", *, is_piped: bool, runtime: "Runtime") -> Iterator[str]:
    """Give the JSON as somebody changed it."""
    import json

    from braindump_cli.commands.typed import from_editor, stdin_text
    from braindump_cli.domain.findings import to_plain

    if is_piped or not is_terminal(sys.stdin):
        yield stdin_text(runtime)
    elif runtime.flags.no_input:
        raise UsageError("--no-input asks for no editor.", hint="Use - to read the new insights from stdin.")
    else:
        before = json.dumps(to_plain(current.findings), indent=2, ensure_ascii=False) + "\n"
        with from_editor(runtime, before, suffix=".json") as words:
            yield words


def _read(words: str, current: "Insights") -> "Findings":
    """Return the insights in `words`; fields that are not there stay. Raises BadDataError that names the field."""
    import json

    from braindump_cli.domain.findings import from_plain, to_plain

    try:
        plain = json.loads(words)
        if not isinstance(plain, dict):
            raise BadDataError("The insights must be one JSON object.")
        return from_plain({**to_plain(current.findings), **plain, **_fields_of_envelope(plain)})
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadDataError(f"The insights are not JSON: {error}.", hint="Nothing was changed.") from error
    except ValueError as error:
        raise BadDataError(f"The insights cannot be read: {error}.", hint="Nothing was changed.") from error


def _fields_of_envelope(plain: dict[str, object]) -> dict[str, object]:
    """Let the answer of `insights show --json` be edited and sent back as it came."""
    data = plain.get("data")
    return data if isinstance(data, dict) else {}


def _show(entry: "Entry", current: "Insights", runtime: "Runtime", news: "News | None" = None) -> None:
    from braindump_cli.rendering.documents import insights_document
    from braindump_cli.rendering.insights import findings_page
    from braindump_cli.rendering.todos import NO_NEWS

    def page() -> "Page":
        todos = runtime.todos.of_entry(entry.id)
        told = (news or NO_NEWS)._replace(closes=closable(runtime, current))
        return findings_page(current, todos, here=runtime.here, news=told)

    runtime.out.show("insights/1", insights_document(current), page)
