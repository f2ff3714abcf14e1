"""The real command in a home that is full, read-only, damaged, from tomorrow or robbed: said plainly, with a way on."""

import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desktop import need_no_other_desktop
from tests.killing import abandon_spool
from tests.parts import need_program, need_root
from tests.shell import BRAINDUMP, Cli, Result
from tests.speech import say

DUTY = "I have to call the dentist on Friday."
NOBODY = 65534
PAGE = 4096


@pytest.fixture
def small_disk(cli: Cli, tmp_path: Path) -> Iterator[Path]:
    """Return the mount point of a disk of 2 MB on which a journal with one entry lies."""
    need_root()
    need_program("mount", "umount")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    cli.environment = {**cli.environment, "BRAINDUMP_HOME": str(disk / "home")}
    assert cli.run("add", "The first one.").status == 0
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path, *, leaving: int) -> Path:
    """Leave only so many bytes free; return the file that takes the room."""
    filler = disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(disk).free - leaving))
    return filler


def refusal(result: Result) -> Any:
    """Return the error document; there is no traceback and nothing unforeseen in it."""
    error = result.json()["error"]
    assert error["code"] != "bug", result
    assert error["hint"], result
    return error


def texts(cli: Cli) -> list[str]:
    return [entry["text"] for entry in cli.run("list", "--sort", "oldest", "--json").json()["data"]]


def failed_checks(cli: Cli) -> str:
    """Return what doctor finds, which makes it end 1."""
    found = cli.run("doctor", "--json")
    failed = [check for check in found.json()["data"]["checks"] if check["status"] == "fail"]
    assert found.status == 1, found
    return "\n".join(f"{check['name']}: {check['message']} {check['hint']}" for check in failed)


def test_a_full_disk_refuses_an_entry_and_takes_it_when_there_is_room(cli: Cli, small_disk: Path):
    filler = fill(small_disk, leaving=44_000)

    refused = cli.run("add", DUTY, "--json")

    assert refused.status == 74
    assert "full" in refusal(refused)["message"]
    assert texts(cli) == ["The first one."]
    filler.unlink()
    assert cli.run("add", DUTY).status == 0
    assert texts(cli) == ["The first one.", DUTY]


@pytest.mark.parametrize("leaving", [60_000, 120_000, 200_000, 250_000, 300_000, 350_000, 400_000, 450_000])
def test_a_disk_that_fills_up_while_a_file_is_read_keeps_all_of_it_or_nothing(
    cli: Cli, small_disk: Path, tmp_path: Path, leaving: int
):
    speech = say(tmp_path / "say.wav", DUTY, "The walk by the canal was good today.")
    filler = fill(small_disk, leaving=leaving)

    recorded = cli.run("record", "--from", str(speech), "--json")
    filler.unlink()

    if recorded.status:
        assert recorded.status == 74
        assert re.search("disk is full|No space left", refusal(recorded)["message"])
    processed = cli.run("process", "--json")
    assert processed.status == 0, processed
    assert len(texts(cli)) == (1 if recorded.status else 2)
    assert all(text.endswith("today.") for text in texts(cli)[1:])
    assert list((small_disk / "home" / "spool").iterdir()) == []
    assert cli.run("status", "--json").json()["data"]["pending"] == {}


@pytest.fixture
def as_nobody(cli: Cli, home: Path, tmp_path: Path) -> Callable[..., Result]:
    """Return how to run the command as somebody else, whose home it is."""
    need_root()
    need_program("setpriv")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o5 != 0o5:
            folder.chmod(folder.stat().st_mode | 0o5)

    def run(*words: str) -> Result:
        become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        ran = subprocess.run(
            [*become, *BRAINDUMP, *words],
            env=cli.environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return Result(ran.returncode, ran.stdout, ran.stderr)

    return run


def test_a_read_only_home_is_read_and_a_write_says_why_it_cannot_be(
    cli: Cli, home: Path, as_nobody: Callable[..., Result]
):
    assert cli.run("add", DUTY).status == 0
    for path in (home, *home.rglob("*")):
        shutil.chown(path, NOBODY, NOBODY)
    home.chmod(0o500)

    listed, added = as_nobody("list", "--json"), as_nobody("add", "More.", "--json")

    assert [entry["text"] for entry in listed.json()["data"]] == [DUTY]
    assert [warning["code"] for warning in listed.json()["warnings"]] == ["read_only"]
    assert added.status == 74
    assert str(home) in refusal(added)["message"]
    assert "permissions" in refusal(added)["hint"]


def test_flipped_bits_are_noticed_and_named_with_what_to_do(cli: Cli, home: Path):
    for number in range(3):
        assert cli.run("add", f"{DUTY} {number}").status == 0
    journal, dice = home / "journal.db", random.Random(1)
    whole = journal.read_bytes()

    for _ in range(4):
        bit = dice.randrange(8 * len(whole))
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        journal.write_bytes(damaged)
        told = failed_checks(cli)

        assert str(journal) in told
        assert f"page {bit // 8 // PAGE + 1}" in told or f"{journal} is damaged" in told
        assert "ackup" in told or "Copy the folder away" in told

    journal.write_bytes(whole)
    assert cli.run("doctor").status == 0


def test_a_journal_damaged_all_over_is_a_store_error_that_names_it(cli: Cli, home: Path):
    assert cli.run("add", DUTY).status == 0
    journal = home / "journal.db"
    damaged = bytearray(journal.read_bytes())
    for page in range(1, len(damaged) // PAGE):
        damaged[PAGE * page + 100] ^= 1
    journal.write_bytes(damaged)

    refused = cli.run("list", "--json")

    assert refused.status == 74
    assert str(journal) in refusal(refused)["message"]
    assert "braindump doctor" in refusal(refused)["hint"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"[journal\nzone =", "line 1"),
        (b"\xff\xfe\x00", "config.toml"),
        (b"[keys]\nstore = 'cloud'\n", "keys.store"),
        (b"[record]\nmax = 'soon'\n", "record.max"),
    ],
)
def test_a_damaged_config_is_named_and_keeps_nobody_from_keeping(
    cli: Cli, home: Path, content: bytes, named: str
):
    home.mkdir()
    (home / "config.toml").write_bytes(content)

    need_no_other_desktop()
    from_file = {"BRAINDUMP_KEYS_STORE": None}

    added = cli.run("add", DUTY, "--json", env=from_file)
    refused = cli.run("list", "--json", env=from_file)

    assert added.status == 0, added
    (warning,) = added.json()["warnings"]
    assert str(home / "config.toml") in warning["message"]
    assert refused.status == 78
    error = refusal(refused)
    assert str(home / "config.toml") in error["message"] + error["hint"]
    assert named in error["message"]


def test_a_journal_of_a_newer_version_is_refused_and_left_alone(cli: Cli, home: Path):
    assert cli.run("add", DUTY).status == 0
    _as_owner(home, "PRAGMA user_version = 99")
    before = (home / "journal.db").read_bytes()

    refused = cli.run("add", "More.", "--json")

    assert refused.status == 74
    assert "newer" in refusal(refused)["message"]
    assert (home / "journal.db").read_bytes() == before


def test_a_recording_whose_sound_is_gone_fails_for_good_and_is_told(cli: Cli, home: Path, tmp_path: Path):
    speech = say(tmp_path / "say.wav", DUTY)
    assert cli.run("add", "The first one.").status == 0
    abandon_spool(home, speech)
    assert cli.run("add", "The second one.").status == 0  # adopts it
    for sound in home.glob("spool/*"):
        sound.unlink()

    processed = cli.run("process", "--json")

    assert processed.status == 75, processed
    assert processed.json()["data"] | {"done": 0, "failed": 2, "waiting": 0} == processed.json()["data"]
    assert cli.run("status", "--json").json()["data"]["pending"] == {"failed": 2}
    told = failed_checks(cli)
    assert "transcribe of entry 3" in told
    assert "keep of entry 3" in told
    assert cli.run("process").status == 0  # told once; what failed for good does not fail again


def test_the_key_of_another_journal_is_locked_out(cli: Cli, home: Path, tmp_path: Path):
    other = {"BRAINDUMP_HOME": str(tmp_path / "other")}
    assert cli.run("add", DUTY).status == 0
    assert cli.run("add", DUTY, env=other).status == 0
    shutil.copy(tmp_path / "other" / "key", home / "key")

    refused = cli.run("list", "--json")

    assert refused.status == 77
    assert refusal(refused)["code"] == "locked"
    assert "braindump unlock --recovery" in refusal(refused)["hint"]
    assert cli.run("status", "--json").json()["data"]["journal"]["is_locked"] is True


def test_without_journal_keys_nothing_is_begun_anew(cli: Cli, home: Path):
    assert cli.run("add", DUTY).status == 0
    (home / "journal.keys").unlink()
    before = (home / "journal.db").read_bytes()

    for words in (("list",), ("add", "More."), ("process",)):
        refused = cli.run(*words, "--json")

        assert refused.status == 74, (words, refused)
        assert str(home / "journal.keys") in refusal(refused)["message"]
    assert (home / "journal.db").read_bytes() == before
    assert not (home / "journal.keys").exists()
    assert "journal.keys" in failed_checks(cli)


def _as_owner(home: Path, statement: str) -> None:
    """Change the journal behind the command's back."""
    from braindump_cli.storage.opening import open_journal
    from tests.vaults import paths_in, vault_in

    db = open_journal(paths_in(home), vault_in(home))
    db.execute(statement)
    db.close()
