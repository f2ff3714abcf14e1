from datetime import UTC, date, timedelta

import pytest

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.insight import Findings, FoundTodo, Mention, Mood, Remark, WaitingFor
from braindump_cli.domain.review import month_of, week_of
from braindump_cli.errors import ProviderError
from braindump_cli.ports import Answer
from braindump_cli.services.asking import Pen
from braindump_cli.services.insights import keep_findings
from braindump_cli.services.review import Shelf, digested, look_back
from braindump_cli.services.todos import drop_todo, finish_todo
from tests.fake_writer import FakeWriter
from tests.fakes import MONDAY_MORNING
from tests.journals import spoken, todo, typed

MIDNIGHT = MONDAY_MORNING.replace(hour=0, minute=0)
WEEK = EntryFilter(since=MIDNIGHT, until=MIDNIGHT + timedelta(days=7))
WEDNESDAY = MONDAY_MORNING + timedelta(days=2)
LONG_AGO = MONDAY_MORNING - timedelta(days=20)


@pytest.fixture
def shelf(mind):
    return Shelf(mind.entries, mind.insights, mind.todos, UTC)


def said(mind, text, *, at=MONDAY_MORNING, **found):
    """Keep an entry and what was understood of it; a duty is its own quote."""
    private = {"is_private": True} if found.pop("is_private", False) else {}
    duties = tuple(FoundTodo(quote=words, text=words) for words in found.pop("duties", ()))
    entry = mind.entries.add(typed(text, at=at, **private))
    keep_findings(entry, Findings(title=text[:20], todos=duties, **found), engine="o", model=None, mind=mind)
    return mind.entries.get(entry.id)


def test_a_week_without_a_word_is_empty(shelf):
    found = look_back(WEEK, shelf)

    assert (found.entries, found.days, found.todos.arose, found.question, found.digest) == (
        (),
        0,
        (),
        None,
        None,
    )
    assert found.span == (date(2026, 3, 2), date(2026, 3, 9))


def test_it_counts_what_was_said_on_the_users_own_days(mind, shelf):
    mind.entries.add(spoken(at=MONDAY_MORNING), duration_s=40.0)
    mind.entries.add(typed("Two words.", at=MONDAY_MORNING + timedelta(hours=5)))
    mind.entries.add(typed("Late.", at=WEDNESDAY))
    mind.entries.add(typed("Before.", at=MIDNIGHT - timedelta(seconds=1)))

    found = look_back(WEEK, shelf)

    assert (len(found.entries), found.days, found.spoken, found.spoken_s, found.words) == (3, 2, 1, 40.0, 3)
    assert [entry.text for entry in found.entries] == ["", "Two words.", "Late."]


def test_to_dos_that_arose_are_weighed_against_what_became_of_them(mind, shelf, clock):
    said(mind, "a b c", duties=("call Ann", "mow the lawn", "buy stamps"))
    old = said(mind, "old", at=LONG_AGO, duties=("fix the gate",))
    by_hand = mind.todos.add(todo("sweep"))
    call, mow, _ = mind.todos.of_entry(look_back(WEEK, shelf).entries[0].id)
    finish_todo(call, todos=mind.todos, clock=clock)
    drop_todo(mow, todos=mind.todos)
    finish_todo(mind.todos.of_entry(old.id)[0], todos=mind.todos, clock=clock)

    todos = look_back(WEEK, shelf).todos

    assert [each.text for each in todos.arose] == ["call Ann", "mow the lawn", "buy stamps", "sweep"]
    assert [each.text for each in todos.kept] == ["call Ann"]
    assert [each.text for each in todos.dropped] == ["mow the lawn"]
    assert [each.text for each in todos.still_open] == ["buy stamps", by_hand.text]
    assert [each.todo.text for each in todos.done] == ["call Ann", "fix the gate"]


def test_a_duty_spoken_on_several_days_and_not_done_is_told_with_its_words(mind, shelf):
    said(mind, "I must call the dentist", at=LONG_AGO, duties=("call the dentist",))
    said(mind, "I should phone the dentist", duties=("phone the dentist",))
    said(mind, "still: call the dentist soon", at=WEDNESDAY, duties=("call the dentist soon",))
    said(mind, "post it", duties=("post the parcel",))

    (broken,) = look_back(WEEK, shelf).todos.broken

    assert broken.days == 3
    assert [each.quote for each in broken.told] == [
        "call the dentist", "phone the dentist", "call the dentist soon",
    ]  # fmt: skip
    assert [each.on.day for each in broken.told] == [10, 2, 4]


def test_a_duty_is_no_broken_promise_once_it_is_done_or_within_one_day(mind, shelf, clock):
    said(mind, "x", duties=("call the dentist",))
    said(mind, "y", at=MONDAY_MORNING + timedelta(hours=3), duties=("ring the dentist",))
    said(mind, "z", duties=("paint the fence",))
    last = said(mind, "w", at=WEDNESDAY, duties=("paint the fence now",))
    clock.advance(timedelta(days=2, hours=1))
    finish_todo(mind.todos.of_entry(last.id)[0], todos=mind.todos, clock=clock)

    assert look_back(WEEK, shelf).todos.broken == ()


def test_what_others_promised_is_told_once_oldest_first(mind, shelf):
    ben = WaitingFor(who="Ben", what="the slides", quote="Ben will send the slides", due_on=date(2026, 3, 6))
    said(mind, "second", at=WEDNESDAY, waiting_for=(ben, WaitingFor(who="Ann", what="the key", quote="key")))
    said(mind, "first", waiting_for=(ben,))

    waiting = look_back(WEEK, shelf).waiting

    assert [(each.promise.who, each.entry.text) for each in waiting] == [("Ben", "first"), ("Ann", "second")]


def test_decisions_moods_people_and_the_newest_question_come_from_the_insights(mind, shelf):
    mood = Mood(label="glad", valence=2, energy=1, quote="I was glad")
    ann, ben = Mention(name="Ann", quote="Ann"), Mention(name="Ben", quote="Ben")
    said(
        mind,
        "one",
        decisions=(Remark(text="No coffee", quote="no coffee"),),
        people=(ben, ann),
        question="Why?",
    )
    said(
        mind,
        "two",
        at=WEDNESDAY,
        moods=(mood,),
        people=(Mention(name="ANN", quote="ANN"),),
        question="And now?",
    )
    said(mind, "three", at=WEDNESDAY)

    found = look_back(WEEK, shelf)

    assert [each.remark.text for each in found.decisions] == ["No coffee"]
    assert [(each.mood, each.entry.text) for each in found.moods] == [(mood, "two")]
    assert [(each.name, each.entries) for each in found.people] == [("Ann", 2), ("Ben", 1)]
    assert found.question is not None
    assert (found.question.question, found.question.entry.text) == ("And now?", "two")


def test_private_entries_take_no_part_in_any_of_it(mind, shelf):
    hidden = {"is_private": True, "people": (Mention(name="Eve", quote="Eve"),), "question": "Who knows?"}
    said(mind, "I must see Eve", duties=("see Eve",), **hidden)
    said(mind, "I must see Eve", at=WEDNESDAY, duties=("see Eve",), **hidden)

    found = look_back(WEEK, shelf)

    assert (found.entries, found.people, found.question) == ((), (), None)
    assert (found.todos.arose, found.todos.done, found.todos.broken) == ((), (), ())


@pytest.mark.parametrize(
    ("day", "sunday", "first"),
    [
        (date(2026, 3, 3), False, date(2026, 3, 2)),
        (date(2026, 3, 8), False, date(2026, 3, 2)),
        (date(2026, 3, 2), False, date(2026, 2, 23)),  # a Monday
        (date(2026, 3, 2), True, date(2026, 3, 1)),
        (date(2026, 3, 1), True, date(2026, 2, 22)),  # a Sunday
    ],
)
def test_on_the_first_day_of_a_week_one_looks_back_on_the_one_before(day, sunday, first):
    assert week_of(day, starts_sunday=sunday) == (first, first + timedelta(days=7))


def test_on_the_first_day_of_a_month_one_looks_back_on_the_one_before():
    assert month_of(date(2026, 3, 1)) == (date(2026, 2, 1), date(2026, 3, 1))
    assert month_of(date(2026, 3, 2)) == (date(2026, 3, 1), date(2026, 4, 1))
    assert month_of(date(2026, 1, 1)) == (date(2025, 12, 1), date(2026, 1, 1))


def test_a_writer_is_shown_gists_of_what_may_leave_and_the_facts_stay(mind, shelf):
    said(mind, "Budget day. More words.", summary="I sent it.", duties=("send the budget",))
    kept = said(mind, "Not for you.", at=WEDNESDAY)
    found = look_back(WEEK, shelf)
    writer = FakeWriter(Answer(" A good week. ", (0,)))

    better = digested(found, shelf, Pen(writer, lambda entry: entry.id != kept.id))

    assert writer.shown == ["Budget day. More wor\nI sent it.\nOpen: send the budget"]
    assert better.digest is not None
    assert (better.digest.text, better.digest.model) == ("A good week.", "m")
    assert [entry.text for entry in better.digest.cited] == ["Budget day. More words."]
    assert better._replace(digest=None) == found


@pytest.mark.parametrize(
    ("writer", "codes"),
    [
        (FakeWriter(failure=ProviderError("It is down.")), ["provider"]),
        (FakeWriter(Answer("Invented.", ())), []),
    ],
)
def test_where_a_writer_fails_or_cites_nothing_the_facts_stand_alone(mind, shelf, writer, codes):
    said(mind, "Budget day.")
    found = look_back(WEEK, shelf)

    better = digested(found, shelf, Pen(writer, lambda _entry: True))

    assert better.digest is None
    assert [code for code, _ in better.warnings] == codes


def test_where_nothing_may_leave_no_writer_is_asked(mind, shelf):
    said(mind, "Budget day.")
    writer = FakeWriter()

    better = digested(look_back(WEEK, shelf), shelf, Pen(writer, lambda _entry: False))

    assert writer.keys == []
    assert [code for code, _ in better.warnings] == ["before_consent"]
