from dataclasses import replace

import pytest

from braindump_cli.errors import ConflictError, NotFoundError, UsageError
from braindump_cli.services.journal import delete_entry, keep_text, one_entry, restore_entry
from tests.fakes import MONDAY_MORNING
from tests.journals import typed


def keep(new, mind, jobs):
    return keep_text(new, journal=mind.journal, entries=mind.entries, jobs=jobs)


def test_an_entry_is_kept_with_the_work_that_waits_for_it(mind, jobs):
    kept = keep(typed("Hello."), mind, jobs)

    assert mind.entries.get(kept.id).text == "Hello."
    assert [job.kind for job in jobs.of_entry(kept.id)] == ["analyse"]


def test_an_entry_that_is_not_to_be_understood_has_no_work(mind, jobs):
    kept = keep(typed("Hello.", wants_insights=False), mind, jobs)

    assert jobs.of_entry(kept.id) == []


def test_entry_and_work_are_kept_together_or_not_at_all(mind, jobs):
    class Broken:
        def add(self, entry_id, *kinds):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        keep(typed("Hello."), mind, Broken())

    assert mind.entries.count() == 0


def test_an_entry_is_named_by_number_and_digits_may_also_end_an_id(mind, jobs):
    kept = keep(replace(typed("Hello."), id="01900000-0000-7000-8000-000000123456"), mind, jobs)

    assert one_entry("1", mind.entries).id == kept.id
    assert one_entry(kept.id[-6:], mind.entries).id == kept.id


def test_an_entry_that_is_not_there_is_named_in_the_failure(mind):
    with pytest.raises(NotFoundError, match="no entry 7"):
        one_entry("7", mind.entries)


def test_candidates_are_named_by_title_or_by_their_first_words(mind, jobs):
    for number, new in enumerate((typed("Plums."), typed("a" * 80), typed("x", title="Mine"))):
        keep(replace(new, id=f"01900000-0000-7000-800{number}-000000123456"), mind, jobs)

    with pytest.raises(UsageError) as caught:
        one_entry("123456", mind.entries)

    assert caught.value.hint == f"Did you mean 1 (Plums.); 2 ({'a' * 40}); 3 (Mine)?"


def test_an_entry_goes_to_the_trash_and_comes_back(mind, jobs, clock):
    kept = keep(typed("Hello."), mind, jobs)

    gone = delete_entry(kept, entries=mind.entries, clock=clock)
    back = restore_entry(gone, entries=mind.entries)

    assert gone.deleted_at == MONDAY_MORNING
    assert back.deleted_at is None


def test_what_lies_in_the_trash_cannot_be_deleted_nor_what_does_not_restored(mind, jobs, clock):
    kept = keep(typed("Hello."), mind, jobs)
    gone = delete_entry(kept, entries=mind.entries, clock=clock)

    with pytest.raises(ConflictError) as deleting:
        delete_entry(gone, entries=mind.entries, clock=clock)
    with pytest.raises(ConflictError):
        restore_entry(kept, entries=mind.entries)

    assert deleting.value.hint == "braindump restore 1"
