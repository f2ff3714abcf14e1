"""A desktop's notification service of our own, on a private bus: `python -m tests.notification_server FILE`.

Each notice becomes one line of JSON in the file. `--no-markup`: the service reads none. `--mute`: it answers nothing.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.parts import ROOT, need_program, python_environment
from tests.waiting import until

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


class Desktop(NamedTuple):
    """A session bus with the service on it."""

    environment: dict[str, str]
    file: Path

    def notices(self) -> list[dict[str, Any]]:
        """Return what was shown so far."""
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []


@contextmanager
def notified_desktop(folder: Path, *flags: str) -> Iterator[Desktop]:
    """Run a bus with the service until the end of the block."""
    need_program("dbus-run-session")
    file, ready = folder / "notices", folder / "bus"
    script = f'echo "$DBUS_SESSION_BUS_ADDRESS" >{ready}.new; exec "$@"'
    command = [sys.executable, "-m", "tests.notification_server", str(file), *flags]
    with subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-ec", script, "sh", *command],
        cwd=ROOT, env=python_environment(HOME=str(folder)), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as session:  # fmt: skip
        until((folder / "notices.ready").exists)
        yield Desktop({"DBUS_SESSION_BUS_ADDRESS": Path(f"{ready}.new").read_text().strip()}, file)
        assert session.stdin
        session.stdin.close()


def main(file: Path, flags: Sequence[str]) -> None:
    """Serve until stdin ends."""
    from threading import Thread

    from jeepney import MessageType
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import open_dbus_connection
    from jeepney.wrappers import unwrap_msg

    bus = open_dbus_connection()
    assert unwrap_msg(bus.send_and_get_reply(message_bus.RequestName(NAME))) == (1,)
    Path(f"{file}.ready").touch()

    def serve() -> None:
        while True:
            message = bus.receive()
            if message.header.message_type == MessageType.method_call and "--mute" not in flags:
                bus.send(_answer(message, file, flags))

    Thread(target=serve, daemon=True).start()
    sys.stdin.read()


def _answer(message: Any, file: Path, flags: Sequence[str]) -> Any:
    from jeepney import HeaderFields, new_error, new_method_return

    method = message.header.fields[HeaderFields.member]
    if method == "GetCapabilities":
        return new_method_return(
            message, "as", (["body"] + (["body-markup"] if "--no-markup" not in flags else []),)
        )
    if method != "Notify":
        return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
    app, replaces, _, title, body, actions, _, expires = message.body
    with file.open("a") as shown:
        told = {"app": app, "replaces": replaces, "title": title, "body": body, "actions": actions}
        print(json.dumps({**told, "expires": expires}), file=shown)
    return new_method_return(message, "u", (1,))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
