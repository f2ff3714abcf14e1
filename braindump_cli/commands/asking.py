"""Asking engines that may stand elsewhere: what they are shown, what is told of it, what would leave."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol

from braindump_cli.domain.job import ANALYSE, TRANSCRIBE
from braindump_cli.domain.leaving import HERE, HeldBackError
from braindump_cli.domain.todo import OPEN, normalised
from braindump_cli.errors import DeclinedError, ForbiddenError, ProviderError, RateLimitedError

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.insight import Findings
    from braindump_cli.domain.leaving import Outgoing
    from braindump_cli.domain.todo import Todo
    from braindump_cli.rendering.growing import Growing
    from braindump_cli.rendering.page import Page
    from braindump_cli.rendering.todos import News
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.engines import E, Panel


_WORK = {TRANSCRIBE, ANALYSE}  # that a better engine is still to do


class Engine(Protocol):
    """Whoever is asked."""

    @property
    def name(self) -> str: ...
    @property
    def place(self) -> str: ...
    def unavailable(self, language: str) -> str | None:
        """Return why it cannot be asked here; None if it can."""
        ...


def must_be_able(engine: Engine, entry: "Entry", runtime: "Runtime") -> None:
    """Make sure that an engine the user named may be given an entry. Raises ProviderError, ForbiddenError."""
    from braindump_cli.services.leaving import refused_for

    if reason := engine.unavailable(entry.language):
        raise DeclinedError(
            f"{engine.name}: {reason}.", hint="braindump status lists the engines; keys set adds a key."
        )
    if engine.place != HERE:
        refusal = refused_for(entry, engine.place, runtime.permission, is_asked_for=True)
        if refusal:
            raise ForbiddenError(f"{engine.name} is not asked. {refusal.message}", hint=refusal.hint)


def warn_older(runtime: "Runtime", panel: "Panel[E]", entry: "Entry") -> None:
    """Say that engines are left out because an entry is older than the user's consent, and how it is sent at will."""
    usual, wished = panel.able(entry).engines, panel.able(entry, is_asked_for=True).engines
    left_out = [engine.name for engine in wished if engine not in usual]
    if left_out:
        message = (
            f"Entry {entry.number} is older than your consent: --engine {left_out[0]} sends it all the same."
        )
        runtime.out.warn("before_consent", message)


class Watch:
    """Shows a reading as it grows, and remembers what there was before."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._screen: Growing | None = None  # most entries need none
        self._before: Sequence[Todo] | None = None

    def __call__(self, entry: "Entry", engine: str, findings: "Findings") -> None:
        """Take note of how far a reading is."""
        if self._before is None:
            self._before = self._runtime.todos.of_entry(entry.id)
        if self._screen is None:
            from braindump_cli.rendering.growing import Growing

            self._screen = Growing(self._runtime.out, here=self._runtime.here)
        self._screen.show(entry, engine, findings)

    def news(self, entry_id: str, before: "Sequence[Todo] | None" = None, *, aside: str = "") -> "News":
        """Tell what a better reading changed in the to-dos that were shown first."""
        from braindump_cli.rendering.todos import News

        known = self._before if before is None else before
        if known is None:
            return News(aside=aside)
        todos = self._runtime.todos
        elsewhere = {normalised(todo.text): todo.number for todo in todos.open_elsewhere(entry_id)}
        return _compared(known, todos.of_entry(entry_id), elsewhere)._replace(aside=aside)

    def close(self) -> None:
        """Make room for the answer."""
        if self._screen:
            self._screen.wipe()


def _compared(before: "Iterable[Todo]", after: "Iterable[Todo]", elsewhere: "Mapping[str, int]") -> "News":
    from braindump_cli.rendering.todos import News

    old = {todo.id: todo for todo in before}
    marks: dict[str, str] = {}
    for todo in after:
        first = old.pop(todo.id, None)
        if first is None:
            marks[todo.id] = "new"
        elif (first.text, first.due_on, first.due_at) != (todo.text, todo.due_on, todo.due_at):
            marks[todo.id] = "changed"
    left = [todo for todo in old.values() if todo.status == OPEN and not todo.is_suggestion]
    known = [(todo, elsewhere.get(normalised(todo.text))) for todo in left]
    gone = tuple(
        f"Already: {number}  {todo.text}" if number else f"No longer: {todo.text}" for todo, number in known
    )
    return News(marks=marks, gone=gone)


@contextmanager
def watched(runtime: "Runtime") -> Iterator[Watch]:
    """Let readings inside grow on the screen."""
    watch = Watch(runtime)
    runtime.watcher = watch
    try:
        yield watch
    finally:
        runtime.watcher = None
        watch.close()


class Told(NamedTuple):
    """What is left to do after warnings were told."""

    word: str = ""  # beside the result
    asks_consent: bool = False  # once the result is shown

    def ask(self, runtime: "Runtime") -> None:
        """Ask for consent, where that is wanted and a person is there."""
        if self.asks_consent:
            from braindump_cli.commands.consent import ask_consent

            ask_consent(runtime)


def tell(runtime: "Runtime", warnings: Iterable[tuple[str, str]], entry: "Entry | None" = None) -> Told:
    """Tell what was less than wanted; of an `entry` whose work still waits, the word says that it is offline work.

    People hear of a provider's outage once until it ends, then by a word; programs always. Where a person can
    be asked for consent, the warning about it is left to the question.
    """
    from braindump_cli.services.leaving import NO_CONSENT

    told = Told()
    for code, message in dict.fromkeys(warnings):
        if code == NO_CONSENT and runtime.out.can_ask:
            told = told._replace(asks_consent=True)
            continue
        if code in (ProviderError.code, RateLimitedError.code):
            told = told._replace(word="offline" if entry and _WORK & set(entry.pending) else "")
            if not runtime.flags.json and _is_old_news(runtime, message.partition(":")[0]):
                continue
        runtime.out.warn(code, message)
    return told


def _is_old_news(runtime: "Runtime", provider: str) -> bool:
    """Tell whether the user has heard of this outage; from now on they have."""
    failing = {name: outage for name, outage in runtime.ledger.outages(provider).items() if outage.failures}
    fresh = {name: outage for name, outage in failing.items() if not outage.is_told}
    for name, outage in fresh.items():
        runtime.ledger.save_outage(name, outage._replace(is_told=True))
    return bool(failing) and not fresh


@contextmanager
def showing_what_would_leave(runtime: "Runtime") -> Iterator[None]:
    """Do inside what would ask somebody: nothing is sent, what would leave is shown instead.

    Of a long text that is all its pieces. Where nobody would be asked, that is said.
    """
    from braindump_cli.commands.answers import say

    dry = runtime.go_dry()
    with suppress(HeldBackError):
        yield
    if not dry.held:
        say(runtime, "outgoing/1", None, "Nothing would leave this machine.")
        return
    first, *more = (_document(out) for out in dry.held)
    if more:
        message = f"{len(dry.held)} pieces; one more request then asks for a title of what they answer."
        runtime.out.warn("pieces", message)

    def page() -> "Page":
        from braindump_cli.rendering.outgoing import outgoing_page

        return [block for out in dry.held for block in outgoing_page(out)]

    runtime.out.show("outgoing/1", {**first, "more": more}, page)


def _document(out: "Outgoing") -> dict[str, object]:
    return {
        "provider": out.provider,
        "purpose": out.purpose,
        "model": out.model,
        "address": out.address,
        "headers": dict(out.headers),
        "body": out.body,
        "size_bytes": out.size_bytes,
        "cost_usd": out.cost_usd,
    }
