"""status, doctor, process, today, setup, lock and unlock, and the door itself."""

import signal
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from braindump_cli import __version__
from braindump_cli.domain.filters import EntryFilter
from tests.fakes import FakeClock
from tests.journals import jobs_of, mind_of, open_in, todo, typed
from tests.parts import need_kernel_keyring
from tests.terminal import Terminal
from tests.waiting import until


def checks(result):
    return {(check["name"], check["status"]) for check in result.json()["data"]["checks"]}


def test_asking_for_the_status_makes_no_journal(cli, home):
    told = cli.run("status", "--json").json()["data"]

    assert told["version"] == __version__
    assert told["home"] == str(home)
    assert told["journal"] == {
        "path": str(home / "journal.db"),
        "entries": 0,
        "size_bytes": None,
        "encrypted": True,
        "key_store": None,
        "is_locked": False,
    }
    assert [engine["name"] for engine in told["engines"]] == [
        *("deepgram", "openai", "pocketsphinx"),
        *("openai", "offline"),
    ]
    assert not (home / "journal.db").exists()


def test_a_status_counts_entries_and_what_waits(cli, home):
    cli.run("add", "Eins.", env={"BRAINDUMP_JOURNAL_LANGUAGE": "de"})

    told = cli.run("status", "--json").json()["data"]
    shown = cli.run("status").out

    assert (told["journal"]["entries"], told["journal"]["key_store"]) == (1, "file")
    assert told["journal"]["size_bytes"] == (home / "journal.db").stat().st_size
    assert told["pending"] == {"analyse": 1}
    assert "1 entry," in shown
    assert "1 to understand; braindump process" in shown


def test_a_status_says_why_an_engine_cannot_be_used(cli):
    engines = cli.run("status", "--json", env={"BRAINDUMP_JOURNAL_LANGUAGE": "de"}).json()["data"]["engines"]

    reasons = {(engine["name"], engine["kind"]): engine["reason"] for engine in engines}
    assert not any(engine["is_available"] for engine in engines)
    assert reasons["pocketsphinx", "transcription"] == "no offline engine for de"
    assert reasons["offline", "insights"] == "no offline insights for de"
    assert reasons["deepgram", "transcription"] == "no key for deepgram"


def test_the_doctor_looks_at_everything_and_makes_no_journal(cli, home):
    looked = cli.run("doctor", "--json")

    assert looked.status == 0
    assert {("settings", "ok"), ("key", "ok"), ("journal", "ok"), ("permissions", "ok")} <= checks(looked)
    assert not (home / "journal.db").exists()


def test_the_doctor_finds_what_others_may_read_and_a_code_that_is_not_on_paper(cli, home):
    cli.run("add", "One.")
    (home / "journal.keys").chmod(0o644)

    looked, told = cli.run("doctor", "--json"), cli.run("doctor")

    assert looked.status == 0
    assert {("permissions", "warn"), ("recovery code", "warn"), ("key", "warn")} <= checks(looked)
    assert f"chmod 600 {home / 'journal.keys'}" in told.out


def test_a_failed_check_is_status_1_and_the_whole_document_is_there(cli, home):
    cli.run("add", "One.")
    whole = (home / "journal.db").read_bytes()
    (home / "journal.db").write_bytes(whole[:8192] + bytes(4096) + whole[12288:])

    looked, told = cli.run("doctor", "--json"), cli.run("doctor")

    assert (looked.status, told.status) == (1, 1)
    assert ("journal", "fail") in checks(looked)
    assert ("disk space", "ok") in checks(looked)
    assert "fail" in told.out


def test_the_doctor_names_work_that_failed_for_good(cli, home):
    cli.run("add", "One.", "--no-insights")
    with closing(open_in(home)) as db:
        mind = mind_of(db, FakeClock())
        jobs = jobs_of(mind, home)
        (entry,) = mind.entries.find(EntryFilter())
        jobs.add(entry.id, "keep")
        jobs.fail(jobs.of_entry(entry.id)[0], error="the sound is gone")

    looked = cli.run("doctor", "--json")

    assert looked.status == 1
    assert any("the sound is gone" in check["message"] for check in looked.json()["data"]["checks"])


def test_a_setting_that_is_unknown_or_wrong_is_found(cli, home):
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text("[later]\nunknown = 1\n")
    unknown = cli.run("doctor", "--json")
    (home / "config.toml").write_text("record.max = 5\n")
    wrong = cli.run("doctor", "--json")

    assert ("settings", "warn") in checks(unknown)
    assert (wrong.status, ("settings", "fail") in checks(wrong)) == (1, True)


def test_processing_does_what_waits_and_says_when_nothing_does(cli):
    cli.run("add", "I have to call Ann tomorrow.", env={"BRAINDUMP_INSIGHTS_ORDER": "nonsense"})

    assert cli.run("process", "--json").json()["data"]["done"] == 1
    assert "Nothing waits." in cli.run("process").out


def test_work_that_may_be_done_now_is_done(cli):
    cli.run("add", "Ich muss los.", env={"BRAINDUMP_JOURNAL_LANGUAGE": "de"})
    cli.run("add", "Hello.", "--no-insights")

    nothing, told = cli.run("process", "--json"), cli.run("process")

    assert nothing.json()["data"] == {
        "done": 0,
        "failed": 0,
        "waiting": 1,
        "next_at": None,
        "drafts": None,
        "sync": None,
    }
    assert "1 still waiting" in told.out


def test_nothing_waits_in_a_fresh_journal(cli):
    assert cli.run("process").out == "  Nothing waits.\n"


def test_work_that_failed_for_good_is_a_partial_success(cli, home):
    cli.run("add", "One.", "--no-insights")
    with closing(open_in(home)) as db:
        mind = mind_of(db, FakeClock())
        (entry,) = mind.entries.find(EntryFilter())
        jobs_of(mind, home).add(entry.id, "keep")

    processed = cli.run("process", "--json")

    assert (processed.status, processed.json()["data"]["failed"]) == (75, 1)
    assert processed.json()["warnings"][0]["code"] == "not_found"


def test_today_tells_what_was_said_and_what_is_due(cli, home):
    now = datetime.now(UTC)
    with closing(open_in(home)) as db:
        mind = mind_of(db, FakeClock(now))
        mind.entries.add(typed("Yesterday.", at=now - timedelta(days=2)))
        mind.entries.add(typed("Today.", at=now))
        for text, days in (("Late", -2), ("Now", 0), ("Later", 2)):
            mind.todos.add(todo(text, due_on=now.date() + timedelta(days=days)))
        mind.todos.add(todo("Perhaps", due_on=now.date(), is_suggestion=True))

    told = cli.run("today", "--json", env={"BRAINDUMP_JOURNAL_ZONE": "UTC"}).json()["data"]

    assert [entry["text"] for entry in told["entries"]] == ["Today."]
    assert [each["text"] for each in told["overdue"]] == ["Late"]
    assert [each["text"] for each in told["due_today"]] == ["Now"]


def test_an_empty_day_names_the_next_command(cli):
    assert "braindump record" in cli.run("today").out


def test_setup_asks_nothing_without_a_terminal(cli, home):
    told = cli.run("setup", "--json")

    assert (told.status, told.err) == (0, "")
    assert told.json()["data"]["has_journal"] is False
    assert list(home.iterdir() if home.exists() else []) == []


def test_setup_lets_every_question_be_skipped(cli, tmp_path):
    status, shown = Terminal(cli.environment, tmp_path).run("setup", typed="\n\n\n\n")

    assert status == 0
    assert "Enter skips a question" in shown
    assert "Next: braindump record" in shown


def test_setup_keeps_where_the_key_shall_rest_and_shows_the_recovery_code(cli, home, tmp_path):
    status, shown = Terminal(cli.environment, tmp_path).run("setup", typed="file\ny\n")

    assert status == 0
    assert 'store = "file"' in (home / "config.toml").read_text()
    assert "Your recovery code" in shown
    assert (home / "journal.db").exists()


def test_a_passphrase_locks_the_journal_and_what_is_added_waits_until_it_is_open(cli):
    need_kernel_keyring()
    cli.environment["BRAINDUMP_KEYS_CACHE"] = "1h"
    cli.run("add", "One.")
    cli.run("lock", "set", "--stdin", input="open sesame\n")
    cli.run("lock")
    locked = {words: cli.run(*words, "--json") for words in (("list",), ("show", "1"), ("process",))}
    added = cli.run("add", "Two.", "--json")
    status = cli.run("status", "--json").json()["data"]
    wrong = cli.run("unlock", "--stdin", "--json", input="open says me\n")

    cli.run("lock", "remove", "--stdin", input="open sesame\n")

    assert {result.status for result in locked.values()} == {77}
    assert all("unlock" in result.json()["error"]["hint"] for result in locked.values())
    assert (added.status, added.json()["warnings"][0]["code"]) == (0, "locked")
    assert (added.json()["data"]["number"], added.json()["data"]["todos"]) == (None, None)
    assert (status["journal"]["is_locked"], status["journal"]["entries"]) == (True, None)
    assert (wrong.status, wrong.json()["error"]["code"]) == (77, "locked")
    listed = cli.run("list", "--json").json()["data"]
    assert [(entry["number"], entry["text"]) for entry in listed] == [(2, "Two."), (1, "One.")]
    assert listed[0]["id"] == added.json()["data"]["id"]


def test_the_recovery_code_opens_the_journal_of_a_lost_key_and_is_never_in_a_document(cli, home, tmp_path):
    cli.run("add", "One.")
    refused = cli.run("lock", "recovery", "--json")
    _, shown = Terminal(cli.environment, tmp_path).run(
        "lock", "recovery", env={"NO_COLOR": "1", "TERM": "dumb"}
    )
    code = next(line.strip() for line in shown.splitlines() if line.count("-") == 6)
    (home / "key").unlink()

    locked = cli.run("list")
    opened = cli.run("unlock", "--recovery", "--stdin", "--json", input=f"{code.lower()}\n")

    assert refused.status == 2
    assert locked.status == 77
    assert opened.json()["data"]["key_store"] == "file"
    assert cli.run("list", "--json").json()["data"][0]["text"] == "One."
    assert stat.S_IMODE((home / "key").stat().st_mode) == 0o600


def test_a_code_that_was_written_down_ends_the_reminder(cli):
    cli.run("add", "One.")

    kept = cli.run("lock", "recovery", "--written-down", "--json")

    assert kept.json()["data"]["written_down_at"].endswith("Z")
    assert ("recovery code", "ok") in checks(cli.run("doctor", "--json"))


@pytest.mark.parametrize("words", [("lock",), ("lock", "set", "--stdin"), ("lock", "recovery"), ("unlock",)])
def test_without_a_journal_there_is_nothing_to_lock(cli, words):
    failed = cli.run(*words, input="open sesame\n")

    assert failed.status == 66
    assert "braindump add" in failed.err


def test_forgetting_the_key_says_what_still_opens_the_journal(cli):
    cli.run("add", "One.")

    locked, status = cli.run("lock"), cli.run("lock", "status")

    assert "lock set" in locked.out
    assert (status.status, "Passphrase: no" in status.out) == (0, True)


def test_a_reader_that_has_seen_enough_is_no_failure(cli, home):
    with closing(open_in(home)) as db:
        entries = mind_of(db, FakeClock()).entries
        for _ in range(300):
            entries.add(typed("A line that is long enough to fill a pipe. " * 30, title="t" * 500))

    for words in (("list", "--limit", "0"), ("list", "--json"), ("search", "line", "--json")):
        with cli.start(*words) as process:
            process.stdout.read(10)
            process.stdout.close()
            said = process.stderr.read()

        assert (process.returncode, said) == (0, b"")


def test_ctrl_c_ends_with_130_and_one_line(cli):
    for words, told in ((("add", "-"), "stderr"), (("add", "-", "--json"), "stdout")):
        with cli.start(*words, env={"PYTHONUNBUFFERED": "1"}) as process:
            process.stdin.write(b"a" * 1_000_000)  # more than a pipe holds: the command is reading
            process.stdin.flush()
            until(lambda: _is_asleep(process.pid))
            process.send_signal(signal.SIGINT)
            said = getattr(process, told).read().decode()

        assert process.returncode == 130
        assert "Stopped" in said
        assert "Traceback" not in said


def _is_asleep(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "S"


def test_an_unforeseen_failure_says_where_it_is_logged_and_none_of_the_words(cli, home, tmp_path):
    (tmp_path / "sqlcipher3.py").write_text("raise RuntimeError('the secret is plum')\n")
    broken = {"PYTHONPATH": str(tmp_path)}

    told = cli.run("add", "plum", env=broken)
    as_document = cli.run("add", "plum", "--json", env=broken)
    traced = cli.run("add", "plum", "--debug", env=broken)

    log = home / "log" / "crash.log"
    assert (told.status, told.out) == (70, "")
    assert str(log) in told.err
    assert "plum" not in told.err + log.read_text()
    assert as_document.json()["error"]["code"] == "bug"
    assert "Traceback" in traced.err
    assert "Traceback" not in told.err


def test_a_broken_disk_is_told_by_file_and_reason(cli, home):
    home.mkdir()
    (home / "spool").write_text("not a folder")

    failed = cli.run("process")

    assert failed.status in {0, 74}
    assert "Traceback" not in failed.err
