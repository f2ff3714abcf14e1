"""What is private stays here; what was made private leaves the server."""

from dataclasses import replace
from datetime import timedelta

import pytest

from braindump_cli.errors import LostAnswerError
from tests.fakes_cloud import losing_answers
from tests.journals import todo


def test_a_private_entry_never_leaves(ann, account):
    entry = ann.write("Secret.", is_private=True)
    ann.mind.todos.add(todo("Secret to-do", entry_id=entry.id))

    report = ann.sync()

    assert report.pushed == 0
    assert account.rows == {}


def test_made_private_later_it_is_withdrawn_with_all_that_belongs_to_it(ann, ben, account):
    entry = ann.write("No longer for all.")
    ann.mind.todos.add(todo("Tell nobody", entry_id=entry.id))
    ann.sync()
    ben.sync()
    ann.change(entry.id, is_private=1)

    report = ann.sync()
    got = ben.sync()

    assert (report.withdrawn, got.trashed) == (1, 1)
    assert {(row.purged, row.withdrawn, row.body) for row in account.rows.values()} == {(True, True, None)}
    assert account.revisions == {}
    assert ann.mind.entries.get(entry.id).text == "No longer for all."
    assert ben.trash() == {"No longer for all."}
    assert ben.mind.entries.get(entry.id).is_private


def test_withdrawn_also_where_the_answer_to_its_push_was_lost(ann, account):
    entry = ann.write("Secret, too late.")
    ann.cloud.fails = lambda name, moment: losing_answers(name, moment) if name == "push" else None
    with pytest.raises(LostAnswerError):
        ann.sync()
    ann.change(entry.id, is_private=1)
    ann.cloud.fails = lambda *_: None

    ann.sync()

    assert [row.body for row in account.rows.values()] == [None]


def test_no_longer_private_it_comes_back_everywhere(ann, ben):
    entry = ann.write("Back.")
    ann.mind.todos.add(todo("Come back", entry_id=entry.id))
    for device in (ann, ben):
        device.sync()
    ann.change(entry.id, is_private=1)
    for device in (ann, ben):
        device.sync()
    ann.change(entry.id, is_private=0)

    for device in (ann, ben):
        device.sync()

    assert ben.texts() == ann.texts() == {entry.id: "Back."}
    assert [each.text for each in ben.mind.todos.of_entry(entry.id)] == ["Come back"]


def test_public_again_before_the_answer_to_its_withdrawal_came(ann, ben):
    entry = ann.write("Here and there.")
    ann.mind.todos.add(todo("Come back", entry_id=entry.id))
    ann.sync()
    ben.sync()
    ann.change(entry.id, is_private=1)
    ann.cloud.fails = lambda name, moment: losing_answers(name, moment) if name == "push" else None
    with pytest.raises(LostAnswerError):
        ann.sync()
    ann.cloud.fails = lambda *_: None
    ann.change(entry.id, is_private=0)

    ann.sync()
    ben.sync()

    for device in (ann, ben):
        assert device.texts() == {entry.id: "Here and there."}
        assert [each.text for each in device.mind.todos.of_entry(entry.id)] == ["Come back"]
    assert ann.trash() == set()


def test_a_to_do_whose_last_push_was_not_answered_is_withdrawn_with_its_entry(ann, account):
    entry = ann.write("Soon a secret.")
    kept = ann.mind.todos.add(todo("Tell all", entry_id=entry.id))
    ann.sync()
    ann.mind.todos.save(replace(kept, text="Tell everybody"))
    ann.cloud.fails = lambda name, moment: losing_answers(name, moment) if name == "push" else None
    with pytest.raises(LostAnswerError):
        ann.sync()
    ann.cloud.fails = lambda *_: None
    ann.change(entry.id, is_private=1)

    ann.sync()

    assert [(row.withdrawn, row.body) for row in account.rows.values()] == [(True, None)] * 2


def test_private_again_before_the_answer_to_its_coming_back_came(ann, account):
    entry = ann.write("There and here.")
    ann.mind.todos.add(todo("Go away", entry_id=entry.id))
    ann.sync()
    ann.change(entry.id, is_private=1)
    ann.sync()
    ann.change(entry.id, is_private=0)
    ann.cloud.fails = lambda name, moment: losing_answers(name, moment) if name == "push" else None
    with pytest.raises(LostAnswerError):
        ann.sync()
    ann.cloud.fails = lambda *_: None
    ann.change(entry.id, is_private=1)

    ann.sync()

    assert [row.body for row in account.rows.values()] == [None, None]


def test_an_edit_elsewhere_does_not_make_a_private_entry_public(ann, ben, clock, account):
    entry = ann.write("First.")
    ann.sync()
    ben.sync()
    ann.change(entry.id, is_private=1)
    clock.advance(timedelta(minutes=1))
    ben.change(entry.id, text="Ben knew nothing of it.")

    for device in (ann, ben, ann, ben):
        device.sync()

    assert account.rows["journal_entries", entry.id].withdrawn
    assert ann.mind.entries.get(entry.id).text == "First."
    assert "Ben knew nothing of it." in ben.trash()
