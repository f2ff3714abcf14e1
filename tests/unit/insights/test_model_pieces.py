"""Long texts in pieces: nothing lost, nothing twice, and one set of findings in the end."""

from datetime import date

import pytest

from braindump_cli.domain.insight import MOST_TODOS, Findings, FoundTodo, Mention, Mood
from braindump_cli.insights.openai.pieces import in_parts, merged, pieces, tokens

SENTENCE = "I walked along the canal and thought about the budget again. "


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        SENTENCE * 400,
        "word " * 8_000,
        "x" * 60_000,
        "我今天很累。" * 3_000,
        "para one.\n\n" * 3_000,
        "\n" * 20_000,
        SENTENCE * 300 + "明天" * 4_000,
    ],
)
def test_pieces_joined_are_the_text_and_none_is_too_long(text):
    cut = pieces(text, 2_000)

    assert "".join(cut) == text
    assert all(tokens(piece) <= 2_000 * 1.3 for piece in cut)
    assert all(cut) or cut == [""]


def test_pieces_end_where_a_sentence_ends():
    assert all(piece.endswith(". ") for piece in pieces(SENTENCE * 400, 2_000))


def test_pieces_of_what_was_spoken_end_at_pauses():
    text = SENTENCE * 400
    pauses = list(range(-1, len(text), len(SENTENCE) * 7))[1:]  # after each seventh sentence

    cut = pieces(text, 2_000, pauses)

    assert "".join(cut) == text
    assert len(cut) == 3
    assert all(len(piece) % (len(SENTENCE) * 7) == 0 for piece in cut[:-1])


def test_a_text_without_marks_is_cut_between_words():
    assert all(piece.endswith(" ") for piece in pieces("word " * 8_000, 2_000))


def test_a_million_characters_are_cut_quickly():
    text = SENTENCE * 16_000

    cut = pieces(text, 6_000)

    assert "".join(cut) == text
    assert 30 < len(cut) < 70


@pytest.mark.parametrize("text", ["", "a", "ab", "a b c", SENTENCE])
def test_halves_joined_are_the_text(text):
    assert "".join(in_parts(text, 2)) == text


def found(*todos, title="Title", **more):
    return Findings(title=title, todos=tuple(todos), **more)


def todo(text, **more):
    return FoundTodo(quote=text, text=text, **more)


def test_what_was_said_in_two_pieces_counts_once_and_takes_its_day():
    wednesday = date(2026, 3, 4)
    first = found(todo("Send Carla the budget"), todo("Buy milk"))
    second = found(
        todo("Send the budget to Carla", due_on=wednesday, due_phrase="by Wednesday"), todo("Buy bread")
    )

    one = merged([first, second])

    assert [(each.text, each.due_on) for each in one.todos] == [
        ("Send Carla the budget", wednesday),
        ("Buy milk", None),
        ("Buy bread", None),
    ]


def test_the_same_words_for_two_days_are_two_to_dos():
    two = merged([found(todo("Call Ben", due_on=date(2026, 3, day))) for day in (3, 4)])

    assert len(two.todos) == 2


def test_of_all_pieces_the_surest_ten_remain_in_order():
    names = [f"{a}{b}{a}" for a in "klmn" for b in "opqr"]
    parts = [
        found(*(todo(f"Post parcel{n}", confidence=n / 16) for n in range(k, k + 4))) for k in range(0, 16, 4)
    ]

    assert len(names) == 16
    assert [each.text for each in merged(parts).todos] == [
        f"Post parcel{n}" for n in range(16 - MOST_TODOS, 16)
    ]


def test_names_and_moods_count_once():
    part = found(
        people=(Mention(name="Carla", quote="Carla"),),
        moods=(Mood(label="calm", valence=1, energy=-1, quote="calm"),),
    )
    again = found(people=(Mention(name="carla", quote="carla"),), moods=part.moods, question="Why?")

    one = merged([part, again])

    assert (len(one.people), len(one.moods), one.question) == (1, 1, "Why?")
