"""A look back on some days: what was said, what was done, what is open."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from braindump_cli.domain.entry import VOICE, Entry
from braindump_cli.domain.focus.report import Slice
from braindump_cli.domain.insight import Mood, Remark, WaitingFor
from braindump_cli.domain.moments import Span
from braindump_cli.domain.todo import DONE, DROPPED, OPEN, Todo
from braindump_cli.domain.words import alike

SAME_DUTY = 0.6  # share of the words that two to-dos have in common
_DAY = timedelta(days=1)


class Told(NamedTuple):
    """Words of an entry, and when they were said."""

    entry: Entry
    on: date  # where the user is
    quote: str


class Awaited(NamedTuple):
    """What somebody promised in an entry."""

    entry: Entry
    on: date
    promise: WaitingFor


class Decided(NamedTuple):
    """What was decided in an entry."""

    entry: Entry
    on: date
    remark: Remark


class Felt(NamedTuple):
    """A feeling named in an entry."""

    entry: Entry
    on: date
    mood: Mood


class Asking(NamedTuple):
    """A question that an entry leaves open."""

    entry: Entry
    question: str


class Named(NamedTuple):
    """A person, and in how many entries they are named."""

    name: str
    entries: int


class Broken(NamedTuple):
    """A duty spoken on several days and not done; oldest words first."""

    todo: Todo  # the newest of them
    told: tuple[Told, ...]

    @property
    def days(self) -> int:
        """On how many days it was spoken."""
        return len({each.on for each in self.told})


class Done(NamedTuple):
    """A to-do that was done, and the day."""

    todo: Todo
    on: date


class SaidAndDone(NamedTuple):
    """To-dos of the days: those that arose, and what became of them."""

    arose: tuple[Todo, ...] = ()  # without suggestions
    done: tuple[Done, ...] = ()  # in these days, whenever they arose
    broken: tuple[Broken, ...] = ()

    @property
    def still_open(self) -> tuple[Todo, ...]:
        """Those that arose and are still to do."""
        return self._of(OPEN)

    @property
    def dropped(self) -> tuple[Todo, ...]:
        """Those that arose and were let go."""
        return self._of(DROPPED)

    @property
    def kept(self) -> tuple[Todo, ...]:
        """Those that arose and are done by now."""
        return self._of(DONE)

    def _of(self, status: str) -> tuple[Todo, ...]:
        return tuple(todo for todo in self.arose if todo.status == status)


class Digest(NamedTuple):
    """A few sentences that a model made of the rest, and the entries they rest on."""

    text: str
    engine: str
    model: str | None
    cited: tuple[Entry, ...]


class Review(NamedTuple):
    """What some days held; entries oldest first, private ones left out."""

    span: Span
    entries: tuple[Entry, ...]
    days: int  # with an entry
    todos: SaidAndDone
    waiting: tuple[Awaited, ...]  # oldest first
    decisions: tuple[Decided, ...]
    moods: tuple[Felt, ...]
    people: tuple[Named, ...]  # most named first
    question: Asking | None
    focus: tuple[Slice, ...] = ()  # time worked, by to-do, most first
    digest: Digest | None = None
    warnings: tuple[tuple[str, str], ...] = ()  # code, message: what was less than wanted

    @property
    def spoken_s(self) -> float:
        """How long was spoken, seconds."""
        return sum(entry.duration_s or 0.0 for entry in self.entries)

    @property
    def focused_s(self) -> float:
        """How long was worked in focus sessions, seconds."""
        return sum((each.focused_s for each in self.focus), 0.0)

    @property
    def spoken(self) -> int:
        """How many entries were spoken; the others were typed."""
        return sum(entry.kind == VOICE for entry in self.entries)

    @property
    def words(self) -> int:
        """How many words all entries have."""
        return sum(entry.word_count for entry in self.entries)


def week_of(day: date, *, starts_sunday: bool) -> Span:
    """Return the week to look back on: the one `day` lies in, on its first day the one before."""
    into = (day.weekday() + starts_sunday) % 7
    first = day - (into or 7) * _DAY
    return Span(first, first + 7 * _DAY)


def month_of(day: date) -> Span:
    """Return the month to look back on: the one `day` lies in, on its first day the one before."""
    first = (day - _DAY).replace(day=1)
    return Span(first, (first + 31 * _DAY).replace(day=1))


def broken_promises(told: Sequence[tuple[Todo, Told]]) -> tuple[Broken, ...]:
    """Group open to-dos with the words they were spoken in; those of several days are promises broken so far."""
    groups: list[list[tuple[Todo, Told]]] = []
    for todo, words in sorted(told, key=lambda pair: (pair[1].on, pair[0].number)):
        near = next((group for group in groups if _is_same_duty(group[-1][0], todo)), None)
        if near is None:
            groups.append([(todo, words)])
        else:
            near.append((todo, words))
    found = (
        Broken(group[-1][0], tuple({each.entry.id: each for _, each in group}.values())) for group in groups
    )
    return tuple(
        sorted((each for each in found if each.days > 1), key=lambda each: (-each.days, each.told[0].on))
    )


def _is_same_duty(one: Todo, other: Todo) -> bool:
    """Tell whether two to-dos mean the same: most of their words that say something are the same."""
    return one.id == other.id or alike(one.text, other.text) >= SAME_DUTY
