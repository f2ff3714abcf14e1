from datetime import timedelta

import pytest

from braindump_cli.errors import ConfigError
from braindump_cli.settings import (
    Settings,
    checked,
    load_settings,
    read_duration,
    row_of,
    table,
    write_duration,
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config.toml"


def test_without_file_and_environment_every_setting_has_its_default(file):
    settings = load_settings(file, {})

    assert settings.values == {}
    assert settings.record_max == timedelta(hours=2)
    assert settings.insights_order == ("openai", "offline")
    assert settings.journal_zone is None


def test_the_environment_comes_before_the_file_and_the_file_before_the_default(file):
    file.write_text('[record]\nmax = "25m"\nformat = "flac"\n')

    settings = load_settings(file, {"BRAINDUMP_RECORD_MAX": "90s"})

    assert settings.record_max == timedelta(seconds=90)
    assert settings.record_format == "flac"
    assert settings.record_auto_stop == timedelta(0)


def test_a_list_stands_in_brackets_in_the_file_and_between_commas_in_the_environment(file):
    file.write_text('transcription.order = ["a", "b"]\n')

    settings = load_settings(file, {"BRAINDUMP_INSIGHTS_ORDER": "c, d"})

    assert settings.transcription_order == ("a", "b")
    assert settings.insights_order == ("c", "d")


def test_what_this_version_does_not_know_is_named_and_left_alone(file):
    file.write_text('later = 1\n[record]\nmax = "1h"\nspeed = 2\n[record.deep]\ndown = 3\n')

    settings = load_settings(file, {})

    assert settings.unknown == ("later", "record.speed", "record.deep.down")
    assert settings.record_max == timedelta(hours=1)


def test_every_row_has_a_name_a_variable_an_allowed_value_and_a_line_of_help():
    rows = list(table())

    assert len({row.key for row in rows}) == len(rows) == len({row.variable for row in rows})
    for row in rows:
        assert row.help.endswith(".")
        assert row.kind.allowed
        assert row.variable == "BRAINDUMP_" + row.key.upper().replace(".", "_")
        assert getattr(Settings, row.key.replace(".", "_")) is row


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(ConfigError) as caught:
        row_of("record.mx")

    assert "record.max" in str(caught.value.hint)


@pytest.mark.parametrize("content", [b"[[", b"a = 1\na = 2\n", b"\xff", b"a = " + b"[" * 2000])
def test_a_file_that_is_no_toml_is_named_with_the_way_out(file, content):
    file.write_bytes(content)

    with pytest.raises(ConfigError, match="not valid TOML") as caught:
        load_settings(file, {})

    assert str(file) in caught.value.message
    assert "defaults" in str(caught.value.hint)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path, {})


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("0", 0),
        ("90s", 90),
        ("25m", 1500),
        ("2h", 7200),
        ("1h30m", 5400),
        ("2d", 172_800),
        (" 1.5M ", 90),
        ("0s", 0),
    ],
)
def test_a_duration_is_a_number_with_its_unit(words, seconds):
    assert read_duration(words) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "words", ["", "5", "s", "m5", "-5s", "1x", "1.2.3s", "1h 30", "1e3s", "∞", True, None, []]
)
def test_what_is_no_duration_is_refused(words):
    with pytest.raises(ConfigError, match=r"here: record\.max cannot be"):
        checked(Settings.record_max, words, place="here")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0"), (90, "1m30s"), (7200, "2h"), (90_061, "25h1m1s"), (0.5, "0.5s"), (3600.25, "1h0.25s")],
)
def test_a_duration_is_written_as_people_write_it(seconds, words):
    assert write_duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    "address",
    ["http://example.com/v1", "https://me:secret@example.com", "https://", "ftp://example.com", "localhost:1234",
     "https://example.com:99999", "https://example.com/v1?key=1", "http://127.0.0.1.example.com/v1"],
)  # fmt: skip
def test_an_address_that_is_unsafe_or_none_is_refused(file, address):
    with pytest.raises(ConfigError, match=r"insights\.openai\.base_url"):
        load_settings(file, {"BRAINDUMP_INSIGHTS_OPENAI_BASE_URL": address})


@pytest.mark.parametrize(
    "address",
    ["https://example.com/v1", "http://localhost:11434/v1/", "http://127.0.0.1:1/v1", "http://[::1]:8080/v1"],
)
def test_an_address_is_https_or_on_this_machine(file, address):
    settings = load_settings(file, {"BRAINDUMP_INSIGHTS_OPENAI_BASE_URL": address})

    assert settings.insights_openai_base_url == address.rstrip("/")
