"""vocabulary add, list, remove."""

import pytest


def words(cli):
    return [row["words"] for row in cli.run("vocabulary", "list", "--json").json()["data"]]


def test_words_and_phrases_are_kept_in_alphabetical_order_each_once(cli):
    added = cli.run("vocabulary", "add", "Leeds", "Carla  Okonkwo ", "éclair", "--json")
    again = cli.run("vocabulary", "add", "LEEDS")

    assert [row["words"] for row in added.json()["data"]] == ["Carla Okonkwo", "Leeds", "éclair"]
    assert (again.status, again.out) == (0, "  That was there already.\n")
    assert words(cli) == ["Carla Okonkwo", "Leeds", "éclair"]


def test_in_a_pipe_each_stands_on_a_line_of_its_own(cli):
    cli.run("vocabulary", "add", "Leeds", "Carla Okonkwo")

    assert cli.run("vocabulary", "list").out == "Carla Okonkwo\nLeeds\n"


def test_a_word_is_removed_however_it_is_written(cli):
    cli.run("vocabulary", "add", "Leeds", "York")

    assert cli.run("vocabulary", "remove", "leeds").status == 0
    assert words(cli) == ["York"]


def test_a_word_that_is_not_there_is_not_found_and_nothing_is_removed(cli):
    cli.run("vocabulary", "add", "Leeds")

    assert cli.run("vocabulary", "remove", "Leeds", "York").status == 66
    assert words(cli) == ["Leeds"]


@pytest.mark.parametrize("given", ["", "  ", "x" * 101, "a\x1b[31mb", "\u202ex"])
def test_what_nobody_can_see_or_say_is_refused(cli, given):
    assert cli.run("vocabulary", "add", "Leeds", given).status == 2
    assert words(cli) == []


def test_to_list_words_makes_no_journal(cli, home):
    shown = cli.run("vocabulary", "list")

    assert "There are no words yet." in shown.out
    assert not (home / "journal.db").exists()
