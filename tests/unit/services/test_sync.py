"""A sync between real encrypted journals and a server that keeps the protocol."""

from dataclasses import replace
from datetime import timedelta

import pytest

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.errors import LostAnswerError, UnreachableError
from tests.fakes_cloud import FakeAccount, losing_answers, unreachable
from tests.journals import todo

DAY = timedelta(days=1)


def test_an_entry_written_on_one_machine_is_on_the_other(ann, ben):
    entry = ann.write("By the canal.", tags=("leeds", "walk"), title="Canal")

    sent, got = ann.sync(), ben.sync()

    assert (sent.pushed, got.pulled) == (1, 1)
    there = ben.mind.entries.get(entry.id)
    assert (there.text, there.tags, there.title, there.zone) == (
        "By the canal.",
        ("leeds", "walk"),
        "Canal",
        "Europe/London",
    )
    assert [hit.entry.id for hit in ben.mind.entries.search("canal", EntryFilter(), by_time=True)] == [
        entry.id
    ]
    assert ben.mind.entries.count() == 1


def test_a_second_sync_has_nothing_to_do(ann, ben):
    ann.write("Once.")
    ann.sync()
    ben.sync()

    for device in (ann, ben):
        again = device.sync()
        assert (again.pushed, again.pulled, again.conflicts) == (0, 0, ())


def test_two_existing_journals_are_merged_by_their_first_sync(ann, ben):
    ann.write("Ann's.")
    ben.write("Ben's.")

    for device in (ann, ben, ann):
        device.sync()

    assert set(ann.texts().values()) == set(ben.texts().values()) == {"Ann's.", "Ben's."}
    assert {entry.number for entry in ben.mind.entries.find(EntryFilter())} == {1, 2}


def test_of_two_edits_the_later_counts_and_the_other_is_kept_on_both_sides(ann, ben, clock, account):
    entry = ann.write("First.")
    ann.sync()
    ben.sync()
    ben.change(entry.id, text="Ben's words.")
    clock.advance(timedelta(minutes=1))
    ann.change(entry.id, text="Ann's words.")

    ben.sync()
    won = ann.sync()
    ben.sync()

    assert ann.texts() == ben.texts() == {entry.id: "Ann's words."}
    assert [(c.subject, c.number) for c in won.conflicts] == [("entry", 1)]
    assert "Ben's words." in [text for _, text in ann.revisions()]
    assert "Ben's words." in [text for _, text in ben.revisions()]
    assert [kept.body["text"] for _, kept in account.revisions["journal_entries", entry.id]] == [
        "Ben's words."
    ]


def test_the_machine_whose_edit_loses_says_so_and_keeps_it(ann, ben, clock):
    entry = ann.write("First.")
    ann.sync()
    ben.sync()
    ben.change(entry.id, text="Ben's words.")
    clock.advance(timedelta(minutes=1))
    ann.change(entry.id, text="Ann's words.")
    ann.sync()

    lost = ben.sync()

    assert ben.texts() == {entry.id: "Ann's words."}
    assert [(c.number, c.title) for c in lost.conflicts] == [(1, "Ann's words.")]
    assert ben.revisions() == [("conflict", "Ben's words.")]


def test_an_edit_replaced_in_peace_is_a_revision_and_no_conflict(ann, ben):
    entry = ann.write("First.")
    ann.sync()
    ben.sync()
    ann.change(entry.id, text="Second.")
    ann.sync()

    report = ben.sync()

    assert report.conflicts == ()
    assert ben.revisions() == [("sync", "First.")]


@pytest.mark.parametrize("skew", [DAY, -DAY, timedelta(minutes=4), timedelta(minutes=-4)])
def test_a_wrong_clock_is_corrected_by_the_server(new_device, clock, skew):
    wrong, right = new_device("wrong", skew), new_device("right")
    entry = wrong.write("Said when?")

    report = wrong.sync()
    right.sync()
    clock.advance(timedelta(minutes=10))
    right.change(entry.id, text="Said now.")
    right.sync()
    wrong.sync()
    clock.advance(timedelta(minutes=1))
    wrong.change(entry.id, text="Said later.")
    wrong.sync()
    right.sync()

    assert report.pushed == 1
    assert right.texts() == wrong.texts() == {entry.id: "Said later."}
    assert wrong.mind.entries.get(entry.id).created_at == entry.created_at


def test_a_lost_answer_costs_nothing(ann, ben, account):
    entry = ann.write("Kept.")
    ann.cloud.fails = lambda name, moment: losing_answers(name, moment) if name == "push" else None

    with pytest.raises(LostAnswerError):
        ann.sync()
    ann.cloud.fails = lambda *_: None
    again = ann.sync()
    ben.sync()

    assert again.conflicts == ()
    assert ben.texts() == {entry.id: "Kept."}
    assert account.revisions == {}


def test_an_edit_after_a_lost_answer_is_no_conflict_with_oneself(ann, ben):
    entry = ann.write("First.")
    ann.cloud.fails = lambda name, moment: losing_answers(name, moment) if name == "push" else None
    with pytest.raises(LostAnswerError):
        ann.sync()
    ann.change(entry.id, text="Second.")
    ann.cloud.fails = lambda *_: None

    again = ann.sync()
    ben.sync()

    assert again.conflicts == ()
    assert ben.texts() == {entry.id: "Second."}


def test_offline_nothing_changes(ann):
    ann.write("Here.")
    ann.cloud.fails = unreachable

    with pytest.raises(UnreachableError):
        ann.sync()

    assert list(ann.texts().values()) == ["Here."]


def test_the_trash_syncs_with_its_text_and_back(ann, ben, clock):
    entry = ann.write("Going.")
    ann.sync()
    ben.sync()
    ann.mind.entries.trash(entry.id, clock.now())
    ann.sync()
    ben.sync()
    assert (ben.texts(), ben.trash(), ben.mind.entries.count()) == ({}, {"Going."}, 0)

    ben.mind.entries.trash(entry.id, None)
    ben.sync()
    ann.sync()

    assert ann.texts() == {entry.id: "Going."}


def test_a_tombstone_empties_the_entry_elsewhere_and_keeps_unseen_words(ann, ben, clock, account):
    entry = ann.write("Gone.")
    ann.sync()
    ben.sync()
    ben.change(entry.id, text="Gone, but changed here.")
    clock.advance(timedelta(minutes=1))
    ann.purge(entry.id)
    ann.sync()

    ben.sync()

    assert ben.texts() == {}
    assert account.rows["journal_entries", entry.id].body is None
    assert [text for _, text in ben.revisions()] == ["Gone, but changed here."]
    assert ben.mind.entries.count() == 0


def test_to_dos_travel_without_their_entry_and_with_it(ann, ben):
    entry = ann.write("Call the dentist.")
    ann.mind.todos.add(todo("Call the dentist", entry_id=entry.id))
    ann.mind.todos.add(todo("Water the plants"))

    ann.sync()
    ben.sync()

    assert [each.text for each in ben.mind.todos.find(statuses=("open",))] == [
        "Call the dentist",
        "Water the plants",
    ]


def test_words_that_lose_to_ones_typed_during_a_sync_are_kept_by_the_server_too(ann, ben, clock, account):
    entry = ann.write("First.")
    ann.sync()
    ben.sync()
    clock.advance(timedelta(minutes=1))
    ben.change(entry.id, text="Ben's words.")
    ben.sync()

    def type_meanwhile(name, moment):
        if (name, moment) == ("pull", "before") and ann.mind.entries.get(entry.id).text == "First.":
            clock.advance(timedelta(seconds=-30))
            ann.change(entry.id, text="Ann's words.")
            clock.advance(timedelta(seconds=30))

    ann.cloud.fails = type_meanwhile
    report = ann.sync()

    assert ann.texts() == {entry.id: "Ben's words."}
    assert [conflict.number for conflict in report.conflicts] == [1]
    kept = [body.body["text"] for _, body in account.revisions["journal_entries", entry.id]]
    assert kept == ["Ann's words."]


def test_words_typed_while_older_ones_lose_are_the_latest_and_count(ann, ben, clock):
    entry = ann.write("First.")
    ann.sync()
    ben.sync()
    ann.change(entry.id, text="Ann's older words.")
    clock.advance(timedelta(minutes=1))
    ben.change(entry.id, text="Ben's words.")
    ben.sync()
    clock.advance(timedelta(minutes=1))

    def type_meanwhile(name, moment):
        if (name, moment) == ("push", "after") and "older" in ann.mind.entries.get(entry.id).text:
            ann.change(entry.id, text="Ann's latest words.")

    ann.cloud.fails = type_meanwhile
    ann.sync()
    ben.sync()

    assert ann.texts() == ben.texts() == {entry.id: "Ann's latest words."}
    assert "Ben's words." in ann.all_texts() & ben.all_texts()


def test_many_rows_go_in_batches_and_come_in_pages(ann, ben, account):
    with ann.writing():
        for number in range(1100):
            ann.mind.todos.add(todo(f"to-do {number}"))
    ben.cloud.page_rows = 300
    calls = []
    ann.cloud.fails = lambda name, moment: calls.append(name) if moment == "before" else None

    assert ann.sync().pushed == 1100
    assert calls.count("push") == 3
    assert ben.sync().pulled == 1100


def test_a_row_that_no_push_can_hold_stays_and_stops_nothing(ann, ben):
    ann.write("x" * 1_000_001)
    small = ann.write("Small.")

    report = ann.sync()
    ben.sync()

    assert ben.texts() == {small.id: "Small."}
    assert [code for code, _ in report.warnings] == ["refused"]
    assert len(ann.texts()) == 2


def test_of_a_very_long_transcript_the_raw_reply_stays(ann, ben, clock):
    from tests.journals import heard, spoken

    entry = ann.mind.entries.add(spoken())
    ann.mind.entries.attach(entry.id, heard("Hours of talk."), reply="r" * 1_000_001, at=clock.now())

    report = ann.sync()
    ben.sync()

    assert report.warnings == ()
    assert ben.mind.entries.transcript(entry.id) == ann.mind.entries.transcript(entry.id)
    assert len(ann.db.execute("SELECT reply FROM transcripts").fetchone()[0]) == 1_000_001


def test_a_change_that_the_server_refuses_stays_and_is_named(ann, account):
    ann.write("Good.")
    with ann.writing():
        ann.db.execute("UPDATE entries SET id = 'not a UUID'")

    report = ann.sync()

    assert (report.pushed, account.rows) == (0, {})
    assert report.warnings == (
        ("refused", "The server does not take a change: id is no UUID in lower case. It stays here."),
    )


def test_a_server_that_has_forgotten_everything_deletes_nothing_and_is_told_again(ann, ben, account):
    entry = ann.write("Kept.")
    ann.sync()
    ben.sync()
    account.rows.clear()
    account.revisions.clear()
    account.head = 0

    report = ann.sync()
    ben.sync()

    assert [code for code, _ in report.warnings] == ["behind"]
    assert ann.texts() == ben.texts() == {entry.id: "Kept."}
    assert [row.body["text"] for row in account.rows.values()] == ["Kept."]


def test_a_sync_that_runs_out_of_time_goes_on_the_next_time(ann, ben, clock, account):
    with ann.writing():
        for number in range(1100):
            ann.mind.todos.add(todo(f"to-do {number}"))
    ann.cloud.fails = lambda *_: clock.advance(timedelta(seconds=3))

    first = ann.sync(within_s=10)
    assert not first.is_complete
    assert 0 < first.pushed < 1100
    assert ann.store.last_sync_at() is None
    second = ann.sync()

    assert second.is_complete
    assert first.pushed + second.pushed == 1100
    assert ann.store.last_sync_at() is not None


def test_a_pull_that_runs_out_of_time_is_not_complete(ann, ben, clock):
    with ann.writing():
        for number in range(10):
            ann.mind.todos.add(todo(f"to-do {number}"))
    ann.sync()
    ben.cloud.page_rows = 2
    ben.cloud.fails = lambda *_: clock.advance(timedelta(seconds=3))

    first = ben.sync(within_s=10)
    ben.cloud.fails = lambda *_: None
    second = ben.sync()

    assert (first.is_complete, second.is_complete) == (False, True)
    assert first.pulled + second.pulled == 10


def test_a_slow_sync_that_came_to_its_end_is_complete(ann, clock):
    ann.write("Slow.")
    ann.cloud.fails = lambda name, _: clock.advance(timedelta(seconds=30)) if name == "pull" else None

    assert ann.sync(within_s=20).is_complete


def test_another_account_gets_the_whole_journal_and_a_warning_says_so(ann, clock):
    ann.write("Mine.")
    ann.sync()
    other = FakeAccount()
    ann.cloud.account = other

    report = ann.sync(user_id="other")

    assert [code for code, _ in report.warnings] == ["account"]
    assert [(row.body or {})["text"] for row in other.rows.values()] == ["Mine."]


def test_progress_is_told_on_the_way(ann):
    from braindump_cli.services.sync import sync

    with ann.writing():
        for number in range(501):
            ann.mind.todos.add(todo(f"to-do {number}"))
    told = []

    sync(ann.parts, ann.wishes, told=lambda report: told.append(report.pushed))

    assert told[:2] == [500, 501]


def test_insights_edited_by_hand_on_two_machines_keep_the_ones_that_lose(ann, ben, clock):
    from braindump_cli.domain.insight import Findings
    from braindump_cli.services.insights import keep_findings

    entry = ann.write("Words.")
    version = keep_findings(entry, Findings(title="Machine's"), engine="offline", model=None, mind=ann.mind)
    ann.sync()
    ben.sync()
    for device, title in ((ben, "Ben's title"), (ann, "Ann's title")):
        clock.advance(timedelta(minutes=1))
        with device.writing():
            device.db.execute(
                "UPDATE insights SET content = json_set(content, '$.title', ?), is_edited = 1, dirty = 1, hlc = ?"
                " WHERE id = ?",
                (title, device.journal.stamp(), version.id),
            )

    ann.sync()
    report = ben.sync()

    assert ben.mind.insights.current(entry.id).findings.title == "Ann's title"
    assert [(conflict.subject, conflict.number) for conflict in report.conflicts] == [("insights", 1)]
    (body,) = ben.db.execute("SELECT body FROM revisions WHERE subject = 'insights'").fetchone()
    assert "Ben's title" in body


def test_ticking_a_to_do_does_not_fight_with_editing_its_entry(ann, ben, clock):
    entry = ann.write("First.")
    ann.mind.todos.add(todo("Call Ann", entry_id=entry.id))
    ann.sync()
    ben.sync()
    ann.change(entry.id, text="Second.")
    (there,) = ben.mind.todos.of_entry(entry.id)
    ben.mind.todos.save(replace(there, status="done", done_at=clock.now()))

    reports = [device.sync() for device in (ann, ben, ann)]

    assert not any(report.conflicts for report in reports)
    for device in (ann, ben):
        assert device.texts() == {entry.id: "Second."}
        assert [each.status for each in device.mind.todos.of_entry(entry.id)] == ["done"]
