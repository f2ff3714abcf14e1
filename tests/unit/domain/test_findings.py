from datetime import UTC, date, datetime

import pytest

from braindump_cli.domain.findings import from_plain, to_plain
from braindump_cli.domain.insight import Findings, Finished, FoundTodo, Mention, Mood, Remark, WaitingFor

WHOLE = Findings(
    title="Behind on Monday",
    summary="I am behind.",
    todos=(
        FoundTodo(
            quote="call Ann on Friday at five",
            text="Call Ann",
            due_phrase="on Friday at five",
            due_on=date(2026, 3, 6),
            due_at=datetime(2026, 3, 6, 17, tzinfo=UTC),
            recurrence="weekly",
            priority="high",
            owner="shared",
            confidence=0.9,
        ),
        FoundTodo(quote="buy milk", text="Buy milk"),
    ),
    waiting_for=(WaitingFor(who="Ben", what="the slides", quote="Ben sends", due_on=date(2026, 3, 4)),),
    done=(Finished(text="Sent it", quote="sent it"),),
    decisions=(Remark(text="Stay", quote="I stay"),),
    moods=(Mood(label="tired", valence=-1, energy=-2, quote="so tired", about="work"),),
    people=(Mention(name="Ann", quote="Ann"),),
    places=(Mention(name="Leeds", quote="Leeds"),),
    topics=(Mention(name="work", quote="work"),),
    question="Why?",
)
TODO = {"quote": "call Ann", "text": "Call Ann"}
MOOD = {"label": "tired", "valence": 0, "energy": 0, "quote": "tired"}


def test_findings_come_back_whole():
    assert from_plain(to_plain(WHOLE)) == WHOLE


def test_what_is_left_out_is_empty_and_unknown_fields_are_passed_over():
    assert from_plain({"colour": "red", "todos": [{**TODO, "urgency": 9}]}) == Findings(
        title="", todos=(FoundTodo(quote="call Ann", text="Call Ann"),)
    )


@pytest.mark.parametrize(
    ("plain", "named"),
    [
        ({"title": 5}, "title"),
        ({"summary": ["a"]}, "summary"),
        ({"question": 1}, "question"),
        ({"todos": {"a": 1}}, "todos"),
        ({"todos": "call Ann"}, "todos"),
        ({"todos": ["call Ann"]}, r"todos\[0\]"),
        ({"todos": [TODO, {"quote": "a"}]}, r"todos\[1\] lacks a field: it needs quote, text"),
        ({"todos": [{**TODO, "text": None}]}, r"todos\[0\]\.text"),
        ({"todos": [{**TODO, "text": "a\0b"}]}, r"todos\[0\]\.text must be text"),
        ({"todos": [{**TODO, "text": "\ud800"}]}, r"todos\[0\]\.text must be text"),
        ({"todos": [{**TODO, "due_on": "friday"}]}, r"todos\[0\]\.due_on must be a date"),
        ({"todos": [{**TODO, "due_on": 5}]}, r"todos\[0\]\.due_on"),
        ({"todos": [{**TODO, "due_at": "2026-03-06T17:00"}]}, r"todos\[0\]\.due_at must name its zone"),
        ({"todos": [{**TODO, "due_at": "noon"}]}, r"todos\[0\]\.due_at"),
        ({"todos": [{**TODO, "due_at": "0001-01-01T00:00+05:00"}]}, r"todos\[0\]\.due_at"),
        ({"todos": [{**TODO, "priority": "urgent"}]}, r"todos\[0\]\.priority must be one of high, normal, low"),
        ({"todos": [{**TODO, "recurrence": "hourly"}]}, r"todos\[0\]\.recurrence"),
        ({"todos": [{**TODO, "owner": "you"}]}, r"todos\[0\]\.owner"),
        ({"todos": [{**TODO, "confidence": True}]}, r"todos\[0\]\.confidence"),
        ({"todos": [{**TODO, "confidence": 1.5}]}, r"todos\[0\]\.confidence must be from 0 to 1"),
        ({"todos": [{**TODO, "confidence": float("nan")}]}, r"todos\[0\]\.confidence"),
        ({"moods": [{**MOOD, "valence": 1.5}]}, r"moods\[0\]\.valence must be a whole number"),
        ({"moods": [{**MOOD, "energy": 3}]}, r"moods\[0\]\.energy must be from -2 to 2"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(plain, named):
    with pytest.raises(ValueError, match=named):
        from_plain(plain)
