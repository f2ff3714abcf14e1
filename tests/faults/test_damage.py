"""What disks, permissions and wrong files do to a journal: it is noticed, named, and nothing gets worse."""

import random
import shutil
import subprocess
from contextlib import closing
from itertools import count

import pytest

from braindump_cli.errors import BraindumpError, LockedError, StoreError
from braindump_cli.storage.engine import check_integrity, writing
from braindump_cli.storage.opening import open_journal
from tests.parts import need, need_program, need_root, run_python
from tests.vaults import paths_in, vault_in

READ = """
import os, sys
from pathlib import Path
from braindump_cli.errors import BraindumpError
from braindump_cli.storage.engine import writing
from braindump_cli.storage.opening import open_journal
from tests.vaults import paths_in, vault_in
home, *scratch = map(Path, sys.argv[1:])
if scratch:  # become nobody, once everything is imported: the interpreter may lie where nobody may look
    open_journal(paths_in(scratch[0]), vault_in(scratch[0])).close()
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    db = open_journal(paths_in(home), vault_in(home))
    print(db.notice)
    print(db.execute("SELECT value FROM meta WHERE name = 'word'").fetchone())
    with writing(db):
        db.execute("INSERT INTO meta VALUES ('more', 'x')")
    print("written")
except BraindumpError as error:
    print(error.code, error.message, error.hint)
"""


@pytest.fixture
def home(tmp_path):
    """Return a home with a journal of some pages, all in the main file."""
    home = tmp_path / "home"
    with closing(open_journal(paths_in(home), vault_in(home))) as db, writing(db):
        db.execute("INSERT INTO meta VALUES ('word', 'canal')")
        db.executemany(
            "INSERT INTO meta VALUES (?, ?)", [(f"fact {number}", "words " * 40) for number in range(300)]
        )
    return home


@pytest.fixture
def small_disk(tmp_path):
    """Return the folder of a disk of 1 MB."""
    need_root()
    need_program("mount", "umount")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def give_to_nobody(home):
    need_root()
    for folder in home.parents:
        if folder.stat().st_mode & 0o5 != 0o5:
            need("pytest" in str(folder), f"nobody may look into {folder}")
            folder.chmod(folder.stat().st_mode | 0o5)
    for path in (home, *home.iterdir()):
        shutil.chown(path, 65534, 65534)


def read_as_nobody(home, tmp_path):
    return run_python(READ, home, tmp_path / "scratch")


def findings(home):
    """Return what is said of a journal: by opening it, by reading all of it, or by the check."""
    try:
        with closing(open_journal(paths_in(home), vault_in(home))) as db:
            return check_integrity(db)
    except BraindumpError as error:
        return [error.message]


def test_every_flipped_bit_is_noticed_and_its_page_named(home):
    path, dice = home / "journal.db", random.Random(1)
    whole = path.read_bytes()
    assert findings(home) == []

    for _ in range(60):
        bit = dice.randrange(8 * len(whole))
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        found = " ".join(findings(home))
        page = bit // 8 // 4096 + 1
        assert f"page {page}" in found or str(path) in found, (bit, found)

    path.write_bytes(whole)
    assert findings(home) == []


def test_reading_a_damaged_page_is_a_store_error_that_names_file_and_way_out(home):
    path = home / "journal.db"
    whole = bytearray(path.read_bytes())
    for page in range(1, len(whole) // 4096):
        whole[4096 * page + 100] ^= 1
    path.write_bytes(whole)

    with pytest.raises(StoreError, match="damaged") as raised:
        open_journal(paths_in(home), vault_in(home)).execute("SELECT * FROM meta").fetchall()
    assert str(path) in raised.value.message
    assert "doctor" in (raised.value.hint or "")
    assert "restore" in (raised.value.hint or "")


@pytest.mark.parametrize("left", [0, 1, 100, 4095, 4096 + 7])
def test_a_truncated_journal_is_named(home, left):
    path = home / "journal.db"
    path.write_bytes(path.read_bytes()[:left])

    found = findings(home)

    assert found
    assert str(path) in found[0] or "page" in found[0]


def test_a_journal_that_is_gone_is_not_begun_anew(home):
    (home / "journal.db").unlink()

    assert "though there was a journal" in findings(home)[0]
    assert not (home / "journal.db").exists()


def test_garbage_instead_of_a_journal_is_not_a_wrong_key(home):
    (home / "journal.db").write_bytes(random.Random(1).randbytes(8192))

    with pytest.raises(StoreError, match="damaged"):
        open_journal(paths_in(home), vault_in(home))


def test_another_journals_file_is_locked_to_this_key(home, tmp_path):
    other = tmp_path / "other"
    with closing(open_journal(paths_in(other), vault_in(other))):
        pass
    shutil.copy(other / "key", home / "key")

    with pytest.raises(LockedError):
        open_journal(paths_in(home), vault_in(home))


def test_a_newer_journal_is_refused_and_left_alone(home):
    with closing(open_journal(paths_in(home), vault_in(home))) as db:
        db.execute("PRAGMA user_version = 99")
    before = (home / "journal.db").read_bytes()

    assert "newer" in findings(home)[0]
    assert (home / "journal.db").read_bytes() == before


def test_a_full_disk_loses_nothing_that_was_committed(small_disk):
    home = small_disk / "home"
    kept: list[int] = []
    db = open_journal(paths_in(home), vault_in(home))
    with closing(db):
        with pytest.raises(StoreError, match="full"):
            keep_facts(db, kept)
        assert not db.in_transaction

    assert len(kept) > 50
    assert findings(home) == []
    with closing(open_journal(paths_in(home), vault_in(home))) as db:
        assert db.execute("SELECT count(*) FROM meta WHERE name LIKE 'fact %'").fetchone() == (len(kept),)


def keep_facts(db, kept):
    """Keep facts until there is no room; `kept` is told each one."""
    for number in count():
        with writing(db):
            db.execute("INSERT INTO meta VALUES (?, ?)", (f"fact {number}", "words " * 100))
        kept.append(number)


@pytest.mark.parametrize("free", [0, 2_000, 20_000, 60_000])
def test_a_disk_that_is_full_from_the_start_leaves_nothing_that_blocks(small_disk, free):
    home, filler = small_disk / "home", small_disk / "filler"
    filler.write_bytes(bytes(1_048_576 - 4096 * 2 - free))

    said = run_python(READ, home)
    filler.unlink()

    assert said.stdout.startswith("store ")
    assert "full" in said.stdout
    assert findings(home) == []


def test_a_folder_that_may_not_be_written_is_read_with_a_notice(home, tmp_path):
    give_to_nobody(home)
    home.chmod(0o555)

    notice, word, refusal = read_as_nobody(home, tmp_path).stdout.splitlines()

    assert notice == f"The journal is only read. {home}/journal.db cannot be written."
    assert word == "('canal',)"
    assert refusal.startswith(f"store {home}/journal.db cannot be written.")
    assert "permissions" in refusal


def test_a_file_that_may_not_be_written_is_read_all_the_same(home, tmp_path):
    give_to_nobody(home)
    (home / "journal.db").chmod(0o444)

    _, word, refusal = read_as_nobody(home, tmp_path).stdout.splitlines()

    assert word == "('canal',)"
    assert refusal.startswith(f"store {home}/journal.db cannot be written.")


def test_a_folder_with_changes_that_wait_is_not_read_without_them(home, tmp_path):
    give_to_nobody(home)
    log = home / "journal.db-wal"
    log.write_bytes(b"changes")
    home.chmod(0o555)

    said = read_as_nobody(home, tmp_path).stdout

    assert said.startswith("store ")


def test_a_file_of_somebody_else_is_named(home, tmp_path):
    give_to_nobody(home)
    (home / "journal.db").chmod(0)

    assert read_as_nobody(home, tmp_path).stdout.startswith(f"store {home}/journal.db cannot be written.")


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    give_to_nobody(tmp_path)
    tmp_path.chmod(0o555)

    said = read_as_nobody(tmp_path / "new", tmp_path)

    assert said.stdout.startswith("store ")
    assert str(tmp_path / "new") in said.stdout
    assert said.stderr == ""
