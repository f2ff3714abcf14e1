"""The outbox and what arrives, on the tables of a real encrypted journal."""

import json
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.insight import Findings
from braindump_cli.domain.job import ANALYSE, TRANSCRIBE
from braindump_cli.domain.sync import (
    ENTRIES,
    INSIGHTS,
    RECORDINGS,
    TODOS,
    TRANSCRIPTS,
    Page,
    Row,
)
from braindump_cli.services.insights import keep_findings
from braindump_cli.storage.migrations import LATEST
from braindump_cli.storage.opening import open_journal
from braindump_cli.storage.sqlite.outbox import SqliteSync
from tests.fakes import MONDAY_MORNING
from tests.journals import heard, open_in, spoken, todo, typed
from tests.vaults import paths_in, vault_in

AT = "2026-03-02T09:14:00.000Z"
ENTRY, TODO, OTHER = "01890000-0000-7000-8000-000000000001", "01890000-0000-7000-8000-00000000000a", "x"
ENTRY_BODY = {
    "kind": "text", "title": "", "is_title_given": False, "text": "From elsewhere.", "is_text_edited": False,
    "language": "en", "created_at": AT, "zone": "Europe/London", "tags": ["b", "a"], "is_starred": True,
    "is_draft": False, "duration_s": None, "engine": None, "source": "argument", "deleted_at": None,
}  # fmt: skip
TODO_BODY = {
    "entry_id": ENTRY, "text": "Call Ann", "quote": None, "quote_start_s": None, "quote_end_s": None,
    "due_on": "2026-03-04", "due_at": None, "recurrence": None, "priority": "normal", "status": "open",
    "is_suggestion": False, "confidence": 1, "is_edited": False, "is_touched": False, "created_at": AT,
    "done_at": None,
}  # fmt: skip
TRANSCRIPT_BODY = {
    "entry_id": ENTRY, "provider": "p", "model": "m", "language": "en", "is_draft": False,
    "segments": [{"text": "From elsewhere.", "start_s": 0, "end_s": 1.5, "confidence": None}], "reply": "{}",
    "created_at": AT,
}  # fmt: skip
INSIGHTS_BODY = {
    "entry_id": ENTRY, "engine": "offline", "model": None, "schema_version": 1, "content": {"title": "T"},
    "is_edited": False, "created_at": AT,
}  # fmt: skip
RECORDING_BODY = {
    "entry_id": ENTRY, "part": 1, "kind": "audio", "format": "opus", "duration_s": 2, "gaps_s": 0,
    "object": "u/r/x", "size_bytes": 10, "sha256": "f" * 64,
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    ENTRIES: ENTRY_BODY, RECORDINGS: RECORDING_BODY, TRANSCRIPTS: TRANSCRIPT_BODY, INSIGHTS: INSIGHTS_BODY,
    TODOS: TODO_BODY,
}  # fmt: skip


@pytest.fixture
def store(mind):
    return SqliteSync(mind.journal)


def row(table=ENTRIES, millis=1, *, row_id=None, **fields):
    usual: dict[str, Any] = {
        "id": row_id or (ENTRY if table == ENTRIES else TODO),
        "hlc": f"{millis:015}-0000-{'b' * 12}",
    }
    return Row(table=table, **({"body": BODIES.get(table)} | usual | fields))


def arrive(store, *rows):
    after = store.cursor()
    return store.apply(Page(rows, after + len(rows), after + len(rows), False, MONDAY_MORNING), after=after)


def count(store, table):
    return store._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


@pytest.mark.parametrize("table", BODIES)
def test_a_row_comes_in_and_goes_out_as_it_was_with_keys_that_nobody_here_knows(store, table):
    body = {**BODIES[table], "colour": {"of": ["the", 1, None]}}
    arrive(store, row(), row(table, 2, body=body))
    store.offer_all_again(is_fresh=False)

    (again,) = [each for each in store.outgoing() if each.table == table]

    expected = {**body, "tags": ["a", "b"]} if table == ENTRIES else body
    extra = {"wants_insights": True} if table == ENTRIES else {}
    assert again.body == expected | extra


def test_children_may_come_before_their_entry_also_in_another_page(store, mind):
    arrive(store, row(TODOS), row(TRANSCRIPTS, row_id="t"))
    arrive(store, row(INSIGHTS, row_id="i"))
    assert (count(store, "todos"), count(store, "transcripts"), count(store, "insights")) == (0, 0, 0)

    arrive(store, row())

    assert [each.text for each in mind.todos.of_entry(ENTRY)] == ["Call Ann"]
    assert mind.entries.transcript(ENTRY).text == "From elsewhere."
    assert mind.insights.current(ENTRY).findings.title == "T"
    assert count(store, "arrivals") == 0


def test_of_what_waits_for_its_entry_the_newest_version_counts(store, mind):
    newer = row(TODOS, 5, body={**TODO_BODY, "text": "Call Bea"})
    arrive(store, row(TODOS, 3), newer, row(TODOS, 4))

    arrive(store, row())

    assert [each.text for each in mind.todos.of_entry(ENTRY)] == ["Call Bea"]


def test_what_was_deleted_while_it_waited_does_not_come(store, mind):
    arrive(store, row(TODOS, 3), row(TODOS, 4, purged=True, body=None))

    arrive(store, row())

    assert mind.todos.of_entry(ENTRY) == []


def test_a_row_of_a_newer_program_is_kept_as_it_came_and_never_pushed(store, mind):
    body = {**ENTRY_BODY, "weather": "rain"}
    arrive(store, row(body=body, row_version=2))
    assert mind.entries.get(ENTRY).text == "From elsewhere."
    mind.entries.trash(ENTRY, MONDAY_MORNING)

    assert list(store.outgoing()) == []
    assert store._db.execute("SELECT extra, row_version FROM entries").fetchone() == (
        '{"weather": "rain"}',
        2,
    )


@pytest.mark.parametrize(
    "strange",
    [
        row(body={**ENTRY_BODY, "kind": "film"}, row_version=2),
        row(body={**ENTRY_BODY, "created_at": "yesterday"}),
        row(body={**ENTRY_BODY, "text": None}),
        row(body={**ENTRY_BODY, "tags": "a"}),
        row(body={**ENTRY_BODY, "duration_s": "long"}),
        row(body={}),
        row(TODOS, body={**TODO_BODY, "entry_id": None, "priority": "utmost"}),
        row(TODOS, body={**TODO_BODY, "entry_id": None, "due_on": "soon"}),
        row("moods", body={"label": "calm"}),
        row(body=None, sealed="AAAA"),
    ],
)
def test_a_row_that_cannot_be_laid_into_the_tables_is_set_aside_whole_and_stops_nothing(store, strange):
    taken = arrive(store, strange, row(row_id="other"))

    assert taken.changed == 1
    assert store.cursor() == 2
    (kept,) = store._db.execute("SELECT row FROM arrivals").fetchone()
    assert json.loads(kept)["body"] == strange.body
    assert json.loads(kept)["sealed"] == strange.sealed


def test_a_row_that_was_set_aside_is_taken_once_it_can_be_read(store, mind):
    arrive(store, row(body={**ENTRY_BODY, "kind": "film"}))
    store.begin("project user")
    assert count(store, "arrivals") == 1
    store._db.execute("UPDATE arrivals SET row = replace(row, 'film', 'text')")  # as a newer program reads it
    store.set_fact("arrivals_read_by", "0.0.1")

    store.begin("project user")

    assert mind.entries.get(ENTRY).text == "From elsewhere."
    assert count(store, "arrivals") == 0


def test_a_change_here_does_not_replace_a_version_that_cannot_be_read(store, mind):
    arrive(store, row())
    arrive(store, row(millis=2, body={**ENTRY_BODY, "kind": "film"}, row_version=2))
    mind.entries.trash(ENTRY, MONDAY_MORNING)

    assert list(store.outgoing()) == []


def test_numbers_are_this_machines_own_and_words_are_found(store, mind):
    mind.entries.add(typed("Mine."))
    arrive(store, row())
    arrive(store, row(millis=2, body={**ENTRY_BODY, "text": "Changed elsewhere."}))

    assert mind.entries.get(ENTRY).number == 2
    found = mind.entries.search("changed", EntryFilter(), by_time=True)
    assert [hit.entry.tags for hit in found] == [("a", "b")]
    assert list(mind.entries.search("from", EntryFilter(), by_time=True)) == []
    assert mind.entries.count() == 2


def test_a_page_is_taken_once_and_only_where_the_last_one_ended(store, mind):
    page = Page((row(),), 7, 7, False, MONDAY_MORNING)
    store.apply(page, after=0)

    again = store.apply(page, after=0)

    assert (again.changed, store.cursor()) == (0, 7)


def test_stamps_come_after_all_that_was_seen(store, mind, clock):
    far = int((clock.now() + timedelta(minutes=4)).timestamp() * 1000)
    arrive(store, row(millis=far))

    mind.entries.trash(ENTRY, clock.now())

    (sent,) = store.outgoing()
    assert sent.hlc > f"{far:015}-0000-{'b' * 12}"
    assert sent.base == f"{far:015}-0000-{'b' * 12}"


def test_the_work_for_an_entry_is_left_to_the_machine_that_it_comes_from(store, jobs, clock):
    arrive(store, row())
    assert jobs.ready(clock.now()) == []
    clock.advance(timedelta(hours=7))

    assert [(job.kind, job.entry_id) for job in jobs.ready(clock.now())] == [(ANALYSE, ENTRY)]


def test_what_came_understood_is_not_understood_again(store, jobs, clock):
    arrive(store, row(), row(INSIGHTS, row_id="i"))
    clock.advance(timedelta(hours=7))

    assert jobs.ready(clock.now()) == []


@pytest.mark.parametrize(
    "change", [{"wants_insights": False}, {"text": " "}, {"deleted_at": AT}, {"is_draft": True}]
)
def test_what_nobody_wants_understood_makes_no_work(store, jobs, clock, change):
    arrive(store, row(body={**ENTRY_BODY, **change}))
    clock.advance(timedelta(hours=7))

    assert jobs.ready(clock.now()) == []


def test_a_final_text_from_elsewhere_ends_the_draft_here(store, mind, jobs, clock):
    entry = mind.entries.add(spoken())
    mind.entries.attach(entry.id, heard("a draft", is_draft=True), reply="1", at=clock.now())
    jobs.add(entry.id, TRANSCRIBE)
    (mine, *_) = [each for each in store.outgoing() if each.table == ENTRIES]
    text = {**mine.body, "text": "From elsewhere.", "is_draft": False, "engine": "p"}

    store.take_answers([mine], [])
    later = int(clock.now().timestamp() * 1000) + 1000
    store._db.execute("UPDATE entries SET dirty = 0")
    arrive(
        store,
        row(millis=later, row_id=entry.id, body=text),
        row(TRANSCRIPTS, later, row_id="t", body={**TRANSCRIPT_BODY, "entry_id": entry.id}),
    )

    after = mind.entries.get(entry.id)
    assert (after.text, after.is_draft, after.pending) == ("From elsewhere.", False, ())
    assert mind.entries.transcript(entry.id).text == "From elsewhere."


def test_the_outbox_has_parents_first_and_what_is_private_not_at_all(store, mind):
    entry = mind.entries.add(typed("For all."))
    keep_findings(entry, Findings(title="All"), engine="offline", model=None, mind=mind)
    mind.todos.add(todo("Do it", entry_id=entry.id))
    hidden = mind.entries.add(typed("Not.", is_private=True))
    keep_findings(hidden, Findings(title="Hidden"), engine="offline", model=None, mind=mind)
    mind.todos.add(todo("Hide it", entry_id=hidden.id))

    store.prepare()
    rows = list(store.outgoing())

    assert [each.table for each in rows] == [ENTRIES, INSIGHTS, TODOS]
    assert "Hidden" not in repr(rows)
    assert "Hide it" not in repr(rows)


def test_what_is_worked_out_of_a_row_follows_it_in_the_same_transaction(mind):
    told = []
    db = mind.journal.db
    store = SqliteSync(mind.journal, {ENTRIES: lambda row_id: told.append((row_id, db.in_transaction))})

    arrive(store, row(), row(TODOS, body={**TODO_BODY, "entry_id": None}))
    arrive(store, row(millis=2, purged=True, body=None))

    assert told == [(ENTRY, True), (ENTRY, True)]


def test_more_rows_than_are_read_at_once_come_each_once(store, mind):
    with mind.journal.writing():
        for number in range(1203):
            mind.todos.add(todo(f"to-do {number}"))

    texts = [each.body["text"] for each in store.outgoing()]

    assert texts == [f"to-do {number}" for number in range(1203)]


def test_another_account_is_offered_everything_and_told_nothing_of_the_first(store, mind):
    mind.entries.add(typed("Mine."))
    store.begin("project ann")
    store.set_fact("account_ring", "key")
    store._db.execute("UPDATE entries SET dirty = 0, base_hlc = hlc")
    arrive(store, row(TODOS))

    assert not store.begin("project ann")
    assert store.begin("project ben")

    assert [each.base for each in store.outgoing()] == [None]
    assert (store.cursor(), store.fact("account_ring"), count(store, "arrivals")) == (0, None, 0)


def test_a_journal_from_before_syncing_is_brought_up_to_date_with_all_in_its_outbox(tmp_path):
    with closing(open_journal(paths_in(tmp_path), vault_in(tmp_path), latest=3)) as db:
        db.execute(
            "INSERT INTO entries (id, kind, text, language, created_at, zone, source, hlc)"
            f" VALUES ('{ENTRY}', 'text', 'Old.', 'en', '{AT}', 'UTC', 'argument', '{row().hlc}')"
        )

    with closing(open_in(tmp_path)) as db:
        from braindump_cli.storage.sqlite.journal import SqliteJournal
        from tests.fakes import FakeClock

        (sent,) = SqliteSync(SqliteJournal(db, FakeClock())).outgoing()

    assert sent.body is not None
    assert (sent.body["text"], sent.base, sent.withdrawn) == ("Old.", None, False)
    assert LATEST >= 4
