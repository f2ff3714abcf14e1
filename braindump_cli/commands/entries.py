"""list, show, search, delete, restore."""

from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.answers import say, show_entry, tell_what_waits
from braindump_cli.rendering.documents import entry_document
from braindump_cli.services.journal import delete_entry, one_entry, restore_entry

if TYPE_CHECKING:
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer()


@app.command("list")
def list_entries(
    ctx: typer.Context,
    since: options.From = None,
    until: options.To = None,
    on: options.On = None,
    tag: options.Tags = None,
    starred: options.Starred = False,
    kind: options.Kind = None,
    limit: options.Limit = None,
    sort: options.Sort = None,
    trash: Annotated[bool, typer.Option("--trash", help="What lies in the trash.")] = False,
) -> None:
    """List entries, newest first."""
    runtime: Runtime = ctx.obj
    wanted = options.entry_filter(
        runtime, days=(since, until, on), tags=tag, starred=starred, kind=kind, limit=limit, sort=sort
    )
    most = wanted.limit
    found = runtime.entries.find(wanted._replace(in_trash=trash, limit=options.and_one(most, runtime)))

    def page() -> "Page":
        from braindump_cli.rendering.entries import entry_list_page

        shown = list(found)
        return [*entry_list_page(shown[:most], here=runtime.here), *options.more(shown, most)]

    runtime.out.show("entries/1", map(entry_document, found), page)
    tell_what_waits(runtime)


@app.command("show")
def show(ctx: typer.Context, entry: options.Selected) -> None:
    """Show one entry whole."""
    runtime: Runtime = ctx.obj
    show_entry(runtime, one_entry(entry, runtime.entries))
    tell_what_waits(runtime)


@app.command("search")
def search_entries(
    ctx: typer.Context,
    query: Annotated[
        list[str], typer.Argument(help='Words that must all be there; "quoted ones" as a phrase.')
    ],
    since: options.From = None,
    until: options.To = None,
    on: options.On = None,
    tag: options.Tags = None,
    starred: options.Starred = False,
    kind: options.Kind = None,
    limit: options.Limit = None,
    sort: options.Sort = None,
) -> None:
    """Find entries by their words; the last word may be the beginning of one. Best first unless --sort is given."""
    runtime: Runtime = ctx.obj
    wanted = options.entry_filter(
        runtime, days=(since, until, on), tags=tag, starred=starred, kind=kind, limit=limit, sort=sort
    )
    found = runtime.entries.search(_query(query), wanted, by_time=sort is not None)

    def page() -> "Page":
        from braindump_cli.rendering.entries import found_page

        return found_page(list(found), here=runtime.here)

    documents = (
        {**entry_document(hit.entry), "snippet": hit.snippet.translate(_UNMARKED), "score": hit.score}
        for hit in found
    )
    runtime.out.show("entries/1", documents, page)
    tell_what_waits(runtime)


_UNMARKED = {2: None, 3: None}


def _query(words: list[str]) -> str:
    """Join arguments; one that the shell took the quotes of is a phrase again."""
    if len(words) == 1:
        return words[0]
    return " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)


@app.command("delete")
def delete(ctx: typer.Context, entry: options.Selected) -> None:
    """Put an entry into the trash; restore takes it out again."""
    runtime: Runtime = ctx.obj
    gone = delete_entry(one_entry(entry, runtime.entries), entries=runtime.entries, clock=runtime.clock)
    runtime.adopt()
    told = (f"In the trash: {gone.number}.", f"braindump restore {gone.number}")
    say(runtime, "entry/1", entry_document(gone), *told)


@app.command("restore")
def restore(ctx: typer.Context, entry: options.Selected) -> None:
    """Take an entry out of the trash."""
    runtime: Runtime = ctx.obj
    back = restore_entry(one_entry(entry, runtime.entries), entries=runtime.entries)
    runtime.adopt()
    say(runtime, "entry/1", entry_document(back), f"Restored: {back.number}.")
