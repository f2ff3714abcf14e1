"""focus, as a shell sees it: what it answers, with which status, and what it leaves in the home folder."""

import csv
import io
import stat
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from tests.cli.test_golden import STANDING
from tests.parts import ROOT
from tests.shell import Result
from tests.terminal import Terminal

NINE = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
MINUTE = timedelta(minutes=1)


class Day:
    """A day on which commands run at instants of our choosing."""

    def __init__(self, cli):
        self.environment = {**cli.environment, "PYTHONPATH": str(ROOT)}

    def at(self, minutes, *words, env=None):
        """Run a command so many minutes after nine."""
        given = {**self.environment, "STANDING_AT": (NINE + minutes * MINUTE).isoformat(), **(env or {})}
        ran = subprocess.run(
            [*STANDING, *words], env=given, capture_output=True, text=True, check=False, cwd=ROOT
        )
        return Result(ran.returncode, ran.stdout, ran.stderr)

    def status(self, minutes):
        return self.at(minutes, "focus", "status", "--json").json()["data"]

    def typed(self, minutes, keys, *words):
        """Run a command on a terminal and answer its questions."""
        standing = {**self.environment, "STANDING_AT": (NINE + minutes * MINUTE).isoformat(), "NO_COLOR": "1"}
        return Terminal(standing, ROOT, command=STANDING).run(*words, typed=keys)


@pytest.fixture
def day(cli):
    return Day(cli)


def test_a_whole_day_through_the_command(day, home):
    day.at(0, "todos", "add", "Send Carla the budget")
    started = day.at(0, "focus", "start", "--todo", "1", "--tag", "work", "--detach")
    assert (started.status, started.err) == (0, "")
    assert day.status(24)["phase"] == "work"
    assert day.at(24, "todos", "list", "--json").json()["data"][0]["focus_s"] == 1440.0
    assert [day.status(27)[name] for name in ("phase", "remaining_s", "next_phase")] == [
        "break",
        180.0,
        "work",
    ]
    assert day.at(30, "focus", "pause").status == 0
    assert day.status(90)["remaining_s"] == 1500.0
    assert (home / "focus.state").read_text() == "1\tpaused\t1500\t2\t8\tbreak\n"
    assert day.at(60, "focus", "resume").status == 0
    assert day.at(70, "focus", "skip").status == 0
    assert day.status(70)["phase"] == "break"
    stopped = day.at(80, "focus", "stop", "--done", "--note", "Sent it at last", "--json").json()["data"]
    assert (stopped["focused_s"], stopped["status"], stopped["note"]) == (
        2400.0,
        "stopped",
        "Sent it at last",
    )
    assert (home / "focus.state").read_text() == "1\tnone\t0\t0\t0\tnone\n"

    assert "40 min" in day.at(90, "todos", "list", "--all").out
    assert day.at(90, "todos", "list", "--all", "--json").json()["data"][0]["focus_s"] == 2400.0
    assert "Sent it at last" in day.at(90, "list").out
    assert "1 entry, 40 min focused" in day.at(90, "today").out
    assert day.at(90, "today", "--json").json()["data"]["focused_s"] == 2400.0
    review = day.at(90, "review", "--on", "2026-03-02", "--json").json()["data"]
    assert [(each["text"], each["focused_s"]) for each in review["focus"]] == [
        ("Send Carla the budget", 2400.0)
    ]
    assert day.at(90, "status", "--json").json()["data"]["focus"] is None


def test_files_of_focus_are_for_their_owner_alone(day, home):
    day.at(0, "focus", "start", "--detach")

    for name in ("focus.state", "focus.seen"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("words", ["pause", "resume", "skip", "stop", "status"])
def test_with_none_running_the_answer_is_no_with_the_whole_document(day, words):
    plain = day.at(0, "focus", *words.split())
    assert (plain.status, plain.out) == (1, "")
    assert plain.err.startswith("braindump: No focus session runs.")

    document = day.at(0, "focus", *words.split(), "--json")
    assert (document.status, document.err) == (1, "")
    assert document.json()["schema"] == "braindump.focus/1"
    assert document.json()["data"]["phase"] == "none"


def test_asking_makes_no_journal(day, home):
    day.at(0, "focus", "status")
    day.at(0, "focus", "status", "--json")

    assert not (home / "journal.db").exists()


def test_a_plan_that_is_over_is_told_and_may_still_be_stopped_with_a_word(day):
    day.at(0, "focus", "start", "--rounds", "1", "--detach")

    over = day.at(26, "focus", "status", "--json")
    assert (over.status, over.json()["data"]["phase"], over.json()["data"]["status"]) == (1, "done", "done")
    assert "The plan is over." in day.at(26, "focus", "status").err
    stopped = day.at(60, "focus", "stop", "--note", "Done in time")
    assert (stopped.status, stopped.out.split("\n")[0]) == (0, "  Stopped.  25 min focused")


def test_a_second_start_says_what_runs_and_how_to_stop_it(day):
    day.at(0, "focus", "start", "--detach")

    again = day.at(1, "focus", "start", "--detach")

    assert again.status == 73
    assert (
        again.err == "braindump: A focus session runs: round 1 of 8, work.\n  braindump focus stop ends it.\n"
    )


@pytest.mark.parametrize(
    ("option", "value", "part"),
    [
        ("--work", "0", "from 1s to 24h"), ("--work", "-5m", "Say it like"), ("--break", "0.5s", "from 1s to 24h"),
        ("--long-break", "25h", "from 1s to 24h"), ("--work", "9" * 40 + "h", "Say it like"), ("--work", "25", "Say"),
        ("--work", "soon", "Say it like"), ("--rounds", "0", "from 1 to 100"), ("--rounds", "101", "from 1 to 100"),
        ("--every", "-1", "from 1 to 100"), ("--every", "1.5", "--help"), ("--preset", "none", "deep"),
        ("--tag", "two words", "one word"), ("--todo", "%", "number"),
    ],
)  # fmt: skip
def test_what_no_plan_can_have_is_refused_with_a_way_on(day, option, value, part):
    refused = day.at(0, "focus", "start", f"{option}={value}")

    assert (refused.status, refused.out) == (2, "")
    assert part in refused.err
    assert day.status(0)["id"] is None


def test_fractions_of_a_minute_are_read(day):
    day.at(0, "focus", "start", "--work", "1.5m", "--break=1m30s", "--detach")

    assert day.status(0)["length_s"] == 90.0


def test_of_many_starts_at_once_one_is_kept(cli):
    cli.run("add", "Hello.")

    starting = [cli.start("focus", "start", "--detach", "--json") for _ in range(6)]
    for process in starting:
        process.communicate(timeout=60)

    assert sorted(process.returncode for process in starting) == [0, 73, 73, 73, 73, 73]
    assert len(cli.run("focus", "log", "--json").json()["data"]) == 1


def test_unknown_things_are_not_found(day):
    assert day.at(0, "focus", "start", "--todo", "41").status == 66
    assert day.at(0, "focus", "edit", "7", "--note", "x").status == 66
    assert day.at(0, "focus", "start", "--sound", "/nowhere.wav").status == 66
    assert day.at(0, "focus", "undo").status == 1


def test_plans_come_from_options_before_a_preset_before_the_settings(day):
    presets = {"BRAINDUMP_FOCUS_PRESETS": "deep=50m/10m,sprint=15m/3m/9m/2/3", "BRAINDUMP_FOCUS_ROUNDS": "5"}

    day.at(0, "focus", "start", "--preset", "sprint", "--rounds", "4", "--detach", env=presets)

    plan = day.at(0, "focus", "log", "--json").json()["data"][0]["plan"]
    assert [plan[name] for name in ("work_s", "break_s", "long_break_s", "every", "rounds")] == [
        900,
        180,
        540,
        2,
        4,
    ]
    day.at(1, "focus", "stop")
    day.at(1, "focus", "start", "--preset", "deep", "--detach", env=presets)
    plan = day.at(1, "focus", "log", "--limit", "1", "--json").json()["data"][0]["plan"]
    assert [plan[name] for name in ("work_s", "break_s", "long_break_s", "rounds")] == [3000, 600, 900, 5]
    wrong = day.at(1, "focus", "status", env={"BRAINDUMP_FOCUS_PRESETS": "deep=0"})
    assert (wrong.status, "focus.presets" in wrong.err) == (78, True)


def test_a_strict_session_refuses_to_pause(day):
    day.at(0, "focus", "start", "--strict", "--detach")

    refused = day.at(1, "focus", "pause")

    assert (refused.status, refused.err.split("\n")[0]) == (
        77,
        "braindump: This session is strict: it does not pause.",
    )


def test_a_line_of_ones_own_is_filled_in(day):
    day.at(0, "todos", "add", "Call \x1b]0;x\x07Ann")
    day.at(0, "focus", "start", "--todo", "1", "--detach")

    line = day.at(1, "focus", "status", "--format", "{phase} {remaining} {round}/{rounds} {todo} {{}} {next}")
    wrong = day.at(1, "focus", "status", "--format", "{phase.__class__} {nobody}")

    assert line.out == "work 24:00 1/8 Call ␛]0;x␇Ann {} break\n"
    assert (wrong.status, wrong.out) == (2, "")
    assert "{remaining}" in wrong.err
    assert day.at(1, "focus", "status", "--format", "{phase", "--json").status == 2
    day.at(2, "focus", "stop")
    idle = day.at(3, "focus", "status", "--format", "{phase}")
    assert (idle.status, idle.out) == (1, "none\n")


def test_sessions_of_the_past_are_added_edited_and_taken_back(day):
    day.at(0, "todos", "add", "Slides")
    kept = day.at(
        0, "focus", "add", "--from", "7:00", "--to", "8:30", "--todo", "1", "--tag", "Work", "--note", "Half"
    )
    assert (kept.status, kept.err) == (0, "")
    overlap = day.at(0, "focus", "add", "--from", "yesterday 23:30", "--to", "0:15", "--json").json()
    assert overlap["data"]["focused_s"] == 2700.0
    overlap = day.at(0, "focus", "add", "--from", "8:00", "--to", "8:45", "--json").json()
    assert [warning["code"] for warning in overlap["warnings"]] == ["overlap"]

    edited = day.at(0, "focus", "edit", "1", "--to", "8:00", "--todo", "none", "--tag", "none").out
    assert "7:00–8:00" in edited
    session = day.at(0, "focus", "log", "--json").json()["data"][1]
    assert (session["focused_s"], session["todo_id"], session["tags"], session["note"]) == (
        3600.0,
        None,
        [],
        "Half",
    )
    assert day.at(0, "focus", "undo").out.startswith("  Taken back: edit of session 1.")
    assert day.at(0, "todos", "list", "--json").json()["data"][0]["focus_s"] == 5400.0
    for _ in range(3):
        assert day.at(0, "focus", "undo").status == 0
    assert day.at(0, "focus", "log", "--json").json()["data"] == []


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("--from 8:00 --to 2026-03-02T07:00", "--from lies after --to"),
        ("--from 8:00 --to 2026-03-02T08:00", "--from lies after --to"),
        ("--from 8:00 --to 11:00", "future"),
        ("--from 2026-02-01T08:00 --to 2026-02-03T08:00", "24 hours"),
        ("--from nonsense --to 8:00", "--from cannot be"),
        ("--from 8:00", "--to"),
    ],
)
def test_a_time_that_cannot_be_is_refused(day, words, part):
    refused = day.at(0, "focus", "add", *words.split())

    assert (refused.status, refused.out) == (2, "")
    assert part in refused.err


def test_a_log_is_filtered_as_everywhere_and_told_as_csv(day):
    day.at(
        0, "focus", "add", "--from", "7:00", "--to", "8:00", "--tag", "work", "--note", 'say "hi",\nthen go'
    )
    day.at(0, "focus", "add", "--from", "yesterday 7:00", "--to", "yesterday 7:30")

    rows = list(csv.DictReader(io.StringIO(day.at(0, "focus", "log", "--csv").out)))
    assert [(row["number"], row["focused_s"], row["tags"]) for row in rows] == [
        ("1", "3600.0", "work"),
        ("2", "1800.0", ""),
    ]
    assert rows[0]["note"] == 'say "hi",\nthen go'
    for words, numbers in (
        ("--on yesterday", [2]),
        ("--tag work", [1]),
        ("--limit 1", [1]),
        ("--sort oldest", [2, 1]),
    ):
        log = day.at(0, "focus", "log", *words.split(), "--json").json()["data"]
        assert [session["number"] for session in log] == numbers
    assert "There is more" in day.at(0, "focus", "log", "--limit", "1").out
    assert day.at(0, "focus", "log", "--csv", "--json").status == 2


def test_a_report_tells_of_the_day_the_week_and_the_month_and_of_the_session_that_runs(day):
    day.at(0, "todos", "add", "Slides")
    day.at(0, "focus", "add", "--from", "2026-03-01T07:00", "--to", "2026-03-01T08:00", "--tag", "home")
    day.at(0, "focus", "start", "--todo", "1", "--rounds", "2", "--detach")

    for words, focused in (
        ("--day", 1200.0),
        ("--week", 1200.0),
        ("--month", 4800.0),
        ("--on 2026-03-01", 3600.0),
    ):
        report = day.at(20, "focus", "report", *words.split(), "--json").json()["data"]
        assert report["focused_s"] == focused, words
    month = day.at(20, "focus", "report", "--month", "--by", "todo", "--json").json()["data"]
    assert [(each["label"], each["focused_s"], each["sessions"]) for each in month["slices"]] == [
        (None, 3600.0, 1), ("Slides", 1200.0, 1),
    ]  # fmt: skip
    assert (month["planned_s"], month["done_s"], month["interruptions"]) == (6600.0, 4800.0, 0)
    assert month["streak"] == {"current_days": 2, "longest_days": 2}
    assert month["best_hours"] == [7, 9]
    rows = list(
        csv.DictReader(io.StringIO(day.at(20, "focus", "report", "--month", "--by", "tag", "--csv").out))
    )
    assert [(row["tag"], row["focused_s"]) for row in rows] == [("home", "3600.0"), ("", "1200.0")]
    assert day.at(20, "focus", "report", "--day", "--week").status == 2
    assert day.at(20, "focus", "report", "--by", "colour").status == 2


def away(home, day):
    """Let the helper have seen that the machine slept from 9:10 to 12:00."""
    session_id = day.status(0)["id"]
    boot = (home / "focus.seen").read_text().split("\t")[2]
    instants = (f"{(NINE + minutes * MINUTE).timestamp():.3f}" for minutes in (180, 10, 180))
    (home / "focus.seen").write_text("\t".join(["1", session_id, boot, *instants]) + "\n")


@pytest.fixture
def slept(day, home):
    day.at(0, "focus", "start", "--detach")
    away(home, day)
    return day


def test_until_somebody_answers_the_session_shows_as_ended_and_nothing_is_changed(slept, home):
    before = (home / "focus.seen").read_bytes(), (home / "focus.state").read_bytes()

    seen = [slept.status(181) for _ in range(2)]

    assert seen[0] == seen[1]
    assert (seen[0]["phase"], seen[0]["ended_at"]) == ("none", "2026-03-02T09:10:00.000Z")
    assert seen[0]["away"] == {"from": "2026-03-02T09:10:00.000Z", "to": "2026-03-02T12:01:00.000Z"}
    assert ((home / "focus.seen").read_bytes(), (home / "focus.state").read_bytes()) == before


@pytest.mark.parametrize(
    ("words", "status", "phase"),
    [("pause", 1, "none"), ("skip", 1, "none"), ("stop", 0, "none"), ("start", 0, "work")],
)
def test_without_a_terminal_the_end_is_final_and_said(slept, words, status, phase):
    ended = slept.at(181, "focus", words, "--json")

    assert ended.status == status
    assert ended.json()["data"]["phase"] == phase
    codes = [warning["code"] for warning in ended.json()["warnings"]]
    assert codes == (["away", "no"] if status else ["away"])
    first = slept.at(182, "focus", "log", "--sort", "oldest", "--json").json()["data"][0]
    assert (first["ended_at"], first["focused_s"]) == ("2026-03-02T09:10:00.000Z", 600.0)


@pytest.mark.parametrize(
    ("keys", "words", "status", "phase", "focused"),
    [
        ("x\nk\n", "pause", 0, "paused", 8700.0),
        ("drop\n", "skip", 0, "break", 600.0),
        ("e\n", "pause", 1, "none", 600.0),
        ("\x04", "resume", 1, "none", 600.0),
        ("d\nn\nHalf of it\n", "stop", 0, "none", 600.0),
    ],
)
def test_on_a_terminal_one_is_asked_and_it_goes_on(slept, keys, words, status, phase, focused):
    ended, shown = slept.typed(180, keys, "focus", words)

    assert (ended, "Nobody was there since Mon 2 March, 9:10." in shown) == (status, True)
    document = slept.status(180)
    assert (document["phase"], document["focused_s"]) == (phase, focused)


def test_a_stop_on_a_terminal_asks_what_got_done_and_elsewhere_asks_nothing(day):
    day.at(0, "todos", "add", "Send \x1b[31mCarla the budget")
    day.at(0, "focus", "start", "--todo", "1", "--detach")

    status, shown = day.typed(10, "y\nSent it\n", "focus", "stop")

    assert status == 0
    assert "Is “Send ␛[31mCarla the budget” done? y or n [n]:" in shown
    assert day.at(11, "todos", "list", "--all", "--json").json()["data"][0]["status"] == "done"
    assert [entry["text"] for entry in day.at(11, "list", "--json").json()["data"]] == ["Sent it"]
    day.at(12, "focus", "start", "--detach")
    status, shown = day.typed(13, "", "focus", "stop", "--no-input")
    assert (status, "?" in shown) == (0, False)


def test_no_word_of_a_private_to_do_is_in_any_plain_file(day, home, cli):
    added = day.at(0, "add", "I must call the zanzibarquince lawyer tomorrow.", "--private", "--json").json()
    number = str(added["data"]["todos"][0]["number"])
    wish = {"BRAINDUMP_FOCUS_STATE_TEXT": "true"}
    for words in (
        ("start", "--todo", number, "--detach"), ("pause",), ("resume",), ("skip",), ("status",), ("log",),
        ("stop", "--note", "zanzibarquince is done"), ("report", "--by", "todo"), ("undo",), ("stop",),
    ):  # fmt: skip
        assert day.at(1, "focus", *words, env=wish).status in {0, 1}
        assert (home / "focus.state").read_text().count("\t") == 6

    found = [path for path in home.rglob("*") if path.is_file() and b"zanzibarquince" in path.read_bytes()]
    assert found == []


def test_a_public_to_do_is_named_in_the_state_only_where_that_is_wanted(day, home):
    day.at(0, "todos", "add", "Plums")
    day.at(0, "focus", "start", "--todo", "1", "--detach")
    assert "Plums" not in (home / "focus.state").read_text()

    day.at(1, "focus", "pause", env={"BRAINDUMP_FOCUS_STATE_TEXT": "true"})

    assert (home / "focus.state").read_text() == "1\tpaused\t1440\t1\t8\tbreak\tPlums\n"


@pytest.mark.needs("faketime")
def test_the_wall_clock_of_the_machine_is_what_counts(cli, home):
    def at(instant, *words):
        ran = subprocess.run(
            [
                "faketime",
                "-f",
                f"@{instant}",
                sys.executable,
                "-m",
                "braindump_cli",
                "focus",
                *words,
                "--json",
            ],
            env={**cli.environment, "DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"},
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        return Result(ran.returncode, ran.stdout, ran.stderr).json()["data"]

    at("2026-03-28 23:50:00", "start", "--detach")  # in this night clocks go forward
    assert at("2026-03-29 00:05:00", "status")["phase"] == "work"
    assert at("2026-03-29 01:30:00", "status")["round"] == 4
    assert at("2026-03-27 09:00:00", "status")["remaining_s"] == pytest.approx(1500, abs=5)
    stopped = at("2026-03-29 01:30:00", "stop")
    assert stopped["focused_s"] == pytest.approx(25 * 60 * 3 + 600, abs=10)
