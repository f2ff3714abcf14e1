"""A model's raw replies: read whole, read while they grow, and refused where nothing can be made of them."""

import json
from typing import Any

import pytest

from braindump_cli.insights.openai.growing import Growing
from braindump_cli.insights.openai.replies import begun, read
from braindump_cli.insights.openai.schema import ANSWER, GIST, INSIGHTS, complaint

TODO = {
    "quote": "buy milk", "text": "Buy milk", "due_phrase": None, "due": None, "recur": None, "owner": "me",
    "confidence": 0.9, "same_as": None, "priority": "normal",
}  # fmt: skip
ANSWERED = {
    "title": "Milk",
    "todos": [TODO, TODO | {"text": 'Buy "oat" milk'}],
    "summary": "I buy milk.",
    "people": ["Al"],
}


@pytest.mark.parametrize(
    "reply",
    [
        '{"a": 1}',
        ' \n{"a": 1}\n',
        'Here it is:\n```json\n{"a": 1}\n```\nAnything else?',
        '<think>{"a": 2} or so</think>{"a": 1}',
        '{"a": 1}{"a": 2}',
        '{"a": 2, "a": 1}',
    ],
)
def test_the_object_in_a_reply_is_found(reply):
    assert read(reply) == ({"a": 1}, "", False)


@pytest.mark.parametrize(
    "reply",
    [
        "", "null", "Sorry.", "[]", "7", '"text"', "{foo: 1}", "{'a': 1}", '{"a": NaN}', '{"a": Infinity}',
        '{"a": ' + "9" * 5_000 + "}", '{"a":' * 100_000, "[" * 100_000, "<think>{ for ever", "<html>502</html>",
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_unreadable(reply):
    found = read(reply)

    assert (dict(found.answer), found.is_cut_short) == ({}, False)
    assert found.wrong


@pytest.mark.parametrize("end", range(1, len(json.dumps(ANSWERED)), 7))
def test_a_reply_that_ends_in_the_middle_was_cut_short(end):
    found = read(json.dumps(ANSWERED)[:end])

    assert (dict(found.answer), found.is_cut_short) == ({}, True)


def test_while_a_reply_grows_only_whole_fields_and_items_are_told():
    told: list[Any] = []
    growing = Growing(told.append)
    written = json.dumps(ANSWERED)

    for end in range(len(written) + 1):
        growing.hear(written[:end])

    assert told[0] == {"title": "Milk"}
    assert [len(answer.get("todos", [])) for answer in told] == sorted(len(a.get("todos", [])) for a in told)
    assert all(todo in ANSWERED["todos"] for answer in told for todo in answer.get("todos", []))
    assert told[-1] == ANSWERED
    assert len(told) == len({json.dumps(answer) for answer in told}) <= 7


@pytest.mark.parametrize(
    "text", ["", "{", '{"title', "Sure! ", '{"title": 7', '{"todos": {"a": [1', "{]", '{"todos": "x"}']
)
def test_from_an_odd_beginning_nothing_is_told(text):
    assert begun(text) == {}


def test_an_answer_of_the_shape_has_no_complaint():
    assert complaint(ANSWERED, INSIGHTS) == ""
    assert complaint({"title": "a", "summary": "b"}, GIST) == ""
    assert complaint({"has_evidence": False, "text": "", "cited": []}, ANSWER) == ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": None}, "title must be a text"),
        ({"title": ["x"]}, "title must be a text"),
        ({"todos": None}, "todos must be a list"),
        ({"todos": {"quote": "x"}}, "todos must be a list"),
        ({"todos": ["buy milk"]}, "todos[0] must be an object with the texts quote, text"),
        ({"todos": [TODO | {"quote": 5}]}, "todos[0] must be an object with the texts quote, text"),
        ({"people": "Al"}, "people must be a list"),
    ],
)
def test_what_is_not_of_the_shape_is_named(wrong, said):
    assert complaint(ANSWERED | wrong, INSIGHTS) == said


def test_complaints_are_few_and_repeat_nothing_that_was_written():
    said = complaint({"todos": [{"secret": "words"}] * 1_000}, INSIGHTS)

    assert len(said) < 500
    assert "secret" not in said
