import stat
from pathlib import Path

import pytest

from braindump_cli.paths import find_paths, private_folder, write_durably


def test_one_folder_holds_everything_where_the_home_is_named(home):
    paths = find_paths()

    assert paths.home == home
    assert {paths.config, paths.journal, paths.key_file, paths.inbox, paths.spool, paths.log} == {
        home / name for name in ("config.toml", "journal.db", "key", "inbox", "spool", "log")
    }


def test_a_home_may_be_named_from_the_users_own_or_from_here(home, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = []
    for name in ("~/notes", "notes"):
        monkeypatch.setenv("BRAINDUMP_HOME", name)
        found.append(find_paths().home)

    assert found == [Path.home() / "notes", tmp_path / "notes"]


def test_without_a_home_the_folders_are_those_of_the_system(home, monkeypatch, tmp_path):
    monkeypatch.delenv("BRAINDUMP_HOME")

    paths = find_paths()

    assert all(
        tmp_path in path.parents and "braindump" in path.parts
        for path in (paths.journal, paths.config, paths.log)
    )


def test_a_file_is_replaced_whole_and_is_its_owners_alone(tmp_path):
    path = tmp_path / "new" / "file"

    for content in (b"a" * 1000, b"b"):
        write_durably(path, content)

    assert path.read_bytes() == b"b"
    assert list(path.parent.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_cannot_be_replaced_leaves_nothing_half_done(tmp_path):
    (tmp_path / "file").mkdir()

    with pytest.raises(OSError, match="directory"):
        write_durably(tmp_path / "file", b"a")

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_is_there_stays_as_it_is(tmp_path):
    tmp_path.chmod(0o755)

    private_folder(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
