"""config get, set, unset, list, path."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from braindump_cli import settings
from braindump_cli.commands.answers import say
from braindump_cli.rendering.page import ACCENT, BLANK, BODY, FAINT, Block, Line, bare, line
from braindump_cli.rendering.page import say as say_words

if TYPE_CHECKING:
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime
    from braindump_cli.settings import Setting

app = typer.Typer(help="Settings: get, set, unset, list, path.", rich_markup_mode=None, no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="KEY", help="Such as record.max; config list shows all.")]


@app.command("get")
def get(ctx: typer.Context, key: Key) -> None:
    """Print one setting's value."""
    runtime: Runtime = ctx.obj
    row = settings.row_of(key)
    document = _document(row, runtime)
    runtime.out.show("setting/1", document, lambda: [bare(_words(document["value"]))])


@app.command("set")
def set_value(
    ctx: typer.Context, key: Key, value: Annotated[str, typer.Argument(help="The new value.")]
) -> None:
    """Set a value in config.toml; comments there stay."""
    from braindump_cli.storage.settings_file import change_setting

    runtime: Runtime = ctx.obj
    row = settings.row_of(key)
    read = settings.checked(row, value, place=str(runtime.paths.config))
    change_setting(runtime.paths, row.key, _json_value(read))
    _take(row, runtime)
    document = {**_document(row, runtime), "value": _json_value(read)}
    say(runtime, "setting/1", document, f"{row.key} = {_words(document['value'])}")
    _tell_override(row, runtime)


@app.command("unset")
def unset(ctx: typer.Context, key: Key) -> None:
    """Take a value out of config.toml, back to the default."""
    from braindump_cli.storage.settings_file import change_setting

    runtime: Runtime = ctx.obj
    row = settings.row_of(key)
    change_setting(runtime.paths, row.key, None)
    _take(row, runtime)
    document = {**_document(row, runtime), "value": _json_value(row.default)}
    say(runtime, "setting/1", document, f"{row.key} = {_words(document['value'])} (the default)")
    _tell_override(row, runtime)


@app.command("list")
def list_all(ctx: typer.Context) -> None:
    """List every setting: value, where it comes from, what it is for."""
    runtime: Runtime = ctx.obj
    documents = [_document(row, runtime) for row in settings.table()]
    unknown = [
        key for key in settings.read_file(runtime.paths.config) if key not in {d["key"] for d in documents}
    ]
    for key in unknown:
        runtime.out.warn("unknown_setting", f"{runtime.paths.config}: {key} is no setting of this version.")

    def page() -> "Page":
        blocks: list[Block] = []
        for told in documents:
            is_chosen = told["source"] != "default"
            blocks += [
                Line(
                    (say_words(told["key"], ACCENT if is_chosen else BODY),),
                    (say_words(_words(told["value"])),),
                ),
                line(f"  {told['help']}", weight=FAINT),
            ]
        return [*blocks, BLANK, line(str(runtime.paths.config), weight=FAINT)]

    runtime.out.show("settings/1", documents, page)


@app.command("path")
def path(ctx: typer.Context) -> None:
    """Print where config.toml lies."""
    runtime: Runtime = ctx.obj
    document = {"path": str(runtime.paths.config), "exists": runtime.paths.config.exists()}
    runtime.out.show("config_path/1", document, lambda: [bare(str(runtime.paths.config))])


def _document(row: "Setting[Any]", runtime: "Runtime") -> dict[str, Any]:
    """Return one setting with its value; read alone, so that a wrong value elsewhere does not hide it."""
    import os

    in_file = settings.read_file(runtime.paths.config)
    source = "default"
    raw: object = None
    if row.variable in os.environ:
        source, raw = "environment", os.environ[row.variable]
    elif row.key in in_file:
        source, raw = "file", in_file[row.key]
    place = row.variable if source == "environment" else str(runtime.paths.config)
    value = row.default if source == "default" else settings.checked(row, raw, place=place)
    return {
        "key": row.key,
        "value": _json_value(value),
        "default": _json_value(row.default),
        "source": source,
        "type": row.kind.name,
        "allowed": row.kind.allowed,
        "variable": row.variable,
        "help": row.help,
    }


def _take(row: "Setting[Any]", runtime: "Runtime") -> None:
    """Let consent count from now on, not from the next command."""
    if row.key == "ai.consent":
        runtime.take_consent()


def _tell_override(row: "Setting[Any]", runtime: "Runtime") -> None:
    import os

    if row.variable in os.environ:
        runtime.out.talk(f"{row.variable} is set in the environment and counts before the file.")


def _json_value(value: object) -> object:
    if isinstance(value, timedelta):
        return settings.write_duration(value)
    return list(value) if isinstance(value, tuple) else value


def _words(value: object) -> str:
    if value is None:
        return "(not set)"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
