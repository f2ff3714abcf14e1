import pytest

from braindump_cli.surroundings import local_language, local_zone_name


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
