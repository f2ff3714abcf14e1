"""record: speech from the microphone or a file becomes an entry."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.recording import record_and_show
from braindump_cli.commands.sources import Wish
from braindump_cli.errors import UsageError
from braindump_cli.settings import read_duration

if TYPE_CHECKING:
    from braindump_cli.runtime import Runtime

app = typer.Typer()


@app.command("record")
def record(
    ctx: typer.Context,
    source: Annotated[
        str | None, typer.Option("--from", metavar="FILE|-", help="A sound file, or - for stdin.")
    ] = None,
    device: Annotated[str | None, typer.Option("--device", help="Microphone, by name or number.")] = None,
    longest: Annotated[
        str | None, typer.Option("--max", metavar="TIME", help="Stop after this long: 90s, 25m, 2h.")
    ] = None,
    auto_stop: Annotated[
        str | None,
        typer.Option("--auto-stop", metavar="TIME", help="Stop after this much silence, once you spoke."),
    ] = None,
    lossless: Annotated[bool, typer.Option("--lossless", help="Keep it as FLAC.")] = False,
    title: options.Title = "",
    tag: options.NewTags = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="WHEN", help='When it was: "yesterday 9pm"; file = as the file tells.'),
    ] = None,
    private: options.Private = False,
    no_insights: options.NoInsights = False,
) -> None:
    """Speak: record, transcribe and keep an entry. Enter stops, space pauses, Ctrl-C stops and keeps."""
    runtime: Runtime = ctx.obj
    if source is not None and device is not None:
        raise UsageError("--device goes without --from.")
    if at == "file" and source in (None, "-"):
        raise UsageError("--at file needs --from FILE.")
    settings = runtime.settings
    usual = None if source else settings.record_max
    wish = Wish(
        source=source,
        device=device or settings.record_device,
        longest=_span(longest, "--max") if longest is not None else usual,
        silence=_span(auto_stop, "--auto-stop") if auto_stop is not None else settings.record_auto_stop,
        form="flac" if lossless else settings.record_format,
        title=runtime.clean(title),
        tags=options.clean_tags(tag),
        said_at=None if at == "file" else options.moment_of(at, runtime),
        takes_file_time=at == "file",
        is_private=private,
        wants_insights=not no_insights,
    )
    record_and_show(runtime, wish)


def _span(words: str, option: str) -> timedelta:
    try:
        span = read_duration(words)
    except (ValueError, OverflowError):
        raise UsageError(f"{option} cannot be {words!r}.", hint="Say it like 90s, 25m or 2h.") from None
    if not span:
        raise UsageError(f"{option} must be more than 0.")
    return span
