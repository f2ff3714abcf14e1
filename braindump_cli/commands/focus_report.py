"""focus log, report."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.errors import UsageError

if TYPE_CHECKING:
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

Csv = Annotated[bool, typer.Option("--csv", help="As CSV, with a head.")]
_BY = ("todo", "tag", "weekday", "hour")


def log(
    ctx: typer.Context,
    since: options.From = None,
    until: options.To = None,
    on: options.On = None,
    tag: options.Tags = None,
    limit: options.Limit = None,
    sort: options.Sort = None,
    csv: Csv = False,
) -> None:
    """List sessions, newest first."""
    from braindump_cli.services import focus_report

    runtime: Runtime = ctx.obj
    _check_form(runtime, csv=csv)
    wanted = options.entry_filter(
        runtime, days=(since, until, on), tags=tag, starred=False, kind=None, limit=limit, sort=sort
    )
    most = None if csv and limit is None else wanted.limit
    found = focus_report.log(
        wanted._replace(limit=most if csv else options.and_one(most, runtime)), runtime.timer
    )
    if csv:
        from braindump_cli.rendering.focus_past import csv_rows

        _write_csv(csv_rows(found), runtime)
        return

    def page() -> "Page":
        from braindump_cli.rendering.focus_past import log_page

        shown = list(found)
        return [*log_page(shown[:most], here=runtime.here), *options.more(shown, most)]

    from braindump_cli.rendering.focus_past import session_document

    runtime.out.show("focus_log/1", map(session_document, found), page)


def report(
    ctx: typer.Context,
    day: Annotated[bool, typer.Option("--day", help="Today.")] = False,
    week: Annotated[bool, typer.Option("--week", help="This week; so it is without any of these.")] = False,
    month: Annotated[bool, typer.Option("--month", help="This month.")] = False,
    since: options.From = None,
    until: options.To = None,
    on: options.On = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="todo|tag|weekday|hour", help="What the bars are of.")
    ] = None,
    tag: options.Tags = None,
    csv: Csv = False,
) -> None:
    """Tell what focus came to: bars, planned and done, interruptions, best hours, streaks."""
    from braindump_cli.rendering.focus_report import csv_rows, report_document, report_page
    from braindump_cli.services.focus_report import report as summed

    runtime: Runtime = ctx.obj
    _check_form(runtime, csv=csv)
    chosen = options.one_of(by, _BY, option="--by")
    periods = [name for name, is_wanted in (("day", day), ("week", week), ("month", month)) if is_wanted]
    days = _days(periods, (since, until, on), runtime)
    wanted = options.entry_filter(runtime, days=days, tags=tag, starred=False, kind=None, limit=0, sort=None)
    found = summed(wanted, runtime.books, today=runtime.today, by=chosen)
    if csv:
        _write_csv(csv_rows(found), runtime)
        return
    runtime.out.show("focus_report/1", report_document(found), lambda: report_page(found, here=runtime.here))


Days = tuple[str | None, str | None, str | None]  # --from, --to, --on


def _days(periods: Sequence[str], given: Days, runtime: "Runtime") -> Days:
    """Return the days with both ends known. Raises UsageError."""
    has_days = any(day is not None for day in given)
    if len(periods) + has_days > 1:
        raise UsageError("Of --day, --week, --month and days only one can be meant.")
    since, until, on = given
    if since is None and until is not None:
        raise UsageError("--to goes with --from.", hint=f"braindump focus report --from monday --to {until}")
    if has_days:
        return since, until if since is None or until is not None else runtime.today.isoformat(), on
    period = periods[0] if periods else "week"
    return None, None, "today" if period == "day" else f"this {period}"


def _check_form(runtime: "Runtime", *, csv: bool) -> None:
    if csv and runtime.flags.json:
        raise UsageError("--csv goes without --json.")


def _write_csv(rows: Iterable[Sequence[object]], runtime: "Runtime") -> None:
    """Write rows as RFC 4180 has them, but with the line ends of this system's texts."""
    import csv

    csv.writer(runtime.out.out, lineterminator="\n").writerows(rows)
