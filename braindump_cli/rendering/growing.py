"""Insights that grow: what the rules found at once, and a model's answer over it while it is written."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from braindump_cli.domain.insight import SUGGESTION_BELOW, Findings
from braindump_cli.domain.todo import Todo
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.insights import insights_page
from braindump_cli.rendering.page import BLANK, FAINT, STRONG, Line, Page, line, say

if TYPE_CHECKING:
    from rich.live import Live

    from braindump_cli.domain.entry import Entry
    from braindump_cli.rendering.output import Output

_FRAME_S = 1 / 15
_TEXT_LINES = 4  # of the entry above its insights, so that they stay in sight
RULES = "offline"


def grown(before: Findings, partial: Findings) -> Findings:
    """Return what is known so far: a part that the better reading has not reached stands as it was."""
    parts = {
        field.name: getattr(partial, field.name) or getattr(before, field.name) for field in fields(Findings)
    }
    return Findings(**parts)


def growing_page(entry: Entry, findings: Findings, engine: str, *, here: Here, width: int) -> Page:
    """Lay out a reading that is not finished: to-dos have no numbers yet."""
    todos = [
        Todo(
            id=str(place),
            number=0,
            text=found.text,
            created_at=entry.created_at,
            due_on=found.due_on,
            due_at=found.due_at,
            recurrence=found.recurrence,
            priority=found.priority,
        )
        for place, found in enumerate(findings.todos)
        if found.confidence >= SUGGESTION_BELOW
    ]
    room = (width - 4) * _TEXT_LINES
    words = " ".join(entry.text.split())
    clipped = words if len(words) <= room else "… " + words[-room:].partition(" ")[2]
    return [
        BLANK,
        line(clipped, weight=FAINT),
        BLANK,
        Line((say(findings.title, STRONG),), (say(f"{engine} …", FAINT),)),
        *insights_page(replace(findings, todos=()), todos, here=here),
    ]


class Growing:
    """The part of stderr where a reading grows, if a person watches."""

    def __init__(self, output: Output, *, here: Here, clock: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._screen: Live | None = None  # begun with the first thing to draw: most entries need none
        self._here = here
        self._clock = clock
        self._first: Findings | None = None
        self._drawn_at = float("-inf")

    def show(self, entry: Entry, engine: str, findings: Findings) -> None:
        """Draw how far it is; more often than eyes can follow is left out."""
        if not self._output.is_live:
            return
        now = self._clock()
        if engine == RULES or self._first is None:
            self._first = findings
        elif now - self._drawn_at < _FRAME_S:
            return
        self._drawn_at = now
        known = grown(self._first, findings)
        screen = self._begun()
        page = growing_page(entry, known, engine, here=self._here, width=screen.console.width)
        from braindump_cli.rendering.screen import set_page

        screen.update(set_page(page, screen.console.width), refresh=True)

    def wipe(self) -> None:
        """Make room for the answer."""
        if self._screen:
            self._screen.update("", refresh=True)  # else its end is drawn whole, also what never fitted
            self._screen.stop()
        self._screen = None

    def _begun(self) -> Live:
        if self._screen is None:
            from braindump_cli.rendering.recording import live

            self._screen = live(self._output)
            self._screen.start()
        return self._screen
