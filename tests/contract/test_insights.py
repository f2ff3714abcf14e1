"""What ports.InsightRepository promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from braindump_cli.domain.insight import Findings, FoundTodo, Insights, Mood
from tests.fakes import MONDAY_MORNING
from tests.journals import typed


@pytest.fixture
def first(mind):
    entry = mind.entries.add(typed("a"))
    found = Findings(
        title="One",
        todos=(FoundTodo(quote="a", text="A"),),
        moods=(Mood(label="calm", valence=1, energy=-1, quote="a"),),
    )
    return Insights(
        id="1", entry_id=entry.id, engine="fake", model="m", created_at=MONDAY_MORNING, findings=found
    )


def test_insights_come_back_as_they_were_given(mind, first):
    mind.insights.add(first)

    assert mind.insights.current(first.entry_id) == first


def test_the_newest_version_counts(mind, first):
    newer = replace(first, id="2", is_edited=True, created_at=MONDAY_MORNING + timedelta(hours=1))

    for version in (newer, first):
        mind.insights.add(version)

    assert mind.insights.current(first.entry_id) == newer


def test_of_one_instant_the_later_one_counts(mind, first):
    later = replace(first, id="0", findings=Findings(title="Two"))

    for version in (first, later):
        mind.insights.add(version)

    assert mind.insights.current(first.entry_id) == later


def test_a_reading_that_comes_again_is_the_newest_again(mind, first, clock):
    other = replace(first, id="2", findings=Findings(title="Two"), created_at=MONDAY_MORNING)
    again = replace(first, created_at=MONDAY_MORNING + timedelta(hours=1))

    for version in (first, other, again):
        mind.insights.add(version)

    assert mind.insights.current(first.entry_id) == again


def test_an_entry_that_nobody_read_has_none(mind, first):
    assert mind.insights.current(first.entry_id) is None
