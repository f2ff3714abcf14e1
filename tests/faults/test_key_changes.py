"""Changing how a journal is opened, killed anywhere: what opened it before or what opens it afterwards does."""

import shutil
from contextlib import closing

import pytest

from braindump_cli.errors import BraindumpError
from braindump_cli.storage.engine import check_integrity, open_copy, open_engine
from braindump_cli.storage.keys.recovery import recovery_code, unwrap_by_code
from braindump_cli.storage.migrations import LATEST, STEPS, version_of
from braindump_cli.storage.opening import open_journal
from tests.faults.cut_short import kill_everywhere
from tests.faults.folder_keyring import FolderKeyring
from tests.vaults import paths_in, vault_in

CHANGE = """
import sys
from pathlib import Path
from braindump_cli.storage.keys.recovery import new_recovery_code
from braindump_cli.storage.opening import open_journal
from tests.faults.folder_keyring import FolderKeyring
from tests.vaults import paths_in, vault_in
folder = Path(sys.argv[1])
vault = vault_in(folder / "home", keyring=FolderKeyring(folder / "ring"))
print("begin", flush=True)
db = open_journal(paths_in(folder / "home"), vault)
new_recovery_code(vault, db)
vault.set_passphrase("one")
vault.change_passphrase("one", "two")
vault.remove_passphrase("two")
print("end")
"""
MIGRATE = """
import sys
from pathlib import Path
from braindump_cli.storage.opening import open_journal
from tests.vaults import paths_in, vault_in
folder = Path(sys.argv[1])
print("begin", flush=True)
open_journal(paths_in(folder / "home"), vault_in(folder / "home"), steps=folder / "steps", latest=99)
print("end")
"""


def opened(vault):
    """Return the vault, opened by whatever opens it now."""
    for attempt in (
        vault.reach,
        lambda: vault.unlock_with_passphrase("one"),
        lambda: vault.unlock_with_passphrase("two"),
    ):
        try:
            attempt()
        except BraindumpError:
            continue
        return vault
    raise AssertionError("nothing opens it")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_change_of_code_or_passphrase_never_locks_out(tmp_path):
    def prepare(folder):
        vault = vault_in(folder / "home", keyring=FolderKeyring(folder / "ring"))
        with closing(open_journal(paths_in(folder / "home"), vault)):
            pass

    for killed in kill_everywhere(CHANGE, tmp_path, most=40, prepare=prepare):
        home, keyring = killed.folder / "home", FolderKeyring(killed.folder / "ring")
        vault = opened(vault_in(home, keyring=keyring))
        with closing(open_engine(home / "journal.db", vault.reach())) as db:
            [code] = db.execute("SELECT value FROM meta WHERE name = 'recovery_code'").fetchone()
        assert unwrap_by_code(vault.bundle, code) == vault.reach(), killed.point
        with closing(open_journal(paths_in(home), vault)) as db:
            code = recovery_code(vault, db)
        assert vault_in(home, keyring=keyring).unlock_with_recovery(code), killed.point


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_migration_leaves_the_old_shape_or_the_new_one_and_a_whole_copy(tmp_path):
    def prepare(folder):
        with closing(open_journal(paths_in(folder / "home"), vault_in(folder / "home"))) as db:
            db.execute("INSERT INTO meta VALUES ('word', 'canal')")
        shutil.copytree(STEPS, folder / "steps")
        (folder / "steps/0098_more.sql").write_text("CREATE TABLE more (a);\nINSERT INTO more VALUES (1);")
        (folder / "steps/0099_most.sql").write_text("CREATE TABLE most (a);\nINSERT INTO most VALUES (1);")

    for killed in kill_everywhere(MIGRATE, tmp_path, most=50, prepare=prepare):
        home = killed.folder / "home"
        vault = vault_in(home)
        with closing(open_journal(paths_in(home), vault, steps=killed.folder / "steps", latest=99)) as db:
            assert db.execute("SELECT * FROM more, most").fetchall() == [(1, 1)], killed.point
            assert db.execute("SELECT value FROM meta WHERE name = 'word'").fetchone() == ("canal",)
            assert check_integrity(db) == []
        with closing(open_copy(home / "journal.db.before-v99", vault.reach())) as before:
            assert version_of(before) == LATEST, killed.point
        assert (home / "journal.keys.before-v99").exists()
        assert not list(home.glob(".journal.db*"))
