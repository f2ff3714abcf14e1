"""transcribe: let an engine hear a recording once more."""

from functools import partial
from typing import TYPE_CHECKING

import typer

from braindump_cli.commands import options
from braindump_cli.commands.answers import show_entry
from braindump_cli.commands.asking import must_be_able, showing_what_would_leave, tell, warn_older, watched
from braindump_cli.domain.job import ANALYSE
from braindump_cli.errors import NotFoundError, ProviderError
from braindump_cli.services.journal import one_entry

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.ports import Transcriber
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.engines import Warnings

app = typer.Typer()


@app.command("transcribe")
def transcribe(
    ctx: typer.Context,
    entry: options.Selected,
    engine: options.Engine = None,
    dry_run: options.DryRun = False,
) -> None:
    """Let an engine hear a recording once more; every version of its text is kept."""
    runtime: Runtime = ctx.obj
    chosen = one_entry(entry, runtime.entries)
    if not chosen.recordings:
        raise NotFoundError(f"Entry {chosen.number} has no recording: it was typed.")
    if dry_run:
        with showing_what_would_leave(runtime):
            hear(runtime, chosen, engine)
        return
    runtime.adopt()
    with watched(runtime) as watch:
        if engine is None:
            warn_older(runtime, runtime.listeners, chosen)
        warnings = hear(runtime, chosen, engine)
        warnings += runtime.work(chosen.id, kinds=(ANALYSE,)).warnings
    now = runtime.entries.get(chosen.id)
    told = tell(runtime, warnings, now)
    show_entry(runtime, now, word="Heard again:", news=partial(watch.news, chosen.id, aside=told.word))
    told.ask(runtime)


def hear(
    runtime: "Runtime", entry: "Entry", name: str | None = None, *, is_asked_for: bool = False
) -> "Warnings":
    """Hear it with the engine named, else with the first that answers; return who failed before.

    `is_asked_for`: also if it is older than the user's consent. Raises ProviderError, ForbiddenError.
    """
    from braindump_cli.services.engines import Refusals
    from braindump_cli.services.recordings import hear_again, why_silent

    able = runtime.listeners.able(entry, is_asked_for=is_asked_for)
    engines = _named(runtime, entry, name) if name else able.engines
    if not engines:
        raise ProviderError(f"{why_silent(able)}.", hint="braindump status lists the engines.")
    refusals = Refusals()
    for engine in engines:
        runtime.out.detail(f"{engine.name} …")
        try:
            hear_again(entry, engine, hearing=runtime.hearing)
        except ProviderError as error:
            refusals.add(engine.name, error)
        else:
            return (*(() if name else able.warnings), *refusals.warnings)
    raise refusals.error()


def _named(runtime: "Runtime", entry: "Entry", name: str) -> "tuple[Transcriber, ...]":
    from braindump_cli.registry import TRANSCRIBERS

    engine: Transcriber = runtime.engine(TRANSCRIBERS, name)
    must_be_able(engine, entry, runtime)
    return (engine,)
