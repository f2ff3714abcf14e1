"""history: earlier versions of an entry."""

from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.answers import tell_what_waits
from braindump_cli.services.history import one_version, versions_of
from braindump_cli.services.journal import one_entry

if TYPE_CHECKING:
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer()


@app.command("history")
def history(
    ctx: typer.Context,
    entry: options.Selected,
    show: Annotated[
        int | None, typer.Option("--show", metavar="N", min=1, help="Show this version whole.")
    ] = None,
) -> None:
    """Earlier versions of an entry: when each was replaced, and why."""
    from braindump_cli.rendering.history import history_page, version_document, version_page

    runtime: Runtime = ctx.obj
    chosen = one_entry(entry, runtime.entries)
    if show is not None:
        version = one_version(chosen, show, runtime.history)
        runtime.out.show(
            "entry_version/1", version_document(version), lambda: version_page(version, here=runtime.here)
        )
        return
    found = versions_of(chosen, runtime.history)

    def page() -> "Page":
        return history_page(chosen, found, here=runtime.here)

    runtime.out.show("history/1", map(version_document, found), page)
    tell_what_waits(runtime)
