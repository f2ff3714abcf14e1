"""A page as values: what stands where, and with what weight; set on a terminal or plainly in a pipe.

Renderers write pages and print nothing. Words that are not ours pass `foreign` on their way in: `say` and
`Cell` do that for everything, so no renderer can forget it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from braindump_cli.rendering.foreign import one_line, plain

# Weights, few on purpose; a terminal gives each its look, a pipe none.
BODY, STRONG, FAINT, ACCENT, ALERT = "body", "strong", "faint", "accent", "alert"


class Span(NamedTuple):
    """Words of one weight."""

    words: str
    weight: str = BODY


class Line(NamedTuple):
    """One line; `right` stands at the right margin, or two blanks after `left` in a pipe."""

    left: tuple[Span, ...]
    right: tuple[Span, ...] = ()
    is_bare: bool = False  # without a margin in a pipe: what scripts take as it is


class Prose(NamedTuple):
    """Text that is wrapped at the margin on a terminal and left as it is in a pipe."""

    spans: tuple[Span, ...]


class Cell(NamedTuple):
    """One field of a row."""

    spans: tuple[Span, ...]


class Column(NamedTuple):
    """How a column behaves when there is not room for all."""

    is_right: bool = False  # numbers: aligned at their right
    is_flexible: bool = False  # gives way first, shortened with an ellipsis on a terminal only
    is_extra: bool = False  # left out on a narrow terminal
    is_wrapped: bool = False  # takes the room that is left and as many lines as it needs, on a terminal only


class Rows(NamedTuple):
    """Aligned fields, without lines around them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Line | Prose | Rows
Page = Sequence[Block]
BLANK = Line(())


def say(words: str, weight: str = BODY) -> Span:
    """Return words safe for one line."""
    return Span(one_line(words), weight)


def line(left: str, right: str = "", *, weight: str = BODY) -> Line:
    """Return a line of plain words."""
    return Line((say(left, weight),), (say(right, FAINT),) if right else ())


def bare(words: str) -> Line:
    """Return a line that is an answer for scripts as well."""
    return Line((say(words),), is_bare=True)


def heading(words: str) -> Line:
    """Return the line over a part of the page."""
    return Line((say(words, STRONG),))


def prose(words: str, *, note: str = "") -> Prose:
    """Return text with its line feeds kept; `note` follows it in a faint word."""
    spans = (Span(plain(words)), *((Span(f"  {note}", FAINT),) if note else ()))
    return Prose(spans)


def cell(words: str, weight: str = BODY) -> Cell:
    """Return a field of plain words."""
    return Cell((say(words, weight),))
