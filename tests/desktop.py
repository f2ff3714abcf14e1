"""A desktop session with the real Secret Service, and the surroundings of cron, which has none."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.parts import need, need_program

_UNLOCK = "printf ci-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"

CRON: Mapping[str, str | None] = {
    "DBUS_SESSION_BUS_ADDRESS": None,
    "BRAINDUMP_KEYS_STORE": None,
    "BRAINDUMP_KEYS_CACHE": "0",
    "XDG_RUNTIME_DIR": None,
    "DISPLAY": None,
}


@contextmanager
def desktop(home: Path) -> Iterator[dict[str, str | None]]:
    """Give the environment of a session whose keyring is open; it rests under `home` and ends with the session."""
    need_program("dbus-run-session", "gnome-keyring-daemon", "secret-tool")
    need_no_other_desktop()
    said = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    script = f'{_UNLOCK}; echo "$DBUS_SESSION_BUS_ADDRESS"; exec cat'
    with subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-ec", script],
        env=said, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as session:  # fmt: skip
        assert session.stdout
        assert session.stdin
        address = session.stdout.readline().strip()
        assert address
        yield {**CRON, "DBUS_SESSION_BUS_ADDRESS": address}
        session.stdin.close()


def need_no_other_desktop() -> None:
    """Need a user without a session: a journal without a bus would look for that one's keyring."""
    bus = Path(f"/run/user/{os.getuid()}/bus")
    need(not bus.exists(), f"{bus} belongs to a desktop that is not ours to write to")


def secret(session: Mapping[str, str | None], verb: str, journal_id: str) -> str:
    """Ask the keyring by another program: `lookup` or `clear` a journal's key."""
    ran = subprocess.run(
        ["secret-tool", verb, "service", f"braindump/{journal_id}", "username", "journal key"],
        env={**os.environ, **{name: value for name, value in session.items() if value is not None}},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout.strip()
