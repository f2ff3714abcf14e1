"""What whole commands need to sign in: a project, a browser without a window, and what it noted."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.accounts import ADA, PASSWORD, WallClock, kept_in, session_of, signed_in
from tests.cloud import browser
from tests.cloud.auth import PUBLISHABLE, AuthServer, auth_server
from tests.shell import Cli, Result
from tests.waiting import until

# All that does its work without an account; `record` is tested for itself.
LOCAL = [
    "add again", "list", "show 1", "search plum", "today", "delete 1", "restore 2", "ask plum", "review",
    "insights show 1", "todos list", "vocabulary list", "status", "doctor", "setup", "config list", "keys list",
    "privacy log", "lock status", "whoami", "history 1", "edit 1 --private", "cloud init --print",
]  # fmt: skip


@contextmanager
def project_for(cli: Cli) -> Iterator[AuthServer]:
    """Serve a project that knows Ada; $BROWSER of the commands is the one without a window."""
    notes = cli.folder / "browser.json"
    cli.environment = {**cli.environment, "BROWSER": f"{sys.executable} {browser.__file__} {notes} %s"}
    with auth_server(providers=("google", "custom:clerk")) as server:
        server.auth.add(ADA, PASSWORD)
        yield server


def noted(cli: Cli) -> Any:
    """Return what the browser noted, as soon as it has."""
    notes: Path = cli.folder / "browser.json"
    until(notes.exists)
    return json.loads(notes.read_text())


def at(server: AuthServer) -> tuple[str, ...]:
    """Return the options that name the project."""
    return ("--url", server.url, "--key", PUBLISHABLE)


def sign_in(cli: Cli, server: AuthServer, *words: str) -> Result:
    """Sign Ada in with her password."""
    return cli.run("login", "--email", ADA, "--password-stdin", *at(server), *words, input=f"{PASSWORD}\n")


def be_signed_in(cli: Cli, home: Path, *, url: str, clock: WallClock) -> None:
    """Let a journal with two entries, one of them in the trash, be Ada's, who signed in by that clock."""
    cli.run("add", "A plum. I have to eat it tomorrow.")
    cli.run("add", "A pear.")
    cli.run("delete", "2")
    with kept_in(home, clock) as store:
        store.keep(session_of(signed_in(url=url, at=clock.now())))
    cli.run("config", "set", "cloud.url", url)
    cli.run("config", "set", "cloud.key", PUBLISHABLE)
