"""The real Secret Service, in a session bus of its own; and what happens where there is none."""

import subprocess
import sys
from contextlib import suppress
from socket import AF_UNIX, socket
from threading import Thread

import pytest

from tests.parts import need_program, python_environment, run_python

KEY = "ab" * 32
UNLOCK = "printf ci-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"
LOCKED = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1"
TRY = """
import sys
from braindump_cli.storage.keys.keyring_store import SystemKeyring
keyring = SystemKeyring()
for step in sys.argv[1:]:
    name, *words = step.split(" ")
    print(*getattr(keyring, name)(*words), flush=True)
"""
JOURNAL = """
import sys
from datetime import timedelta
from pathlib import Path
from braindump_cli.errors import BraindumpError
from braindump_cli.settings import Settings
from braindump_cli.storage.keys.recovery import recovery_code
from braindump_cli.storage.keys.stores import Stores
from braindump_cli.storage.keys.vault import Vault
from braindump_cli.storage.opening import open_journal
from tests.vaults import paths_in
paths, todo = paths_in(Path(sys.argv[1])), sys.argv[2]
vault = Vault(paths, Stores(paths, Settings({"keys.cache": timedelta(0)})))
try:
    if todo.startswith("unlock "):
        print(*vault.unlock_with_recovery(todo.split()[1]))
    else:
        db = open_journal(paths, vault)
        print(vault.store, recovery_code(vault, db))
except BraindumpError as error:
    print(error.code, error.message, error.hint)
"""


@pytest.fixture
def environment(tmp_path):
    """Return the environment of a user with an empty home and no bus."""
    need_program("dbus-run-session", "gnome-keyring-daemon", "secret-tool")
    (tmp_path / "home").mkdir(mode=0o700)
    return python_environment(
        HOME=str(tmp_path / "home"), DBUS_SESSION_BUS_ADDRESS=None, XDG_RUNTIME_DIR=None, DISPLAY=None
    )


def in_session(environment, script, *words):
    """Run a shell script in a session bus of its own; return its lines."""
    ran = subprocess.run(
        ["dbus-run-session", "--", "sh", "-ec", script, "sh", sys.executable, *map(str, words)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_a_real_secret_service_keeps_gives_and_forgets(environment):
    said = in_session(
        environment,
        UNLOCK + '; "$1" -c "$2" name "read J" "write J $3" "read J"'
        "; secret-tool lookup service braindump/J username 'journal key'; echo"
        '; "$1" -c "$2" "remove J" "remove J" "read J"',
        TRY,
        KEY,
    )

    assert said == [
        "Secret Service None",
        "None None",
        f"{KEY} None",
        f"{KEY} None",
        KEY,
        "None None",
        "None None",
        "None None",
    ]


def test_the_key_of_a_journal_is_in_no_file(environment, tmp_path):
    find = (
        UNLOCK
        + '; "$1" -c "$2" "$3/journal" open; secret-tool search --all username "journal key" 2>/dev/null'
    )

    said = in_session(environment, find, JOURNAL, tmp_path)

    secret = next(line.split(" = ")[1] for line in said if line.startswith("secret = "))
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert said[0].startswith("keyring ")
    assert len(bytes.fromhex(secret)) == 32
    assert len(files) > 4
    assert not [text for text in files if secret.encode() in text or bytes.fromhex(secret) in text]


def test_a_wiped_keyring_locks_and_the_recovery_code_brings_the_key_back(environment, tmp_path):
    script = (
        UNLOCK + '; said=$("$1" -c "$2" "$3/journal" open); echo "$said"'
        "; secret-tool clear username 'journal key'"
        '; "$1" -c "$2" "$3/journal" open'
        '; "$1" -c "$2" "$3/journal" "unlock ${said#keyring }"'
        '; "$1" -c "$2" "$3/journal" open'
    )

    first, locked, unlocked, again = in_session(environment, script, JOURNAL, tmp_path)

    assert locked.startswith("locked The system's keyring does not hold the journal's key.")
    assert "unlock --recovery" in locked
    assert unlocked == "keyring False"
    assert again == first


def test_a_locked_keyring_at_first_means_a_key_file(environment, tmp_path):
    said = in_session(environment, LOCKED + '; "$1" -c "$2" "$3/journal" open', JOURNAL, tmp_path)

    assert said[0].startswith("file ")
    assert (tmp_path / "journal/key").stat().st_mode & 0o777 == 0o600


def test_a_keyring_that_is_locked_later_locks_the_journal(environment, tmp_path):
    opened = in_session(environment, UNLOCK + '; "$1" -c "$2" "$3/journal" open', JOURNAL, tmp_path)

    said = in_session(environment, LOCKED + '; "$1" -c "$2" "$3/journal" open', JOURNAL, tmp_path)

    assert opened[0].startswith("keyring ")
    assert said[0].startswith("locked The system's keyring cannot be reached: ")
    assert not (tmp_path / "journal/key").exists()


def test_a_process_without_a_bus_as_in_cron_does_not_reach_it(environment, tmp_path):
    opened = in_session(environment, UNLOCK + '; "$1" -c "$2" "$3/journal" open', JOURNAL, tmp_path)

    said = run_python(JOURNAL, tmp_path / "journal", "open", env=environment)

    assert opened[0].startswith("keyring ")
    assert said.stdout.startswith("locked The system's keyring cannot be reached: ")
    assert said.stderr == ""


@pytest.mark.parametrize(
    ("variables", "failure"),
    [
        ({"DBUS_SESSION_BUS_ADDRESS": None}, "SecretService"),
        ({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere/bus"}, ""),
        ({"DBUS_SESSION_BUS_ADDRESS": "nonsense"}, ""),
        ({"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}, "does not keep secrets safe"),
        ({"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}, "does not keep secrets safe"),
        ({"PYTHON_KEYRING_BACKEND": "os.path.join"}, "does not keep secrets safe"),
    ],
)
def test_what_is_no_keyring_is_not_used(tmp_path, variables, failure):
    environment = python_environment(**({"HOME": str(tmp_path), "XDG_RUNTIME_DIR": None} | variables))

    said = run_python(TRY, "name", "read J", f"write J {KEY}", "remove J", env=environment)

    lines = said.stdout.splitlines()
    assert len(lines) == 4
    assert all(line.startswith("None ") and failure in line for line in lines)
    assert said.stderr == ""
    assert said.returncode == 0


def test_a_user_who_disabled_keyrings_is_heard(tmp_path):
    folder = tmp_path / ".config/python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")
    environment = python_environment(HOME=str(tmp_path), XDG_CONFIG_HOME=None)

    said = run_python(TRY, f"write J {KEY}", env=environment)

    assert said.stdout == "None keyring.backends.null.Keyring is chosen, which does not keep secrets safe\n"


def test_a_keyring_that_waits_for_somebody_is_given_up(tmp_path):
    """A bus that lets us in and never answers stands for a dialogue that nobody sees."""

    def let_in() -> None:
        connection, _ = bus.accept()
        with connection, suppress(OSError):
            while received := connection.recv(4096):
                if b"AUTH" in received:
                    connection.sendall(b"OK 1234deadbeef\r\n")
                elif b"NEGOTIATE" in received:
                    connection.sendall(b"AGREE_UNIX_FD\r\n")

    with socket(AF_UNIX) as bus:
        bus.bind(str(tmp_path / "bus"))
        bus.listen()
        thread = Thread(target=let_in)
        thread.start()
        environment = python_environment(DBUS_SESSION_BUS_ADDRESS=f"unix:path={tmp_path / 'bus'}")

        said = run_python(TRY, "read J", env=environment)
        thread.join()

    assert said.stdout == "None it gave no answer within 3 s\n"
