"""A page as plain text: for pipes, files and everything without a terminal; nothing is cut or wrapped."""

from collections.abc import Iterable, Iterator, Sequence

from braindump_cli.rendering.page import Line, Page, Prose, Rows, Span

MARGIN = "  "


def plain_page(page: Page) -> Iterator[str]:
    """Yield the page's lines."""
    for block in page:
        if isinstance(block, Line):
            left, right = words_of(block.left), words_of(block.right)
            words = f"{left}  {right}" if right else left
            yield words if block.is_bare else _margin(words)
        elif isinstance(block, Prose):
            yield from map(_margin, words_of(block.spans).split("\n"))
        else:
            yield from _rows(block)


def words_of(spans: Iterable[Span]) -> str:
    """Return the words without their weights."""
    return "".join(span.words for span in spans)


def width_of(words: str) -> int:
    """Return how many columns a terminal gives these words (UAX 11: wide and full-width ones take two)."""
    if words.isascii():
        return len(words)
    import unicodedata

    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in words
    )


def _rows(block: Rows) -> Iterator[str]:
    table = [[words_of(field.spans) for field in row] for row in block.rows]
    widths = [max((width_of(row[i]) for row in table), default=0) for i in range(len(block.columns))]
    for row in table:
        yield _margin(_aligned(row, widths, [column.is_right for column in block.columns]))


def _aligned(row: Sequence[str], widths: Sequence[int], rights: Sequence[bool]) -> str:
    fields = []
    for words, width, is_right in zip(row, widths, rights, strict=True):
        if width:
            blank = " " * (width - width_of(words))
            fields.append(blank + words if is_right else words + blank)
    return "  ".join(fields)


def _margin(words: str) -> str:
    return (MARGIN + words).rstrip()
