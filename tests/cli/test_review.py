import json
import subprocess
import sys

import pytest

from tests.parts import ROOT

THURSDAY = "2026-03-05T10:00:00Z"
SAID = (
    ("I must call the dentist. I decided to stop drinking coffee.", "2026-02-27 09:00"),
    ("I still need to call the dentist. Ben promised to send me the slides.", "2026-03-02 09:00"),
    ("Swam at last, I feel proud. I have to post the parcel.", "2026-03-04 21:00"),
)


@pytest.fixture
def journal(cli):
    """Return a way to run commands on a Thursday, in a journal of some days."""

    def run(*words):
        command = [sys.executable, "-m", "tests.cli.standing", *words]
        environment = {**cli.environment, "PYTHONPATH": str(ROOT), "STANDING_AT": THURSDAY}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=cli.folder
        )

    for text, at in SAID:
        assert run("add", text, "--at", at).returncode == 0
    assert run("add", "Nobody knows of Eve.", "--at", "2026-03-03", "--private").returncode == 0
    return run


def reviewed(journal, *words):
    ran = journal("review", *words, "--json")
    assert ran.returncode == 0, ran
    document = json.loads(ran.stdout)
    assert document["schema"] == "braindump.review/1"
    return document["data"]


def test_a_week_is_told_with_links_and_without_what_is_private(journal):
    data = reviewed(journal)

    assert (data["first_on"], data["last_on"]) == ("2026-03-02", "2026-03-08")
    assert [entry["number"] for entry in data["entries"]] == [2, 3]
    assert (data["days"], data["spoken"], data["typed"], data["digest"]) == (2, 0, 2, None)
    assert [todo["text"] for todo in data["todos"]["arose"]] == ["Call the dentist", "Post the parcel"]
    assert [each["who"] for each in data["waiting_for"]] == ["Ben"]
    assert [(mood["label"], mood["number"]) for mood in data["moods"]] == [("proud", 3)]
    assert "Eve" not in json.dumps(data)


def test_a_duty_spoken_on_several_days_is_held_up_with_dates_and_quotes(journal):
    (broken,) = reviewed(journal)["todos"]["broken"]

    assert broken["days"] == 2
    assert [(told["number"], told["said_on"]) for told in broken["told"]] == [
        (1, "2026-02-27"),
        (2, "2026-03-02"),
    ]
    assert all("call the dentist" in told["quote"] for told in broken["told"])


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("--week", "2026-03-02", "2026-03-08"),
        ("--month", "2026-03-01", "2026-03-31"),
        ("--from 2026-02-27", "2026-02-27", "2026-03-05"),
        ("--from 2026-02-01 --to 2026-02-10", "2026-02-01", "2026-02-10"),
        ("--on february", "2026-02-01", "2026-02-28"),
    ],
)
def test_the_days_may_be_chosen(journal, words, first, last):
    data = reviewed(journal, *words.split())

    assert (data["first_on"], data["last_on"]) == (first, last)


def test_the_week_begins_where_the_settings_say(journal):
    assert journal("config", "set", "journal.week_start", "sunday").returncode == 0

    assert reviewed(journal)["first_on"] == "2026-03-01"


@pytest.mark.parametrize("words", ["--week --month", "--week --on yesterday", "--to today", "--on nonsense"])
def test_days_that_contradict_each_other_are_refused(journal, words):
    assert journal("review", *words.split()).returncode == 2


def test_what_was_done_is_told_beside_what_was_said(journal):
    old, new = (todo["number"] for todo in reviewed(journal, "--from", "2026-02-01")["todos"]["arose"][:2])
    journal("todos", "done", str(old))
    journal("todos", "drop", str(new))

    data, shown = reviewed(journal), journal("review").stdout

    assert [todo["number"] for todo in data["todos"]["done"]] == [old]
    assert (data["todos"]["kept"], data["todos"]["dropped"], data["todos"]["still_open"]) == (0, 1, 1)
    assert data["todos"]["broken"] == []
    assert "2 to-dos arose: 1 dropped, 1 still open." in shown


def test_empty_days_are_one_calm_line(journal):
    shown = journal("review", "--on", "2020-01-01")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Nothing was said in these days." in shown.stdout


def test_a_dry_run_without_a_model_says_that_nothing_would_leave(journal):
    assert "Nothing would leave this machine." in journal("review", "--dry-run").stdout
