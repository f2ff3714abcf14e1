"""Looking at what the server holds, taking it along, and leaving."""

import io
import json
import os
import tarfile

import pytest

from braindump_cli.storage.cloud_schema import find_migrations
from tests.accounts import ADA
from tests.cli.test_golden import compare
from tests.cloud.machines import Machine
from tests.cloud.test_machines import everything_there, record, sound
from tests.shell import Cli


@pytest.fixture
def laptop(tmp_path, home, project):
    one = Machine(tmp_path, project, name="laptop")
    one.be_signed_in()
    one.told("add", "A plum. I have to eat it tomorrow.")
    record(one, sound(tmp_path / "a.wav"), "--title", "A song")
    one.sync()
    return one


def test_status_tells_versions_counts_what_waits_and_storage(laptop, tmp_path, project):
    phone = Machine(tmp_path, project, name="phone")
    phone.be_signed_in()
    laptop.told("add", "Another.")

    here, there = laptop.told("cloud", "status"), phone.told("cloud", "status")

    latest = find_migrations()[-1].version
    assert (here["version"], here["expected_version"]) == (latest, latest)
    assert here["counts"]["journal_entries"] == 2
    assert here["counts"]["recordings"] == here["objects"] == 1
    assert here["storage_bytes"] == len(everything_there(project)[1])
    assert here["to_send"] > 0
    assert here["to_receive"] == 0
    assert there["to_receive"] > 0
    assert "2 entries, 1 recording" in laptop.run("cloud", "status").out


def test_export_holds_everything_readable(laptop, tmp_path):
    folder = tmp_path / "out" / "of"

    told = laptop.told("cloud", "export", str(folder))

    tables = {path.stem: path.read_text().splitlines() for path in folder.glob("*.jsonl")}
    texts = [json.loads(line)["body"]["text"] for line in tables["journal_entries"]]
    assert "A plum. I have to eat it tomorrow." in texts
    assert json.loads(tables["profiles"][0])["account_key"]
    assert len(tables["devices"]) == 1
    assert told["rows"]["todos"] == len(tables["todos"]) == 1
    (song,) = (folder / "recordings").iterdir()
    assert laptop.run("play", "2", "--to", str(tmp_path / "song")).status == 0
    assert song.read_bytes() == (tmp_path / "song").read_bytes()
    assert {path.stat().st_mode & 0o77 for path in (*folder.glob("*"), folder, song)} == {0}
    again = laptop.run("cloud", "export", str(folder), "--json")
    assert (again.status, again.json()["error"]["code"]) == (73, "conflict")


def test_export_opens_what_is_sealed_end_to_end_and_goes_into_a_pipe(laptop):
    laptop.run("config", "set", "cloud.e2e", "true")
    laptop.sync()

    with laptop.cli.start("cloud", "export", "-") as process:
        out, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (0, b"")
    with tarfile.open(fileobj=io.BytesIO(out)) as tar:
        names = tar.getnames()
        rows = tar.extractfile("journal_entries.jsonl")
        assert rows
        bodies = [json.loads(line)["body"] for line in rows]
        (song,) = [name for name in names if name.startswith("recordings/")]
        content = tar.extractfile(song)
        assert content
        assert content.read(4) == b"OggS"
    assert "A plum. I have to eat it tomorrow." in [body["text"] for body in bodies]


def test_deleting_the_account_leaves_nothing_there_and_all_here(laptop, project):
    before = laptop.entries()

    refused = laptop.run("cloud", "delete-account", "--json")
    other = laptop.run("cloud", "delete-account", "--confirm", "ben@example.org", "--json")
    told = laptop.told("cloud", "delete-account", "--confirm", ADA)

    rows, objects = everything_there(project)
    assert (refused.status, other.status) == (2, 2)
    assert told["rows"]["journal_entries"] == 2
    assert told["recordings"] == 1
    assert "plum" not in rows
    assert objects == b""
    assert laptop.entries() == before
    assert laptop.run("whoami").status == 77

    laptop.be_signed_in("again@example.org")
    laptop.sync()
    assert "plum" in everything_there(project)[0]


def test_deleting_asks_twice_at_a_terminal(laptop, project):
    for typed in ("n\n", f"y\n{ADA}x\n", "\n"):
        status, _ = laptop.terminal().run("cloud", "delete-account", typed=typed)
        assert status == 130
    assert "plum" in everything_there(project)[0]

    status, shown = laptop.terminal().run("cloud", "delete-account", typed=f"y\n{ADA}\n")

    assert status == 0, shown
    assert "Deleted there" in shown
    assert "plum" not in everything_there(project)[0]


def test_an_account_is_not_deleted_while_it_alone_holds_a_recording(laptop, tmp_path, project):
    phone = Machine(tmp_path, project, name="phone")
    phone.be_signed_in()
    phone.sync()

    refused = phone.run("cloud", "delete-account", "--confirm", ADA, "--json")
    assert (refused.status, refused.json()["error"]["code"]) == (73, "conflict")

    phone.sync("--audio")
    assert phone.told("cloud", "delete-account", "--confirm", ADA)["recordings"] == 1


def test_logout_with_forget_forgets_the_account_and_keeps_the_journal(laptop):
    before = laptop.entries()

    assert laptop.run("logout", "--forget").status == 0

    assert laptop.entries() == before
    facts = dict(laptop.query("SELECT name, value FROM meta"))
    assert not {"account", "account_ring", "cloud_account", "last_sync_at"} & facts.keys()
    assert laptop.query("SELECT count(*) FROM entries WHERE dirty = 0") == [(0,)]


def test_a_project_is_laid_out_by_its_address(tmp_path, home, bare, cluster):

    cli = Cli(dict(os.environ), tmp_path)
    address = bare.dsn()

    first = cli.run("cloud", "init", "--database-url", address, "--json")
    again = cli.run("cloud", "init", "--database-url", "-", "--json", input=f"{address}\n")
    printed = cli.run("cloud", "init", "--print")

    assert first.status == 0, first
    assert first.json()["data"]["applied"] == [one.name for one in find_migrations()]
    compare("cloud_init.json", json.dumps(again.json(), indent=2) + "\n")
    assert printed.out.startswith("-- Braindump, schema ")
    assert cli.run("cloud", "init").status == 2
