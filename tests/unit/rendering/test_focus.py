from dataclasses import replace
from datetime import timedelta

import pytest

from braindump_cli.domain.focus.changes import paused
from braindump_cli.domain.focus.standing import NOBODY, standing_at
from braindump_cli.domain.focus.view import View
from braindump_cli.errors import UsageError
from braindump_cli.rendering.dates import span
from braindump_cli.rendering.focus import filled, focus_document
from tests.fakes import MONDAY_MORNING as NINE
from tests.focus_parts import MINUTE, session
from tests.journals import todo

PRIVATE = replace(session(), is_private=True, note="zanzibarquince")


def view(one, minutes=1.0, **fields):
    return View(one, standing_at(one, NINE + minutes * MINUTE), **fields)


def test_what_others_are_given_has_no_word_of_a_private_to_do():
    shown = view(PRIVATE, todo=todo("Call zanzibarquince"))

    assert "zanzibarquince" not in str(focus_document(shown, "stop", is_public=True))
    assert focus_document(shown)["todo_text"] == "Call zanzibarquince"
    assert focus_document(view(session(), todo=todo("Call Ann")), is_public=True)["todo_text"] == "Call Ann"


def test_a_document_has_all_fields_with_and_without_a_session():
    assert focus_document(View(None, NOBODY)).keys() == focus_document(view(session(), todo=todo())).keys()


def test_a_second_that_has_begun_counts_whole():
    assert filled("{remaining}", view(session(), 24.999)) == "0:01"
    assert filled("{remaining} {phase}", view(paused(session(), NINE), 60)) == "25:00 paused"
    assert filled("{remaining}{next}", View(None, NOBODY)) == "0:00"


@pytest.mark.parametrize("template", ["{", "}", "{}", "{nobody}", "{phase!r}", "{phase.x}", "{0}"])
def test_a_field_that_nobody_knows_is_refused(template):
    with pytest.raises(UsageError, match="--format"):
        filled(template, view(session()))


def test_spans_are_told_as_people_say_them():
    told = {0: "0 s", 59.9: "59 s", 60: "1 min", 3599: "59 min", 3600: "1 h", 4500: "1 h 15", 36_000: "10 h"}

    assert {seconds: span(seconds) for seconds in told} == told
    assert span(timedelta(hours=100).total_seconds() + 61) == "100 h 01"
