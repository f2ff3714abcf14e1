from datetime import timedelta

import pytest

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.errors import LostAnswerError, ProviderError
from braindump_cli.ports import Answer
from braindump_cli.services.asking import MOST_QUOTES, Pen, find_quotes, phrased
from tests.fake_writer import FakeWriter
from tests.fakes import MONDAY_MORNING
from tests.journals import typed

ALL = EntryFilter(limit=MOST_QUOTES)
OTHERS = (
    "The train to Leeds was late again and the coffee was cold.",
    "Swam twenty lengths before breakfast. My arms are made of lead.",
    "I must water the tomatoes. The greenhouse is like an oven.",
    "Ann rang about the concert. We might go on Saturday.",
    "The report is done, at last. I slept like a stone.",
)


@pytest.fixture
def entries(mind):
    for words in OTHERS:
        mind.entries.add(typed(words))
    return mind.entries


def told(entries, words, wanted=ALL):
    return [each.quote for each in find_quotes(words, wanted, entries=entries).quotes]


def may_leave(entry):
    return True


def test_the_sentence_that_answers_is_quoted_as_it_stands(entries):
    entries.add(typed("It rained.  The plumber wants  ninety pounds for the tap. I was cross."))

    first, *_ = find_quotes("How much does the plumber want?", ALL, entries=entries).quotes

    assert "The plumber wants  ninety pounds for the tap." in first.quote
    assert first.quote in first.entry.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many lengths did I swim?", "twenty lengths"),  # an irregular verb
        ("Where do the tomatos grow?", "tomatoes"),  # another spelling
        ("Who called about the concert?", "Ann rang"),  # another word for it
        ("What did Anns call say?", "Ann rang"),
        ("Was the TRAIN late?", "train to Leeds"),
    ],
)
def test_a_question_need_not_use_the_words_of_the_answer(entries, question, words):
    assert any(words in quote for quote in told(entries, question))


def test_accents_and_other_alphabets_are_no_hindrance(entries):
    entries.add(typed("Café Élan is closed until Easter. Я купил зелёный чай."))

    assert told(entries, "when is cafe elan open?")
    assert told(entries, "зелёный чай?")


def test_a_sentence_with_a_date_answers_when(entries):
    entries.add(typed("The dentist has moved. Nice new chairs."))
    entries.add(typed("The dentist wants to see me on the 4th of May."))

    assert "4th of May" in told(entries, "When is the dentist?")[0]


def test_what_was_dictated_without_a_full_stop_is_quoted_in_part(entries):
    entries.add(
        typed("um so first the garden and then " * 30 + "the zebra got out " + "and so on and so on " * 30)
    )

    (quote,) = told(entries, "What did the zebra do?")

    assert "zebra" in quote
    assert len(quote.split()) < 70


@pytest.mark.parametrize(
    "question",
    ["What is the capital of Peru?", "When did I buy the sailing boat?", "Did I?", "???", "", "\0\ud800"],
)
def test_where_nothing_holds_enough_of_a_question_there_is_no_evidence(entries, question):
    asked = find_quotes(question, ALL, entries=entries)

    assert (asked.has_evidence, asked.quotes, asked.answer, asked.engine) == (False, (), None, "offline")


def test_private_entries_and_the_trash_take_no_part(entries, clock):
    entries.add(typed("The zebra is in the shed.", is_private=True))
    gone = entries.add(typed("The zebra is in the attic."))
    entries.trash(gone.id, clock.now())

    assert not find_quotes("Where is the zebra?", ALL, entries=entries).has_evidence


def test_days_tags_and_a_limit_narrow_the_choice(entries):
    for day in range(4):
        at = MONDAY_MORNING + timedelta(days=day)
        entries.add(typed(f"The zebra ate {day} apples.", at=at, tags=("zoo",) if day == 3 else ()))

    assert len(told(entries, "What did the zebra eat?")) == 4
    assert len(told(entries, "What did the zebra eat?", ALL._replace(limit=2))) == 2
    assert told(entries, "What did the zebra eat?", ALL._replace(tags=("zoo",))) == [
        "The zebra ate 3 apples."
    ]
    until = ALL._replace(until=MONDAY_MORNING + timedelta(hours=1))
    assert told(entries, "What did the zebra eat?", until) == ["The zebra ate 0 apples."]


def test_at_most_two_quotes_are_of_one_entry(entries):
    entries.add(typed("A zebra. " * 10))

    assert len(told(entries, "zebra", ALL._replace(limit=None))) <= 2


@pytest.fixture
def asked(entries):
    entries.add(typed("The zebra is in the shed."))
    entries.add(typed("The zebra eats hay."))
    return find_quotes("Where is the zebra?", ALL, entries=entries)


def test_a_writer_is_given_the_quotes_alone_and_says_which_it_used(asked):
    writer = FakeWriter(Answer(" It is in the shed. ", (0,)))

    answered = phrased(asked, Pen(writer, may_leave))

    assert writer.shown == [each.quote for each in asked.quotes]
    assert (answered.answer, answered.engine, answered.model) == ("It is in the shed.", "fake", "m")
    assert [each.is_cited for each in answered.quotes] == [True, False]
    assert answered.has_evidence


@pytest.mark.parametrize(
    "reply", [Answer("I would guess the attic.", ()), Answer("  ", (0,)), Answer("No.", (7, -3))]
)
def test_an_answer_that_cites_nothing_is_none(asked, reply):
    answered = phrased(asked, Pen(FakeWriter(reply), may_leave))

    assert (answered.answer, answered.has_evidence, answered.engine) == (None, False, "fake")
    assert answered.quotes == asked.quotes


@pytest.mark.parametrize("failure", [ProviderError("It is down."), LostAnswerError("It went silent.")])
def test_where_a_writer_fails_the_quotes_stand_with_a_warning(asked, failure):
    answered = phrased(asked, Pen(FakeWriter(failure=failure), may_leave))

    assert answered == asked._replace(warnings=answered.warnings)
    ((code, message),) = answered.warnings
    assert code == "provider"
    assert message.startswith(f"fake: {failure.message}")


def test_what_may_not_leave_is_not_shown_and_places_count_what_was_shown(asked):
    writer = FakeWriter(Answer("Hay.", (0,)))
    first, second = asked.quotes

    answered = phrased(asked, Pen(writer, lambda entry: entry.id == second.entry.id))

    assert writer.shown == [second.quote]
    assert [each.is_cited for each in answered.quotes] == [False, True]
    assert first.quote == answered.quotes[0].quote


def test_where_nothing_may_leave_nobody_is_asked(asked):
    writer = FakeWriter()

    answered = phrased(asked, Pen(writer, lambda _entry: False))

    assert writer.keys == []
    assert (answered.engine, answered.answer, answered.has_evidence) == ("offline", None, True)
    assert [code for code, _ in answered.warnings] == ["before_consent"]


def test_the_same_question_over_the_same_words_has_one_key(asked):
    writer = FakeWriter()

    phrased(asked, Pen(writer, may_leave))
    phrased(asked, Pen(writer, may_leave))
    phrased(asked._replace(quotes=asked.quotes[:1]), Pen(writer, may_leave))

    assert writer.keys[0] == writer.keys[1] != writer.keys[2]
    assert "zebra" not in writer.keys[0]
