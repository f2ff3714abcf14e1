"""What several commands answer: one entry whole, one sentence, what waits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from braindump_cli.errors import StoreError

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.insight import Insights
    from braindump_cli.domain.new_entry import NewEntry
    from braindump_cli.rendering.page import Page
    from braindump_cli.rendering.todos import News
    from braindump_cli.runtime import Runtime


def show_entry(
    runtime: "Runtime", entry: "Entry", *, word: str = "", news: "Callable[[], News] | None" = None
) -> None:
    """Answer with an entry and all that is understood of it; `word` says what became of it."""
    from braindump_cli.rendering.documents import insights_document, whole_entry_document

    insights = runtime.insights.current(entry.id)
    todos = runtime.todos.of_entry(entry.id)

    def page() -> "Page":
        from braindump_cli.rendering.entries import entry_page
        from braindump_cli.rendering.todos import NO_NEWS

        told = (news() if news else NO_NEWS)._replace(word=word, closes=closable(runtime, insights))
        return entry_page(entry, insights, todos, here=runtime.here, news=told)

    understood = insights_document(insights) if insights else None
    runtime.out.show("entry/1", whole_entry_document(entry, understood, todos), page)


def closable(runtime: "Runtime", insights: "Insights | None") -> dict[str, int]:
    """Return the numbers of open to-dos that an entry says are done, by id."""
    from braindump_cli.domain.selector import Selector
    from braindump_cli.domain.todo import OPEN

    closed = [done.todo_id for done in insights.findings.done if done.todo_id] if insights else []
    found = (todo for todo_id in closed for todo in runtime.todos.select(Selector(id_ending=todo_id)))
    return {todo.id: todo.number for todo in found if todo.status == OPEN}


def say(runtime: "Runtime", schema: str, data: object, *words: str) -> None:
    """Answer with one sentence, and the next useful command in a fainter line."""
    from braindump_cli.rendering.page import FAINT, line

    runtime.out.show(
        schema, data, lambda: [line(words[0]), *(line(word, weight=FAINT) for word in words[1:])]
    )


@contextmanager
def rest_may_wait(runtime: "Runtime") -> Iterator[None]:
    """Do inside what comes after an entry is kept: where the disk refuses, the rest waits and a warning says so."""
    try:
        yield
    except StoreError as error:
        message = f"The entry is kept; the rest waits for braindump process. {error.message}"
        runtime.out.warn(error.code, message)


def tell_what_waits(runtime: "Runtime") -> None:
    """Say, to people only, that recordings wait for `process`."""
    waiting = runtime.count_orphans()
    if waiting:
        plural = "s wait" if waiting > 1 else " waits"
        runtime.out.talk(f"{waiting} recording{plural}: braindump process")


def show_sealed(runtime: "Runtime", new: "NewEntry", *, duration_s: float | None = None) -> None:
    """Answer with a capture that waits, sealed, for the key."""
    from braindump_cli.rendering.documents import sealed_entry_document

    message = "The journal is locked: it waits, sealed, and joins the journal with the next unlocked command."
    runtime.out.warn("locked", message)
    hint = "braindump unlock"
    say(runtime, "entry/1", sealed_entry_document(new, duration_s), "Kept, sealed.", hint)


def show_recovery_code_once(runtime: "Runtime") -> None:
    """After the first entry show the recovery code, once, to a person at a terminal."""
    if runtime.flags.json or runtime.flags.no_input or runtime.flags.quiet or not runtime.out.out.isatty():
        return
    if runtime.journal.fact("recovery_shown_at") is not None or runtime.journal.db.is_read_only:
        return
    code = runtime.journal.fact("recovery_code")
    if code is None:
        return
    from braindump_cli.domain.stamps import to_stamp
    from braindump_cli.rendering.keys import recovery_page

    runtime.out.page(recovery_page(code))
    with suppress(StoreError):  # on a full disk it is shown once more
        runtime.journal.set_fact("recovery_shown_at", to_stamp(runtime.clock.now()))
