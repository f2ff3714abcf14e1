"""Machines of a person: homes of their own, in which the real command runs against a project."""

import json
import os
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from braindump_cli.ports.cloud import SUPABASE, Session, SignedIn
from braindump_cli.storage.engine import writing
from tests.accounts import ADA, PASSWORD, WallClock, kept_in
from tests.cloud.project import Project
from tests.journals import open_in
from tests.shell import Cli, Result
from tests.terminal import Terminal

_SHARED = (
    "SELECT id, title, text, created_at, deleted_at IS NOT NULL FROM entries WHERE purged = 0 AND is_private = 0"
    " ORDER BY id"
)


class Machine:
    """One machine, signed in or not."""

    def __init__(self, folder: Path, project: Project, *, name: str = "machine") -> None:
        self.project = project
        self.folder = folder / name
        self.folder.mkdir()
        self.home = self.folder / "home"
        self.environment = {**os.environ, "HOME": str(self.folder), "BRAINDUMP_HOME": str(self.home)}
        self.cli = Cli(self.environment, self.folder)

    def run(
        self, *words: str, input: str | bytes | None = None, env: Mapping[str, str | None] | None = None
    ) -> Result:
        """Run a command to its end, away from any terminal."""
        return self.cli.run(*words, input=input, env=env)

    def told(self, *words: str, input: str | bytes | None = None) -> Any:
        """Run a command that must do well; return what its document holds."""
        ran = self.run(*words, "--json", input=input)
        assert ran.status == 0, ran
        return ran.json()["data"]

    def terminal(self, *, columns: int = 80) -> Terminal:
        """Return a terminal of this machine."""
        return Terminal(self.environment, self.folder, columns=columns)

    def login(self, email: str = ADA) -> None:
        """Sign in, by the command itself; the account is made where there is none."""
        self.project.auth.add(email, PASSWORD)
        place = ("--url", self.project.gateway.url, "--key", self.project.key)
        ran = self.run("login", "--email", email, "--password-stdin", *place, input=PASSWORD)
        assert ran.status == 0, ran

    def be_signed_in(self, email: str = ADA) -> None:
        """Hold a session as `login` keeps it, at the cost of no process."""
        auth = self.project.auth
        given = json.loads(auth._begun(auth.add(email, PASSWORD)).body)
        who = SignedIn(
            url=self.project.gateway.url, key=self.project.key, user_id=given["user"]["id"], email=email,
            provider="email", kind=SUPABASE, role="authenticated",
            expires_at=datetime.now(UTC) + timedelta(seconds=given["expires_in"]),
        )  # fmt: skip
        with kept_in(self.home, WallClock()) as store:
            store.keep(Session(who, given["access_token"], given["refresh_token"]))

    def sync(self, *words: str) -> Any:
        """Sync; it must do well."""
        return self.told("sync", *words)

    def entries(self) -> list[tuple[Any, ...]]:
        """Return what all machines of an account have in common: entries that are not private, trash included."""
        return self.query(_SHARED)

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the journal itself."""
        with closing(open_in(self.home)) as db:
            return db.execute(sql, values).fetchall()

    def point_at(self, url: str) -> None:
        """Let the account's project stand elsewhere, as when a server has moved or is gone."""
        with closing(open_in(self.home)) as db, writing(db):
            (fact,) = db.execute("SELECT value FROM meta WHERE name = 'account'").fetchone()
            changed = fact.replace(self.project.gateway.url, url)
            db.execute("UPDATE meta SET value = ? WHERE name = 'account'", (changed,))
