"""The countdown as lines: a pure function of what everybody sees of focus, the size of a terminal and the clock.

What there is no room for is left out, the least needed first: air, to-dos, the bar, big digits.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.focus.session import BREAK, LONG_BREAK, WORK
from braindump_cli.domain.focus.standing import PAUSED, Standing, standing_at
from braindump_cli.rendering.digits import big, size_of
from braindump_cli.rendering.focus import clock
from braindump_cli.rendering.foreign import one_line
from braindump_cli.rendering.page import ACCENT, BODY, FAINT, STRONG, Span
from braindump_cli.rendering.typeset import width_of, words_of

if TYPE_CHECKING:
    from braindump_cli.domain.focus.session import Plan
    from braindump_cli.domain.focus.view import View
    from braindump_cli.domain.todo import Todo

FIVE_MORE = timedelta(minutes=5)  # what + adds

_MARGIN = 2
_WIDEST = 72
_MOST_DOTS = 12  # more rounds are told as a number
_BAR = 30  # columns, under a time of one line
_NAMES = {WORK: "Work", BREAK: "Break", LONG_BREAK: "Long break"}
_AFTERWARDS = {WORK: "then work", BREAK: "then a break", LONG_BREAK: "then a long break"}
_PREPOSITION = {WORK: "for", BREAK: "of", LONG_BREAK: "of"}

Row = tuple[Span, ...]


class Size(NamedTuple):
    """Of a terminal."""

    columns: int
    rows: int


class Aside(NamedTuple):
    """What stands beside the time."""

    offers: Sequence["Todo"] = ()  # what there is to do today, shown at a break
    said: str = ""  # why a key did nothing; for a moment, in place of the keys


class _Form(NamedTuple):
    """How much is shown."""

    scale: int  # of the digits; 0 is one line
    gap: int  # empty rows between the parts
    has_bar: bool
    offers: int


_FORMS = (
    _Form(2, 1, has_bar=True, offers=3),
    _Form(1, 1, has_bar=True, offers=3),
    _Form(1, 1, has_bar=True, offers=0),
    _Form(1, 0, has_bar=True, offers=0),
    _Form(0, 1, has_bar=True, offers=2),
    _Form(0, 0, has_bar=True, offers=0),
    _Form(0, 0, has_bar=False, offers=0),
)
_NO_ASIDE = Aside()


def countdown(view: "View", now: datetime, size: Size, *, aside: Aside = _NO_ASIDE) -> list[Row]:
    """Return as many rows as the terminal has, none wider than it is. Raises ValueError without a session."""
    if view.session is None:
        raise ValueError("nothing counts down")
    standing = standing_at(view.session, now)
    scene = _Scene(standing, view.session.plan, view.todo, aside, size.columns)
    foot = scene.foot()
    room = max(size.rows - len(foot), 0)
    bodies = (scene.body(form) for form in _FORMS if scene.has_width_for(form))
    body = next((rows for rows in bodies if len(rows) <= room), scene.body(_FORMS[-1]))[:room]
    above = (room - len(body)) // 2
    rows = [()] * above + body + [()] * (room - above - len(body)) + foot
    return [_centred(row, size.columns) for row in rows[-size.rows :]]


def spoken(length: timedelta) -> str:
    """Return `5 minutes`, `1 hour 30 minutes`, `45 seconds`."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    counts = ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return " ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count)


def afterwards(following: str | None, plan: "Plan") -> str:
    """Say what comes after a phase."""
    if following is None:
        return "then it is done"
    return f"{_AFTERWARDS[following]} {_PREPOSITION[following]} {spoken(plan.length(following))}"


def told_plainly(view: "View", standing: Standing) -> str:
    """Return the same in one line, for a terminal that cannot be drawn on."""
    if view.session is None:
        raise ValueError("nothing counts down")
    plan = view.session.plan
    paused = ("paused",) if standing.phase == PAUSED else ()
    rounds = f"round {standing.round} of {plan.rounds}"
    told = (clock(standing.remaining), *paused, rounds, afterwards(standing.following, plan))
    return f"{_title(standing, view.todo)}: {', '.join(told)}"


def is_work(standing: Standing) -> bool:
    """Tell whether the phase is work, also while it is paused."""
    return standing.phase == WORK or (standing.phase == PAUSED and standing.following != WORK)


class _Scene(NamedTuple):
    """One moment."""

    standing: Standing
    plan: "Plan"
    todo: "Todo | None"
    aside: Aside
    columns: int

    def has_width_for(self, form: _Form) -> bool:
        """Tell whether its digits fit; very big ones want as much room beside them as they take."""
        return self._clock_width(form) * max(form.scale, 1) <= self._width_of_all

    def body(self, form: _Form) -> list[Row]:
        gap: list[Row] = [()] * form.gap
        rows = [*self._clock(form), *gap]
        rows += [self._bar(self._clock_width(form)), *gap] if form.has_bar else []
        rows += [self._title(), *self._rounds()]
        offers = list(self._offers(form.offers))
        return [*rows, *gap, *offers] if offers else rows

    def foot(self) -> list[Row]:
        """Return what stands at the bottom."""
        if not self.aside.said:
            return [self._keys()]
        lines = wrap(one_line(self.aside.said), self._width)[:2]
        return [(Span(fitted(line, self._width), STRONG),) for line in lines]

    def _keys(self) -> Row:
        """Return what keys do, as far as there is room to say it."""
        is_paused = self.standing.phase == PAUSED
        pause = ("p", "go on", "go on") if is_paused else ("p", "pause", "pause")
        keys = [] if self.plan.is_strict and not is_paused else [pause]
        keys.append(("s", "skip", "skip"))
        keys += [] if is_paused else [("+", "five more minutes", "5 min")]
        keys.append(("q", "leave it running", "leave"))
        long = "    ".join(f"{key} {words}" for key, words, _ in keys)
        short = "  ".join(f"{key} {words}" for key, _, words in keys)
        letters = " ".join(key for key, *_ in keys)
        fitting = (words for words in (long, short, letters) if len(words) <= self._width)
        return (Span(next(fitting, ""), FAINT),)

    @property
    def _width(self) -> int:
        return min(self._width_of_all, _WIDEST)

    @property
    def _width_of_all(self) -> int:
        return max(self.columns - 2 * _MARGIN, 1)

    def _clock_width(self, form: _Form) -> int:
        if form.scale:
            return size_of(clock(self.standing.remaining), form.scale)[0]
        return min(_BAR, self._width)

    def _clock(self, form: _Form) -> list[Row]:
        time = clock(self.standing.remaining)
        weight = FAINT if self.standing.phase == PAUSED else STRONG
        return [
            (Span(line, weight),)
            for line in (big(time, form.scale) if form.scale else [fitted(time, self._width)])
        ]

    def _bar(self, width: int) -> Row:
        length = self.standing.length.total_seconds() or 1
        done = width - round(width * self.standing.remaining.total_seconds() / length)
        return Span("━" * done, ACCENT), Span("─" * (width - done), FAINT)

    def _title(self) -> Row:
        return (Span(fitted(_title(self.standing, self.todo), self._width)),)

    def _rounds(self) -> Iterator[Row]:
        """Yield where in the plan it stands and what comes next, beside or under one another."""
        reached, all_ = self.standing.round, self.plan.rounds
        if all_ <= _MOST_DOTS:
            done, open_ = " ".join("●" * reached), " ".join("○" * (all_ - reached))
            dots: Row = (Span(done, ACCENT), Span(f" {open_}" if open_ else "", FAINT))
        else:
            dots = (Span(f"Round {reached} of {all_}"),)
        is_paused = self.standing.phase == PAUSED
        words = "paused" if is_paused else afterwards(self.standing.following, self.plan)
        aside = Span(words, STRONG if is_paused else FAINT)
        if len(words_of(dots)) + 3 + len(words) <= self._width:
            yield (*dots, Span("   "), aside)
            return
        yield (
            dots
            if len(words_of(dots)) <= self._width
            else (Span(fitted(f"{reached} of {all_}", self._width)),)
        )
        if len(words) > self._width and self.standing.following:
            words = _AFTERWARDS[self.standing.following]
        yield (aside._replace(words=fitted(words, self._width)),)

    def _offers(self, most: int) -> Iterator[Row]:
        """Yield to-dos of the day as rows of one width, so that their numbers stand under one another."""
        if is_work(self.standing):
            return
        offers = self.aside.offers[:most]
        digits = max((len(str(todo.number)) for todo in offers), default=0)
        texts = [fitted(one_line(todo.text), self._width - digits - 2) for todo in offers]
        widest = max(map(width_of, texts), default=0)
        for todo, text in zip(offers, texts, strict=True):
            yield (
                Span(f"{todo.number:>{digits}}  ", ACCENT),
                Span(text + " " * (widest - width_of(text)), BODY),
            )


def fitted(words: str, width: int) -> str:
    """Return words that take at most so many columns, cut with an ellipsis."""
    if width_of(words) <= width:
        return words
    kept = words[: max(width - 1, 0)]
    while kept and width_of(kept) > width - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if width else ""


@lru_cache(maxsize=256)  # the same digits and bars again and again
def _width_of(words: str) -> int:
    return width_of(words)


def _title(standing: Standing, todo: "Todo | None") -> str:
    if is_work(standing):
        return one_line(todo.text) if todo else _NAMES[WORK]
    return _NAMES[BREAK if standing.phase == PAUSED else standing.phase]


def _centred(row: Row, columns: int) -> Row:
    width = sum(_width_of(span.words) for span in row)
    return (Span(" " * ((columns - width) // 2)), *row) if width else ()
