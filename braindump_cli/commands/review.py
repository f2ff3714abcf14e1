"""review: a look back on a week, a month, or any days."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.answers import tell_what_waits
from braindump_cli.commands.ask import pen_of
from braindump_cli.commands.asking import showing_what_would_leave, tell
from braindump_cli.domain.review import month_of, week_of
from braindump_cli.errors import UsageError
from braindump_cli.services.review import Shelf, digested, look_back

if TYPE_CHECKING:
    from braindump_cli.domain.filters import EntryFilter
    from braindump_cli.domain.review import Review
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer()


@app.command("review")
def review(
    ctx: typer.Context,
    week: Annotated[bool, typer.Option("--week", help="This week; on its first day the one before.")] = False,
    month: Annotated[
        bool, typer.Option("--month", help="This month; on its first day the one before.")
    ] = False,
    since: options.From = None,
    until: options.To = None,
    on: options.On = None,
    tag: options.Tags = None,
    dry_run: options.DryRun = False,
) -> None:
    """Look back on a week or a month: said and done, promised, decided, felt.

    This week, and on its first day the week before, when there is more to look back on. With a model that may be
    asked, a few sentences stand above the facts. Private entries take no part.
    """
    from braindump_cli.rendering.review import review_document, review_page

    runtime: Runtime = ctx.obj

    def looked_back(today: date) -> "Review":
        days = _days((since, until, on), is_week=week, is_month=month, today=today, runtime=runtime)
        wanted = options.entry_filter(
            runtime, days=days, tags=tag, starred=False, kind=None, limit=0, sort=None
        )
        return _found(wanted, runtime)

    def found_by_now() -> "Review":
        before = looked_back(runtime.today)
        if before.entries or before.focus:
            return before
        return looked_back(runtime.today + timedelta(days=1))  # on a first day: what there is of this week

    if dry_run:
        with showing_what_would_leave(runtime):
            found_by_now()
        return
    found = found_by_now()
    told = tell(runtime, found.warnings)

    def page() -> "Page":
        return review_page(found, here=runtime.here)

    runtime.out.show("review/1", review_document(found), page)
    told.ask(runtime)
    tell_what_waits(runtime)


def _days(
    given: tuple[str | None, str | None, str | None],
    *,
    is_week: bool,
    is_month: bool,
    today: date,
    runtime: "Runtime",
) -> tuple[str | None, str | None, str | None]:
    """Return --from, --to and --on with both ends known. Raises UsageError."""
    since, until, on = given
    has_days = any(day is not None for day in given)
    if is_week + is_month + has_days > 1:
        raise UsageError("Of --week, --month and days only one can be meant.")
    if since is None and until is not None:
        raise UsageError("--to goes with --from.", hint=f"braindump review --from monday --to {until}")
    if has_days:
        return since, until if since is None or until is not None else runtime.today.isoformat(), on
    starts_sunday = runtime.settings.journal_week_start == "sunday"
    span = month_of(today) if is_month else week_of(today, starts_sunday=starts_sunday)
    return span.first.isoformat(), (span.after - timedelta(days=1)).isoformat(), None


def _found(wanted: "EntryFilter", runtime: "Runtime") -> "Review":
    shelf = Shelf(runtime.entries, runtime.insights, runtime.todos, runtime.zone, runtime.books)
    found = look_back(wanted, shelf)
    pen = pen_of(runtime) if found.entries else None
    return digested(found, shelf, pen) if pen else found
