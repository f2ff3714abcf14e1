"""Insights as the lower half of an entry's page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.page import (
    BLANK,
    FAINT,
    Block,
    Cell,
    Column,
    Page,
    Rows,
    Span,
    cell,
    heading,
    line,
    prose,
    say,
)
from braindump_cli.rendering.todos import NO_NEWS, News, suggestion_rows, todo_rows

if TYPE_CHECKING:
    from braindump_cli.domain.insight import Findings, Insights
    from braindump_cli.domain.todo import Todo


_NEARLY_ALL = 0.7


def insights_page(
    findings: Findings | None, todos: Sequence[Todo], *, here: Here, text: str = "", news: News = NO_NEWS
) -> Page:
    """Lay out what was understood: to-dos, what may be one, then the rest; nothing that is empty.

    Under the `text` itself a summary that says nearly all of it again is left out.
    """
    page: list[Block] = []
    open_ones = [todo for todo in todos if todo.status != "dropped" and not todo.is_suggestion]
    perhaps = [todo for todo in todos if todo.status == "open" and todo.is_suggestion]
    if open_ones:
        page += [BLANK, heading("To do"), todo_rows(open_ones, here=here, news=news)]
    if perhaps:
        page += [BLANK, heading("Perhaps"), suggestion_rows(perhaps)]
    page += [line(words, weight=FAINT) for words in news.gone]
    if findings:
        rows = list(_rest(findings, text, news))
        if rows:
            page += [BLANK, Rows((Column(), Column(is_wrapped=True)), tuple(rows))]
    return page


def _rest(findings: Findings, text: str, news: News) -> Iterable[tuple[Cell, Cell]]:
    if findings.summary and not (text and len(findings.summary) > _NEARLY_ALL * len(text)):
        yield cell("In short", FAINT), cell(findings.summary)
    for item in findings.waiting_for:
        yield cell("Waiting", FAINT), cell(f"{item.who}: {item.what}")
    for finished in findings.done:
        number = news.closes.get(finished.todo_id or "")
        hint = (Span("  "), say(f"braindump todos done {number}", FAINT)) if number else ()
        yield cell("Done", FAINT), Cell((say(finished.text), *hint))
    for remark in findings.decisions:
        yield cell("Decided", FAINT), cell(remark.text)
    for mood in findings.moods:
        yield cell("Mood", FAINT), Cell((say(f"{mood.label},"), Span(" "), say(f"“{mood.quote}”", FAINT)))
    for name, mentions in (
        ("People", findings.people),
        ("Places", findings.places),
        ("Topics", findings.topics),
    ):
        if mentions:
            yield cell(name, FAINT), cell(", ".join(mention.name for mention in mentions))
    if findings.question:
        yield cell("Question", FAINT), cell(findings.question)


def findings_page(insights: Insights, todos: Sequence[Todo], *, here: Here, news: News = NO_NEWS) -> Page:
    """Lay out `insights show`: title, then all of it."""
    how = "edited by hand" if insights.is_edited else (insights.model or insights.engine)
    title = insights.findings.title or "Nothing to tell yet."
    return [
        BLANK,
        prose(title, note=how),
        *insights_page(insights.findings, todos, here=here, news=news),
        BLANK,
    ]
