"""Answers of every wrong kind: whatever a model writes, what comes of it can be kept."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from braindump_cli.domain.findings import from_plain, to_plain
from braindump_cli.domain.insight import Subject
from braindump_cli.insights.openai.checking import Check

SAID_AT = datetime(2026, 3, 2, 9, 14, tzinfo=ZoneInfo("Europe/London"))
TEXT = (
    "I need to send Carla the revised budget by Wednesday. The walk by the canal was lovely, I felt relieved."
)
BUDGET = {"quote": "send Carla the revised budget by Wednesday", "text": "Send Carla the revised budget"}


def checked(answer):
    return Check(Subject(text=TEXT, said_at=SAID_AT)).findings(answer)


RUBBISH: list[Any] = [
    None, True, 0, -1.5, 1e999, "", "x", "x" * 300_000, [], {}, [[]], [[[{}]]], [None], {"quote": None},
    [{"quote": {}}],
    {"quote": "I felt relieved", "text": {"text": []}}, "\ud800", "\x00", ["I felt relieved"],
]  # fmt: skip
FIELDS = (
    "title", "todos", "summary", "waiting_for", "done", "decisions", "moods", "people", "places", "topics", "question",
)  # fmt: skip
NAMES = (
    "quote",
    "text",
    "due_phrase",
    "due",
    "recur",
    "owner",
    "confidence",
    "same_as",
    "priority",
    "who",
    "what",
)


@pytest.mark.parametrize("name", FIELDS)
def test_rubbish_in_a_field_is_nothing(name):
    for rubbish in RUBBISH:
        found = checked({"title": "Behind", "todos": [BUDGET]} | {name: rubbish})

        assert from_plain(to_plain(found)) == found
        assert len(json.dumps(to_plain(found))) < 5_000


@pytest.mark.parametrize("name", [*NAMES, "label", "valence", "energy", "about", "closes"])
def test_rubbish_in_an_item_is_nothing(name):
    item = {**BUDGET, "who": "Tom", "what": "the budget", "label": "calm", "valence": 1, "energy": 1}
    for rubbish in RUBBISH:
        odd = [item | {name: rubbish}]
        found = checked(dict.fromkeys(("todos", "waiting_for", "done", "decisions", "moods", "people"), odd))

        assert from_plain(to_plain(found)) == found
        assert len(json.dumps(to_plain(found))) < 5_000


def test_strings_made_to_be_slow_are_not():
    slow = ("a-" * 200_000, "a." * 200_000, "<" * 300_000, "[" * 300_000, "http" * 100_000, "?! " * 100_000)
    for text in slow:
        found = checked(
            {"title": text, "summary": text, "todos": [BUDGET | {"text": text}], "question": f"{text}?"}
        )

        assert len(json.dumps(to_plain(found))) < 5_000
