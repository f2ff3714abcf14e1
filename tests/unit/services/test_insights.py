from datetime import UTC, datetime, timedelta

import pytest

from braindump_cli.domain.insight import Findings, FoundTodo
from braindump_cli.errors import BadDataError, NotFoundError, ProviderError
from braindump_cli.services.insights import analyse, edit_insights, understand, zone_of
from braindump_cli.services.work import NotYetError
from tests.fakes import FakeAnalyst
from tests.journals import typed

FOUND = Findings(title="Teeth", todos=(FoundTodo(quote="call Ann", text="Call Ann"),))
OTHER = Findings(title="Other")


@pytest.fixture
def entry(mind):
    return mind.entries.add(typed("I must call Ann.", zone="Asia/Tokyo"))


def analysed(entry, mind, jobs, *analysts, languages=("en",)):
    jobs.add(entry.id, "analyse")
    (job,) = jobs.of_entry(entry.id)
    analyse(job, analysts=analysts, languages=languages, mind=mind, jobs=jobs)


def test_a_reading_becomes_insights_title_and_to_dos(entry, mind):
    version = understand(entry, analysts=[FakeAnalyst(FOUND)], mind=mind)

    assert mind.insights.current(entry.id) == version
    assert (version.engine, version.model, version.is_edited) == ("fake", "m", False)
    assert mind.entries.get(entry.id).title == "Teeth"
    assert [each.text for each in mind.todos.of_entry(entry.id)] == ["Call Ann"]


def test_an_analyst_is_told_the_time_where_it_was_said(entry, mind):
    analyst = FakeAnalyst()

    understand(entry, analysts=[analyst], mind=mind)

    ((text, said_at),) = analyst.asked
    assert (text, said_at.hour, said_at.utcoffset()) == (entry.text, 18, timedelta(hours=9))


def test_a_zone_that_this_machine_does_not_know_is_utc(mind):
    entry = mind.entries.add(typed("Hello.", zone="Mars/Olympus"))

    assert datetime(2026, 7, 1, tzinfo=zone_of(entry)) == datetime(2026, 7, 1, tzinfo=UTC)


def test_the_first_analyst_that_answers_is_taken(entry, mind):
    down, up = FakeAnalyst(failure=ProviderError("down"), name="a"), FakeAnalyst(FOUND, name="b")

    assert understand(entry, analysts=[down, up], mind=mind).engine == "b"


def test_when_none_answers_all_refusals_are_told(entry, mind):
    analysts = [FakeAnalyst(failure=ProviderError(f"{name} is down"), name=name) for name in "ab"]

    with pytest.raises(ProviderError, match=r"a: a is down; b: b is down"):
        understand(entry, analysts=analysts, mind=mind)
    with pytest.raises(ProviderError, match="no engine"):
        understand(entry, analysts=[], mind=mind)


def test_the_same_reading_twice_is_one_version(entry, mind, clock):
    first = understand(entry, analysts=[FakeAnalyst(FOUND)], mind=mind)
    clock.advance(timedelta(hours=1))

    again = understand(entry, analysts=[FakeAnalyst(FOUND)], mind=mind)

    assert again.id == first.id
    assert mind.insights.current(entry.id) == again


def test_a_step_that_is_done_is_forgotten_with_its_result(entry, mind, jobs):
    analysed(entry, mind, jobs, FakeAnalyst(FOUND))

    assert jobs.of_entry(entry.id) == []
    assert mind.insights.current(entry.id) is not None


def test_an_edit_stays_when_the_step_comes_again(entry, mind, jobs):
    understand(entry, analysts=[FakeAnalyst(FOUND)], mind=mind)
    edit = edit_insights(entry, OTHER, mind=mind)

    analysed(entry, mind, jobs, FakeAnalyst(FOUND))

    assert mind.insights.current(entry.id) == edit
    assert jobs.of_entry(entry.id) == []


def test_an_entry_without_words_needs_no_reading(mind, jobs):
    analyst = FakeAnalyst(FOUND)
    silent = mind.entries.add(typed(" \n"))

    analysed(silent, mind, jobs, analyst)

    assert analyst.asked == []
    assert jobs.of_entry(silent.id) == []


def test_a_language_that_nobody_knows_waits(entry, mind, jobs):
    with pytest.raises(NotYetError, match="no offline insights for en"):
        analysed(entry, mind, jobs, FakeAnalyst(FOUND), languages=("de",))

    assert [job.kind for job in jobs.of_entry(entry.id)] == ["analyse"]


def test_an_edit_keeps_who_read_it_first_and_changes_the_to_dos(entry, mind):
    understand(entry, analysts=[FakeAnalyst(FOUND)], mind=mind)

    edit = edit_insights(entry, OTHER, mind=mind)

    assert (edit.engine, edit.is_edited, edit.findings) == ("fake", True, OTHER)
    assert mind.insights.current(entry.id) == edit
    assert mind.todos.of_entry(entry.id) == []


def test_there_is_nothing_to_edit_before_the_first_reading(entry, mind):
    with pytest.raises(NotFoundError) as caught:
        edit_insights(entry, FOUND, mind=mind)

    assert caught.value.hint == "braindump insights redo 1"


def test_an_edit_cannot_make_a_to_do_without_words(entry, mind):
    understand(entry, analysts=[FakeAnalyst(FOUND)], mind=mind)
    wordless = Findings(title="", todos=(FoundTodo(quote="call Ann", text=" "),))

    with pytest.raises(BadDataError, match=r"todos\[0\]\.text"):
        edit_insights(entry, wordless, mind=mind)

    assert [each.text for each in mind.todos.of_entry(entry.id)] == ["Call Ann"]
