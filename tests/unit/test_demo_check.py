"""The demo's own judge: it must not be content with less than the main job."""

import json
from typing import Any

import pytest

from scripts.check_demo import DEMO, faults, word_error_rate, words_of

SAID = (DEMO / "recording.txt").read_text("utf-8")
EXPECTED: dict[str, Any] = json.loads((DEMO / "expected.json").read_text("utf-8"))
ENTRY = {"id": "e", "text": SAID}


def _todo(text: str, due_on: str | None, **other: Any) -> dict[str, Any]:
    return {"text": text, "quote": text, "due_on": due_on, "entry_id": "e", "status": "open", **other}


@pytest.fixture
def todos() -> list[dict[str, Any]]:
    """Return what a perfect reading finds."""
    return [_todo(" ".join(duty["words"]), duty["due_on"]) for duty in EXPECTED["duties"]]


def test_a_perfect_reading_has_no_faults(todos):
    assert list(faults(SAID, EXPECTED, entry=ENTRY, todos=todos)) == []


def test_an_empty_reading_misses_everything():
    found = list(faults(SAID, EXPECTED, entry={"id": "e", "text": ""}, todos=[]))

    assert len(found) == 1 + len(EXPECTED["duties"])


def test_a_missing_duty_is_named(todos):
    found = list(faults(SAID, EXPECTED, entry=ENTRY, todos=todos[1:]))

    assert found == ["no to-do for 'send budget report Martin'"]


def test_a_wrong_date_is_named_and_so_is_one_that_was_not_said(todos):
    todos[0]["due_on"], todos[2]["due_on"] = "2026-03-11", "2026-03-02"

    assert len(list(faults(SAID, EXPECTED, entry=ENTRY, todos=todos))) == 2


def test_one_to_do_with_all_the_words_is_not_all_the_duties(todos):
    everything = _todo(SAID, "2026-03-04")

    assert len(list(faults(SAID, EXPECTED, entry=ENTRY, todos=[everything]))) == len(EXPECTED["duties"]) - 1


def test_a_to_do_for_every_sentence_is_no_understanding(todos):
    invented = [_todo(line, None) for line in ("walk by the river", "paint the kitchen")]

    assert len(list(faults(SAID, EXPECTED, entry=ENTRY, todos=todos + invented))) == 1


def test_to_dos_of_other_entries_do_not_count(todos):
    todos[0]["entry_id"] = "another"

    assert len(list(faults(SAID, EXPECTED, entry=ENTRY, todos=todos))) == 1


@pytest.mark.parametrize(
    ("heard", "rate"),
    [
        ("buy milk today", 0),
        ("buy silk today", 1 / 3),
        ("buy today", 1 / 3),
        ("", 1),
        ("oh buy milk today", 1 / 3),
    ],
)
def test_the_word_error_rate_counts_what_was_changed_lost_and_added(heard: str, rate: float):
    assert word_error_rate(words_of("Buy milk, today!"), words_of(heard)) == pytest.approx(rate)
