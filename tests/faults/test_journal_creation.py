"""The very first command, many at once and killed anywhere: never two keys, never a journal that does not open."""

from contextlib import closing

import pytest

from braindump_cli.storage.engine import check_integrity
from braindump_cli.storage.keys.recovery import recovery_code
from braindump_cli.storage.opening import open_journal
from tests.faults.cut_short import kill_everywhere
from tests.faults.folder_keyring import FolderKeyring
from tests.parts import run_together
from tests.vaults import paths_in, vault_in

MAKE = """
import sys
from pathlib import Path
from braindump_cli.storage.engine import writing
from braindump_cli.storage.opening import open_journal
from tests.faults.folder_keyring import FolderKeyring
from tests.vaults import paths_in, vault_in
folder, count = Path(sys.argv[1]), {count}
keyring = FolderKeyring(folder / "ring") if {in_keyring} else None
if count > 1:
    sys.stdin.readline()
print("begin", flush=True)
db = open_journal(paths_in(folder / "home"), vault_in(folder / "home", keyring=keyring))
for _ in range(count):
    with writing(db):
        [before] = db.execute("SELECT count(*) FROM meta").fetchone()
        db.execute("INSERT INTO meta VALUES (hex(randomblob(8)), 'kept')")
print("end")
"""


@pytest.fixture(params=[False, True], ids=["file", "keyring"])
def in_keyring(request):
    return request.param


def open_again(folder, in_keyring):
    """Open the journal as the next command does; return how many entries it holds."""
    home, keyring = folder / "home", FolderKeyring(folder / "ring") if in_keyring else None
    vault = vault_in(home, keyring=keyring)
    with closing(open_journal(paths_in(home), vault)) as db:
        assert check_integrity(db) == []
        assert vault.fits(vault.reach())
        code = recovery_code(vault, db)
        [kept] = db.execute("SELECT count(*) FROM meta WHERE value = 'kept'").fetchone()
    assert len(list((folder / "ring").glob("[!.]*"))) == in_keyring
    assert (home / "key").exists() != in_keyring
    assert vault_in(home).unlock_with_recovery(code)
    return kept


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_anywhere_the_next_command_completes_the_journal(tmp_path, in_keyring):
    code = MAKE.format(count=1, in_keyring=in_keyring)

    for killed in kill_everywhere(code, tmp_path, most=80):
        kept = open_again(killed.folder, in_keyring)
        assert kept >= killed.said.count("end"), killed.point


def test_twenty_first_commands_at_once_make_one_journal_and_lose_nothing(tmp_path, in_keyring):
    said = run_together(20, MAKE.format(count=50, in_keyring=in_keyring), tmp_path)

    assert said == ["begin\nend\n"] * 20
    assert open_again(tmp_path, in_keyring) == 1000
