"""Options that mean the same wherever they stand, and what their words become."""

from collections.abc import Sequence
from datetime import date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.errors import UsageError

if TYPE_CHECKING:
    from braindump_cli.domain.moments import Span
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

USUAL_LIMIT = 20

Selected = Annotated[
    str, typer.Argument(metavar="ENTRY", help="Its number, the end of its id, last, or last~2.")
]
SelectedTodo = Annotated[str, typer.Argument(metavar="TODO", help="Its number, or the end of its id.")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="DAY", help="From this day on: yesterday, last friday, 2026-11-02."),
]
To = Annotated[str | None, typer.Option("--to", metavar="DAY", help="Up to and including this day.")]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help="On this day, in this month or year.")]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="With this tag; may be given again.")
]
Starred = Annotated[bool, typer.Option("--starred", help="Starred ones alone.")]
Kind = Annotated[str | None, typer.Option("--kind", metavar="voice|text", help="Spoken or typed ones alone.")]
Limit = Annotated[
    int | None, typer.Option("--limit", "-n", min=0, help="How many: 20, with --json all; 0 = all.")
]
Sort = Annotated[str | None, typer.Option("--sort", metavar="newest|oldest", help="Which come first.")]
Title = Annotated[str, typer.Option("--title", help="A title; else one is made from the text.")]
NewTags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="A tag; may be given again.")]
At = Annotated[
    str | None, typer.Option("--at", metavar="WHEN", help='When it was: "yesterday 9pm", 2026-11-02T21:00.')
]
Engine = Annotated[
    str | None,
    typer.Option("--engine", metavar="NAME", help="Ask this engine alone; braindump status lists them."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, and send nothing.")]
Private = Annotated[bool, typer.Option("--private", help="Never send anything of it anywhere.")]
NoInsights = Annotated[
    bool, typer.Option("--no-insights", help="Keep it without looking for to-dos and the rest.")
]


def limit_of(limit: int | None, runtime: "Runtime") -> int | None:
    """Return how many to show: None is everything."""
    if limit is None:
        return None if runtime.flags.json else USUAL_LIMIT
    return limit or None


def and_one(most: int | None, runtime: "Runtime") -> int | None:
    """Return one more than is shown to people, to know whether there is more; programs get what they ask for."""
    return most if most is None or runtime.flags.json else most + 1


def more(found: Sequence[object], most: int | None) -> "Page":
    """Return a line that says that there is more than was shown."""
    from braindump_cli.rendering.page import FAINT, line

    return [line("There is more: --limit 0", weight=FAINT)] if most is not None and len(found) > most else []


def entry_filter(
    runtime: "Runtime",
    *,
    days: tuple[str | None, str | None, str | None],
    tags: list[str] | None,
    starred: bool,
    kind: str | None,
    limit: int | None,
    sort: str | None,
) -> EntryFilter:
    """Return the filter that the options describe; `days` are --from, --to, --on. Raises UsageError."""
    since, until = _between(*days, runtime)
    return EntryFilter(
        since=since,
        until=until,
        tags=clean_tags(tags),
        starred_only=starred,
        kind=one_of(kind, ("voice", "text"), option="--kind"),
        newest_first=one_of(sort, ("newest", "oldest"), option="--sort") != "oldest",
        limit=limit_of(limit, runtime),
    )


def one_of(value: str | None, allowed: tuple[str, ...], *, option: str) -> str | None:
    """Return the value if it is allowed, or None if none was given. Raises UsageError."""
    if value is not None and value not in allowed:
        raise UsageError(f"{option} cannot be {value!r}.", hint=f"Allowed: {', '.join(allowed)}.")
    return value


def clean_tags(tags: list[str] | None) -> tuple[str, ...]:
    """Return tags as they are kept: lower case, without the `#`, each once. Raises UsageError for one with blanks."""
    cleaned = [tag.strip().lstrip("#").lower() for tag in tags or ()]
    for tag, given in zip(cleaned, tags or (), strict=True):
        if not tag or any(char.isspace() or ord(char) < 0x20 or "\ud800" <= char <= "\udfff" for char in tag):
            raise UsageError(f"{given!r} cannot be a tag.", hint="A tag is one word, such as work or leeds.")
    return tuple(dict.fromkeys(cleaned))


def moment_of(words: str | None, runtime: "Runtime") -> datetime | None:
    """Return the instant that `--at` names. Raises UsageError."""
    if words is None:
        return None
    from braindump_cli.domain.moments import parse_moment

    at = parse_moment(words, runtime.clock.now(), runtime.zone)
    if at is None:
        raise UsageError(
            f"--at cannot be {words!r}.",
            hint='Say it like "yesterday 9pm", "3 days ago" or 2026-11-02T21:00.',
        )
    return at


def _between(
    since: str | None, until: str | None, on: str | None, runtime: "Runtime"
) -> tuple[datetime | None, datetime | None]:
    if on is not None and (since is not None or until is not None):
        raise UsageError("--on goes without --from and --to.")
    if on is not None:
        span = _span(on, "--on", runtime)
        return _midnight(span.first, runtime.zone), _midnight(span.after, runtime.zone)
    first = _midnight(_span(since, "--from", runtime).first, runtime.zone) if since is not None else None
    after = _midnight(_span(until, "--to", runtime).after, runtime.zone) if until is not None else None
    if first and after and first >= after:
        raise UsageError("--from lies after --to.", hint=f"Did you mean --from {until} --to {since}?")
    return first, after


def _span(words: str, option: str, runtime: "Runtime") -> "Span":
    from braindump_cli.domain.moments import parse_span

    sunday = runtime.settings.journal_week_start == "sunday"
    span = parse_span(words, runtime.today, week_starts_sunday=sunday)
    if span is None:
        hint = "Say it like yesterday, last friday, 3 days ago, november or 2026-11-02."
        raise UsageError(f"{option} cannot be {words!r}.", hint=hint)
    return span


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    try:
        local = datetime.combine(day, time())
        return local.replace(tzinfo=zone) if zone else local.astimezone()
    except (OverflowError, OSError, ValueError):
        raise UsageError(f"{day} is out of reach.") from None
