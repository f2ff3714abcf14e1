"""ask: a question to the journal."""

from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.answers import tell_what_waits
from braindump_cli.commands.asking import showing_what_would_leave, tell
from braindump_cli.commands.typed import stdin_text
from braindump_cli.errors import UsageError
from braindump_cli.services.asking import MOST_QUOTES, Pen, find_quotes, phrased

if TYPE_CHECKING:
    from braindump_cli.domain.asking import Asked
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.filters import EntryFilter
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer()


@app.command("ask")
def ask_journal(
    ctx: typer.Context,
    question: Annotated[list[str], typer.Argument(help="In your own words; - reads stdin.")],
    since: options.From = None,
    until: options.To = None,
    on: options.On = None,
    tag: options.Tags = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=0, help="How many quotes: 5; 0 = all that fit.")
    ] = None,
    dry_run: options.DryRun = False,
) -> None:
    """Ask your journal; the answer is made of your own words.

    Quotes from your entries, best first. With a model that may be asked, it phrases an answer from those quotes
    alone, and says so when they hold none. Private entries take no part.
    """
    from braindump_cli.rendering.asking import answer_document, answer_page

    runtime: Runtime = ctx.obj
    asked = stdin_text(runtime) if question == ["-"] else " ".join(question)
    words = " ".join(runtime.clean(asked).split())
    if not words:
        raise UsageError("A question needs words.", hint='braindump ask "when did I last see Ann?"')
    wanted = options.entry_filter(
        runtime, days=(since, until, on), tags=tag, starred=False, kind=None, limit=limit, sort=None
    )
    wanted = wanted._replace(limit=MOST_QUOTES if limit is None else limit or None)
    if dry_run:
        with showing_what_would_leave(runtime):
            _answered(words, wanted, runtime)
        return
    answered = _answered(words, wanted, runtime)
    told = tell(runtime, answered.warnings)

    def page() -> "Page":
        return answer_page(answered, here=runtime.here)

    runtime.out.show("answer/1", answer_document(answered), page)
    told.ask(runtime)
    tell_what_waits(runtime)


def _answered(words: str, wanted: "EntryFilter", runtime: "Runtime") -> "Asked":
    asked = find_quotes(words, wanted, entries=runtime.entries)
    pen = pen_of(runtime) if asked.quotes else None
    return phrased(asked, pen) if pen else asked


def pen_of(runtime: "Runtime") -> Pen | None:
    """Return the model that may phrase, if there is one."""
    writer = runtime.writer
    if writer is None:
        return None
    from braindump_cli.services.leaving import refused_for

    def may_leave(entry: "Entry") -> bool:
        return refused_for(entry, writer.place, runtime.permission) is None

    return Pen(writer, may_leave)
