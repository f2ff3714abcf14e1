"""A PostgreSQL of the tests' own: made in a folder, reached by a socket there, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    import psycopg

HERE = Path(__file__).parent
SUPERUSER = "supabase_admin"
OWNER = "postgres"  # makes what the SQL editor makes; no superuser
API = "authenticator"  # what every request comes in as
_QUICK = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "log_min_messages": "panic",
}
_PATIENCE_S = 30


class Database(NamedTuple):
    """One database of a cluster; `dsn` without a user."""

    name: str
    socket: Path

    def dsn(self, user: str = OWNER) -> str:
        """Return how to connect."""
        return f"host={self.socket} user={user} dbname={self.name}"

    def connect(self, user: str = OWNER) -> "psycopg.Connection":
        """Open a connection that commits each statement by itself."""
        import psycopg

        return psycopg.connect(self.dsn(user), autocommit=True)

    def empty(self) -> None:
        """End all other connections and remove all rows, which is ten times faster than a new database."""
        with self.connect(SUPERUSER) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            tables = admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                admin.execute(f'DELETE FROM public."{table}"'.encode())
            admin.execute("DELETE FROM storage.objects")


def find_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: from the PATH, or the newest that Debian has installed."""
    if found := shutil.which("postgres"):
        return Path(found).parent
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3])
    )
    return installed[-1].parent if installed else None


class Cluster:
    """A server that listens on a socket alone, with the roles of a Supabase project and the dressed database `bare`."""

    def __init__(self, programs: Path, **settings: str) -> None:
        self._programs = programs
        self._settings = {**_QUICK, **settings}
        self._names = (f"t{number}" for number in count(1))

    def __enter__(self) -> Self:
        # A socket's path holds 107 bytes, too few for the folders that pytest makes.
        self.folder = Path(tempfile.mkdtemp(prefix="bd-pg-", dir="/tmp"))
        self._as_user = self._become_nobody()
        try:
            self._start()
            self._dress()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        server = getattr(self, "_server", None)
        if server:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str) -> Database:
        """Return a database by its name."""
        return Database(name, self.folder)

    def create(self, template: str = "bare", name: str = "") -> Database:
        """Make a database as a copy of another, to which nobody may be connected."""
        name = name or next(self._names)
        with self.database("template1").connect(SUPERUSER) as admin:
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {OWNER}')
        return self.database(name)

    def drop(self, database: Database) -> None:
        """Remove a database, whoever is connected."""
        with self.database("template1").connect(SUPERUSER) as admin:
            admin.execute(f'DROP DATABASE "{database.name}" WITH (FORCE)')

    @contextmanager
    def temporary(self, template: str) -> Iterator[Database]:
        """Lend a database that is removed afterwards."""
        made = self.create(template)
        try:
            yield made
        finally:
            self.drop(made)

    def _become_nobody(self) -> dict[str, str]:
        """Return whom to run as: the server refuses root."""
        if os.geteuid() != 0:
            return {}
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_name, "group": user.pw_name if user.pw_name == "postgres" else "nogroup"}

    def _start(self) -> None:
        files = self.folder / "db"
        made: list[str | Path] = [
            self._programs / "initdb",
            "-D",
            files,
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        self._run(*made, "--locale=C.UTF-8", "--no-sync")
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        self._server = subprocess.Popen(
            [self._programs / "postgres", "-D", files, "-k", self.folder, *settings],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for pytest
            **self._as_user,  # type: ignore[call-overload]
        )

    def _run(self, *words: str | Path) -> None:
        done = subprocess.run(
            words,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **self._as_user,  # type: ignore[call-overload]
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _dress(self) -> None:
        with self._first_connection() as admin:
            admin.execute((HERE / "roles.sql").read_bytes())
            admin.execute(f"CREATE DATABASE bare OWNER {OWNER}")
        with self.database("bare").connect(SUPERUSER) as admin:
            admin.execute((HERE / "dressing.sql").read_bytes())

    def _first_connection(self) -> "psycopg.Connection":
        import psycopg

        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until and self._server.poll() is None:
            with suppress(psycopg.OperationalError):
                return self.database("template1").connect(SUPERUSER)
            time.sleep(0.02)
        raise AssertionError("PostgreSQL did not start.")
