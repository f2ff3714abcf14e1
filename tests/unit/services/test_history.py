"""Earlier versions of an entry, from a real journal."""

import pytest

from braindump_cli.domain.findings import to_plain
from braindump_cli.domain.insight import Findings
from braindump_cli.domain.sync import ENTRIES, INSIGHTS, TODOS
from braindump_cli.errors import NotFoundError
from braindump_cli.services.history import one_version, versions_of
from braindump_cli.services.insights import keep_findings
from braindump_cli.storage.sqlite.history import SqliteHistory
from braindump_cli.storage.sqlite.sync_rows import SyncRows
from braindump_cli.storage.sqlite.synced import BY_FEED
from tests.journals import heard, spoken, todo, typed


@pytest.fixture
def history(mind):
    return SqliteHistory(mind.journal)


def keep(mind, feed, row_id, **body):
    return SyncRows(mind.journal).keep_revision(BY_FEED[feed], row_id, body=body, cause="conflict")


def test_what_was_replaced_is_listed_oldest_first(mind, history):
    entry = mind.entries.add(typed("Now."))
    for text in ("First.", "Second."):
        keep(mind, ENTRIES, entry.id, title="T", text=text)

    found = versions_of(entry, history)

    assert [(v.number, v.subject, v.cause, v.text) for v in found] == [
        (1, "entry", "conflict", "First."),
        (2, "entry", "conflict", "Second."),
    ]


def test_insights_and_to_dos_of_the_entry_belong_to_its_history(mind, history):
    entry = mind.entries.add(typed("Now."))
    version = keep_findings(entry, Findings(title="Now"), engine="offline", model=None, mind=mind)
    kept = mind.todos.add(todo("Call Ann", entry_id=entry.id))
    keep(
        mind,
        INSIGHTS,
        version.id,
        is_edited=True,
        content=to_plain(Findings(title="Then", summary="I was there.")),
    )
    keep(mind, TODOS, kept.id, is_edited=True, text="Call Anna")

    found = versions_of(entry, history)

    assert [(v.subject, v.title, v.text, v.todo_number) for v in found] == [
        ("insights", "Then", "I was there.", None),
        ("todo", "", "Call Anna", kept.number),
    ]


def test_a_text_that_another_engine_heard_is_an_earlier_version(mind, history, clock):
    entry = mind.entries.add(spoken())
    mind.entries.attach(entry.id, heard("a draught", is_draft=True), reply="1", at=clock.now())
    mind.entries.attach(entry.id, heard("A draft.", provider="better"), reply="2", at=clock.now())

    found = versions_of(mind.entries.get(entry.id), history)

    assert [(v.cause, v.engine, v.text) for v in found] == [("heard", "fake", "a draught")]


def test_another_entry_has_its_own_history(mind, history):
    entry, other = mind.entries.add(typed("Now.")), mind.entries.add(typed("Else."))
    keep(mind, ENTRIES, other.id, text="Not mine.")

    assert versions_of(entry, history) == []


def test_the_same_words_are_kept_once_and_words_that_are_none_never(mind, history):
    entry = mind.entries.add(typed("Now."))

    assert keep(mind, ENTRIES, entry.id, text="Then.")
    assert not keep(mind, ENTRIES, entry.id, text="Then.")
    assert not keep(mind, ENTRIES, entry.id, text="")

    assert len(versions_of(entry, history)) == 1


@pytest.mark.parametrize(("number", "hint"), [(2, "There is one."), (0, "There is one.")])
def test_a_version_that_is_not_there_is_named(mind, history, number, hint):
    entry = mind.entries.add(typed("Now."))
    keep(mind, ENTRIES, entry.id, text="Then.")

    with pytest.raises(NotFoundError, match=f"Entry 1 has no version {number}") as raised:
        one_version(entry, number, history)

    assert (raised.value.hint or "").startswith(hint)
    assert one_version(entry, 1, history).text == "Then."
