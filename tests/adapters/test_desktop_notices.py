"""Notices over a real bus, to a service that keeps what it was told; and desktops that are none."""

import socket

import pytest

from braindump_cli.notices.desktop import DesktopNotices
from braindump_cli.ports.focus import Notice
from tests.notification_server import notified_desktop

NOTICE = Notice("Time for a break", "Call <Tom> & Anna")


def test_a_desktop_shows_it(tmp_path, monkeypatch):
    with notified_desktop(tmp_path) as desktop:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.environment["DBUS_SESSION_BUS_ADDRESS"])

        assert DesktopNotices().tell(NOTICE) == ()

    assert desktop.notices() == [
        {
            "app": "braindump",
            "replaces": 0,
            "title": "Time for a break",
            "body": "Call &lt;Tom&gt; &amp; Anna",
            "actions": [],
            "expires": -1,
        }
    ]


def test_words_stay_as_they_are_where_no_markup_is_read(tmp_path, monkeypatch):
    with notified_desktop(tmp_path, "--no-markup") as desktop:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.environment["DBUS_SESSION_BUS_ADDRESS"])

        assert DesktopNotices().tell(NOTICE) == ()

    assert [notice["body"] for notice in desktop.notices()] == ["Call <Tom> & Anna"]


def test_a_desktop_that_does_not_answer_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("braindump_cli.notices.desktop._PATIENCE_S", 0.2)
    with notified_desktop(tmp_path, "--mute") as desktop:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.environment["DBUS_SESSION_BUS_ADDRESS"])

        (failure,) = DesktopNotices().tell(NOTICE)

    assert failure == "The desktop cannot be reached: TimeoutError."


@pytest.mark.parametrize(
    "address", ["unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=1", "nonsense", "autolaunch:"]
)
def test_a_bus_that_is_none_is_one_sentence(monkeypatch, address):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)

    (failure,) = DesktopNotices().tell(NOTICE)

    assert failure.startswith("The desktop cannot be reached: ")
    assert "\n" not in failure


def test_a_bus_that_hangs_up_is_one_sentence(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "bus"))
        server.listen(1)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'bus'}")
        monkeypatch.setattr("braindump_cli.notices.desktop._PATIENCE_S", 0.2)

        (failure,) = DesktopNotices().tell(NOTICE)

    assert failure.startswith("The desktop cannot be reached: ")


def test_a_machine_without_a_desktop_is_no_failure(monkeypatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setattr("pathlib.Path.is_socket", lambda _: False)

    assert DesktopNotices().tell(NOTICE) == ()


def test_a_bus_without_a_desktop_is_no_failure(tmp_path, monkeypatch):
    with notified_desktop(tmp_path) as desktop:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
        monkeypatch.setattr("braindump_cli.notices.desktop._NAME", "org.nobody.Here")

        assert DesktopNotices().tell(NOTICE) == ()
