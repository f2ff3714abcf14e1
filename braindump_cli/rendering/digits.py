"""Time in big digits, for a screen that is looked at from across the room."""

from collections.abc import Sequence

_DOT, _NONE = "█", " "
_DOT_COLUMNS = 2  # a cell of a terminal is twice as high as wide
_ROWS = 5
_SHAPES = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": ("  #", "  #", "  #", "  #", "  #"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    ":": (" ", "#", " ", "#", " "),
}


def big(time: str, scale: int) -> Sequence[str]:
    """Return a time such as `24:17` as lines of the same width, `5 * scale` of them."""
    rows = (_NONE.join(_SHAPES[char][row] for char in time) for row in range(_ROWS))
    return [_wide(row, scale) for row in rows for _ in range(scale)]


def size_of(time: str, scale: int) -> tuple[int, int]:
    """Return the columns and rows that `big` takes."""
    dots = sum(len(_SHAPES[char][0]) for char in time) + len(time) - 1
    return dots * _DOT_COLUMNS * scale, _ROWS * scale


def _wide(row: str, scale: int) -> str:
    return "".join((_DOT if dot == "#" else _NONE) * (_DOT_COLUMNS * scale) for dot in row)
