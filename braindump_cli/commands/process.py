"""process: all waiting work, for cron and for people."""

import gc
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from braindump_cli.commands.answers import say
from braindump_cli.commands.asking import tell
from braindump_cli.commands.sources import take_in_cut_short
from braindump_cli.errors import BraindumpError, PartialError, StoreError

if TYPE_CHECKING:
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.work import Processed

app = typer.Typer()


@app.command("process")
def process(
    ctx: typer.Context,
    drafts: Annotated[
        bool,
        typer.Option(
            "--drafts", help="Also let a better engine hear old drafts; says first what that costs."
        ),
    ] = False,
) -> None:
    """Do all waiting work; made for cron: adopt recordings, transcribe, understand, seal. Safe to run twice at once."""
    gc.enable()  # this one may run for hours
    runtime: Runtime = ctx.obj
    adopted = runtime.adopt() + take_in_cut_short(runtime)
    runtime.sweep()
    worked = runtime.work()
    found = _replaced(runtime) if drafts else None
    if found and found.replaced:
        again = runtime.work()
        worked = again._replace(
            done=worked.done + again.done + found.replaced,
            failed=worked.failed + again.failed,
            warnings=worked.warnings + again.warnings,
        )
    synced = _synced(runtime)
    tell(runtime, (*worked.warnings, *(found.warnings if found else ())))
    document = {
        "done": worked.done,
        "failed": worked.failed,
        "waiting": worked.waiting,
        "next_at": worked.next_at,
        "drafts": found.document if found else None,
        "sync": synced.document if synced else None,
    }
    words = [*_told(adopted, worked), *(found.words if found else ()), *(synced.words if synced else ())]
    say(runtime, "process/1", document, *words)
    if worked.failed:
        raise typer.Exit(PartialError.exit_code)  # the answer and its warnings have told the rest


class Replaced(NamedTuple):
    """What came of old drafts."""

    document: dict[str, object]
    replaced: int = 0
    warnings: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> list[str]:
        """How many are drafts still."""
        left = int(str(self.document["count"])) - self.replaced
        return [f"{left} draft{'s stay' if left > 1 else ' stays'}."] if left else []


class Synced(NamedTuple):
    """What came of the sync."""

    document: dict[str, object]
    words: tuple[str, ...]


def _synced(runtime: "Runtime") -> Synced | None:
    """Sync on a signed-in machine; where that fails it waits, like any other work. None where it did not come to it."""
    if not runtime.is_signed_in:
        return None
    from braindump_cli.rendering.sync import counted, sync_document

    with runtime.only_sync(wait=False) as is_ours:
        if not is_ours:
            return None
        try:
            report = runtime.sync(runtime.wishes())
        except StoreError:
            raise
        except BraindumpError as error:
            runtime.out.warn(error.code, f"Not synced: {error.whole}")
            return None
    for code, message in report.warnings:
        runtime.out.warn(code, message)
    return Synced(sync_document(report, runtime.last_sync_at), (f"Synced: {counted(report)}.",))


def _replaced(runtime: "Runtime") -> Replaced:
    """Say what replacing drafts costs, and do it, unless somebody at the terminal says no."""
    from braindump_cli.commands.drafts import find_drafts, replace_drafts

    drafts = find_drafts(runtime)
    runtime.out.talk(drafts.words())
    document = drafts.document()
    if not drafts.entries or (runtime.out.can_ask and not _agrees(runtime)):
        return Replaced({**document, "replaced": 0})
    done, warnings = replace_drafts(runtime, drafts)
    return Replaced({**document, "replaced": done}, done, warnings)


def _agrees(runtime: "Runtime") -> bool:
    return runtime.out.ask("Go on? y or n [n]").lower() in ("y", "yes")


def _told(adopted: int, worked: "Processed") -> list[str]:
    if not (worked.done or worked.failed or worked.waiting):
        return ["Nothing waits."]
    words = [f"{worked.done} done"]
    words += [f"{worked.failed} failed"] if worked.failed else []
    words += [f"{worked.waiting} still waiting"] if worked.waiting else []
    found = f"{adopted} recording{'s' if adopted > 1 else ''} adopted." if adopted else ""
    return [", ".join(words) + ".", *([found] if found else [])]
