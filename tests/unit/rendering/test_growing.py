"""A reading that grows on the screen."""

from dataclasses import replace
from datetime import date
from io import StringIO

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.insight import Findings, FoundTodo, Mention
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.growing import Growing, growing_page, grown
from braindump_cli.rendering.output import Flags, Output
from braindump_cli.rendering.typeset import plain_page
from tests.fakes import MONDAY_MORNING

HERE = Here(date(2026, 3, 2), None)
ENTRY = Entry(id="a", number=1, kind="text", created_at=MONDAY_MORNING, zone="UTC", text="I must call Ann.")
FIRST = Findings(
    title="Ann",
    todos=(FoundTodo(quote="call Ann", text="Call Ann"),),
    people=(Mention(name="Ann", quote="Ann"),),
)


class Terminal(StringIO):
    """A screen that remembers all that was written."""

    def isatty(self):
        return True


def text_of(findings, width=80, entry=ENTRY):
    return "\n".join(plain_page(growing_page(entry, findings, "m", here=HERE, width=width)))


def test_what_the_better_reading_has_not_reached_stands_as_it_was():
    known = grown(FIRST, Findings(title="A call"))

    assert (known.title, known.todos, known.people) == ("A call", FIRST.todos, FIRST.people)


def test_what_it_has_reached_takes_the_place():
    better = (FoundTodo(quote="call Ann", text="Call Ann back"),)

    assert grown(FIRST, Findings(title="", todos=better)).todos == better


def test_title_to_dos_and_engine_are_in_sight_and_to_dos_have_no_number_yet():
    shown = text_of(FIRST)

    assert "Ann  m …" in shown
    assert "  Call Ann\n" in shown
    assert "People  Ann" in shown


def test_what_is_only_perhaps_a_to_do_is_not_shown_yet():
    doubtful = replace(FIRST, todos=(FoundTodo(quote="call Ann", text="Call Ann", confidence=0.4),))

    assert "To do" not in text_of(doubtful)


def test_of_a_long_text_the_end_is_shown_so_that_insights_stay_in_sight():
    long = replace(ENTRY, text="word " * 2_000 + "the end")

    shown = text_of(FIRST, width=60, entry=long)

    assert "the end" in shown
    assert len(shown) < 600


def test_what_was_known_before_stays_in_sight_until_the_new_reading_reaches_it():
    stream, now = Terminal(), iter([0.0, 1.0])
    growing = Growing(Output(Flags(), err=stream), here=HERE, clock=lambda: next(now))

    growing.show(ENTRY, "m", FIRST)
    before = len(stream.getvalue())
    growing.show(ENTRY, "m", Findings(title="A call"))
    growing.wipe()

    redrawn = stream.getvalue()[before:]
    assert "A call" in redrawn
    assert "Call Ann" in redrawn


def test_nothing_is_drawn_where_nobody_watches():
    stream = StringIO()
    growing = Growing(Output(Flags(), err=stream), here=HERE)

    growing.show(ENTRY, "m", FIRST)
    growing.wipe()

    assert stream.getvalue() == ""


def test_it_is_not_drawn_more_often_than_eyes_can_follow_and_wiped_at_the_end():
    stream, now = Terminal(), iter([0.0, 0.01, 0.02, 1.0])
    growing = Growing(Output(Flags(), err=stream), here=HERE, clock=lambda: next(now))

    for title in ("One", "Two", "Three", "Four"):
        growing.show(ENTRY, "m", Findings(title=title))
    growing.wipe()

    drawn = stream.getvalue()
    assert "One" in drawn
    assert "Two" not in drawn
    assert "Four" in drawn
    assert drawn.rindex("\x1b[2K") > drawn.rindex("Four")
