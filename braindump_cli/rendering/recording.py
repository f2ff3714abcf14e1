"""The screen while somebody speaks: a level, a clock, the words as they are understood."""

import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from braindump_cli.rendering import dates
from braindump_cli.rendering.foreign import one_line
from braindump_cli.rendering.output import Output
from braindump_cli.rendering.screen import WIDEST

if TYPE_CHECKING:
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text

_BARS = " ▁▂▃▄▅▆▇█"
_METER = 14  # blocks of the level shown
_QUIETEST_DB = -54.0
_MARGIN = "  "


class Going(Protocol):
    """How a recording is going."""

    @property
    def phase(self) -> str: ...
    @property
    def elapsed_s(self) -> float: ...
    @property
    def peak(self) -> float: ...
    @property
    def caption(self) -> str: ...
    @property
    def stalled_s(self) -> float: ...


class Meter:
    """Draws a recording on two lines that are wiped when it ends."""

    def __init__(self, live: "Live | None", *, total_s: float | None, can_type: bool) -> None:
        self._live = live
        self._levels: deque[float] = deque([0.0] * _METER, maxlen=_METER)
        self._total_s = total_s
        self._can_type = can_type

    def show(self, going: Going) -> None:
        """Draw how it is going."""
        if self._live is None:
            return
        self._levels.append(going.peak)
        self._live.update(self._lines(going), refresh=True)

    def _lines(self, going: Going) -> "Group":
        from rich.console import Group
        from rich.text import Text

        width = min(self._live.console.width, WIDEST) if self._live else WIDEST
        head = Text.assemble(_MARGIN, *_sign(going), (self._clock(going), "bold"), "  ")
        if self._total_s is None and going.phase == "recording":
            head.append("".join(map(_bar, self._levels)), style="cyan")
        help_text = self._help(going)
        gap = width - head.cell_len - len(help_text)
        if gap >= 2:
            head.append(" " * gap).append(help_text, style="dim")
        caption = Text(
            f"{_MARGIN}{_tail(going.caption, width - 4)}", style="italic", no_wrap=True, overflow="crop"
        )
        return Group(_fitting(head), caption)

    def _clock(self, going: Going) -> str:
        elapsed = dates.length(going.elapsed_s)
        return elapsed if self._total_s is None else f"{elapsed} of {dates.length(self._total_s)}"

    def _help(self, going: Going) -> str:
        if going.stalled_s:
            return "no sound from the microphone"
        if going.phase == "opening":
            return "" if self._total_s else "one moment"
        if self._total_s is not None or not self._can_type:
            return "Ctrl-C stops"
        return "Enter stops, space goes on" if going.phase == "paused" else "Enter stops, space pauses"


def _sign(going: Going) -> list[tuple[str, str]]:
    if going.phase == "paused":
        return [("‖ ", "bold")]
    return [("● ", "bold red" if going.phase == "recording" else "dim")]


def _bar(peak: float) -> str:
    """Return a block as high as the level sounds: decibels, since ears hear in ratios."""
    from math import log10

    decibels = 20 * log10(peak) if peak > 0 else _QUIETEST_DB
    height = (decibels - _QUIETEST_DB) / -_QUIETEST_DB
    return _BARS[min(max(round(height * (len(_BARS) - 1)), 0), len(_BARS) - 1)]


def _tail(caption: str, width: int) -> str:
    """Return the last words that fit."""
    words = one_line(caption)
    if len(words) <= width:
        return words
    return "…" + words[-(width - 1) :].partition(" ")[2]


def _fitting(head: "Text") -> "Text":
    head.no_wrap = True
    head.overflow = "crop"
    return head


@contextmanager
def undisturbed(output: Output) -> Iterator[None]:
    """Keep the screen for ourselves: what C libraries (PortAudio, when a sound server dies) write to stderr is dropped.

    File descriptor 2 leads nowhere meanwhile, and all of Python writes beside it.
    """
    try:
        disturbed = output.err.fileno()
        ours = os.dup(disturbed)
    except (OSError, ValueError):  # no real file, or closed
        yield
        return
    before = output.err, sys.stderr
    with open(os.devnull, "wb") as nowhere, open(ours, "w", encoding="utf-8", errors="replace") as screen:
        output.err.flush()
        os.dup2(nowhere.fileno(), disturbed)
        output.err = sys.stderr = screen
        try:
            yield
        finally:
            screen.flush()
            os.dup2(ours, disturbed)
            output.err, sys.stderr = before


@contextmanager
def meter(output: Output, *, total_s: float | None = None, can_type: bool) -> Iterator[Meter]:
    """Draw on stderr where a person watches; else give a meter that draws nothing."""
    if not output.is_live:
        yield Meter(None, total_s=total_s, can_type=can_type)
        return
    with live(output) as screen:
        yield Meter(screen, total_s=total_s, can_type=can_type)


class Hearing:
    """Says how far the engine is; one line that is wiped."""

    def __init__(self, live: "Live | None", total_s: float) -> None:
        self._live = live
        self._total_s = total_s

    def show(self, heard_s: float) -> None:
        """Draw it."""
        if self._live:
            from rich.text import Text

            words = f"{_MARGIN}Listening, {dates.length(heard_s)} of {dates.length(self._total_s)}"
            self._live.update(Text(words, style="dim"), refresh=True)


@contextmanager
def hearing(output: Output, *, total_s: float) -> Iterator[Hearing]:
    """Say on stderr, where a person watches, how far the engine is."""
    if not output.is_live:
        yield Hearing(None, total_s)
        return
    with live(output) as screen:
        yield Hearing(screen, total_s)


def live(output: Output) -> "Live":
    """Return a part of stderr that is drawn over and wiped at its end."""
    from rich.live import Live

    from braindump_cli.rendering.screen import console

    target = console(output.err, has_color=output.has_color)
    return Live(
        console=target, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
    )
