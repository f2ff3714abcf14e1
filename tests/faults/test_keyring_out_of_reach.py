"""The real command with a real keyring, without one, with one that cron cannot see, and with one that was wiped."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.desktop import CRON, desktop, need_no_other_desktop, secret
from tests.parts import need_kernel_keyring
from tests.shell import Cli
from tests.speech import say, word_error_rate
from tests.terminal import Terminal

DUTY = "I have to call the dentist on Friday."
Session = Mapping[str, str | None]


@pytest.fixture
def session(home: Path, tmp_path: Path) -> Iterator[Session]:
    """Return the environment of a desktop whose keyring is open; the kernel caches nothing."""
    with desktop(tmp_path) as found:
        yield found


def journal_id(home: Path) -> str:
    return str(json.loads((home / "journal.keys").read_bytes())["journal_id"])


def recovery_code(cli: Cli, session: Session) -> str:
    """Read the code from the terminal, the only place where it is shown."""
    known = {name: value for name, value in {**cli.environment, **session}.items() if value is not None}
    status, screen = Terminal(known, cli.folder).run("lock", "recovery")
    found = re.search(r"([0-9A-Z]{4}-){6}[0-9A-Z]{4}", screen)
    assert status == 0
    assert found, screen
    return found[0]


def assert_locked(cli: Cli, session: Session, *words: str) -> None:
    refused = cli.run(*words, "--json", env=session)

    assert refused.status == 77, refused
    assert refused.json()["error"]["code"] == "locked"
    assert "braindump unlock" in refused.json()["error"]["hint"]


def test_on_a_desktop_the_key_rests_in_the_keyring_and_in_no_file(
    cli: Cli, home: Path, tmp_path: Path, session: Session
):
    assert cli.run("add", DUTY, env=session).status == 0

    key = secret(session, "lookup", journal_id(home))
    assert re.fullmatch(r"[0-9a-f]{64}", key)
    assert cli.run("status", "--json", env=session).json()["data"]["journal"]["key_store"] == "keyring"
    assert not (home / "key").exists()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert key.encode() not in content, path
            assert bytes.fromhex(key) not in content, path


def test_without_any_keyring_the_key_rests_in_a_file_and_doctor_says_so(cli: Cli, home: Path):
    need_no_other_desktop()

    assert cli.run("add", DUTY, env=CRON).status == 0

    assert (home / "key").stat().st_mode & 0o777 == 0o600
    assert cli.run("status", "--json", env=CRON).json()["data"]["journal"]["key_store"] == "file"
    checks = {
        check["name"]: check for check in cli.run("doctor", "--json", env=CRON).json()["data"]["checks"]
    }
    assert checks["key"]["status"] == "warn"
    assert str(home / "key") in checks["key"]["message"]


def test_cron_keeps_what_it_cannot_open_and_the_desktop_folds_it_in(cli: Cli, home: Path, session: Session):
    assert cli.run("add", "The first one.", env=session).status == 0

    added = cli.run("add", DUTY, "--json", env=CRON)

    assert added.status == 0, added
    kept = added.json()["data"]
    assert [warning["code"] for warning in added.json()["warnings"]] == ["locked"]
    assert [kept[name] for name in ("number", "engine", "insights", "todos")] == [None] * 4
    assert not any(b"dentist" in path.read_bytes() for path in home.rglob("*") if path.is_file())
    for words in (("list",), ("show", "last"), ("search", "dentist"), ("todos", "list"), ("process",)):
        assert_locked(cli, CRON, *words)
    status = cli.run("status", "--json", env=CRON)
    assert status.status == 0
    assert (
        status.json()["data"]["journal"] | {"is_locked": True, "entries": None}
        == status.json()["data"]["journal"]
    )
    assert status.json()["data"]["pending"]["inbox"] == 1

    listed = cli.run("list", "--json", env=session).json()["data"]
    assert cli.run("process", env=session).status == 0
    shown = cli.run("show", "2", "--json", env=session).json()["data"]

    assert {entry["id"]: entry["number"] for entry in listed}[kept["id"]] == 2
    assert list((home / "inbox").iterdir()) == []
    assert (shown["id"], shown["text"], shown["created_at"]) == (kept["id"], DUTY, kept["created_at"])
    assert [todo["text"] for todo in shown["todos"]] == ["Call the dentist"]


def test_a_recording_made_while_locked_is_sealed_and_understood_later(
    cli: Cli, home: Path, tmp_path: Path, session: Session
):
    speech = say(tmp_path / "say.wav", DUTY, voice="rms")
    assert cli.run("add", "The first one.", env=session).status == 0

    recorded = cli.run("record", "--from", str(speech), "--json", env=CRON)

    assert recorded.status == 0, recorded
    kept = recorded.json()["data"]
    assert [warning["code"] for warning in recorded.json()["warnings"]] == ["locked"]
    assert [kept[name] for name in ("number", "engine", "insights", "todos")] == [None] * 4
    assert list((home / "spool").iterdir()) == []
    assert {path.suffix for path in (home / "inbox").iterdir()} == {".entry", ".audio"}

    assert cli.run("process", env=session).status == 0
    shown = cli.run("show", kept["id"], "--json", env=session).json()["data"]

    assert word_error_rate(shown["text"], DUTY) <= 0.25
    assert (shown["duration_s"], shown["pending"]) == (kept["duration_s"], [])
    assert [todo["text"] for todo in shown["todos"]] == ["Call the dentist"]
    assert shown["recordings"][0]["state"] == "kept"
    assert list((home / "inbox").iterdir()) == []


def test_a_wiped_keyring_is_overcome_with_the_recovery_code(
    cli: Cli, home: Path, tmp_path: Path, session: Session
):
    session = {**session, "BRAINDUMP_KEYS_CACHE": "12h"}
    assert cli.run("add", DUTY, env=session).status == 0
    code = recovery_code(cli, session)
    secret(session, "clear", journal_id(home))

    assert cli.run("lock", env=session).status == 0
    assert_locked(cli, session, "list")
    assert_locked(cli, session, "unlock")
    wrong = cli.run(
        "unlock", "--recovery", input=code[:-1] + ("0" if code[-1] != "0" else "1") + "\n", env=session
    )
    assert wrong.status == 2
    assert code[:-1] not in wrong.out + wrong.err

    opened = cli.run("unlock", "--recovery", input=f"{code}\n", env=session)

    assert opened.status == 0, opened
    assert re.fullmatch(r"[0-9a-f]{64}", secret(session, "lookup", journal_id(home)))
    assert cli.run("lock", env=session).status == 0
    assert [entry["text"] for entry in cli.run("list", "--json", env=session).json()["data"]] == [DUTY]


def test_a_passphrase_is_set_changed_and_removed_and_opens_the_journal_in_between(
    cli: Cli, home: Path, session: Session
):
    need_kernel_keyring()
    session = {**session, "BRAINDUMP_KEYS_CACHE": "12h"}
    assert cli.run("add", DUTY, env=session).status == 0

    assert cli.run("lock", "set", "--stdin", input="correct horse\n", env=session).status == 0
    assert secret(session, "lookup", journal_id(home)) == ""
    assert cli.run("list", env=session).status == 0  # the kernel holds it
    assert cli.run("lock", env=session).status == 0
    assert_locked(cli, session, "list")
    assert cli.run("unlock", input="wrong horse\n", env=session).status == 77
    assert cli.run("unlock", input="correct horse\n", env=session).status == 0
    assert cli.run("list", env=session).status == 0

    assert cli.run("lock", "change", input="correct horse\nbattery\n", env=session).status == 0
    assert cli.run("lock", env=session).status == 0
    assert cli.run("unlock", input="correct horse\n", env=session).status == 77
    assert cli.run("unlock", input="battery\n", env=session).status == 0

    assert cli.run("lock", "remove", input="battery\n", env=session).status == 0
    assert cli.run("lock", env=session).status == 0
    assert [entry["text"] for entry in cli.run("list", "--json", env=session).json()["data"]] == [DUTY]
    assert re.fullmatch(r"[0-9a-f]{64}", secret(session, "lookup", journal_id(home)))
