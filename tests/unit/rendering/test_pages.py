"""Pages as values, and as plain text."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from braindump_cli.domain.entry import Entry, Found
from braindump_cli.domain.todo import DONE, DROPPED
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.documents import entry_document, sealed_entry_document, todo_document
from braindump_cli.rendering.entries import entry_list_page, entry_page, found_page, name_of
from braindump_cli.rendering.page import Column, Line, Rows, Span, bare, cell, line, prose
from braindump_cli.rendering.todos import todo_list_page
from braindump_cli.rendering.typeset import plain_page, width_of
from tests.journals import todo, typed

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
HERE = Here(date(2026, 3, 2), UTC)
ENTRY = Entry(id="e", number=7, kind="text", created_at=AT, zone="UTC", text="The café by the canal.")


def text_of(page):
    return "\n".join(plain_page(page))


def test_what_stands_right_follows_after_two_blanks_in_a_pipe():
    assert list(plain_page([line("Left", "right"), line("Alone")])) == ["  Left  right", "  Alone"]


def test_an_answer_for_scripts_has_no_margin():
    assert list(plain_page([bare("2h")])) == ["2h"]


def test_text_keeps_its_lines_and_is_not_cut_in_a_pipe():
    page = [prose("One " * 50 + "\n\nTwo", note="draft")]

    assert list(plain_page(page)) == [("  " + "One " * 50).rstrip(), "", "  Two  draft"]


def test_fields_are_aligned_and_empty_columns_left_out():
    columns = (Column(is_right=True), Column(), Column(), Column())
    rows = Rows(
        columns,
        ((cell("7"), cell("short"), cell(""), cell("x")), (cell("12"), cell("日本"), cell(""), cell("y"))),
    )

    assert list(plain_page([rows])) == ["   7  short  x", "  12  日本   y"]


@pytest.mark.parametrize(("words", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("", 0)])
def test_a_width_is_what_a_terminal_gives(words, width):
    assert width_of(words) == width


def test_an_entry_is_called_by_its_title_or_its_first_words_or_what_it_waits_for():
    spoken = replace(ENTRY, text="", kind="voice")

    assert name_of(replace(ENTRY, title="Mine")) == "Mine"
    assert name_of(ENTRY) == "The café by the canal."
    assert name_of(replace(ENTRY, text="word " * 20)) == "word " * 11 + "word…"
    assert name_of(replace(ENTRY, text="a" * 70)) == "a" * 60 + "…"
    assert name_of(replace(spoken, pending=("transcribe",))) == "(no text yet)"
    assert name_of(spoken) == "(no words)"


def test_a_list_shows_star_tags_length_and_to_dos():
    starred = replace(
        ENTRY,
        title="Mine",
        is_starred=True,
        tags=("leeds", "work"),
        duration_s=42.0,
        todo_count=1,
        is_private=True,
    )

    assert text_of(entry_list_page([starred], here=HERE)) == (
        "  Mon 2 March   9:14  7  Mine ★  0:42  ✎ 1 to-do #leeds #work private"
    )


def test_a_page_leaves_out_a_title_that_the_text_begins_with():
    same = replace(ENTRY, title="The café by…")

    assert text_of(entry_page(same, None, (), here=HERE)).count("The café by") == 1
    assert "Mine" in text_of(entry_page(replace(ENTRY, title="Mine"), None, (), here=HERE))


def test_matches_stand_out_with_the_blanks_around_them():
    hit = Found(ENTRY, "The \x02café\x03 by \x02the\x03", 1.0)

    (_, words) = found_page([hit], here=HERE)

    assert isinstance(words, Line)
    assert [(span.words, span.weight) for span in words.left if span.words] == [
        ("The ", "body"),
        ("café", "strong"),
        (" by ", "body"),
        ("the", "strong"),
    ]


@pytest.mark.parametrize("snippet", ["", "\x03a\x02", "\x02\x02a\x03\x03", "\x02", "a\x1b[31m\n\nb"])
def test_marks_in_an_entry_itself_do_no_harm(snippet):
    shown = text_of(found_page([Found(ENTRY, snippet, 1.0)], here=HERE))

    assert not set(shown) & set("\x02\x03\x1b")


def test_a_to_do_shows_urgency_recurrence_and_what_became_of_it():
    urgent = replace(todo("Call"), number=1, priority="high", recurrence="weekly", due_on=date(2026, 3, 1))
    done, dropped = (replace(urgent, status=status) for status in (DONE, DROPPED))

    shown = [text_of(todo_list_page([each], here=HERE)) for each in (urgent, done, dropped)]

    assert shown == ["  1  Call !  weekly, since Sunday", "  1  Call  done", "  1  Call  dropped"]


def test_a_page_of_suggestions_alone_begins_with_their_heading():
    suggested = replace(todo("Ask"), number=3, is_suggestion=True)

    shown = text_of(todo_list_page([suggested], here=HERE)).splitlines()

    assert shown[-2:] == ["  Perhaps", "  3  Ask  braindump todos accept 3"]


def test_a_document_has_every_field_and_null_for_what_is_unknown():
    entry, task = entry_document(ENTRY), todo_document(todo())
    sealed = sealed_entry_document(typed("Hello."))

    assert (entry["duration_s"], entry["deleted_at"], entry["recordings"]) == (None, None, [])
    assert (task["due_on"], task["due_at"], task["done_at"], task["quote"]) == (None, None, None, None)
    assert (sealed["number"], sealed["engine"], sealed["insights"], sealed["todos"]) == (None,) * 4
    assert sealed.keys() - entry.keys() == {"insights", "todos"}


def test_a_field_is_one_line():
    assert cell("a\r\nb\tc").spans == (Span("a b c"),)
