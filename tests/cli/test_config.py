"""config get, set, unset, list, path."""

import pytest

from braindump_cli.settings import table

FILE = """\
# My settings.
[record]
max = "45m"  # enough

[later]
unknown = 1
"""


@pytest.fixture
def file(home):
    home.mkdir()
    path = home / "config.toml"
    path.write_text(FILE)
    return path


def test_a_value_is_told_with_the_place_it_comes_from(cli, file):
    told = [
        cli.run("config", "get", key, "--json").json()["data"]
        for key in ("record.max", "keys.store", "record.format")
    ]

    assert [(row["value"], row["source"]) for row in told] == [
        ("45m", "file"),
        ("file", "environment"),
        ("opus", "default"),
    ]
    assert told[1]["variable"] == "BRAINDUMP_KEYS_STORE"


def test_in_a_pipe_a_value_and_the_path_stand_alone_for_scripts(cli, file):
    assert cli.run("config", "get", "record.max").out == "45m\n"
    assert cli.run("config", "get", "transcription.order").out == "deepgram, openai, pocketsphinx\n"
    assert cli.run("config", "path").out == f"{file}\n"


def test_a_value_is_set_and_comments_stay(cli, file):
    changed = cli.run("config", "set", "record.max", "90s", "--json")

    assert (changed.status, changed.json()["data"]["value"]) == (0, "1m30s")
    assert file.read_text() == FILE.replace('"45m"', '"1m30s"')
    assert cli.run("config", "get", "record.max").out == "1m30s\n"


def test_a_value_is_set_where_no_file_is_yet_for_its_owner_alone(cli, home):
    cli.run("config", "set", "transcription.order", "pocketsphinx, other")

    file = home / "config.toml"
    assert file.read_text() == '[transcription]\norder = ["pocketsphinx", "other"]\n'
    assert (file.stat().st_mode & 0o777, home.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_value_is_taken_out_and_the_rest_stays(cli, file):
    unset = cli.run("config", "unset", "record.max", "--json")

    assert (unset.status, unset.json()["data"]["value"]) == (0, "2h")
    assert "max" not in file.read_text()
    assert file.read_text().startswith("# My settings.\n[record]\n")


def test_taking_out_what_was_never_set_changes_nothing(cli, file):
    assert cli.run("config", "unset", "journal.language").status == 0
    assert file.read_text() == FILE


def test_a_list_tells_every_setting_and_warns_of_unknown_ones(cli, file):
    listed = cli.run("config", "list", "--json")

    assert [row["key"] for row in listed.json()["data"]] == [row.key for row in table()]
    assert all(row["help"] and row["allowed"] for row in listed.json()["data"])
    assert listed.json()["warnings"][0]["code"] == "unknown_setting"
    assert "later.unknown" in listed.json()["warnings"][0]["message"]


def test_a_variable_that_hides_the_file_is_told(cli, file):
    changed = cli.run("config", "set", "keys.store", "keyring")

    assert changed.status == 0
    assert "BRAINDUMP_KEYS_STORE" in changed.err


@pytest.mark.parametrize("words", [("get", "record.mx"), ("set", "record.mx", "1"), ("unset", "record.mx")])
def test_an_unknown_key_names_the_nearest(cli, file, words):
    failed = cli.run("config", *words)

    assert failed.status == 78
    assert "record.max" in failed.err
    assert file.read_text() == FILE


def test_a_key_unlike_any_other_names_the_list(cli):
    assert "braindump config list" in cli.run("config", "get", "zzz").err


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("record.format", "mp3", "opus, flac"),
        ("record.max", "soon", "90s, 25m, 2h"),
        ("keys.store", "pocket", "keyring, file"),
        ("journal.week_start", "tuesday", "monday, sunday"),
        ("journal.zone", "Mars/Olympus", "Europe/London"),
        ("journal.language", "\udcff", "any text"),
        ("transcription.order", "a,,b", "names such as"),
    ],
)
def test_a_wrong_value_names_file_key_and_what_is_allowed_and_is_not_kept(cli, file, key, value, allowed):
    failed = cli.run("config", "set", key, value)

    assert failed.status == 78
    assert str(file) in failed.err
    assert key in failed.err
    assert allowed in failed.err
    assert file.read_text() == FILE


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("record = 5\n[record]\n", "not valid TOML"),
        ("record.max = 5\n", "record.max cannot be 5"),
        ('record.format = "x"\n', "record.format cannot be 'x'"),
        ("[[[", "not valid TOML"),
        ("a = " + "[" * 2000, "not valid TOML"),
    ],
)
def test_a_wrong_file_stops_every_command_that_needs_it(cli, file, content, named):
    file.write_text(content)

    for words in (("list",), ("todos", "add", "x"), ("status",)):
        failed = cli.run(*words)

        assert failed.status == 78
        assert str(file) in failed.err
        assert named in failed.err
    assert not (file.parent / "journal.db").exists()


def test_a_file_in_another_encoding_is_not_valid(cli, file):
    file.write_bytes("# Über\n".encode("latin-1"))

    failed = cli.run("config", "set", "record.max", "1h")

    assert failed.status == 78
    assert "not valid TOML" in failed.err


def test_a_wrong_value_can_be_mended_by_the_program_itself(cli, file):
    file.write_text('[record]\nmax = "soon"\nformat = "flac"\n')

    other, wrong = cli.run("config", "get", "record.format"), cli.run("config", "get", "record.max")
    mended = cli.run("config", "set", "record.max", "1h")

    assert (other.out, wrong.status, mended.status) == ("flac\n", 78, 0)
    assert cli.run("list").status == 0


def test_a_table_that_is_none_is_named(cli, file):
    file.write_text("record = 5\n")

    failed = cli.run("config", "set", "record.max", "1h")

    assert failed.status == 78
    assert "record must be a table" in failed.err


def test_every_key_that_can_be_set_is_read_again(cli, file):
    values = {
        "text": "en",
        "time zone": "Asia/Tokyo",
        "choice": None,
        "duration": "1h1m1.5s",
        "list": "offline",
        "boolean": "true",
        "whole number": "3",
        "number": "1.5",
        "address": "http://localhost:11434/v1",
        "publishable key": "sb_publishable_abc",
    }
    plans = {"focus.presets": "deep=50m/10m"}
    for row in table():
        value = plans.get(row.key) or values[row.kind.name] or row.kind.allowed.split(", ")[-1]
        kept = cli.run("config", "set", row.key, value, "--json").json()["data"]["value"]

        again = cli.run("config", "get", row.key, "--json", env={row.variable: None}).json()["data"]
        assert (again["value"], again["source"]) == (kept, "file")
