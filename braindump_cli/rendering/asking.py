"""An answer on a page: the sentence first, then the words it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from braindump_cli.domain.stamps import to_stamp
from braindump_cli.rendering import dates
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.documents import Document
from braindump_cli.rendering.entries import name_of
from braindump_cli.rendering.foreign import one_line
from braindump_cli.rendering.page import (
    ACCENT,
    BLANK,
    FAINT,
    STRONG,
    Block,
    Column,
    Line,
    Page,
    Rows,
    cell,
    heading,
    line,
    prose,
)  # fmt: skip

if TYPE_CHECKING:
    from braindump_cli.domain.asking import Asked, Quoted

_HEAD = (Column(is_right=True), Column(is_flexible=True), Column(is_right=True))


def answer_document(asked: Asked) -> Document:
    """Return an answer (`answer/1`)."""
    return {
        "question": asked.question,
        "answer": asked.answer,
        "engine": asked.engine,
        "model": asked.model,
        "has_evidence": asked.has_evidence,
        "quotes": [
            {
                "entry_id": each.entry.id,
                "number": each.entry.number,
                "created_at": to_stamp(each.entry.created_at),
                "quote": each.quote,
                "score": round(each.score, 3),
                "is_cited": each.is_cited,
            }
            for each in asked.quotes
        ],
    }


def answer_page(asked: Asked, *, here: Here) -> Page:
    """Lay out an answer; without a model the quotes stand alone, best first."""
    page: list[Block] = [BLANK, prose(one_line(asked.question)), BLANK]
    if not asked.quotes:
        return [*page, heading("Nothing in your journal answers that."), _other_words(), BLANK]
    if asked.answer:
        cited = [each for each in asked.quotes if each.is_cited]
        others = [each for each in asked.quotes if not each.is_cited]
        page += [_answer(asked.answer), line(f"said by {asked.model or asked.engine}", weight=FAINT), BLANK]
        page += [heading("It rests on"), BLANK, *_quotes(cited, here)]
        return [*page, heading("Also near"), BLANK, *_quotes(others, here)] if others else page
    if not asked.has_evidence:
        page += [heading("Your journal does not say."), BLANK, heading("Nearest to it"), BLANK]
    return [*page, *_quotes(asked.quotes, here)]


def _answer(words: str) -> Block:
    return prose(one_line(words))


def _other_words() -> Line:
    return line("Other words may find it: braindump search WORD", weight=FAINT)


def _quotes(quotes: Iterable[Quoted], here: Here) -> Iterable[Block]:
    """Lay out quotes under the entry they are from, the entry with the best one first."""
    by_entry: dict[str, list[Quoted]] = {}
    for each in quotes:
        by_entry.setdefault(each.entry.id, []).append(each)
    for same in by_entry.values():
        entry = same[0].entry
        day = dates.day(here.local(entry.created_at).date(), here.today)
        name = (cell(str(entry.number), ACCENT), cell(name_of(entry), STRONG), cell(day, FAINT))
        yield Rows(_HEAD, (name,))
        yield from (prose(f"“{one_line(each.quote)}”") for each in same)
        yield BLANK
