"""The command table and the lazy group: what a command needs is imported when that command runs.

To add a command: one row here, one function in its module. The row's help is the first line of the docstring.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info, get_group

if TYPE_CHECKING:
    from braindump_cli.runtime import Runtime


class Row(NamedTuple):
    """Where a command lives and what it is for."""

    module: str
    help: str


COMMANDS: dict[str, Row] = {
    "record": Row("record", "Speak: record, transcribe and keep an entry."),
    "add": Row("add", "Type an entry: as argument, from a pipe or in your editor."),
    "list": Row("entries", "List entries, newest first."),
    "show": Row("entries", "Show one entry whole."),
    "search": Row("entries", "Find entries by their words."),
    "today": Row("today", "Show today's entries and what is due."),
    "delete": Row("entries", "Put an entry into the trash."),
    "restore": Row("entries", "Take an entry out of the trash."),
    "history": Row("history", "Earlier versions of an entry: when each was replaced, and why."),
    "ask": Row("ask", "Ask your journal; the answer is made of your own words."),
    "review": Row("review", "Look back on a week or a month: said and done, promised, decided, felt."),
    "insights": Row("insights", "What an entry says: show, redo, edit."),
    "transcribe": Row(
        "transcribe", "Let an engine hear a recording once more; every version of its text is kept."
    ),
    "todos": Row("todos", "To-dos: list, add, done, drop and more."),
    "focus": Row(
        "focus", "Focus on a to-do: start, status, pause, resume, skip, stop, log, report and more."
    ),
    "vocabulary": Row("vocabulary", "Words that engines shall understand: add, list, remove."),
    "process": Row("process", "Do all waiting work; made for cron."),
    "status": Row("status", "Where things stand: journal, key, engines, waiting work."),
    "doctor": Row("doctor", "Check everything and say how to mend it."),
    "setup": Row("setup", "Choose microphone and key store; every question can be skipped."),
    "devices": Row("devices", "List microphones."),
    "config": Row("config", "Settings: get, set, unset, list, path."),
    "keys": Row("keys", "Keys for Deepgram and OpenAI: set, list, remove, test."),
    "play": Row("play", "Play a recording; from the server where its sound is not here."),
    "edit": Row("edit", "Make an entry private, so that nothing of it leaves, or no longer so."),
    "sync": Row("sync", "Make this journal and your account's the same."),
    "cloud": Row("cloud", "Your account's project: init, status, export, delete-account."),
    "login": Row("login", "Sign in: the same journal on all your machines."),
    "logout": Row("account", "Sign out; your journal stays here."),
    "whoami": Row("account", "Show the account: provider, expiry, role, project."),
    "privacy": Row("privacy", "Show what left this machine: log."),
    "lock": Row("lock", "Forget the cached key; passphrase and recovery code."),
    "unlock": Row("unlock", "Open the journal with passphrase or recovery code."),
}
GROUPS = frozenset({"cloud", "config", "focus", "insights", "keys", "lock", "privacy", "todos", "vocabulary"})

GLOBAL_FLAGS: dict[str, tuple[str, str]] = {
    "json": ("--json", "Answer with one JSON document."),
    "no_input": ("--no-input", "Ask nothing."),
    "no_color": ("--no-color", "Use no colour."),
    "quiet": ("--quiet", "No talk beside the result."),
    "verbose": ("--verbose", "Tell more on the way."),
    "debug": ("--debug", "Show tracebacks."),
}


class LazyGroup(TyperGroup):
    """All names and help lines at once, the commands themselves only when they run."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, row in COMMANDS.items():
            self.commands[name] = TyperCommand(name, help=row.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the real command in place of the table's row."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else load(name), rest


def load(name: str) -> Any:
    """Import one command of the table, every global option on it."""
    module = import_module(f"braindump_cli.commands.{COMMANDS[name].module}")
    app: typer.Typer = module.app
    if name in GROUPS:
        command: Any = get_group(app)
        for part in command.commands.values():
            _add_global_options(part)
    else:
        info = next(info for info in app.registered_commands if info.name == name)
        command = get_command_from_info(info, pretty_exceptions_short=True, rich_markup_mode=None)
    command.name = name
    command.help = command.help or COMMANDS[name].help
    _add_global_options(command)
    return command


def command_line() -> Any:
    """Return the root command."""
    app = typer.Typer(
        cls=LazyGroup,
        name="braindump",
        help="Speak your mind; get it back as a journal, insights and to-dos.",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        epilog="braindump COMMAND --help tells more. Everything here works without account, key or network.",
    )
    app.callback()(_root)
    root = get_group_with_completion(app)
    _add_global_options(root)
    return root


def get_group_with_completion(app: typer.Typer) -> Any:
    """Return the root with `--install-completion` and `--show-completion`."""
    return typer.main.get_command(app)


def _root(
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True),
) -> None:
    if version:
        from braindump_cli import __version__

        print(f"braindump {__version__}")
        raise typer.Exit


def _add_global_options(command: Any) -> None:
    for name, (flag, text) in GLOBAL_FLAGS.items():
        option = TyperOption(
            param_decls=[name, flag],
            is_flag=True,
            default=False,
            expose_value=False,
            callback=_setter(name),
            help=text,
        )
        command.params.append(option)


def _setter(name: str) -> Callable[[Any, Any, bool], None]:
    def keep(ctx: Any, _: Any, is_set: bool) -> None:
        runtime: Runtime | None = ctx.obj
        if is_set and runtime is not None:
            runtime.flags = runtime.flags._replace(**{name: True})

    return keep
