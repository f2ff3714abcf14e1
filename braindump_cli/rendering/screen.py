"""A page on a terminal, set by Rich: one column of at most 80, wrapped, aligned, quietly weighted."""

from typing import IO, TYPE_CHECKING

from braindump_cli.rendering.page import (
    ACCENT,
    ALERT,
    BODY,
    FAINT,
    STRONG,
    Block,
    Column,
    Line,
    Page,
    Prose,
    Rows,
    Span,
)
from braindump_cli.rendering.typeset import MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import Console, RenderableType
    from rich.text import Text

WIDEST = 80
_NARROW = 72
_LOOK = {BODY: "", STRONG: "bold", FAINT: "dim", ACCENT: "cyan", ALERT: "bold red"}


def console(stream: IO[str], *, has_color: bool) -> "Console":
    """Return Rich's console for a stream, with nothing read into words: no markup, no emoji, no highlighting."""
    from rich.console import Console

    return Console(
        file=stream, markup=False, emoji=False, highlight=False, no_color=not has_color, soft_wrap=False
    )


def inks(target: "Console") -> "Mapping[str, tuple[str, str]]":
    """Return what a terminal is sent before and after words of each weight, for whoever draws a hundred times."""
    from rich.text import Text

    found = {}
    for weight, look in _LOOK.items():
        with target.capture() as captured:
            target.print(Text("|", style=look), end="")
        before, _, after = captured.get().partition("|")
        found[weight] = before, after
    return found


def print_page(page: Page, stream: IO[str], *, has_color: bool) -> None:
    """Set the page on a terminal."""
    target = console(stream, has_color=has_color)
    target.width = min(target.width, WIDEST)
    for block in page:
        target.print(_set(block, target.width))


def set_page(page: Page, width: int) -> "RenderableType":
    """Return the page as one thing that a living screen can show."""
    from rich.console import Group

    return Group(*(_set(block, min(width, WIDEST)) for block in page))


def text_of(spans: "Iterable[Span]") -> "Text":
    """Return the words with their looks."""
    from rich.text import Text

    return Text.assemble(*((span.words, _LOOK[span.weight]) for span in spans))


def _set(block: Block, width: int) -> "RenderableType":
    if isinstance(block, Line):
        return _line(block, width)
    if isinstance(block, Prose):
        return _prose(block.spans)
    return _rows(block, width)


def _line(block: Line, width: int) -> "RenderableType":
    if not block.right:
        return _prose(block.left) if _has_words(block.left) else ""
    left, right = text_of(block.left), text_of(block.right)
    left.pad_left(len(MARGIN))
    gap = width - left.cell_len - right.cell_len
    if gap >= len(MARGIN):
        return left.append(" " * gap).append_text(right)
    return left.append("\n" + MARGIN).append_text(right)  # too narrow for both: one under the other


def _prose(spans: "Iterable[Span]") -> "RenderableType":
    """Wrap words inside the margin."""
    from rich.padding import Padding

    return Padding(text_of(spans), (0, 0, 0, len(MARGIN)), expand=False)


def _rows(block: Rows, width: int) -> "RenderableType":
    from rich.table import Table

    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False, expand=any(map(_gives_way, block.columns)))
    table.add_column(width=0)  # with its padding: the margin
    shown = [
        i
        for i, column in enumerate(block.columns)
        if any(_has_words(row[i].spans) for row in block.rows) and not (column.is_extra and width < _NARROW)
    ]
    for i in shown:
        column = block.columns[i]
        table.add_column(
            justify="right" if column.is_right else "left",
            ratio=1 if _gives_way(column) else None,
            no_wrap=not column.is_wrapped,
            overflow="fold" if column.is_wrapped else "ellipsis",
        )
    for row in block.rows:
        table.add_row("", *(text_of(row[i].spans) for i in shown))
    return table


def _gives_way(column: Column) -> bool:
    return column.is_flexible or column.is_wrapped


def _has_words(spans: "Iterable[Span]") -> bool:
    return any(span.words for span in spans)
