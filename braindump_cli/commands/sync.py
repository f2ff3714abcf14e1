"""sync: this journal and the account's rows become the same."""

import gc
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands.account import must_be_signed_in
from braindump_cli.commands.questions import read_secret
from braindump_cli.errors import BraindumpError, LostAnswerError, PartialError, UnreachableError, UsageError

if TYPE_CHECKING:
    from braindump_cli.domain.sync_report import SyncReport
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime


app = typer.Typer()

_GATHER_S, _AT_MOST_S = 2.0, 20.0  # of a background sync
_CODE = "Recovery code of the account"
_OTHER = "That code does not open the account."
_TRIES = 3


@app.command("sync")
def sync(
    ctx: typer.Context,
    audio: Annotated[bool, typer.Option("--audio", help="Fetch all recordings as well.")] = False,
    recovery: Annotated[
        bool,
        typer.Option(
            "--recovery", help="Take the account's recovery code: typed without echo, or from stdin."
        ),
    ] = False,
    background: Annotated[bool, typer.Option("--background", hidden=True)] = False,
) -> None:
    """Make this journal and your account's the same."""
    gc.enable()  # a first one may take minutes
    runtime: Runtime = ctx.obj
    if background:
        _in_background(runtime)
        return
    must_be_signed_in(runtime)
    codes = [read_secret(_CODE, runtime)] if recovery else []
    _wait_for_turn(runtime)
    with runtime.only_sync(wait=True):
        report = _synced(runtime, codes, fetches_sound=audio)
    for code, message in report.warnings:
        runtime.out.warn(code, message)
    show_report(runtime, report)


def show_report(runtime: "Runtime", report: "SyncReport") -> None:
    """Answer with what a sync came to."""
    from braindump_cli.rendering.sync import sync_document, sync_page

    def page() -> "Page":
        return sync_page(report)

    runtime.out.show("sync/1", sync_document(report, runtime.synced.last_sync_at()), page)


def _in_background(runtime: "Runtime") -> None:
    """Sync without a word; the kernel ends it when its time is up, and whatever it was at can be done again."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, _AT_MOST_S)
    try:
        must_be_signed_in(runtime)
        runtime.sync_gathered(_GATHER_S)
    except BraindumpError as error:
        raise typer.Exit(error.exit_code) from None


def _wait_for_turn(runtime: "Runtime") -> None:
    with runtime.only_sync(wait=False) as is_ours:
        if not is_ours:
            runtime.out.talk("Another sync is under way; one moment.")


def _synced(runtime: "Runtime", codes: list[str], *, fetches_sound: bool) -> "SyncReport":
    """Sync, and ask for the recovery code where the account has one. Raises PartialError where nobody answers."""
    from braindump_cli.services.account_key import CodeNeededError

    for tries_left in reversed(range(_TRIES)):
        try:
            return _told(runtime, codes, fetches_sound=fetches_sound)
        except (CodeNeededError, UsageError) as error:  # UsageError: a mistyped one
            is_other = codes and isinstance(error, CodeNeededError)
            if not runtime.out.can_ask or not tries_left:
                raise CodeNeededError(_OTHER, hint=error.hint) if is_other else error from None
            runtime.out.talk(_OTHER if is_other else error.message)
            codes = [runtime.out.ask(_CODE, is_secret=True)]
    raise AssertionError


def _told(runtime: "Runtime", codes: list[str], *, fetches_sound: bool) -> "SyncReport":
    from braindump_cli.rendering.progress import Progress
    from braindump_cli.rendering.sync import counted

    progress = Progress(runtime.out)
    try:
        wishes = runtime.wishes(codes, fetches_sound=fetches_sound)
        progress.show("Syncing: asking")
        return runtime.sync(wishes, told=lambda report: progress.show(f"Syncing: {counted(report)}"))
    except (UnreachableError, LostAnswerError) as error:
        hint = "What was done stays done; braindump sync goes on from there."
        raise PartialError(error.message, hint=hint) from None
    finally:
        progress.wipe()
