"""What focus commands ask and answer: what an absence was, what got done, where the session stands."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from braindump_cli.domain.focus.absence import DROP, END, KEEP
from braindump_cli.errors import NoError

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.focus.absence import Absence
    from braindump_cli.domain.focus.session import Session
    from braindump_cli.domain.focus.view import View
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.focus import Changed
    from braindump_cli.services.focus_end import Outcome

_CHOICES = {"k": KEEP, "keep": KEEP, "d": DROP, "drop": DROP, "e": END, "end": END}
_YES = ("y", "yes")


def show(runtime: "Runtime", view: "View", word: str = "", event: str | None = None) -> None:
    """Answer with where a session stands; `word` says what became of it."""
    from braindump_cli.rendering.focus import focus_document, focus_page

    def page() -> "Page":
        return focus_page(view, word)

    runtime.out.show("focus/1", focus_document(view, event), page)


def show_changed(runtime: "Runtime", changed: "Changed", word: str) -> None:
    """Answer with what came of a change."""
    tell(runtime, changed.warnings)
    show(runtime, changed.view, word, changed.event)


def tell(runtime: "Runtime", warnings: "Iterable[tuple[str, str]]") -> None:
    """Say what went less well; each a code and a sentence."""
    for code, message in warnings:
        runtime.out.warn(code, message)


def deny(runtime: "Runtime", error: NoError) -> NoError:
    """Answer that no session runs, with the whole document for programs; return what ends the command with 1."""
    runtime.out.warn(error.code, error.whole)
    if runtime.flags.json:
        show(runtime, runtime.focus)
    return error


def settle(runtime: "Runtime") -> "View | None":
    """Let somebody say what an absence was, where one waits for an answer, or make its end final.

    Returns the session as it ended, or None where one still runs or none ran.
    """
    gap = runtime.focus.gap
    if gap is None:
        return None
    from braindump_cli.services.focus import answer

    choice = _asked(runtime, gap) if runtime.out.can_ask else END
    changed = answer(gap, choice, runtime.timer)
    tell(runtime, changed.warnings)
    if choice != END:
        return None
    runtime.out.warn("away", f"Nobody was there {_since(runtime, gap)}: the session ended then.")
    return changed.view


def _asked(runtime: "Runtime", gap: "Absence") -> str:
    """Ask until it is answered; no answer at all is the end."""
    runtime.out.talk(f"Nobody was there {_since(runtime, gap)}.")
    while True:
        words = ask(runtime, "Does that time count? k keeps it, d drops it, e ends the session there")
        if words is None:
            return END
        if words.lower() in _CHOICES:
            return _CHOICES[words.lower()]


def _since(runtime: "Runtime", gap: "Absence") -> str:
    from braindump_cli.rendering.dates import moment

    return f"since {moment(runtime.here.local(gap.started_at), runtime.today)}"


def ask(runtime: "Runtime", question: str) -> str | None:
    """Ask one question on the terminal; None where nobody answers."""
    print(f"  {question}: ", end="", file=runtime.out.err, flush=True)
    try:
        return input().strip()
    except EOFError:
        print(file=runtime.out.err)
        return None


def asked_outcome(runtime: "Runtime", view: "View") -> "Outcome":
    """Ask what got done: the to-do or not, and one line that becomes an entry."""
    from braindump_cli.domain.todo import DONE
    from braindump_cli.rendering.foreign import one_line
    from braindump_cli.services.focus_end import Outcome

    is_done = False
    if view.todo and view.todo.status != DONE:
        words = ask(runtime, f"Is “{one_line(view.todo.text)}” done? y or n [n]")
        is_done = (words or "").lower() in _YES
    note = ask(runtime, "What got done? One line, Enter for none")
    return Outcome(is_done, runtime.clean(note or ""), keep_note(runtime))


def keep_note(runtime: "Runtime") -> "Callable[[str, Session], Entry]":
    """Return what makes an entry of a note; nobody looks for to-dos in it, for it says what was done."""

    def kept(note: str, session: "Session") -> "Entry":
        from braindump_cli.domain.entry import TEXT
        from braindump_cli.domain.ids import new_id
        from braindump_cli.domain.new_entry import NewEntry
        from braindump_cli.services.journal import keep_text

        now = runtime.clock.now()
        new = NewEntry(
            id=new_id(now), kind=TEXT, created_at=now, zone=runtime.zone_name, language=runtime.language, text=note,
            tags=session.tags, is_private=session.is_private, wants_insights=False, source="focus",
        )  # fmt: skip
        return keep_text(new, journal=runtime.journal, entries=runtime.entries, jobs=runtime.jobs)

    return kept
