"""today: what was said, what is due."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import typer

from braindump_cli.commands.answers import tell_what_waits
from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.todo import OPEN

if TYPE_CHECKING:
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer()


@app.command("today")
def today(ctx: typer.Context) -> None:
    """Show today's entries and what is due."""
    from braindump_cli.rendering.today import Beside, today_document, today_page
    from braindump_cli.services.focus_report import focused_s

    runtime: Runtime = ctx.obj
    day = runtime.today
    midnight = datetime.combine(day, time(), tzinfo=runtime.zone).astimezone(runtime.zone)
    after = datetime.combine(day + timedelta(days=1), time(), tzinfo=runtime.zone).astimezone(runtime.zone)
    entries = list(runtime.entries.find(EntryFilter(since=midnight, until=after, limit=None)))
    due = [todo for todo in runtime.todos.find(statuses=(OPEN,), due_until=day) if not todo.is_suggestion]

    worked_s = focused_s(midnight, after, runtime.books)
    beside = Beside(worked_s, runtime.last_sync_at)

    def page() -> "Page":
        return today_page(entries, due, beside=beside, here=runtime.here)

    runtime.out.show("today/1", today_document(day, entries, due, beside=beside), page)
    tell_what_waits(runtime)
