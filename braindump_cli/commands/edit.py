"""edit: what an entry may be used for."""

from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.answers import say
from braindump_cli.domain.stamps import to_stamp
from braindump_cli.errors import ConflictError, UsageError
from braindump_cli.services.journal import one_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.leaving import Sent
    from braindump_cli.runtime import Runtime

app = typer.Typer()


@app.command("edit")
def edit(
    ctx: typer.Context,
    entry: options.Selected,
    private: Annotated[
        bool, typer.Option("--private", help="Send nothing of it any more, and take it off the server.")
    ] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Let it be sent again where your settings allow it.")
    ] = False,
) -> None:
    """Make an entry private, so that nothing of it leaves, or no longer so."""
    runtime: Runtime = ctx.obj
    if private == public:
        raise UsageError("What is to change?", hint="braindump edit ENTRY with --private or --public")
    chosen = one_entry(entry, runtime.entries)
    if chosen.is_private == private:
        word = "private already" if private else "not private"
        raise ConflictError(f"Entry {chosen.number} is {word}.")
    sent = [one for one in runtime.ledger.sent_of(chosen.id) if one.provider != "supabase"]
    was_synced = runtime.synced.may_be_there(chosen.id)
    runtime.entries.set_private(chosen.id, is_private=private)
    document = {
        "entry_id": chosen.id,
        "number": chosen.number,
        "is_private": private,
        "is_on_server": was_synced,
        "sent": [_told(one) for one in sent],
    }
    words = _private(runtime, chosen, sent, was_synced=was_synced) if private else _public(chosen)
    say(runtime, "entry_privacy/1", document, *words)


def _told(one: "Sent") -> dict[str, object]:
    return {
        "provider": one.provider,
        "purpose": one.purpose,
        "sent_at": to_stamp(one.sent_at),
        "size_bytes": one.size_bytes,
    }


def _private(runtime: "Runtime", entry: "Entry", sent: "Sequence[Sent]", *, was_synced: bool) -> list[str]:
    from braindump_cli.rendering import dates

    words = [f"Private from now on: {entry.number}."]
    for one in sent:
        at = dates.moment(runtime.here.local(one.sent_at), runtime.today)
        words.append(f"Sent before, and out of our hands: {one.provider}, {one.purpose}, {at}.")
    if was_synced:
        words.append(
            "The next sync takes it off the server; other machines move theirs to the trash: braindump sync"
        )
    elif not sent:
        words.append("Nothing of it was ever sent.")
    return words


def _public(entry: "Entry") -> list[str]:
    return [
        f"No longer private: {entry.number}.",
        "It is synced, and sent to engines, as your settings allow.",
    ]
