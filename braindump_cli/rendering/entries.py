"""Entries on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from braindump_cli.rendering import dates
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.insights import insights_page
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
    line,
    prose,
    say,
)  # fmt: skip
from braindump_cli.rendering.todos import NO_NEWS, News

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry, Found
    from braindump_cli.domain.insight import Insights
    from braindump_cli.domain.todo import Todo

_COLUMNS = (
    Column(),
    Column(is_right=True),
    Column(is_flexible=True),
    Column(is_right=True),
    Column(is_extra=True),
)


def entry_rows(entries: Iterable[Entry], *, here: Here, with_day: bool = True) -> Rows:
    """Lay out entries one a row, in the order given: when, number, title, length, what else."""
    rows = []
    for entry in entries:
        at = here.local(entry.created_at)
        when = (
            f"{dates.day(at.date(), here.today)}  {dates.time(at):>5}" if with_day else f"{dates.time(at):>5}"
        )
        rows.append(
            (
                cell(when, FAINT) if not with_day else Cell((Span(when, FAINT),)),
                cell(str(entry.number), ACCENT),
                Cell((say(name_of(entry)), *_star(entry))),
                cell(dates.length(entry.duration_s)),
                cell(_marks(entry), FAINT),
            )
        )
    return Rows(_COLUMNS, tuple(rows))


def entry_list_page(entries: Sequence[Entry], *, here: Here) -> Page:
    """Lay out `list`."""
    if not entries:
        return [line("No entries here."), line("braindump record", weight=FAINT)]
    return [entry_rows(entries, here=here)]


def found_page(found: Sequence[Found], *, here: Here) -> Page:
    """Lay out `search`: each entry with the words around the match."""
    if not found:
        return [line("Nothing found.")]
    page: list[Block] = []
    for hit in found:
        at = here.local(hit.entry.created_at)
        head = (say(f"{hit.entry.number}", ACCENT), Span("  "), say(name_of(hit.entry), STRONG))
        page += [
            Line(head, (say(dates.moment(at, here.today), FAINT),)),
            Line(tuple(_matched(hit.snippet))),
            BLANK,
        ]
    return page[:-1]


def _matched(snippet: str) -> Iterable[Span]:
    for piece in snippet.split("\x02"):
        match, end, rest = piece.rpartition("\x03")
        if end:
            yield Span(say(match).words, STRONG)
        yield Span(_joined(rest))


def _joined(words: str) -> str:
    """Return words safe for one line with a blank kept at either end, so that matches stand apart."""
    inner = say(words).words
    return f"{' ' if words[:1].isspace() else ''}{inner}{' ' if words[-1:].isspace() and inner else ''}"


def entry_page(
    entry: Entry,
    insights: Insights | None,
    todos: Sequence[Todo],
    *,
    here: Here,
    news: News = NO_NEWS,
) -> Page:
    """Lay out one entry whole, with what became of it."""
    at = here.local(entry.created_at)
    facts = [dates.moment(at, here.today), dates.length(entry.duration_s)]
    right = ", ".join(fact for fact in (*facts, news.aside) if fact)
    said = (Span(f"{news.word} ", STRONG),) if news.word else ()
    head = (*said, say(str(entry.number), ACCENT))
    page: list[Block] = [BLANK, Line(head, (say(right, FAINT),))]
    if entry.title and not _begins_with(entry.text, entry.title):
        page.append(Line((say(entry.title, STRONG),)))
    if entry.tags:
        page.append(Line((say(" ".join(f"#{tag}" for tag in entry.tags), FAINT),)))
    if entry.text.strip():
        page += [BLANK, prose(entry.text, note="draft" if entry.is_draft else "")]
    else:
        page += [BLANK, line(_why_empty(entry), weight=FAINT)]
    findings = insights.findings if insights else None
    page += insights_page(findings, todos, here=here, text=entry.text, news=news)
    if entry.deleted_at:
        page += [BLANK, line(f"In the trash. braindump restore {entry.number}", weight=FAINT)]
    return [*page, BLANK]


def name_of(entry: Entry) -> str:
    """Return what an entry is called in a list: its title, else its first words, else what it waits for."""
    if entry.title:
        return entry.title
    if entry.text.strip():
        words = " ".join(entry.text.split())
        return words if len(words) <= 60 else words[:60].rsplit(" ", 1)[0] + "…"
    return "(no text yet)" if "transcribe" in entry.pending else "(no words)"


def _begins_with(text: str, title: str) -> bool:
    return " ".join(text.split()).lower().startswith(title.rstrip(".…").lower())


def _why_empty(entry: Entry) -> str:
    if "transcribe" in entry.pending:
        return "No text yet; braindump process."
    return "No words were heard; the sound is kept."


def _star(entry: Entry) -> tuple[Span, ...]:
    return (Span(" ★", ACCENT),) if entry.is_starred else ()


def _marks(entry: Entry) -> str:
    marks = []
    if entry.todo_count:
        marks.append(f"✎ {entry.todo_count} to-do{'s' if entry.todo_count > 1 else ''}")
    marks += [f"#{tag}" for tag in entry.tags]
    if entry.is_private:
        marks.append("private")
    return " ".join(marks)
