"""The terminal while the countdown is on it: a screen of its own, of which only lines that changed are written.

So little goes over the line, at once, that nothing flickers over ssh; what stood on the terminal before is there
again afterwards. A terminal that cannot be drawn on gets a line of words a period.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import IO, TYPE_CHECKING, Protocol

from braindump_cli.domain.focus.standing import standing_at
from braindump_cli.rendering.countdown import Aside, Row, Size, countdown, told_plainly

if TYPE_CHECKING:
    from braindump_cli.domain.focus.view import View
    from braindump_cli.rendering.output import Output

# ECMA-48 and xterm's private modes: 1049 is a screen of its own, 25 the cursor.
_ENTER, _LEAVE = "\033[?1049h\033[?25l\033[H\033[2J", "\033[0m\033[?25h\033[?1049l"
_LINE, _CLEAR_REST = "\033[{};1H", "\033[0m\033[K"
_USUAL = Size(80, 24)


class Stage(Protocol):
    """Where a countdown is shown."""

    def show(self, view: "View", now: datetime, aside: Aside) -> None:
        """Show how it stands."""
        ...

    def write(self, sequence: str) -> None:
        """Write something that moves nothing on the screen, such as a bell."""
        ...


class FullScreen:
    """A terminal that can be drawn on."""

    def __init__(self, stream: IO[str], *, has_color: bool) -> None:
        from braindump_cli.rendering.screen import console, inks

        self._stream = stream
        self._inks = inks(console(stream, has_color=has_color))
        self._size = Size(0, 0)
        self._shown: list[Row] = []

    def show(self, view: "View", now: datetime, aside: Aside) -> None:
        """Draw what changed; after a resize everything."""
        size = _size_of(self._stream)
        rows = countdown(view, now, size, aside=aside)
        before = self._shown if size == self._size else []
        self._size, self._shown = size, rows
        changed = [
            f"{_LINE.format(at + 1)}{self._styled(row)}{_CLEAR_REST}"
            for at, row in enumerate(rows)
            if at >= len(before) or before[at] != row
        ]
        if changed:
            self.write("".join(changed))

    def write(self, sequence: str) -> None:
        """Write it at once."""
        self._stream.write(sequence)
        self._stream.flush()

    def _styled(self, row: Row) -> str:
        return "".join(span.words.join(self._inks[span.weight]) for span in row)


class Plainly:
    """A terminal that cannot: one line a period, and one for whatever else there is to say."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._told: object = None
        self._said = ""

    def show(self, view: "View", now: datetime, aside: Aside) -> None:
        """Say what is new."""
        if view.session is None:
            return
        standing = standing_at(view.session, now)
        period = (standing.phase, standing.round)
        if period != self._told:
            self._told = period
            self.write(f"  {told_plainly(view, standing)}\n")
        if aside.said != self._said:
            self._said = aside.said
            self.write(f"  {aside.said}\n" if aside.said else "")

    def write(self, sequence: str) -> None:
        """Write it at once."""
        self._stream.write(sequence)
        self._stream.flush()


@contextmanager
def stage(output: "Output") -> Iterator[Stage]:
    """Take the terminal for the countdown; it is given back as it was, whatever happens inside."""
    if os.environ.get("TERM", "dumb") == "dumb":
        yield Plainly(output.err)
        return
    full = FullScreen(output.err, has_color=output.has_color)
    full.write(_ENTER)
    try:
        yield full
    finally:
        with suppress(OSError):  # the terminal may be gone
            full.write(_LEAVE)


def _size_of(stream: IO[str]) -> Size:
    try:
        columns, rows = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return _USUAL
    return Size(columns or _USUAL.columns, rows or _USUAL.rows)
