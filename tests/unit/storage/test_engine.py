import os
import stat
from contextlib import closing, suppress

import pytest

from braindump_cli.errors import LockedError, StoreError
from braindump_cli.storage.engine import (
    check_integrity,
    engine_version,
    is_engine_safe,
    open_copy,
    open_engine,
    statements,
    writing,
)

KEY = bytes(range(32))
OTHER = bytes(32)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "journal.db"


@pytest.fixture
def db(path):
    with closing(open_engine(path, KEY)) as db:
        db.execute("CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT UNIQUE)")
        yield db


def texts(db):
    return [text for (text,) in db.execute("SELECT text FROM notes ORDER BY number")]


def add_and_fail(db):
    db.execute("INSERT INTO notes (text) VALUES (?)", ("lost" if not texts(db) else "more",))
    raise ZeroDivisionError


def test_the_engine_is_one_that_keeps_every_commit():
    assert is_engine_safe()
    assert tuple(map(int, engine_version().split("."))) >= (3, 51, 3)


def test_a_commit_survives_a_power_cut_and_references_hold(db):
    pragmas = [
        db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "busy_timeout")
    ]

    assert pragmas == ["wal", 2, 1, 0, 30_000]


def test_all_files_are_their_owners_alone(db, path):
    os.umask(os.umask(0))
    with writing(db):
        db.execute("INSERT INTO notes (text) VALUES ('a')")

    modes = {name.name: stat.S_IMODE(name.stat().st_mode) for name in path.parent.iterdir()}

    assert modes == {"journal.db": 0o600, "journal.db-wal": 0o600, "journal.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_word_is_on_the_disk(db, path):
    with writing(db):
        db.execute("INSERT INTO notes (text) VALUES ('quetzalcoatlus')")
    db.execute("PRAGMA wal_checkpoint(FULL)")

    written = b"".join(file.read_bytes() for file in path.parent.iterdir())

    assert len(written) > 8192
    assert b"quetzal" not in written
    assert b"SQLite format 3" not in written


def test_what_is_written_together_is_kept_together_or_not_at_all(db, path):
    with writing(db):
        db.execute("INSERT INTO notes (text) VALUES ('kept')")
    with pytest.raises(ZeroDivisionError), writing(db):
        add_and_fail(db)

    with closing(open_engine(path, KEY)) as other:
        assert texts(other) == ["kept"]


def test_a_nested_transaction_joins_the_outer_one(db):
    with writing(db):
        with suppress(ZeroDivisionError), writing(db):
            add_and_fail(db)
        assert db.in_transaction
        assert texts(db) == ["lost"]

    with pytest.raises(ZeroDivisionError), writing(db), writing(db):
        add_and_fail(db)
    assert texts(db) == ["lost"]


def test_a_transaction_has_the_write_lock_from_its_first_statement(db, path):
    with closing(open_engine(path, KEY)) as other:
        other.execute("PRAGMA busy_timeout = 0")
        with writing(db):
            texts(db)
            with pytest.raises(StoreError, match="Another braindump"), writing(other):
                pass


def test_faults_of_the_program_stay_what_they_are(db):
    db.execute("INSERT INTO notes (text) VALUES ('a')")

    for sql in ("SELECT nothing FROM notes", "INSERT INTO notes (text) VALUES ('a')"):
        with pytest.raises(Exception, match=r"nothing|UNIQUE") as raised:
            db.execute(sql)
        assert not isinstance(raised.value, StoreError)


def test_a_wrong_key_is_locked(db, path):
    with pytest.raises(LockedError, match="does not belong"):
        open_engine(path, OTHER, fits=lambda key: key == KEY)


def test_the_right_key_over_a_damaged_beginning_is_a_damaged_file(db, path):
    db.close()
    path.write_bytes(b"\x00" + path.read_bytes()[1:])

    with pytest.raises(StoreError, match="damaged") as raised:
        open_engine(path, KEY, fits=lambda key: key == KEY)
    assert str(path) in raised.value.message
    assert "restore" in (raised.value.hint or "")


def test_a_plain_file_is_named_as_such(path):
    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\0" + bytes(4080))

    with pytest.raises(StoreError, match="plain SQLite"):
        open_engine(path, KEY, fits=lambda _: False)


def test_the_engine_says_nothing_by_itself(path, capfd):
    open_engine(path, KEY).close()
    path.write_bytes(os.urandom(8192))

    with pytest.raises(StoreError):
        open_engine(path, KEY)
    assert capfd.readouterr() == ("", "")


def test_a_planted_link_is_not_followed(tmp_path):
    (tmp_path / "journal.db").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StoreError):
        open_engine(tmp_path / "journal.db", KEY)
    assert not (tmp_path / "elsewhere").exists()


def test_a_sound_file_has_no_findings(db):
    assert check_integrity(db) == []


def test_a_broken_reference_is_named(db):
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("CREATE TABLE tags (note INTEGER REFERENCES notes (number))")
    db.execute("INSERT INTO tags (note) VALUES (99)")

    assert check_integrity(db) == ["Row 1 of tags points at a row of notes that is not there."]


def test_a_copy_is_read_without_making_files_beside_it(db, path, tmp_path):
    db.execute("INSERT INTO notes (text) VALUES ('a')")
    db.execute("VACUUM INTO ?", (str(tmp_path / "copy"),))

    with closing(open_copy(tmp_path / "copy", KEY)) as copy:
        assert texts(copy) == ["a"]
        with pytest.raises(StoreError, match="cannot be written"), writing(copy):
            pass
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["copy"]


def test_a_script_is_cut_at_its_statements_and_not_inside_them():
    trigger = "CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; SELECT 2; END;"
    script = f"-- one; two\nCREATE TABLE a (b DEFAULT ';');\n{trigger}\n-- the end\n"

    found = [statement.strip() for statement in statements(script)]

    assert found == ["-- one; two\nCREATE TABLE a (b DEFAULT ';');", trigger]
