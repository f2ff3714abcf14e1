import os

import pytest

from braindump_cli.surroundings import find_session_bus, local_language, local_zone_name


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":Europe/Berlin", "Europe/Berlin"),
        ("America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
    ],
)
def test_the_zone_is_the_one_that_tz_names(monkeypatch, variable, name):
    monkeypatch.setenv("TZ", variable)

    assert local_zone_name() == name


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": ""}, "en"),
        ({"LC_ALL": "fr_FR", "LANG": "de_DE"}, "fr"),
        ({"LC_MESSAGES": "it", "LANG": "de_DE"}, "it"),
        ({"LANG": "../etc"}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale_and_english_where_there_is_none(
    monkeypatch, environment, language
):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert local_language() == language


def test_the_bus_of_the_user_is_found_where_the_environment_does_not_name_it(monkeypatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setattr("pathlib.Path.is_socket", lambda path: str(path) == f"/run/user/{os.getuid()}/bus")

    assert find_session_bus()

    assert os.environ.pop("DBUS_SESSION_BUS_ADDRESS") == f"unix:path=/run/user/{os.getuid()}/bus"
