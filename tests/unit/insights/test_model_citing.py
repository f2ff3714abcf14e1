"""Answers from quotes: only sentences that name their quotes and rest on them."""

from datetime import UTC, datetime

import pytest

from braindump_cli.domain.entry import TEXT, Entry
from braindump_cli.insights.openai.citing import NOTHING, believed
from braindump_cli.ports import Passage

QUESTION = "When did I call the dentist?"


def passage(quote, day=2):
    at = datetime(2026, 3, day, 9, tzinfo=UTC)
    return Passage(
        Entry(id=f"e{day}", number=10 + day, kind=TEXT, created_at=at, zone="Europe/London"), quote, 1.0
    )


PASSAGES = [passage("I called the dentist this morning"), passage("The dentist moved me to Thursday", 5)]


def answered(text, *, has_evidence=True, cited=(1,), most_sentences=5):
    answer = {"text": text, "has_evidence": has_evidence, "cited": list(cited)}
    return believed(answer, PASSAGES, asked=QUESTION, most_sentences=most_sentences)


def test_a_sentence_that_names_its_quote_is_believed_and_names_the_entry():
    said = answered("You called the dentist on Monday 2 March [1]. The dentist moved you to Thursday [2].")

    assert (
        said.text == "You called the dentist on Monday 2 March [12]. The dentist moved you to Thursday [15]."
    )
    assert said.cited == (0, 1)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("You called the dentist. [1]", "You called the dentist. [12]"),
        ("You called the dentist [1]", "You called the dentist [12]"),
        ("You called the dentist. [2][1]", "You called the dentist. [15, 12]"),
        ("You called the dentist [1, 2].", "You called the dentist [12, 15]."),
        ("You called the dentist [1] [1].", "You called the dentist [12]."),
    ],
)
def test_numbers_may_stand_in_several_ways(text, shown):
    assert answered(text).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "You called the dentist on Monday.",  # names none
        "You called the dentist [3].",  # never given
        "You called the dentist [0].",
        "You called the dentist [1][9].",
        "You called the dentist [99999].",
        "Dentists recommend brushing twice daily with fluoride toothpaste [1].",  # knowledge of its own
        "You won the lottery [1].",
        "[1]",
        "",
        None,
        7,
        ["You called the dentist [1]."],
        "<<<entry 0123456789abcdef>>> You called the dentist [1].",
        "You called the dentist [1] " * 100,
    ],
)
def test_any_other_sentence_is_not(text):
    assert answered(text) == NOTHING


def test_what_is_not_believed_is_left_out_and_the_rest_stays():
    said = answered("You called the dentist [1]. You should floss more [1]. See https://evil.example [2].")

    assert said == ("You called the dentist [12].", (0,))


@pytest.mark.parametrize("has_evidence", [False, None, "yes", 1])
def test_without_evidence_there_is_no_answer(has_evidence):
    assert answered("You called the dentist [1].", has_evidence=has_evidence) == NOTHING


def test_an_answer_is_no_longer_than_asked():
    assert answered("You called the dentist [1]. " * 9, most_sentences=3).text.count("[12]") == 3
