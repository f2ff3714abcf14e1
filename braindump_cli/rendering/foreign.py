"""Words we did not write, made safe to print: transcripts, titles, file names, providers' answers.

They are stored as they came and pass here on their way to a terminal, where an escape sequence could
repaint the screen, reach the clipboard (OSC 52) or hide text (bidi overrides).
"""

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

_MOST_MARKS = 4  # combining marks in a row; more only smear over other lines
_MARKS = ("Mn", "Me")
_REPLACED = "\ufffd"

_SHOWN: dict[int, str] = {
    **{
        code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)
    },  # ESC shows as its picture
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), _REPLACED),  # C1: one byte that begins a sequence on old terminals
    **dict.fromkeys((0x2028, 0x2029), "\n"),
    **dict.fromkeys(
        (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), _REPLACED
    ),  # bidi
    **dict.fromkeys(range(0xD800, 0xE000), _REPLACED),  # lone surrogates cannot be written as UTF-8
    **dict.fromkeys(range(0xE0000, 0xE0080), _REPLACED),  # invisible tags
}
_NOT_ASCII = re.compile(r"[^\x20-\x7e\n\t]")


def plain(words: str) -> str:
    """Return `words` with every terminal control made visible and harmless; line feeds and tabs stay."""
    if not _NOT_ASCII.search(words):
        return words
    shown = words.replace("\r\n", "\n").translate(_SHOWN)
    return shown if shown.isascii() else _few_marks(shown)


def one_line(words: str) -> str:
    """Return `words` safe and on one line, runs of blanks as one."""
    return " ".join(plain(words).split())


def foreign(words: str, style: str = "") -> "Text":
    """Return `words` for Rich: safe, and `[brackets]` are text."""
    from rich.text import Text

    return Text(plain(words), style=style)


def _few_marks(words: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in words:
        marks = marks + 1 if unicodedata.category(char) in _MARKS else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)
