from contextlib import closing

import pytest

from braindump_cli.errors import StoreError
from braindump_cli.storage.engine import open_copy, open_engine
from braindump_cli.storage.migrations import LATEST, find_steps, migrate, version_of
from braindump_cli.storage.opening import open_journal
from tests.parts import run_together
from tests.vaults import paths_in, vault_in

KEY = bytes(range(32))
ONE = "CREATE TABLE notes (text TEXT);\nCREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT);"
TWO = "ALTER TABLE notes ADD COLUMN mood TEXT;\nUPDATE notes SET mood = 'calm';"


@pytest.fixture
def steps(tmp_path):
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "0001_first.sql").write_text(ONE)
    return folder


@pytest.fixture
def paths(tmp_path, steps):
    """Return the paths of a journal of version 1 with one note."""
    paths = paths_in(tmp_path / "home")
    with closing(open_engine(paths.journal, KEY)) as db:
        migrate(db, KEY, paths, steps=steps, latest=1)
        db.execute("INSERT INTO notes (text) VALUES ('old')")
    paths.journal_keys.write_text("{}")
    return paths


def migrated(paths, steps, latest):
    db = open_engine(paths.journal, KEY)
    migrate(db, KEY, paths, steps=steps, latest=latest)
    return closing(db)


def test_the_newest_step_is_the_version_of_this_program():
    steps = find_steps()

    assert [step.number for step in steps] == list(range(1, LATEST + 1))


def test_a_new_journal_gets_every_step_and_no_copy(tmp_path):
    paths = paths_in(tmp_path)

    with closing(open_journal(paths, vault_in(tmp_path))) as db:
        assert version_of(db) == LATEST
        assert db.execute("SELECT count(*) FROM entries").fetchone() == (0,)
    assert not list(tmp_path.glob("*before*"))


def test_a_journal_of_the_first_shape_is_brought_up_to_date_whole(tmp_path):
    vault = vault_in(tmp_path)
    with closing(open_journal(paths_in(tmp_path), vault, latest=1)) as db:
        db.execute("INSERT INTO jobs (kind, entry_id) VALUES ('analyse', 'e')")
        db.execute("INSERT INTO revisions VALUES (7, 'todo', 't', '{}', 'edit', '2026')")

    with closing(open_journal(paths_in(tmp_path), vault)) as db:
        assert version_of(db) == LATEST
        assert db.execute("SELECT kind, entry_id FROM jobs").fetchall() == [("analyse", "e")]
        assert db.execute("SELECT * FROM revisions").fetchall() == [(7, "todo", "t", "{}", "edit", "2026")]
    with closing(open_copy(tmp_path / f"journal.db.before-v{LATEST}", vault.reach())) as before:
        assert version_of(before) == 1


def test_a_step_is_taken_once(paths, steps):
    with migrated(paths, steps, 1) as db:
        assert not migrate(db, KEY, paths, steps=steps, latest=1)


def test_a_checked_copy_is_kept_before_a_journal_is_changed(paths, steps):
    (steps / "0002_mood.sql").write_text(TWO)

    with migrated(paths, steps, 2) as db:
        assert db.execute("SELECT text, mood FROM notes").fetchall() == [("old", "calm")]
    copy = paths.home / "journal.db.before-v2"
    with closing(open_copy(copy, KEY)) as before:
        assert version_of(before) == 1
        assert before.execute("SELECT * FROM notes").fetchall() == [("old",)]
    assert (paths.home / "journal.keys.before-v2").read_text() == "{}"
    assert {file.stat().st_mode & 0o777 for file in paths.home.glob("*before*")} == {0o600}


def test_a_copy_that_was_cut_short_is_made_anew(paths, steps):
    (steps / "0002_mood.sql").write_text(TWO)
    (paths.home / ".journal.db.before-v2.part").write_text("half")

    with migrated(paths, steps, 2):
        pass

    assert not list(paths.home.glob(".*"))


def test_a_step_that_fails_leaves_the_shape_before_it(paths, steps):
    (steps / "0002_mood.sql").write_text(TWO)
    (steps / "0003_wrong.sql").write_text("CREATE TABLE more (a);\nINSERT INTO nowhere VALUES (1);")

    with pytest.raises(Exception, match="nowhere"):
        migrated(paths, steps, 3)

    with closing(open_engine(paths.journal, KEY)) as db:
        assert version_of(db) == 2
        assert db.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'more'").fetchone() == (0,)


def test_an_older_program_refuses_a_newer_file(paths, steps):
    (steps / "0002_mood.sql").write_text(TWO)
    with migrated(paths, steps, 2):
        pass

    with closing(open_engine(paths.journal, KEY)) as db, pytest.raises(StoreError, match="newer") as raised:
        migrate(db, KEY, paths, steps=steps, latest=1)

    assert "Upgrade" in (raised.value.hint or "")


def test_twenty_processes_migrate_at_once(paths, steps):
    (steps / "0002_mood.sql").write_text(TWO)
    code = """
import sys
from pathlib import Path
from braindump_cli.storage.engine import open_engine
from braindump_cli.storage.migrations import migrate, version_of
from tests.vaults import paths_in
paths = paths_in(Path(sys.argv[1]))
sys.stdin.readline()
db = open_engine(paths.journal, bytes(range(32)))
migrate(db, bytes(range(32)), paths, steps=Path(sys.argv[2]), latest=2)
print(version_of(db))
"""
    said = run_together(20, code, paths.home, steps)

    assert said == ["2\n"] * 20
    with closing(open_engine(paths.journal, KEY)) as db:
        assert db.execute("SELECT text, mood FROM notes").fetchall() == [("old", "calm")]
