"""vocabulary add, list, remove."""

from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands.answers import say
from braindump_cli.commands.typed import stdin_text
from braindump_cli.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer(
    help="Words that engines shall understand: add, list, remove.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

_MOST_CHARS = 100

Words = Annotated[
    list[str],
    typer.Argument(metavar="WORDS...", help='Names and terms; a phrase in quotes: "Carla Okonkwo".'),
]


@app.command("add")
def add(ctx: typer.Context, words: Words) -> None:
    """Add names and terms that are often misheard."""
    runtime: Runtime = ctx.obj
    given = stdin_text(runtime).splitlines() if words == ["-"] else words
    wanted = [_clean(each, runtime) for each in given]
    with runtime.journal.writing():
        new = [each for each in wanted if runtime.vocabulary.add(each)]
    said = f"Kept: {', '.join(new)}." if new else "That was there already."
    say(runtime, "vocabulary/1", _document(runtime), said)


@app.command("list")
def list_words(ctx: typer.Context) -> None:
    """List them in alphabetical order."""
    runtime: Runtime = ctx.obj
    documents = _document(runtime) if runtime.vault.exists else []

    def page() -> "Page":
        from braindump_cli.rendering.page import FAINT, bare, line

        hint = line('braindump vocabulary add "Carla Okonkwo"', weight=FAINT)
        return [bare(each["words"]) for each in documents] or [line("There are no words yet."), hint]

    runtime.out.show("vocabulary/1", documents, page)


@app.command("remove")
def remove(ctx: typer.Context, words: Words) -> None:
    """Forget names and terms."""
    runtime: Runtime = ctx.obj
    wanted = [_clean(each, runtime) for each in words]
    with runtime.journal.writing():
        for each in wanted:
            if not runtime.vocabulary.remove(each):
                message = f"{each!r} is not in the vocabulary; nothing was changed."
                raise NotFoundError(message, hint="braindump vocabulary list")
    say(runtime, "vocabulary/1", _document(runtime), f"Removed: {', '.join(wanted)}.")


def _document(runtime: "Runtime") -> list[dict[str, str]]:
    return [{"words": words} for words in runtime.vocabulary.all()]


def _clean(words: str, runtime: "Runtime") -> str:
    """Return one word or phrase as it is kept. Raises UsageError."""
    cleaned = " ".join(runtime.clean(words).split())
    if not cleaned or len(cleaned) > _MOST_CHARS or not cleaned.isprintable():
        message = f"A word or phrase has 1 to {_MOST_CHARS} characters that can be seen."
        raise UsageError(message, hint='braindump vocabulary add "Carla Okonkwo"')
    return cleaned
