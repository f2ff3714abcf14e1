"""An app that does nothing: what Typer alone costs."""

import typer

app = typer.Typer()


@app.callback()
def root() -> None:
    """Do nothing."""


@app.command("list")
def list_nothing() -> None:
    """List nothing."""
    typer.echo("nothing")


app()
