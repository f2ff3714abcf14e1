"""list, show, search, delete, restore."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.fakes import MONDAY_MORNING, FakeClock
from tests.journals import heard, mind_of, open_in, spoken, typed

FIRST = "The café by the canal."


@pytest.fixture
def mind(home):
    """Make a journal of three entries; the repositories are closed before the command opens it."""
    with closing(open_in(home)) as db:
        mind = mind_of(db, FakeClock())
        mind.entries.add(typed(FIRST, tags=("leeds",)))
        second = spoken(at=MONDAY_MORNING + timedelta(days=1), tags=("leeds", "work"))
        mind.entries.add(second, duration_s=42.4)
        mind.entries.attach(second.id, heard("Plums.", is_draft=True), reply="raw", at=MONDAY_MORNING)
        mind.entries.add(typed("Canal and plums.", at=MONDAY_MORNING + timedelta(days=2), title="Fruit"))
        db.execute("UPDATE entries SET is_starred = 1 WHERE number = 3")
    return mind


def numbers(result):
    return [entry["number"] for entry in result.json()["data"]]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("", [3, 2, 1]),
        ("--sort oldest", [1, 2, 3]),
        ("--limit 1", [3]),
        ("--limit 0", [3, 2, 1]),
        ("-n 2 --sort oldest", [1, 2]),
        ("--tag leeds", [2, 1]),
        ("--tag #Leeds --tag WORK", [2]),
        ("--tag nothing", []),
        ("--starred", [3]),
        ("--kind voice", [2]),
        ("--kind text", [3, 1]),
        ("--on 2026-03-03", [2]),
        ("--from 2026-03-03", [3, 2]),
        ("--to 2026-03-03", [2, 1]),
        ("--from 2026-03-03 --to 2026-03-03", [2]),
        ("--on 2026-03", [3, 2, 1]),
        ("--on yesterday", []),
        ("--from 9000", []),
        ("--trash", []),
    ],
)
def test_a_list_keeps_to_its_filters(cli, mind, options, found):
    listed = cli.run("list", "--json", *options.split())

    assert (listed.status, listed.err) == (0, "")
    assert numbers(listed) == found


@pytest.mark.parametrize(
    "options",
    [
        ("--limit", "-1"), ("--limit", "many"), ("--sort", "best"), ("--kind", "song"), ("--on", "someday"),
        ("--from", ""), ("--to", "2026-02-30"), ("--on", "today", "--from", "today"), ("--tag", "a b"),
        ("--from", "9999-12-31"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [("list",), ("search", "plums")])
def test_a_wrong_filter_is_named(cli, home, command, options):
    failed = cli.run(*command, *options)

    assert (failed.status, failed.out) == (2, "")
    assert failed.err.startswith("braindump: ")


def test_a_list_for_people_shows_twenty_and_one_for_programs_all(cli, home):
    with closing(open_in(home)) as db:
        for _ in range(25):
            mind_of(db, FakeClock()).entries.add(typed("Hello."))

    for_people, for_programs, all_of_them = (
        cli.run("list"),
        cli.run("list", "--json"),
        cli.run("list", "--limit", "0"),
    )

    *rows, more = for_people.out.splitlines()
    assert (len(rows), more) == (20, "  There is more: --limit 0")
    assert len(for_programs.json()["data"]) == 25
    assert len(all_of_them.out.splitlines()) == 25


def test_days_are_those_of_the_zone_in_the_settings(cli, home):
    with closing(open_in(home)) as db:
        mind_of(db, FakeClock()).entries.add(typed("Late.", at=datetime.fromisoformat("2026-03-02T23:30Z")))

    tokyo = {"BRAINDUMP_JOURNAL_ZONE": "Asia/Tokyo"}

    assert numbers(cli.run("list", "--on", "2026-03-02", "--json")) == [1]
    assert numbers(cli.run("list", "--on", "2026-03-02", "--json", env=tokyo)) == []
    assert numbers(cli.run("list", "--on", "2026-03-03", "--json", env=tokyo)) == [1]


def test_an_empty_journal_lists_nothing_and_names_the_next_command(cli):
    listed = cli.run("list")

    assert listed.status == 0
    assert "braindump record" in listed.out


@pytest.mark.parametrize("words", ["2", "last~1", "LAST~1"])
def test_an_entry_is_shown_whole(cli, mind, words):
    entry = cli.run("show", words, "--json").json()["data"]

    assert (entry["text"], entry["is_draft"], entry["duration_s"]) == ("Plums.", True, 42.4)
    assert (entry["insights"], entry["todos"]) == (None, [])


def test_the_end_of_an_id_names_an_entry_and_an_ambiguous_one_names_the_candidates(cli, home):
    with closing(open_in(home)) as db:
        mind = mind_of(db, FakeClock())
        for number, text in enumerate(("Plums.", "Pears.")):
            mind.entries.add(replace(typed(text), id=f"01900000-0000-7000-800{number}-0000abcdef12"))

    one = cli.run("show", "1-0000abcdef12", "--json")
    both = cli.run("show", "abcdef12")

    assert one.json()["data"]["text"] == "Pears."
    assert both.status == 2
    assert "1 (Plums.)" in both.err
    assert "2 (Pears.)" in both.err


@pytest.mark.parametrize(
    ("words", "status"), [("99", 66), ("last~99", 66), ("abcdef", 66), ("first", 2), ("", 2), ("%", 2)]
)
@pytest.mark.parametrize("command", [("show",), ("delete",), ("restore",), ("insights", "show")])
def test_what_names_no_entry_is_said_so(cli, mind, command, words, status):
    failed = cli.run(*command, "--", words)

    assert (failed.status, failed.out) == (status, "")
    assert failed.err.startswith("braindump: ")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (("canal",), [1, 3]),
        (("CAFE",), [1]),
        (("plums", "canal"), [3]),
        (("canal plums",), [3]),
        (('"canal and"',), [3]),
        (("canal and", "plums"), [3]),
        (("plu",), [2, 3]),
        (("fruit",), [3]),
        (("nothing",), []),
    ],
)
def test_a_search_finds_what_holds_all_words(cli, mind, query, found):
    assert sorted(numbers(cli.run("search", *query, "--json"))) == found


@pytest.mark.parametrize(
    "query",
    ['"', '""', "*", "a:b", "-x", "--", "", " ", "(", "NEAR(", "AND", "canal AND", "'; DROP TABLE entries; --", "^",
     '"unbalanced', 'a" b "c', "\\", "%", "_", "canal*", "{title}:x", "é\u0301", "\x1b[31m", "\udcff", "x" * 5000],
)  # fmt: skip
def test_a_search_takes_any_query(cli, mind, query):
    found = cli.run("search", "--json", "--", query)

    assert (found.status, found.err) == (0, "")
    assert found.json()["schema"] == "braindump.entries/1"


def test_a_search_tells_words_around_the_match_and_a_score(cli, mind):
    (found,) = cli.run("search", "café", "--json").json()["data"]

    assert found["snippet"] == FIRST
    assert isinstance(found["score"], float)


def test_a_search_keeps_to_filters_and_goes_by_time_where_sort_is_given(cli, mind):
    assert numbers(cli.run("search", "plums", "--sort", "oldest", "--json")) == [2, 3]
    assert numbers(cli.run("search", "plums", "--sort", "newest", "--json")) == [3, 2]
    assert numbers(cli.run("search", "plums", "--kind", "voice", "--json")) == [2]
    assert numbers(cli.run("search", "plums", "--starred", "--limit", "1", "--json")) == [3]
    assert numbers(cli.run("search", "plums", "--to", "2026-03-03", "--json")) == [2]


def test_a_search_for_people_shows_the_words_and_says_when_there_are_none(cli, mind):
    found, nothing = cli.run("search", "café"), cli.run("search", "nothing")

    assert FIRST in found.out
    assert (nothing.status, nothing.out) == (0, "  Nothing found.\n")


def test_a_deleted_entry_lies_in_the_trash_until_it_is_restored(cli, mind):
    gone = cli.run("delete", "1", "--json").json()["data"]
    listed, trash, searched = (
        numbers(cli.run(*words, "--json")) for words in (("list",), ("list", "--trash"), ("search", "café"))
    )
    back = cli.run("restore", "1", "--json").json()["data"]

    assert gone["deleted_at"] is not None
    assert (listed, trash, searched) == ([3, 2], [1], [])
    assert back["deleted_at"] is None
    assert numbers(cli.run("search", "café", "--json")) == [1]


def test_the_trash_is_named_with_the_way_back(cli, mind):
    deleted, again = cli.run("delete", "1"), cli.run("delete", "1")
    shown = cli.run("show", "1")
    restored, twice = cli.run("restore", "1"), cli.run("restore", "1")

    assert "braindump restore 1" in deleted.out
    assert again.status == 73
    assert "braindump restore 1" in again.err
    assert "In the trash. braindump restore 1" in shown.out
    assert restored.out == "  Restored: 1.\n"
    assert twice.status == 73
