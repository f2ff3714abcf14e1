"""A look back on a page: the counts, said versus done, what others promised, the rest; and a question at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from braindump_cli.domain.stamps import to_stamp
from braindump_cli.rendering import dates
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.documents import Document, todo_document
from braindump_cli.rendering.entries import name_of
from braindump_cli.rendering.foreign import one_line
from braindump_cli.rendering.page import (
    ACCENT,
    BLANK,
    FAINT,
    STRONG,
    Block,
    Cell,
    Column,
    Line,
    Page,
    Rows,
    Span,
    cell,
    heading,
    line,
    prose,
    say,
)  # fmt: skip
from braindump_cli.rendering.todos import todo_rows

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.review import Awaited, Broken, Decided, Felt, Review, SaidAndDone, Told

_NOTES = (Column(is_right=True), Column(is_wrapped=True), Column(is_right=True))


def review_document(review: Review) -> Document:
    """Return a review (`review/1`)."""
    return {
        "first_on": review.span.first.isoformat(),
        "last_on": _last(review).isoformat(),
        "days": review.days,
        "spoken": review.spoken,
        "typed": len(review.entries) - review.spoken,
        "spoken_s": review.spoken_s,
        "words": review.words,
        "entries": [{**_link(entry), "title": name_of(entry)} for entry in review.entries],
        "todos": _todos_document(review.todos),
        "waiting_for": [
            {
                **_said(each),
                "who": each.promise.who,
                "what": each.promise.what,
                "quote": each.promise.quote,
                "due_on": each.promise.due_on.isoformat() if each.promise.due_on else None,
            }
            for each in review.waiting
        ],
        "decisions": [
            {**_said(each), "text": each.remark.text, "quote": each.remark.quote} for each in review.decisions
        ],
        "moods": [
            {
                **_said(each),
                "label": each.mood.label,
                "valence": each.mood.valence,
                "energy": each.mood.energy,
                "about": each.mood.about,
                "quote": each.mood.quote,
            }
            for each in review.moods
        ],
        "people": [{"name": each.name, "entries": each.entries} for each in review.people],
        "question": review.question
        and {**_link(review.question.entry), "question": review.question.question},
        "focused_s": round(review.focused_s, 3),
        "focus": [
            {
                "todo_id": each.key,
                "number": each.number,
                "text": each.label or None,
                "focused_s": round(each.focused_s, 3),
                "sessions": each.sessions,
            }
            for each in review.focus
        ],
        "digest": review.digest
        and {
            "text": review.digest.text,
            "engine": review.digest.engine,
            "model": review.digest.model,
            "cited": [_link(entry) for entry in review.digest.cited],
        },
    }


def _todos_document(todos: SaidAndDone) -> Document:
    return {
        "arose": [todo_document(todo) for todo in todos.arose],
        "kept": len(todos.kept),
        "dropped": len(todos.dropped),
        "still_open": len(todos.still_open),
        "done": [todo_document(each.todo) for each in todos.done],
        "broken": [
            {
                "todo_id": each.todo.id,
                "number": each.todo.number,
                "text": each.todo.text,
                "days": each.days,
                "told": [{**_said(told), "quote": told.quote} for told in each.told],
            }
            for each in todos.broken
        ],
    }


def _link(entry: Entry) -> Document:
    return {"entry_id": entry.id, "number": entry.number, "created_at": to_stamp(entry.created_at)}


def _said(item: Awaited | Decided | Felt | Told) -> Document:
    return {**_link(item.entry), "said_on": item.on.isoformat()}


def review_page(review: Review, *, here: Here) -> Page:
    """Lay out a look back; nothing that is empty, and one line where nothing was said at all."""
    page: list[Block] = [
        BLANK,
        Line((say(_title(review, here.today), STRONG),), (say(_counts(review), FAINT),)),
    ]
    if not (review.entries or review.todos.arose or review.todos.done or review.focus):
        return [*page, BLANK, line("Nothing was said in these days. braindump record", weight=FAINT), BLANK]
    if review.digest:
        by = review.digest.model or review.digest.engine
        numbers = ", ".join(str(entry.number) for entry in review.digest.cited)
        page += [
            BLANK,
            prose(one_line(review.digest.text)),
            line(f"said by {by}, from {numbers}", weight=FAINT),
        ]
    parts = (
        ("Said and done", _done(review.todos, here)),
        ("Focused on", _focus(review)),
        ("Spoken of again and again", _broken(review.todos.broken, here)),
        ("Waiting for", _waiting(review.waiting, here)),
        ("Decided", _notes(((each.entry, each.remark.text, each.on) for each in review.decisions), here)),
        ("Felt", _notes(((each.entry, _mood(each), each.on) for each in review.moods), here)),
        ("People", _people(review)),
        ("Entries", _entries(review.entries, here)),
        ("A question", _question(review)),
    )
    for name, blocks in parts:
        page += [BLANK, heading(name), *blocks] if blocks else []
    return [*page, BLANK]


def _last(review: Review) -> date:
    return review.span.after - timedelta(days=1)


def _title(review: Review, today: date) -> str:
    first, last = review.span.first, _last(review)
    if first == last:
        return dates.day(first, today)
    if first.day == 1 and review.span.after.day == 1 and (last - first).days < 31:
        return f"{first:%B %Y}"
    end = f"{last.day} {last:%B}{_year(last, today)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {end}"
    return f"{first.day} {first:%B}{_year(first, last)} to {end}"


def _year(day: date, beside: date) -> str:
    return "" if day.year == beside.year else f" {day.year}"


def _counts(review: Review) -> str:
    told = [_counted(len(review.entries), "entry", "entries")]
    if review.entries:
        told.append(_counted(review.days, "day"))
    if review.spoken_s:
        told.append(f"{dates.length(review.spoken_s)} spoken")
    if review.focused_s >= 1:
        told.append(f"{dates.span(review.focused_s)} focused")
    return ", ".join(told)


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def _entries(entries: Sequence[Entry], here: Here) -> list[Block]:
    return _notes(((entry, name_of(entry), here.local(entry.created_at).date()) for entry in entries), here)


def _done(todos: SaidAndDone, here: Here) -> list[Block]:
    """Lay out what arose and what became of it; without to-dos nothing."""
    page: list[Block] = [line(_balance(todos), weight=FAINT)] if todos.arose else []
    shown = [*(each.todo for each in todos.done), *todos.still_open]
    return [*page, todo_rows(shown, here=here)] if shown else page


def _focus(review: Review) -> list[Block]:
    """Lay out what was worked on, the longest first, without what took less than a minute."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            cell(str(each.number) if each.number else "", ACCENT),
            cell(each.label or "Without a to-do"),
            cell(dates.span(each.focused_s)),
        )
        for each in review.focus
        if each.focused_s >= 60
    )
    return [Rows(_NOTES, rows)] if rows else []


def _balance(todos: SaidAndDone) -> str:
    arose = len(todos.arose)
    parts = (("done", todos.kept), ("dropped", todos.dropped), ("still open", todos.still_open))
    told = [(len(part), word) for word, part in parts if part]
    if len(told) == 1:
        return f"{_counted(arose, 'to-do')} arose, {'all ' if arose > 1 else ''}{told[0][1]}."
    return f"{arose} to-dos arose: {', '.join(f'{count} {word}' for count, word in told)}."


def _broken(promises: Iterable[Broken], here: Here) -> list[Block]:
    page: list[Block] = []
    for each in promises:
        rows = [(told.entry, f"“{one_line(told.quote)}”", told.on) for told in each.told]
        name = (say(each.todo.text), Span(f"  to-do {each.todo.number}", FAINT))
        page += [Line(name), *_notes(rows, here)]
    return page


def _waiting(waiting: Iterable[Awaited], here: Here) -> list[Block]:
    rows = []
    for each in waiting:
        due = each.promise.due_on
        until = f", by {dates.day(due, here.today)}" if due else ""
        words = f"{each.promise.who}: {each.promise.what}{until}"
        rows.append((each.entry, words, each.on))
    return _notes(rows, here)


def _mood(felt: Felt) -> str:
    return f"{felt.mood.label}, “{one_line(felt.mood.quote)}”"


def _notes(rows: Iterable[tuple[Entry, str, date]], here: Here) -> list[Block]:
    """Lay out words one a row, between the number of their entry and the day they were said."""
    laid: tuple[tuple[Cell, ...], ...] = tuple(
        (cell(str(entry.number), ACCENT), cell(words), cell(dates.day(on, here.today), FAINT))
        for entry, words, on in rows
    )
    return [Rows(_NOTES, laid)] if laid else []


def _people(review: Review) -> list[Block]:
    names = (f"{each.name} ({each.entries})" if each.entries > 1 else each.name for each in review.people)
    return [prose(one_line(", ".join(names)))] if review.people else []


def _question(review: Review) -> list[Block]:
    asking = review.question
    return [prose(one_line(asking.question), note=str(asking.entry.number))] if asking else []
