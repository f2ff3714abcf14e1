"""devices: which microphones there are."""

from typing import TYPE_CHECKING

import typer

from braindump_cli.rendering.page import ACCENT, FAINT, Column, Rows, cell, line

if TYPE_CHECKING:
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer()


@app.command("devices")
def devices(ctx: typer.Context) -> None:
    """List microphones."""
    from braindump_cli.audio.microphone import list_devices

    runtime: Runtime = ctx.obj
    found = list_devices()

    def page() -> "Page":
        if not found:
            return [
                line("No microphone is there."),
                line("Plug one in, or check the sound server.", weight=FAINT),
            ]
        rows = (
            (
                cell(str(device.number), ACCENT),
                cell(device.name),
                cell("the system's choice" if device.is_default else "", FAINT),
            )
            for device in found
        )
        return [Rows((Column(is_right=True), Column(is_flexible=True), Column()), tuple(rows))]

    runtime.out.show("devices/1", [device._asdict() for device in found], page)
