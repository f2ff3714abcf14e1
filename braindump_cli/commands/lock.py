"""lock and unlock: the key forgotten, the passphrase, the recovery code."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands.answers import say
from braindump_cli.commands.questions import read_secret
from braindump_cli.errors import NotFoundError, UsageError
from braindump_cli.rendering.output import is_terminal
from braindump_cli.settings import write_duration

if TYPE_CHECKING:
    from braindump_cli.runtime import Runtime
    from braindump_cli.storage.keys.vault import Unlocked

app = typer.Typer(
    help="Forget the cached key; passphrase and recovery code.",
    rich_markup_mode=None,
    invoke_without_command=True,
)
unlock_app = typer.Typer()

FromStdin = Annotated[bool, typer.Option("--stdin", help="Read it from stdin instead of asking.")]


@app.callback()
def lock(ctx: typer.Context) -> None:
    """Forget the cached key; passphrase and recovery code."""
    runtime: Runtime = ctx.obj
    if ctx.invoked_subcommand is not None:
        return
    _must_exist(runtime)
    runtime.vault.forget()
    store = runtime.vault.store
    hint = {
        "keyring": "It rests in the system keyring; a passphrase keeps it out of there: braindump lock set",
        "file": "It rests in a file, so the journal stays open on this machine; braindump lock set changes that.",
        "passphrase": "braindump unlock",
    }
    say(runtime, "lock/1", _document(runtime), "The cached key is forgotten.", hint.get(store or "", ""))


@app.command("status")
def status(ctx: typer.Context) -> None:
    """Tell where the key rests and what opens the journal."""
    runtime: Runtime = ctx.obj
    document = _document(runtime)
    rests = document["key_store"] or "made with the first entry"
    opens = ("is_cached", "has_passphrase", "has_recovery_code")
    cached, passphrase, code = (_yes(document[name]) for name in opens)
    known = f"Cached: {cached}. Passphrase: {passphrase}. Recovery code: {code}."
    say(runtime, "lock/1", document, f"Key: {rests}.", known)


@app.command("set")
def set_passphrase(ctx: typer.Context, stdin: FromStdin = False) -> None:
    """Protect the journal with a passphrase; the key then rests nowhere."""
    runtime: Runtime = ctx.obj
    _must_exist(runtime)
    if runtime.vault.status().has_passphrase:
        raise UsageError("A passphrase is set already.", hint="braindump lock change")
    runtime.vault.reach()
    runtime.vault.set_passphrase(_new_passphrase(runtime, from_stdin=stdin))
    cached = write_duration(runtime.settings.keys_cache)
    say(
        runtime,
        "lock/1",
        _document(runtime),
        "The passphrase is set.",
        f"braindump unlock opens the journal for {cached}.",
    )


@app.command("change")
def change_passphrase(ctx: typer.Context, stdin: FromStdin = False) -> None:
    """Change the passphrase (from stdin: the old one and the new one, a line each)."""
    runtime: Runtime = ctx.obj
    old = read_secret("Passphrase now", runtime, from_stdin=stdin)
    new = _new_passphrase(runtime, from_stdin=stdin)
    runtime.vault.change_passphrase(old, new)
    say(runtime, "lock/1", _document(runtime), "The passphrase is changed.")


@app.command("remove")
def remove_passphrase(
    ctx: typer.Context,
    recovery: Annotated[bool, typer.Option("--recovery", help="With the recovery code instead.")] = False,
    stdin: FromStdin = False,
) -> None:
    """Take the passphrase away; the key rests in the keyring or a file again."""
    runtime: Runtime = ctx.obj
    _must_exist(runtime)
    if recovery:
        code = read_secret("Recovery code", runtime, from_stdin=stdin)
        unlocked = runtime.vault.unlock_with_recovery(code, end_passphrase=True)
    else:
        unlocked = runtime.vault.remove_passphrase(read_secret("Passphrase", runtime, from_stdin=stdin))
    say(
        runtime,
        "lock/1",
        _document(runtime),
        f"The passphrase is removed; the key rests in the {unlocked.store}.",
    )


@app.command("recovery")
def recovery(
    ctx: typer.Context,
    written_down: Annotated[
        bool, typer.Option("--written-down", help="Say that you have it on paper.")
    ] = False,
) -> None:
    """Show the recovery code again."""
    from braindump_cli.domain.stamps import to_stamp
    from braindump_cli.rendering.keys import recovery_page

    runtime: Runtime = ctx.obj
    _must_exist(runtime)
    if written_down:
        runtime.journal.set_fact("recovery_written_down_at", to_stamp(runtime.clock.now()))
        say(runtime, "recovery/1", _recovery_document(runtime), "Good. Keep it where you will find it.")
        return
    if runtime.flags.json or runtime.flags.no_input or not sys.stdout.isatty():
        raise UsageError(
            "The recovery code is shown on a terminal only.", hint="Run braindump lock recovery by hand."
        )
    from braindump_cli.storage.keys.recovery import recovery_code

    code = recovery_code(runtime.vault, runtime.journal.db)
    runtime.out.page(recovery_page(code))
    runtime.journal.set_fact("recovery_shown_at", to_stamp(runtime.clock.now()))


@unlock_app.command("unlock")
def unlock(
    ctx: typer.Context,
    recovery: Annotated[bool, typer.Option("--recovery", help="Open it with the recovery code.")] = False,
    stdin: FromStdin = False,
) -> None:
    """Open the journal with passphrase or recovery code."""
    runtime: Runtime = ctx.obj
    _must_exist(runtime)
    if recovery:
        unlocked = runtime.vault.unlock_with_recovery(read_secret("Recovery code", runtime, from_stdin=stdin))
    elif runtime.vault.status().has_passphrase:
        unlocked = runtime.vault.unlock_with_passphrase(read_secret("Passphrase", runtime, from_stdin=stdin))
    else:
        runtime.vault.reach()
        say(runtime, "lock/1", _document(runtime), "The journal is open.")
        return
    say(runtime, "lock/1", _document(runtime), "The journal is open.", _where(unlocked, runtime))


def _where(unlocked: "Unlocked", runtime: "Runtime") -> str:
    if unlocked.store == "passphrase":
        return f"This machine remembers the key for {write_duration(runtime.settings.keys_cache)}."
    return f"The key rests in the {unlocked.store} again."


def _must_exist(runtime: "Runtime") -> None:
    if not runtime.vault.exists:
        raise NotFoundError("There is no journal yet.", hint="braindump add makes one.")


def _document(runtime: "Runtime") -> dict[str, object]:
    known = runtime.vault.status()
    return {
        "exists": known.exists,
        "key_store": known.store,
        "is_cached": known.is_cached,
        "has_passphrase": known.has_passphrase,
        "has_recovery_code": known.has_recovery,
    }


def _recovery_document(runtime: "Runtime") -> dict[str, object]:
    return {"written_down_at": runtime.journal.fact("recovery_written_down_at")}


def _new_passphrase(runtime: "Runtime", *, from_stdin: bool) -> str:
    new = read_secret("New passphrase", runtime, from_stdin=from_stdin)
    asks = not from_stdin and is_terminal(sys.stdin)
    if asks and read_secret("Once more", runtime, from_stdin=False) != new:
        raise UsageError("The two do not agree; nothing was changed.")
    return new


def _yes(is_so: object) -> str:
    return "yes" if is_so else "no"
