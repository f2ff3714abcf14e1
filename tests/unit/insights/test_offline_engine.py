"""The offline engine, one kind of finding at a time; the entry is spoken on a Wednesday in London."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from braindump_cli.domain.insight import MOST_TODOS, SUGGESTION_BELOW, Subject
from braindump_cli.insights.offline.engine import RuleAnalyst

SAID_AT = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Europe/London"))


def analyse(text):
    return RuleAnalyst().analyse(Subject(text=text, said_at=SAID_AT))


def todos(text):
    return [(todo.text, todo.due_on.isoformat() if todo.due_on else None) for todo in analyse(text).todos]


def test_it_names_itself_and_no_model():
    assert (RuleAnalyst().name, RuleAnalyst().model) == ("offline", None)


def test_nothing_said_is_nothing_found():
    assert analyse("").title == ""
    assert analyse("  \n ").todos == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I need to call the bank tomorrow.", [("Call the bank", "2026-11-26")]),
        ("gotta call the bank tomorrow", [("Call the bank", "2026-11-26")]),
        ("Remind me on Friday to post the card.", [("Post the card", "2026-11-27")]),
        ("I promised Sam I'd send him the keys.", [("Send Sam the keys", None)]),
        ("I still haven't paid the plumber.", [("Pay the plumber", None)]),
        ("The car needs servicing by Friday.", [("Service the car", "2026-11-27")]),
        ("I owe Sam twenty quid.", [("Pay Sam twenty quid", None)]),
        ("To do: buy milk, call the vet.", [("Buy milk", None), ("Call the vet", None)]),
        ("Don't forget the passport.", [("Passport", None)]),
        ("It's my turn to cook the dinner tonight.", [("Cook the dinner", "2026-11-25")]),
    ],
)
def test_duties_are_announced_in_many_ways(text, found):
    assert todos(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "I already called the bank.",
        "She has to call the bank by Friday.",
        "I don't have to call the bank.",
        "If I ever win I'm going to buy the boat.",
        "Should I call the bank? Do I need to call the bank?",
        "Mum says I should call the bank.",
        "I was going to call the bank but never mind.",
        "I need to call the bank. Actually no, skip that.",
        "I had to call the bank last week.",
        "I should have called the bank.",
        "The dentist is at nine on Friday.",
    ],
)
def test_what_the_speaker_need_not_do_is_no_todo(text):
    assert todos(text) == []


def test_a_list_of_things_is_one_todo_and_a_list_of_verbs_several():
    assert todos("Note to self: buy milk, eggs and bread.") == [("Buy milk, eggs and bread", None)]
    assert todos("Tomorrow I have to buy milk and call the vet and post the card.") == [
        ("Buy milk", "2026-11-26"),
        ("Call the vet", "2026-11-26"),
        ("Post the card", "2026-11-26"),
    ]


def test_a_later_correction_wins():
    assert todos("Call the vet on Thursday, no wait, Friday.") == [("Call the vet", "2026-11-27")]


def test_an_open_duty_counts_once_the_speaker_takes_it():
    assert todos("Somebody has to wash the kit.") == []
    assert todos("Somebody has to wash the kit. Fine, that's me, by Friday.") == [
        ("Wash the kit", "2026-11-27")
    ]


def test_a_pronoun_is_replaced_by_what_it_stands_for():
    assert todos("The parcel is still in the hall. I need to return it.") == [("Return the parcel", None)]


def test_the_day_something_is_moved_to_is_not_its_due_date():
    assert todos("I need to move the dentist to Friday.") == [("Move the dentist to Friday", None)]


def test_a_spoken_time_of_day_becomes_an_instant():
    todo = analyse("Remind me to ring the vet at half past two tomorrow.").todos[0]

    assert todo.due_at == datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
    assert todo.due_on == date(2026, 11, 26)


def test_a_time_of_day_without_a_day_belongs_to_the_day_said_before():
    todo = analyse("On Friday I have to drop the car at the garage at eight.").todos[0]

    assert todo.due_at == datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def test_what_recurs_says_how_often():
    todo = analyse("I have to take the bins out every Tuesday night.").todos[0]

    assert (todo.text, todo.recurrence, todo.due_on) == ("Take the bins out", "weekly", date(2026, 12, 1))


def test_priority_is_only_what_was_spoken():
    found = analyse("Call the accountant, that's urgent. Tidy the desk, no rush. Buy some stamps.").todos

    assert [todo.priority for todo in found] == ["high", "low", "normal"]


def test_we_share_a_duty():
    assert analyse("We need to fix the boiler.").todos[0].owner == "shared"


def test_a_hedged_duty_with_a_day_is_only_suggested():
    found = analyse("Maybe I should call the bank on Friday.").todos

    assert [todo.confidence < SUGGESTION_BELOW for todo in found] == [True]


def test_promises_of_others_are_waited_for():
    found = analyse("Priya said she'll send the contract by Thursday.").waiting_for

    assert [(item.who, item.what, item.due_on) for item in found] == [
        ("Priya", "Send the contract", date(2026, 11, 26))
    ]


def test_what_is_done_and_decided_is_told_apart():
    found = analyse("I've ordered the new router. I've decided to leave the choir.")

    assert [item.text for item in found.done] == ["Ordered the new router"]
    assert [item.quote for item in found.decisions] == ["I've decided to leave the choir"]


@pytest.mark.parametrize(
    ("text", "moods"),
    [
        ("I'm excited about the trip.", [("excited", 2, "the trip")]),
        ("Honestly I feel a bit sad today.", [("sad", -1, None)]),
        ("I'm not happy with it.", []),
        ("I'm not happy.", [("not happy", -1, None)]),
        ("I'm not worried at all.", []),
        ("She was furious and he is sad.", []),
        ("I'm happy to help.", []),
    ],
)
def test_moods_are_named_in_the_first_person(text, moods):
    assert [(mood.label, mood.valence, mood.about) for mood in analyse(text).moods] == moods


def test_people_and_places_need_evidence():
    found = analyse(
        "Lunch with Lorenzo. Marcus is going to drive to Leeds, Mum told me. Monday was fine. Google it."
    )

    assert [item.name for item in found.people] == ["Lorenzo", "Marcus", "Mum"]
    assert [item.name for item in found.places] == ["Leeds"]


def test_the_question_one_asks_oneself_is_kept_word_for_word():
    assert analyse("I sat there. Why do I always say yes? Anyway.").question == "Why do I always say yes?"
    assert analyse("She asked, are you coming?").question is None


def test_title_and_summary_are_the_speakers_own_words():
    text = "Okay so, um, I finally finished the big migration at work. It rained. The garden looks amazing this week."

    found = analyse(text)

    assert found.title == "Finished the big migration at work" or found.title in text
    assert found.summary.startswith("I finally finished the big migration at work.")


def test_counting_is_a_title_like_any_other():
    assert analyse("one two three").title == "One two three"


@pytest.mark.parametrize(
    "pattern", ["buy plum, pear, ", ", ", "and ", "a ", "call mum on friday and ", "i'm sad and "]
)
def test_an_endless_text_is_read_to_its_end(pattern):
    assert len(analyse(pattern * 3000).todos) <= MOST_TODOS


def test_what_is_done_in_its_own_sentence_leaves_the_duty_before_it_alone():
    said = "I need to send Carla the revised budget by Wednesday. I called the dentist, that's done."

    assert todos(said) == [("Send Carla the revised budget", "2026-12-02")]


def test_a_duty_that_turns_out_to_be_done_is_none():
    assert todos("I have to call the dentist. Oh wait, that's done already.") == []
