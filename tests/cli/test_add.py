"""add: typed entries, from every place where words may come from."""

import stat

import pytest

from tests.terminal import Terminal


def editor(tmp_path, script):
    """Make a program that stands in for an editor; it gets the draft as $1."""
    path = tmp_path / "my editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return f"'{path}'"


def test_words_on_the_command_line_are_an_entry(cli):
    added = cli.run("add", "The house", "is quiet.", "--json")

    entry = added.json()["data"]
    assert (added.status, added.err) == (0, "")
    assert (entry["number"], entry["kind"], entry["text"]) == (1, "text", "The house is quiet.")
    assert (entry["zone"], entry["language"], entry["pending"]) == ("Europe/London", "en", [])
    assert entry["insights"]["engine"] == "offline"


@pytest.mark.parametrize("words", [("add",), ("add", "-")])
def test_words_from_a_pipe_are_an_entry_with_their_lines(cli, words):
    added = cli.run(*words, "--json", input="\n  One.\n\nTwo.\n")

    assert added.json()["data"]["text"] == "  One.\n\nTwo."


def test_a_page_for_people_says_under_which_number_it_is_kept_and_what_was_found(cli):
    added = cli.run("add", "I have to call the dentist tomorrow.", "--at", "2026-03-02 09:14")

    assert added.status == 0
    assert "Kept as 1" in added.out
    assert "Call the dentist" in added.out
    assert added.err == ""


def test_title_tags_time_and_privacy_are_kept_as_given(cli):
    words = ("--title", " [b]Mine ", "--tag", "#Work", "--tag", "leeds", "--tag", "work", "--private")

    entry = cli.run("add", "Hello.", *words, "--at", "2026-03-01T21:30", "--json").json()["data"]

    assert entry["title"] == " [b]Mine "
    assert entry["tags"] == ["leeds", "work"]
    assert entry["is_private"] is True
    assert entry["created_at"] == "2026-03-01T21:30:00.000Z"


def test_days_are_reckoned_from_the_time_given(cli):
    added = cli.run("add", "I must call the dentist tomorrow.", "--at", "2026-03-02T09:14", "--json")

    (found,) = added.json()["data"]["todos"]
    assert found["due_on"] == "2026-03-03"


def test_without_insights_nothing_is_looked_for_and_nothing_waits(cli):
    entry = cli.run("add", "I must call the dentist.", "--no-insights", "--json").json()["data"]

    assert (entry["insights"], entry["todos"], entry["pending"]) == (None, [], [])


@pytest.mark.parametrize(
    "words",
    [
        ("add", "x", "--at", "someday"),
        ("add", "x", "--at", "0001-01-01T00:00+05:00"),
        ("add", "x", "--tag", "two words"),
        ("add", "x", "--tag", "#"),
        ("add", "x", "--tag", ""),
        ("add", ""),
        ("add", " \n\t"),
        ("add", "-"),
        ("add",),
        ("add", "--no-input"),
        ("add", "x", "--nonsense"),
    ],
)
def test_a_wrong_call_keeps_nothing_and_names_the_way_on(cli, home, words):
    failed = cli.run(*words)

    assert (failed.status, failed.out) == (2, "")
    assert failed.err.startswith("braindump: ")
    assert len(failed.err.splitlines()) == 2
    assert not (home / "journal.db").exists()


def test_an_option_after_two_dashes_is_text(cli):
    assert cli.run("add", "--json", "--", "--json", "-x").json()["data"]["text"] == "--json -x"


def test_years_before_1000_are_kept_and_listed(cli):
    cli.run("add", "Long ago.", "--at", "0999-05-06T07:08")

    (entry,) = cli.run("list", "--json").json()["data"]
    shown = cli.run("list")

    assert entry["created_at"].startswith("0999-05-06T07:")
    assert (shown.status, shown.err) == (0, "")


def test_bytes_that_are_no_text_are_kept_as_marks_and_nul_too(cli):
    piped = cli.run("add", "--json", input=b"\xef\xbb\xbfa\xff\xfeb\x00c\n")
    named = cli.run("add", "a\udcffb", "--title", "t\udcff", "--json")

    assert piped.json()["data"]["text"] == "a\ufffd\ufffdb\ufffdc"
    assert named.json()["data"]["text"].replace("\ufffd", "") == "ab"
    assert "\ufffd" in named.json()["data"]["title"]


def test_a_tag_that_is_no_text_is_refused(cli):
    failed = cli.run("add", "x", "--tag", "a\udcff")

    assert failed.status == 2


def test_more_than_ten_megabytes_are_refused(cli, home):
    failed = cli.run("add", "--json", input=b"a" * 10_000_001)

    assert failed.status == 65
    assert failed.json()["error"]["code"] == "bad_data"
    assert not (home / "journal.db").exists()


def test_an_editor_is_started_where_nothing_is_given(cli, home, tmp_path):
    program = editor(tmp_path, 'printf "From the editor.\\n" > "$1"')
    terminal = Terminal(cli.environment, tmp_path)

    status, shown = terminal.run("add", env={"EDITOR": program})

    assert status == 0
    assert "From the editor." in shown
    assert list((home / "drafts").iterdir()) == []


def test_visual_comes_before_editor_and_the_setting_before_both(cli, tmp_path):
    first = editor(tmp_path, 'echo First > "$1"')
    terminal = Terminal(cli.environment, tmp_path)

    _, by_variable = terminal.run("add", env={"VISUAL": first, "EDITOR": "false"})
    _, by_setting = terminal.run("add", env={"BRAINDUMP_JOURNAL_EDITOR": first, "VISUAL": "false"})

    assert "First" in by_variable
    assert "First" in by_setting


def test_a_draft_is_private_and_stays_when_the_editor_fails(cli, home, tmp_path):
    program = editor(tmp_path, 'echo Precious > "$1"; exit 3')
    terminal = Terminal(cli.environment, tmp_path)

    status, shown = terminal.run("add", env={"EDITOR": program})

    (draft,) = (home / "drafts").iterdir()
    assert status == 2
    assert "status 3" in shown
    assert str(draft) in shown
    assert draft.read_text() == "Precious\n"
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600


def test_a_draft_stays_when_it_cannot_be_kept(cli, home, tmp_path):
    cli.run("add", "One.")
    (home / "journal.db").write_bytes(b"damaged" * 1000)
    program = editor(tmp_path, 'echo Precious > "$1"')

    status, shown = Terminal(cli.environment, tmp_path).run("add", env={"EDITOR": program})

    (draft,) = (home / "drafts").iterdir()
    assert status == 74
    assert str(draft) in shown
    assert draft.read_text() == "Precious\n"


@pytest.mark.parametrize("left", ["", "   "])
def test_a_draft_without_words_is_not_kept(cli, home, tmp_path, left):
    program = editor(tmp_path, f'echo "{left}" > "$1"')

    status, _ = Terminal(cli.environment, tmp_path).run("add", env={"EDITOR": program})

    assert status == 2
    assert list((home / "drafts").iterdir()) == []


@pytest.mark.parametrize(
    ("program", "status"), [("", 78), ("/nowhere/vi", 78), ("'unbalanced", 78), ("true", 2)]
)
def test_an_editor_that_cannot_help_is_told(cli, tmp_path, program, status):
    failed, shown = Terminal(cli.environment, tmp_path).run("add", env={"EDITOR": program})

    assert failed == status
    assert "braindump: " in shown
    assert "Traceback" not in shown


def test_the_recovery_code_is_shown_once_after_the_first_entry_and_only_on_a_terminal(cli, tmp_path):
    terminal = Terminal(cli.environment, tmp_path)

    piped = cli.run("add", "One.")
    _, first = terminal.run("add", "Two.")
    _, second = terminal.run("add", "Three.")

    assert "recovery code" not in piped.out + piped.err
    assert "Your recovery code" in first
    assert "recovery code" not in second


def test_an_engine_for_insights_that_does_not_exist_loses_nothing(cli):
    added = cli.run("add", "Hello.", "--json", env={"BRAINDUMP_INSIGHTS_ORDER": "nonsense"})

    (warning, *_) = added.json()["warnings"]
    assert added.status == 0
    assert added.json()["data"]["pending"] == ["analyse"]
    assert "nonsense" in warning["message"]
    assert "insights.order" in warning["message"]


def test_a_wrong_setting_costs_no_entry_and_is_named_in_a_warning(cli):
    kept = cli.run("add", "Hello.", "--json", env={"BRAINDUMP_JOURNAL_ZONE": "Mars/Olympus"})

    document = kept.json()
    (warning,) = document["warnings"]
    assert (kept.status, document["data"]["text"], warning["code"]) == (0, "Hello.", "config")
    assert "BRAINDUMP_JOURNAL_ZONE" in warning["message"]
    assert "journal.zone" in warning["message"]


def test_the_zone_of_the_settings_is_kept_with_the_entry(cli):
    entry = cli.run(
        "add", "Hello.", "--at", "2026-07-02 09:00", "--json", env={"BRAINDUMP_JOURNAL_ZONE": "Asia/Tokyo"}
    ).json()["data"]

    assert (entry["zone"], entry["created_at"]) == ("Asia/Tokyo", "2026-07-02T00:00:00.000Z")
