"""keys set, list, remove, test."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from braindump_cli.commands.answers import say
from braindump_cli.commands.consent import NO_CONSENT, ask_consent
from braindump_cli.domain.stamps import maybe_stamp
from braindump_cli.errors import ConfigError, NotFoundError, ProviderError, UsageError
from braindump_cli.rendering.output import is_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from braindump_cli.net.key_check import KeyCheck
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime
    from braindump_cli.storage.keys.api_keys import Held

app = typer.Typer(
    help="Keys for Deepgram and OpenAI: set, list, remove, test.", rich_markup_mode=None, no_args_is_help=True
)

_MOST_BYTES = 10_000
_ALL = "all"
_WHERE = {
    "keyring": "in the system keyring",
    "journal": "in the encrypted journal",
    "environment": "in the environment",
}

Provider = Annotated[str, typer.Argument(metavar="deepgram|openai", help="Whose key.")]
Surplus = Annotated[list[str] | None, typer.Argument(hidden=True)]  # taken, so that nobody repeats it


@app.command("set")
def set_key(ctx: typer.Context, provider: Provider, surplus: Surplus = None) -> None:
    """Keep a key: asked for without echo, or read from stdin; never an argument."""
    runtime: Runtime = ctx.obj
    name = _provider(provider)
    if surplus:
        hint = f"braindump keys set {name} asks for it; a script gives it on stdin."
        raise UsageError("A key is never an argument: others on this machine could read it.", hint=hint)
    key = _secret(runtime, name)
    _ = runtime.journal  # made, where there is none
    place = runtime.api_keys.set(name, key)
    held = runtime.api_keys.held(name)
    if held and held.place != place:
        runtime.out.talk(f"{_variables()[name]} is set in the environment and counts before it.")
    document = _document(runtime, held) if held else None
    if not runtime.out.can_ask:
        ask_consent(runtime)  # a warning then, which belongs into the answer
    say(runtime, "key/1", document, f"Kept {_WHERE[place]}.", f"braindump keys test {name}")
    if runtime.out.can_ask:
        ask_consent(runtime)  # a question, and who leaves it knows that the key is kept


@app.command("list")
def list_keys(ctx: typer.Context) -> None:
    """List keys: last four characters, where they rest, when they were used."""
    runtime: Runtime = ctx.obj
    if runtime.vault.exists:
        _ = runtime.journal  # a locked one has more keys than could be told
    found = [held for name in _variables() if (held := runtime.api_keys.held(name))]
    documents = [_document(runtime, held) for held in found]
    if found and runtime.settings.ai_consent is None:
        runtime.out.warn(
            NO_CONSENT, "Nothing is sent before you allow it: braindump config set ai.consent true."
        )

    def page() -> "Page":
        from braindump_cli.rendering.leaving import keys_page

        return keys_page(documents, consent=runtime.settings.ai_consent, here=runtime.here)

    runtime.out.show("keys/1", documents, page)


@app.command("remove")
def remove_key(ctx: typer.Context, provider: Provider) -> None:
    """Forget a stored key."""
    runtime: Runtime = ctx.obj
    name = _provider(provider)
    runtime.api_keys.remove(name)
    held = runtime.api_keys.held(name)
    if held:
        runtime.out.talk(f"{_variables()[name]} is still set in the environment.")
    say(runtime, "key/1", _document(runtime, held) if held else None, "Removed.")


@app.command("test")
def ask_providers(
    ctx: typer.Context,
    provider: Annotated[
        str, typer.Argument(metavar="deepgram|openai|all", help="Whose key; else all there are.")
    ] = _ALL,
) -> None:
    """Ask a provider, with no word of yours, whether it takes the key."""
    runtime: Runtime = ctx.obj
    checks = _checks(provider, runtime)
    failures = [_failure(check, runtime) for check in checks]
    if len(checks) == 1 and failures[0]:
        raise failures[0]
    documents = [_told(check, failure) for check, failure in zip(checks, failures, strict=True)]

    def page() -> "Page":
        from braindump_cli.rendering.leaving import tested_page

        return tested_page(documents)

    runtime.out.show("keys_test/1", documents, page)
    if failed := [failure for failure in failures if failure]:
        raise typer.Exit(failed[0].exit_code)


def _checks(provider: str, runtime: "Runtime") -> "Sequence[KeyCheck]":
    """Return what is to be asked. Raises NotFoundError without a key, ConfigError where ai.mode forbids it."""
    from braindump_cli.domain.leaving import LOOPBACK
    from braindump_cli.net.key_check import checks_of

    names = tuple(_variables()) if provider == _ALL else (_provider(provider),)
    mode = runtime.settings.ai_mode
    hint = "braindump config set ai.mode cloud"
    if mode == "off":
        raise ConfigError("ai.mode is off: nobody is asked.", hint=hint)
    if runtime.vault.exists:
        _ = runtime.journal
    keyed = [name for name in names if runtime.api_keys.has(name)]
    found = [check for name in names for check in checks_of(name, runtime.means)]
    found = [check for check in found if check.provider in keyed or check.is_own]
    if not found:
        whose = "No key is set." if provider == _ALL else f"There is no key for {provider}."
        raise NotFoundError(whose, hint=f"braindump keys set {names[-1]}")
    allowed = [check for check in found if mode != "local" or check.place == LOOPBACK]
    if not allowed:
        raise ConfigError("ai.mode is local: only engines on this machine are asked.", hint=hint)
    _ = runtime.journal  # what leaves is written down there
    return allowed


def _failure(check: "KeyCheck", runtime: "Runtime") -> ProviderError | None:
    runtime.out.detail(f"{check.address} …")
    try:
        check.run(runtime.wire)
    except ProviderError as error:
        return error
    return None


def _told(check: "KeyCheck", failure: ProviderError | None) -> dict[str, Any]:
    return {
        "provider": check.provider,
        "address": check.address,
        "model": check.model or None,
        "is_ok": failure is None,
        "code": failure.code if failure else None,
        "message": failure.message if failure else None,
        "hint": failure.hint if failure else None,
    }


def _document(runtime: "Runtime", held: "Held") -> dict[str, Any]:
    used = runtime.ledger.last_used() if runtime.vault.exists else {}
    return {
        "provider": held.provider,
        "ending": held.ending,
        "place": held.place,
        "stored_in": held.stored_in,
        "last_used_at": maybe_stamp(used.get(held.provider)),
        "has_consent": runtime.settings.ai_consent,
    }


def _provider(name: str) -> str:
    """Return the provider. Raises UsageError that does not repeat what was typed: it may be a key."""
    known = _variables()
    if name.lower() not in known:
        hint = f"braindump keys set {' or '.join(known)}; the key itself is asked for, or read from stdin."
        raise UsageError(f"Keys are for {' and '.join(known)}.", hint=hint)
    return name.lower()


def _variables() -> dict[str, str]:
    from braindump_cli.storage.keys.api_keys import VARIABLES

    return VARIABLES


def _secret(runtime: "Runtime", name: str) -> str:
    """Ask without echo, or take all of stdin. Raises UsageError where there is nothing."""
    if not is_terminal(sys.stdin):
        words = sys.stdin.buffer.read(_MOST_BYTES).decode("utf-8", "replace") if sys.stdin else ""
    elif runtime.out.can_ask:
        words = runtime.out.ask(f"Key for {name}", is_secret=True)
    else:
        raise UsageError("A key is needed, and nobody can be asked.", hint="Give it on stdin.")
    if not words.strip():
        raise UsageError("No key was given.", hint="Give it on stdin, or at the prompt.")
    return words
