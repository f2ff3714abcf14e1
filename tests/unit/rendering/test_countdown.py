"""The countdown as lines, whole screens of it, and what is left out where there is no room.

After a change that is meant, write the screens anew with BRAINDUMP_GOLDEN=write, as those of the commands.
"""

import os
from datetime import timedelta
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braindump_cli.domain.focus.changes import lengthened, paused
from braindump_cli.domain.focus.session import Plan, Session
from braindump_cli.domain.focus.standing import NOBODY, standing_at
from braindump_cli.domain.focus.view import View
from braindump_cli.domain.todo import Todo
from braindump_cli.rendering.countdown import Aside, Size, countdown, fitted, spoken, told_plainly
from braindump_cli.rendering.typeset import width_of, words_of
from tests.fakes import MONDAY_MORNING

GOLDEN = Path(__file__).parent / "golden"
WRITES = os.environ.get("BRAINDUMP_GOLDEN") == "write"


def todo(number: int, text: str) -> Todo:
    return Todo(id=str(number), number=number, text=text, created_at=MONDAY_MORNING)


BUDGET = todo(41, "Send Carla the revised budget")
TODAY = (BUDGET, todo(7, "Call the dentist"), todo(108, "Buy 牛乳 and bread"))
AT_REST = Aside(TODAY)
PLAN = Plan(rounds=4)
SESSION = Session(id="s", started_at=MONDAY_MORNING, plan=PLAN)
AT = {"work": timedelta(seconds=43), "break": timedelta(minutes=26), "last": timedelta(minutes=100)}


def screen(session: Session, after: timedelta, size: Size, aside: Aside = AT_REST) -> list[str]:
    now = MONDAY_MORNING + after
    view = View(session, standing_at(session, now), BUDGET)
    return [words_of(row).rstrip() for row in countdown(view, now, size, aside=aside)]


@pytest.mark.parametrize("size", [Size(40, 14), Size(80, 24), Size(200, 50), Size(20, 5)], ids=str)
@pytest.mark.parametrize("name", [*AT, "paused", "strict"])
def test_a_screen_looks_like_this(name, size):
    session, after, aside = SESSION, AT.get(name, timedelta(minutes=3)), AT_REST
    if name == "paused":
        session = paused(SESSION, MONDAY_MORNING + after)
    if name == "strict":
        session = Session(id="s", started_at=MONDAY_MORNING, plan=Plan(rounds=40, is_strict=True))
        aside = Aside(said="This session is strict: it does not pause.")
    path = GOLDEN / f"countdown-{name}-{size.columns}.txt"

    shown = "\n".join(screen(session, after, size, aside)) + "\n"

    if WRITES:
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8")


@given(
    columns=st.integers(1, 300),
    rows=st.integers(1, 80),
    after=st.floats(0, 10_000),
    text=st.text(max_size=200),
    said=st.sampled_from(
        ["", "Something 不 went wrong, and it takes a while to say what it was, so it is long."]
    ),
)
def test_every_screen_fits_its_terminal(columns, rows, after, text, said):
    now = MONDAY_MORNING + timedelta(seconds=after)
    plan = Plan(rounds=100, every=3, long_break=timedelta(hours=24))
    session = lengthened(
        Session(id="s", started_at=MONDAY_MORNING, plan=plan), MONDAY_MORNING, timedelta(hours=9)
    )
    view = View(session, standing_at(session, now), todo(1, text))

    shown = countdown(view, now, Size(columns, rows), aside=Aside((todo(2, text),) * 3, said))

    assert len(shown) == rows
    for row in shown:
        words = words_of(row)
        assert width_of(words) <= columns
        assert not any(category(char) in ("Cc", "Cs") for char in words), words


def test_foreign_words_move_nothing_on_the_screen():
    now = MONDAY_MORNING
    bad = todo(1, "\033[2J\033]0;title\a\nfirst\rsecond\u202ereversed")
    view = View(SESSION, standing_at(SESSION, now), bad)

    shown = "\n".join(words_of(row) for row in countdown(view, now, Size(80, 24)))

    assert "␛[2J␛]0;title␇" in shown
    assert not {"\033", "\a", "\r", "\u202e"} & set(shown)


def test_a_second_that_has_begun_is_shown_whole():
    sizes = Size(20, 5)

    assert screen(SESSION, timedelta(seconds=0.1), sizes)[0].strip() == "25:00"
    assert screen(SESSION, timedelta(seconds=1), sizes)[0].strip() == "24:59"
    assert screen(SESSION, timedelta(minutes=25) - timedelta(seconds=0.1), sizes)[0].strip() == "0:01"


def test_hours_are_told():
    long = Session(id="s", started_at=MONDAY_MORNING, plan=Plan(work=timedelta(hours=24)))

    assert screen(long, timedelta(0), Size(20, 5))[0].strip() == "24:00:00"


def test_nothing_counts_down_without_a_session():
    with pytest.raises(ValueError, match="nothing"):
        countdown(View(None, NOBODY), MONDAY_MORNING, Size(80, 24))


def test_lengths_are_said_as_people_say_them():
    said = [spoken(timedelta(seconds=seconds)) for seconds in (1, 45, 60, 300, 90, 3600, 5400, 86_400)]

    assert said == [
        "1 second", "45 seconds", "1 minute", "5 minutes", "1 minute 30 seconds", "1 hour", "1 hour 30 minutes",
        "24 hours",
    ]  # fmt: skip


def test_words_are_cut_by_columns_not_by_letters():
    assert fitted("plants", 6) == "plants"
    assert fitted("plants", 5) == "plan…"
    assert fitted("牛乳牛乳", 5) == "牛乳…"
    assert fitted("plants", 0) == ""


def test_a_terminal_that_cannot_be_drawn_on_is_told_in_a_line():
    view = View(SESSION, standing_at(SESSION, MONDAY_MORNING), BUDGET)

    told = told_plainly(view, standing_at(SESSION, MONDAY_MORNING + timedelta(minutes=26)))

    assert told == "Break: 4:00, round 1 of 4, then work for 25 minutes"
    assert told_plainly(view, view.standing).startswith(
        "Send Carla the revised budget: 25:00, round 1 of 4, then a"
    )
