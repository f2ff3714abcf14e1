"""setup: a few questions, each of which can be skipped; nothing depends on them."""

from typing import TYPE_CHECKING, Any

import typer

from braindump_cli.commands.answers import show_recovery_code_once
from braindump_cli.errors import BraindumpError
from braindump_cli.rendering.foreign import one_line
from braindump_cli.rendering.page import FAINT, line
from braindump_cli.storage.settings_file import change_setting

if TYPE_CHECKING:
    from braindump_cli.audio.microphone import Device
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer()


@app.command("setup")
def setup(ctx: typer.Context) -> None:
    """Choose microphone and key store; every question can be skipped."""
    runtime: Runtime = ctx.obj
    if runtime.out.can_ask:
        runtime.out.talk("Enter skips a question. Nothing here is needed: everything works as it is.")
        _ask_microphone(runtime)
        _ask_key_store(runtime)
        _offer_recovery_code(runtime)
    runtime.reread_settings()
    document = _document(runtime)
    runtime.out.show("setup/1", document, lambda: _page(document))


def _ask_microphone(runtime: "Runtime") -> None:
    from braindump_cli.audio.microphone import list_devices

    try:
        found = list_devices()
    except BraindumpError as error:
        runtime.out.talk(error.message)
        return
    if not found:
        runtime.out.talk("No microphone is there; recordings from files work.")
        return
    for device in found:
        mark = " (the system's choice)" if device.is_default else ""
        runtime.out.talk(f"{device.number}  {one_line(device.name)}{mark}")
    chosen = runtime.out.ask("Which microphone? Its number")
    if chosen:
        _keep_microphone(chosen, found, runtime)


def _keep_microphone(chosen: str, found: "list[Device]", runtime: "Runtime") -> None:
    names = {str(device.number): device.name for device in found}
    if chosen not in names:
        runtime.out.talk(f"{chosen} is none of them; left as it is.")
        return
    change_setting(runtime.paths, "record.device", names[chosen])
    runtime.out.talk(f"record.device = {one_line(names[chosen])}")


def _ask_key_store(runtime: "Runtime") -> None:
    if runtime.vault.exists:
        return
    chosen = runtime.out.ask("Where shall the journal's key rest, keyring or file? [keyring]")
    if chosen in ("keyring", "file"):
        change_setting(runtime.paths, "keys.store", chosen)
    elif chosen:
        runtime.out.talk(f"{chosen} is neither; left as it is.")


def _offer_recovery_code(runtime: "Runtime") -> None:
    if runtime.vault.exists:
        return
    wish = runtime.out.ask("Make the journal now and show its recovery code? y or n [n]")
    if wish.lower() in ("y", "yes"):
        runtime.reread_settings()
        show_recovery_code_once(runtime)


def _document(runtime: "Runtime") -> dict[str, Any]:
    settings = runtime.settings
    known = runtime.vault.status()
    return {
        "microphone": settings.record_device,
        "key_store": known.store or settings.keys_store,
        "has_journal": known.exists,
        "config": str(runtime.paths.config),
    }


def _page(document: dict[str, Any]) -> "Page":
    return [
        line(f"Microphone: {document['microphone'] or 'the system’s choice'}."),
        line(f"Key: {document['key_store']}."),
        line("Next: braindump record", weight=FAINT),
    ]
