"""process: all waiting work, for cron and for people."""

import gc
from typing import TYPE_CHECKING

import typer

from braindump_cli.commands.answers import say
from braindump_cli.commands.sources import take_in_cut_short
from braindump_cli.errors import PartialError

if TYPE_CHECKING:
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.work import Processed

app = typer.Typer()


@app.command("process")
def process(ctx: typer.Context) -> None:
    """Do all waiting work; made for cron: adopt recordings, transcribe, understand, seal. Safe to run twice at once."""
    gc.enable()  # this one may run for hours
    runtime: Runtime = ctx.obj
    adopted = runtime.adopt() + take_in_cut_short(runtime)
    runtime.sweep()
    worked = runtime.work()
    for code, message in dict.fromkeys(worked.warnings):
        runtime.out.warn(code, message)
    document = {
        "done": worked.done,
        "failed": worked.failed,
        "waiting": worked.waiting,
        "next_at": worked.next_at,
    }
    say(runtime, "process/1", document, *_told(adopted, worked))
    if worked.failed:
        raise typer.Exit(PartialError.exit_code)  # the answer and its warnings have told the rest


def _told(adopted: int, worked: "Processed") -> list[str]:
    if not (worked.done or worked.failed or worked.waiting):
        return ["Nothing waits."]
    words = [f"{worked.done} done"]
    words += [f"{worked.failed} failed"] if worked.failed else []
    words += [f"{worked.waiting} still waiting"] if worked.waiting else []
    found = f"{adopted} recording{'s' if adopted > 1 else ''} adopted." if adopted else ""
    return [", ".join(words) + ".", *([found] if found else [])]
