"""add: typed entries."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.answers import rest_may_wait, show_entry, show_recovery_code_once, show_sealed
from braindump_cli.commands.asking import tell, watched
from braindump_cli.domain.entry import TEXT
from braindump_cli.domain.ids import new_id
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.errors import StoppedError, UsageError
from braindump_cli.rendering.output import is_terminal

if TYPE_CHECKING:
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.engines import Warnings

app = typer.Typer()


@app.command("add")
def add(
    ctx: typer.Context,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT|-]", help="The words; - reads stdin.")
    ] = None,
    at: options.At = None,
    title: options.Title = "",
    tag: options.NewTags = None,
    private: options.Private = False,
    no_insights: options.NoInsights = False,
) -> None:
    """Type an entry: as argument, from a pipe or in your editor."""
    from braindump_cli.services.journal import keep_text

    runtime: Runtime = ctx.obj
    runtime.forgive_settings()  # what was typed counts for more than a slip in config.toml
    moment = options.moment_of(at, runtime)
    tags = options.clean_tags(tag)
    zone, language = runtime.zone_name, runtime.language
    with _words(text, runtime) as (words, source):
        if not words.strip():
            raise UsageError("There is nothing to keep.", hint='braindump add "What is on your mind"')
        now = runtime.clock.now()
        new = NewEntry(
            id=new_id(now), kind=TEXT, created_at=moment or now, zone=zone, language=language,
            title=runtime.clean(title), text=runtime.clean(words).strip("\n"), tags=tags, is_private=private,
            wants_insights=not no_insights, source=source,
        )  # fmt: skip
        is_locked = runtime.is_locked
        if is_locked:
            runtime.inbox.keep_text(new)
        else:
            keep_text(new, journal=runtime.journal, entries=runtime.entries, jobs=runtime.jobs)
    if is_locked:
        show_sealed(runtime, new)
        return
    warnings: Warnings = ()
    with _kept(runtime, new.id), watched(runtime) as watch, rest_may_wait(runtime):
        warnings = runtime.work(new.id).warnings
        runtime.adopt()
    entry = runtime.entries.get(new.id)
    told = tell(runtime, warnings, entry)
    show_entry(runtime, entry, word="Kept as", news=partial(watch.news, new.id, aside=told.word))
    show_recovery_code_once(runtime)
    told.ask(runtime)


@contextmanager
def _kept(runtime: "Runtime", entry_id: str) -> Iterator[None]:
    """Say at a Ctrl-C inside that the words are safe. Raises StoppedError."""
    try:
        yield
    except KeyboardInterrupt:
        message = f"Stopped; it is kept as {runtime.entries.get(entry_id).number}."
        raise StoppedError(message, hint="braindump process does the rest.") from None


@contextmanager
def _words(text: list[str] | None, runtime: "Runtime") -> Iterator[tuple[str, str]]:
    """Give the words and where they came from."""
    from braindump_cli.commands.typed import from_editor, stdin_text

    if text and text != ["-"]:
        yield " ".join(text), "argument"
    elif text == ["-"] or not is_terminal(sys.stdin):
        yield stdin_text(runtime), "stdin"
    elif runtime.flags.no_input:
        raise UsageError("There is nothing to keep, and --no-input asks for no editor.")
    else:
        with from_editor(runtime, "") as words:
            yield words, "editor"
