"""Machines of one person and one account, each command a real process against a real project."""

import hashlib
import math
import random
import struct
import wave

import pytest

from tests.accounts import ADA
from tests.cloud.machines import Machine

NO_ENGINE = {"BRAINDUMP_TRANSCRIPTION_ORDER": "openai"}  # which has no key: the recording is kept, and waits


@pytest.fixture
def machine(tmp_path, home, project):
    """Return a way to get machines; they are signed in unless told otherwise."""

    def made(name, *, is_signed_in=True):
        one = Machine(tmp_path, project, name=name)
        if is_signed_in:
            one.be_signed_in()
        return one

    return made


def sound(path, *, seconds=2.0, is_noise=False):
    """Write a tone, or noise, which no codec makes smaller."""
    frames = round(seconds * 16_000)
    if is_noise:
        data = random.Random(1).randbytes(frames * 2)
    else:
        data = b"".join(struct.pack("<h", round(8000 * math.sin(n / 8))) for n in range(frames))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(data)
    return path


def record(one, path, *words):
    ran = one.run("record", "--from", str(path), *words, "--json", env=NO_ENGINE)
    assert ran.status == 0, ran
    assert one.run("process", env={**NO_ENGINE, "BRAINDUMP_CLOUD_URL": None}).status == 0
    return ran.json()["data"]


def digest(content):
    return hashlib.sha256(content).hexdigest()


def everything_there(project):
    """Return all that the database holds, as text, and all that lies in the bucket."""
    with project.database.connect() as owner:
        tables = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace)"
        ).fetchall()
        select = "SELECT to_jsonb(t)::text FROM public.{} t"
        rows = [owner.execute(select.format(name).encode()).fetchall() for (name,) in tables]
    return str(rows), b"".join(project.objects.contents.values())


def test_the_first_sync_of_two_journals_merges_them_and_later_ones_change_nothing(machine):
    laptop, phone = machine("laptop", is_signed_in=False), machine("phone", is_signed_in=False)
    for number in range(3):
        laptop.told("add", f"Laptop {number}.")
    phone.told("add", "Phone. I have to call Ben tomorrow.")
    laptop.login()
    phone.login()

    sent, both, back = laptop.sync(), phone.sync(), laptop.sync()

    assert min(sent["pushed"], both["pushed"], both["pulled"], back["pulled"]) > 0
    assert len(laptop.entries()) == 4
    assert laptop.entries() == phone.entries()
    todos = [[todo["id"] for todo in one.told("todos", "list")] for one in (laptop, phone)]
    assert todos[0] == todos[1] != []
    quiet = laptop.sync()
    assert (quiet["pushed"], quiet["pulled"], quiet["conflicts"]) == (0, 0, [])


@pytest.mark.parametrize(("seconds", "words"), [(2.0, ()), (260.0, ("--lossless",))])
def test_a_new_machine_has_the_whole_journal_and_its_sound(machine, project, tmp_path, seconds, words):
    laptop = machine("laptop")
    recorded = record(laptop, sound(tmp_path / "a.wav", seconds=seconds, is_noise=bool(words)), *words)
    laptop.told("add", "Words.")
    laptop.sync()
    original = laptop.cli.run("play", "1", "--to", str(tmp_path / "original"))
    assert original.status == 0, original

    phone = machine("phone")
    phone.sync()
    played = phone.told("play", "1", "--to", str(tmp_path / "fetched"))

    assert phone.entries() == laptop.entries()
    assert (played["entry_id"], played["was_fetched"]) == (recorded["id"], True)
    assert (tmp_path / "fetched").read_bytes() == (tmp_path / "original").read_bytes()
    assert phone.told("play", "1", "--to", str(tmp_path / "again"))["was_fetched"] is False
    tus = [request for request in project.gateway.requests if "resumable" in request.path]
    assert bool(tus) is bool(words)


def test_sync_with_audio_brings_all_sound(machine, tmp_path):
    laptop, phone = machine("laptop"), machine("phone")
    record(laptop, sound(tmp_path / "a.wav"))
    laptop.sync()

    assert phone.sync("--audio")["audio_down"] == 1

    phone.project.gateway.keep_failing(lambda line, _: line.reset())
    assert phone.told("play", "last", "--to", str(tmp_path / "here"))["was_fetched"] is False


def test_a_recording_that_was_changed_on_the_server_is_not_played(machine, project, tmp_path):
    laptop, phone = machine("laptop"), machine("phone")
    record(laptop, sound(tmp_path / "a.wav"))
    laptop.sync()
    phone.sync()
    (place,) = project.objects.contents
    content = bytearray(project.objects.contents[place])
    content[len(content) // 2] ^= 1
    project.objects.contents[place] = bytes(content)

    ran = phone.run("play", "last", "--to", str(tmp_path / "x"), "--json")

    assert (ran.status, ran.json()["error"]["code"]) == (65, "bad_data")
    assert not (tmp_path / "x").exists()


def test_what_is_private_never_leaves(machine, project, tmp_path):
    laptop = machine("laptop")
    laptop.told(
        "add", "A zebra, which nobody may know of. I have to hide it tomorrow.", "--private", "--tag", "zebra"
    )
    record(laptop, sound(tmp_path / "a.wav"), "--private", "--title", "Zebra's song")
    laptop.told("add", "Harmless.")

    report = laptop.sync()
    laptop.run("process")

    rows, objects = everything_there(project)
    assert "Harmless" in rows
    assert "zebra" not in rows.lower()
    assert objects == b""
    assert report["audio_up"] == 0
    sent = b"".join(request.body for request in project.gateway.requests).lower()
    assert b"zebra" not in sent


def test_made_private_later_it_is_withdrawn_everywhere(machine, project, tmp_path):
    laptop, phone = machine("laptop"), machine("phone")
    laptop.told("add", "A zebra. I have to hide it tomorrow.")
    record(laptop, sound(tmp_path / "a.wav"), "--title", "Zebra's song")
    laptop.sync()
    phone.sync()
    laptop.told("add", "Harmless.")

    said = [laptop.told("edit", number, "--private") for number in ("1", "2")]
    report = laptop.sync()
    moved = phone.sync()

    rows, objects = everything_there(project)
    assert [each["is_on_server"] for each in said] == [True, True]
    assert report["withdrawn"] == 2
    assert moved["trashed"] == 2
    assert "zebra" not in rows.lower()
    assert objects == b""
    assert laptop.told("show", "1")["text"].startswith("A zebra")
    assert [entry["text"] for entry in phone.told("list")] == ["Harmless."]
    assert len(phone.told("list", "--trash")) == 2
    assert laptop.sync()["pushed"] == 0


def test_made_public_again_it_comes_back(machine):
    laptop, phone = machine("laptop"), machine("phone")
    laptop.told("add", "A zebra.")
    laptop.sync()
    laptop.told("edit", "1", "--private")
    laptop.sync()

    laptop.told("edit", "1", "--public")
    laptop.sync()
    phone.sync()

    assert [entry["text"] for entry in phone.told("list")] == ["A zebra."]


def test_a_conflict_is_named_with_the_way_to_the_words_that_lost(machine):
    laptop, phone = machine("laptop"), machine("phone")
    laptop.told("todos", "add", "Call Ben")
    laptop.told("add", "Dinner. I have to call Ben tomorrow.")
    laptop.sync()
    phone.sync()
    (number,) = [str(todo["number"]) for todo in laptop.told("todos", "list") if todo["entry_id"]]
    laptop.told("todos", "edit", number, "Call Ben about dinner")
    phone.told("todos", "edit", number, "Call Ben at noon")

    laptop.sync()
    ran = phone.run("sync")

    assert ran.status == 0, ran
    assert "Two versions of a to-do met" in ran.out
    assert "braindump history 1" in ran.out
    laptop.sync()
    texts = [{todo["text"] for todo in one.told("todos", "list")} for one in (laptop, phone)]
    assert texts[0] == texts[1]
    told = [version["text"] for one in (laptop, phone) for version in one.told("history", "1")]
    assert "Call Ben about dinner" in told


def test_end_to_end_the_server_sees_no_word_and_a_new_machine_asks_for_the_code_once(
    machine, project, tmp_path
):
    laptop, phone = machine("laptop"), machine("phone")
    laptop.told("add", "A zebra. I have to hide it tomorrow.", "--tag", "stripes")
    record(laptop, sound(tmp_path / "a.wav"), "--title", "Zebra's song")
    laptop.sync()
    before = everything_there(project)

    assert laptop.run("config", "set", "cloud.e2e", "true").status == 0
    laptop.sync()

    rows, objects = everything_there(project)
    assert "zebra" in before[0].lower()
    assert "zebra" not in rows.lower()
    assert "stripes" not in rows
    assert objects != before[1]
    assert len(project.objects.contents) == 1
    ring = laptop.query("SELECT value FROM meta WHERE name = 'account_ring'")[0][0]
    assert not any(key in rows for key in ring.split())

    refused = phone.run("sync", "--json")
    (code,) = laptop.query("SELECT value FROM meta WHERE name = 'recovery_code'")[0]
    wrong = phone.run("sync", "--recovery", "--json", input="0000-0000\n")
    assert (refused.status, refused.json()["error"]["code"]) == (77, "auth_required")
    assert wrong.status == 2, wrong
    others = phone.run("sync", "--recovery", "--json", input="0000-0000-0000-0000-0000-0000-0000\n")
    assert (others.status, others.json()["error"]["message"]) == (77, "That code does not open the account.")
    assert phone.entries() == []

    assert phone.told("sync", "--recovery", input=f"{code}\n")["pulled"] > 0
    phone.told("add", "Back from the phone.")
    phone.sync()
    laptop.sync()

    assert phone.entries() == laptop.entries()
    assert phone.told("play", "2", "--to", str(tmp_path / "song"))["was_fetched"]
    assert "Back from the phone" not in everything_there(project)[0]


def test_another_account_sees_nothing(machine):
    laptop, other = machine("laptop"), machine("other", is_signed_in=False)
    laptop.told("add", "Mine.")
    laptop.sync()
    other.be_signed_in("ben@example.org")

    assert other.sync()["pulled"] == 0
    assert other.entries() == []


def test_unknown_fields_of_a_newer_version_come_back_as_they_were(machine, project):
    laptop = machine("laptop")
    laptop.told("add", "A plum.")
    laptop.sync()
    with project.database.connect() as owner:
        now = "to_char(extract(epoch FROM now()) * 1000, 'FM000000000000000')"
        weather = """body || '{"weather": {"deep": [1, null]}}'"""
        owner.execute(
            f"UPDATE journal_entries SET body = {weather}, hlc = {now} || '-0000-ffffffffffff'".encode()
        )
    laptop.sync()

    laptop.told("delete", "1")
    laptop.sync()

    with project.database.connect() as owner:
        (body,) = owner.execute("SELECT body FROM journal_entries").fetchone()
    assert body["weather"] == {"deep": [1, None]}
    assert body["deleted_at"]


def test_status_and_today_tell_the_account_and_the_age_of_the_last_sync(machine):
    laptop = machine("laptop")
    laptop.told("add", "A plum.")
    before = laptop.told("status")
    laptop.sync()
    after = laptop.told("status")

    assert (before["account"]["email"], before["last_sync_at"]) == (ADA, None)
    assert after["last_sync_at"] is not None
    assert laptop.told("today")["last_sync_at"] == after["last_sync_at"]
    assert ", synced " in laptop.run("today").out
    assert "synced " in laptop.run("status").out


def test_what_was_synced_stands_in_the_list_of_what_left(machine, project):
    laptop = machine("laptop")
    laptop.told("add", "A plum.")
    laptop.sync()

    log = laptop.told("privacy", "log")

    assert {(one["provider"], one["purpose"], one["address"], one["outcome"]) for one in log} == {
        ("supabase", "sync", project.gateway.url, "answered")
    }


def test_process_syncs_as_well_and_tells_so(machine):
    laptop, phone = machine("laptop"), machine("phone")
    laptop.told("add", "A plum.")

    done = laptop.told("process")
    phone.told("process")

    assert done["sync"]["pushed"] > 0
    assert laptop.entries() == phone.entries()
    assert machine("third", is_signed_in=False).told("process")["sync"] is None
