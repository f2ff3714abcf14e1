"""Sentences from bare words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braindump_cli.transcription.sentences import Word, sentences


def _words(*spoken: str | float) -> list[Word]:
    """Return words of 0.2 s; a number is a pause before the next one."""
    at, found = 0.0, []
    for item in spoken:
        if isinstance(item, float):
            at += item
            continue
        for text in item.split():
            found.append(Word(text, round(at, 2), round(at + 0.2, 2), 0.5))
            at += 0.2
    return found


def _text(*spoken: str | float) -> list[str]:
    return [segment.text for segment in sentences(_words(*spoken))]


def test_a_pause_ends_a_sentence():
    assert _text("the train was late", 0.6, "we walked home") == ["The train was late.", "We walked home."]


def test_a_short_breath_does_not():
    assert _text("the train was late", 0.3, "so we walked") == ["The train was late so we walked."]


def test_a_word_or_two_wait_for_what_follows_unless_the_pause_is_long():
    assert _text("so", 0.6, "the train was late") == ["So the train was late."]
    assert _text("hello there", 1.2, "the train was late") == ["Hello there.", "The train was late."]


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("when i am sure i'll call and i've time", "When I am sure I'll call and I've time."),
        ("see you on friday's train in october", "See you on Friday's train in October."),
        ("we may march in spring", "We may march in spring."),
        ("iris is in italy", "Iris is in italy."),
    ],
)
def test_capitals(spoken, written):
    assert _text(spoken) == [written]


def test_times_and_confidence_are_those_of_the_words():
    [first, second] = sentences(_words("a b c", 1.0, "d e f"))

    assert (first.start_s, first.end_s, first.confidence) == (0.0, 0.6, 0.5)
    assert (second.start_s, second.end_s) == (1.6, 2.2)


def test_nothing_said_is_no_sentence():
    assert list(sentences([])) == []


@given(st.lists(st.tuples(st.text("abi'", min_size=1, max_size=6), st.floats(0, 3))))
def test_every_word_is_in_one_sentence_in_order(spoken):
    at, words = 0.0, []
    for text, pause_s in spoken:
        at += pause_s
        words.append(Word(text, at, at + 0.1, 1.0))
        at += 0.1

    text = " ".join(segment.text.removesuffix(".") for segment in sentences(words))

    assert text.lower().split() == [word.text.lower() for word in words]
