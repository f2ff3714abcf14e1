"""What whole commands need to sign in: a project, a browser without a window, and what it noted."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.accounts import ADA, PASSWORD
from tests.cloud import browser
from tests.cloud.auth import PUBLISHABLE, AuthServer, auth_server
from tests.shell import Cli, Result
from tests.waiting import until


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
