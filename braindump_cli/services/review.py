"""Looking back on some days: what their entries hold, put together without a model, and a few sentences by one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.focus.report import Slice
from braindump_cli.domain.ids import derived_id
from braindump_cli.domain.insight import SUGGESTION_BELOW, Findings
from braindump_cli.domain.moments import Span
from braindump_cli.domain.review import (
    SAME_DUTY,
    Asking,
    Awaited,
    Broken,
    Decided,
    Digest,
    Done,
    Felt,
    Named,
    Review,
    SaidAndDone,
    Told,
    broken_promises,
)  # fmt: skip
from braindump_cli.domain.todo import DONE, Todo, normalised
from braindump_cli.domain.words import alike
from braindump_cli.errors import ProviderError
from braindump_cli.ports import EntryRepository, InsightRepository, Passage, TodoRepository
from braindump_cli.services.asking import Pen
from braindump_cli.services.focus_report import Books, focused_on

MOST_PEOPLE = 5
_MOST_PASSAGES = 80  # of the newest entries; a month of three a day is 90
_LONGEST_PASSAGE = 700  # characters
_INSTRUCTIONS = (
    "Write three to five plain sentences to the writer of these journal entries, in their language, about the days as"
    " a whole: what moved, what was promised and kept or not, what they felt and why. Say only what the entries say."
    " No advice, no diagnosis, no praise, no list."
)


class Read(NamedTuple):
    """An entry, its day where the user is, and what was understood of it."""

    entry: Entry
    on: date
    findings: Findings


class Shelf(NamedTuple):
    """What a review is made from."""

    entries: EntryRepository
    insights: InsightRepository
    todos: TodoRepository
    zone: tzinfo | None  # that days are reckoned in; None is this machine's own
    books: Books | None = None  # of focus

    def day_of(self, at: datetime) -> date:
        """Return the day it was where the user is."""
        return at.astimezone(self.zone).date()


def look_back(wanted: EntryFilter, shelf: Shelf) -> Review:
    """Return what the entries of `wanted`, whose both ends are midnights, hold; private ones are left out."""
    if wanted.since is None or wanted.until is None:
        raise ValueError("a look back needs both ends")
    read = [
        Read(entry, shelf.day_of(entry.created_at), _findings(entry, shelf.insights))
        for entry in shelf.entries.find(wanted._replace(newest_first=False, limit=None))
        if not entry.is_private
    ]
    return Review(
        span=Span(shelf.day_of(wanted.since), shelf.day_of(wanted.until)),
        entries=tuple(each.entry for each in read),
        days=len({each.on for each in read}),
        todos=_said_and_done(read, wanted, shelf),
        waiting=tuple(_waiting(read)),
        decisions=tuple(
            Decided(each.entry, each.on, one) for each in read for one in each.findings.decisions
        ),
        moods=tuple(Felt(each.entry, each.on, one) for each in read for one in each.findings.moods),
        people=_people(read),
        question=_question(read),
        focus=_focus(wanted, shelf),
    )


def digested(found: Review, shelf: Shelf, pen: Pen) -> Review:
    """Add a few sentences by a model; where it fails or can cite nothing, the review stands as it is."""
    passages = [
        Passage(entry, words[:_LONGEST_PASSAGE], 1.0)
        for entry in found.entries[-_MOST_PASSAGES:]
        if pen.may_see(entry) and (words := _words_of(entry, shelf))
    ]
    if not passages:
        return found._replace(warnings=(pen.silent(),)) if found.entries else found
    key = derived_id("review", *(f"{each.entry.id} {each.quote}" for each in passages))
    try:
        answer = pen.writer.digest(_INSTRUCTIONS, passages, key=f"review:{key}:")
    except ProviderError as error:
        return found._replace(warnings=(pen.failed(error, "The facts stand for themselves."),))
    cited = tuple(passages[place].entry for place in answer.cited if 0 <= place < len(passages))
    if not cited or not answer.text.strip():
        return found
    return found._replace(digest=Digest(answer.text.strip(), pen.writer.name, pen.writer.model, cited))


def _words_of(entry: Entry, shelf: Shelf) -> str:
    """Return an entry in a few lines, or its text where nobody has read it yet."""
    findings = _findings(entry, shelf.insights)
    return "\n".join(_gist(findings, shelf.todos.of_entry(entry.id))) or entry.text.strip()


def _gist(findings: Findings, todos: Sequence[Todo]) -> Iterator[str]:
    """Yield an entry in a few lines: what a digest may rest on."""
    yield from filter(None, (findings.title, findings.summary))
    yield from (f"Decided: {each.quote}" for each in findings.decisions)
    yield from (f"Felt {each.label}: {each.quote}" for each in findings.moods)
    yield from (f"Waiting for {each.who}: {each.what}" for each in findings.waiting_for)
    yield from (f"{todo.status.capitalize()}: {todo.text}" for todo in todos if not todo.is_suggestion)


def _findings(entry: Entry, insights: InsightRepository) -> Findings:
    current = insights.current(entry.id)
    return current.findings if current else Findings(title=entry.title)


def _said_and_done(read: Sequence[Read], wanted: EntryFilter, shelf: Shelf) -> SaidAndDone:
    mine = {each.entry.id for each in read}
    touched = shelf.todos.between(wanted.since, wanted.until)
    if wanted.tags:  # what was added by hand has no tags
        touched = [todo for todo in touched if todo.entry_id in mine]
    arose = [todo for each in read for todo in shelf.todos.of_entry(each.entry.id)]
    by_hand = [todo for todo in touched if todo.entry_id is None and _within(todo.created_at, wanted)]
    done = tuple(
        Done(todo, shelf.day_of(todo.done_at))
        for todo in touched
        if todo.status == DONE and todo.done_at and _within(todo.done_at, wanted)
    )
    certain = tuple(todo for todo in (*arose, *by_hand) if not todo.is_suggestion)
    return SaidAndDone(certain, done, _broken(read, done, shelf))


def _within(at: datetime, wanted: EntryFilter) -> bool:
    return (wanted.since is None or wanted.since <= at) and (wanted.until is None or at < wanted.until)


def _broken(read: Sequence[Read], done: Sequence[Done], shelf: Shelf) -> tuple[Broken, ...]:
    """Return duties spoken in these days, and on another day before or within them, that nobody has done."""
    spoken = [
        (found.text, Told(each.entry, each.on, found.quote))
        for each in read
        for found in each.findings.todos
        if found.confidence >= SUGGESTION_BELOW
    ]
    told: list[tuple[Todo, Told]] = []
    for todo in shelf.todos.open_elsewhere("") if spoken else ():
        mentions = [words for text, words in spoken if alike(text, todo.text) >= SAME_DUTY]
        if mentions and todo.entry_id and not todo.recurrence:
            entry = shelf.entries.get(todo.entry_id)
            first = Told(entry, shelf.day_of(entry.created_at), todo.quote or todo.text)
            told += [(todo, words) for words in (first, *mentions)]
    return tuple(each for each in broken_promises(told) if not _is_done_since(each, done))


def _is_done_since(promise: Broken, done: Iterable[Done]) -> bool:
    last = promise.told[-1].on
    return any(each.on >= last and alike(each.todo.text, promise.todo.text) >= SAME_DUTY for each in done)


def _waiting(read: Iterable[Read]) -> Iterator[Awaited]:
    """Yield what others promised, each once, where it was said first."""
    known: set[tuple[str, str]] = set()
    for each in read:
        for promise in each.findings.waiting_for:
            named = (normalised(promise.who), normalised(promise.what))
            if named not in known:
                known.add(named)
                yield Awaited(each.entry, each.on, promise)


def _people(read: Iterable[Read]) -> tuple[Named, ...]:
    """Return who is named in most entries; of as many, those named first."""
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for each in read:
        names: Mapping[str, str] = {person.name.casefold(): person.name for person in each.findings.people}
        counts.update(names.keys())
        spelled = {**names, **spelled}
    return tuple(Named(spelled[name], count) for name, count in counts.most_common(MOST_PEOPLE))


def _focus(wanted: EntryFilter, shelf: Shelf) -> tuple[Slice, ...]:
    """Return what was worked on; of private to-dos nothing."""
    return (
        tuple(each for each in focused_on(wanted, shelf.books) if not each.is_private) if shelf.books else ()
    )


def _question(read: Sequence[Read]) -> Asking | None:
    """Return the question of the newest entry that has one."""
    found = (Asking(each.entry, each.findings.question) for each in reversed(read) if each.findings.question)
    return next(found, None)
