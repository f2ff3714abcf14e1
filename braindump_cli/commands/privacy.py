"""privacy log: what left this machine, never the text."""

from typing import TYPE_CHECKING, Any

import typer

from braindump_cli.commands import options
from braindump_cli.domain.stamps import maybe_stamp, to_stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from braindump_cli.domain.leaving import Sent
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer(help="Show what left this machine: log.", rich_markup_mode=None, no_args_is_help=True)


@app.command("log")
def log(
    ctx: typer.Context,
    from_: options.From = None,
    to: options.To = None,
    on: options.On = None,
    limit: options.Limit = None,
) -> None:
    """List every request: when, to whom, how much, at what cost; never the text."""
    runtime: Runtime = ctx.obj
    wanted = options.entry_filter(
        runtime, days=(from_, to, on), tags=None, starred=False, kind=None, limit=limit, sort=None
    )
    if not runtime.vault.exists:
        runtime.out.show("sent_log/1", [], lambda: _page([], {}, runtime))
        return
    _ = runtime.journal
    numbers = runtime.ledger.entry_numbers()
    most = wanted.limit if runtime.flags.json else None  # the sums for people are those of all
    found = runtime.ledger.log(since=wanted.since, until=wanted.until, limit=most)
    runtime.out.show(
        "sent_log/1",
        (_document(sent, numbers) for sent in found),
        lambda: _page(list(found), numbers, runtime, most=wanted.limit),
    )


def _page(
    found: "list[Sent]", numbers: "Mapping[str, int]", runtime: "Runtime", *, most: int | None = None
) -> "Page":
    from braindump_cli.rendering.leaving import sent_page

    return [*sent_page(found, numbers, most=most, here=runtime.here), *options.more(found, most)]


def _document(sent: "Sent", numbers: "Mapping[str, int]") -> dict[str, Any]:
    return {
        "number": sent.number,
        "sent_at": to_stamp(sent.sent_at),
        "ended_at": maybe_stamp(sent.ended_at),
        "provider": sent.provider,
        "purpose": sent.purpose,
        "model": sent.model or None,
        "address": sent.address,
        "size_bytes": sent.size_bytes,
        "cost_usd": sent.cost_usd,
        "entry_id": sent.entry_id,
        "entry_number": numbers.get(sent.entry_id or ""),
        "outcome": sent.outcome,
    }
