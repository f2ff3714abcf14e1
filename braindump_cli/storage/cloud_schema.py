"""The server's side of sync as numbered SQL files, and the two ways into a project: as one script, or applied.

The files lie in `cloud/` and are named as the Supabase CLI names migrations, `<14 digits>_<name>.sql`; what was
applied is remembered where the CLI remembers it, in supabase_migrations.schema_migrations. Either may go on where
the other stopped.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.errors import (
    BraindumpError,
    ConfigError,
    ConflictError,
    ForbiddenError,
    ProviderError,
    UnreachableError,
    UsageError,
)

if TYPE_CHECKING:
    import psycopg

FOLDER = Path(__file__).with_name("cloud")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_PLAIN = ("disable", "allow", "prefer")  # of libpq's ways, those that may send all in the clear
_CONNECT_S = 10
_LOCK = 0x627261696E  # any number that others do not take: "brain"
_UPGRADE = "Upgrade: pipx upgrade braindump-cli. Nothing was changed."
_LEDGER = """
CREATE SCHEMA IF NOT EXISTS supabase_migrations;
CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY);
ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS statements text[];
ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS name text;
"""
_RECORD = """
INSERT INTO supabase_migrations.schema_migrations (version, name, statements) VALUES (%s, %s, ARRAY[%s])
ON CONFLICT (version) DO NOTHING
"""


class Migration(NamedTuple):
    """One file; `version` is its 14 digits, which sort as text."""

    version: str
    name: str
    sql: str


class Laid(NamedTuple):
    """What came of `apply`: the names of the files that were new, and the version that the project has now."""

    applied: Sequence[str]
    version: str


def find_migrations(folder: Path = FOLDER) -> Sequence[Migration]:
    """Return all files in order."""
    found = []
    for path in sorted(folder.glob("[0-9]*_*.sql")):
        version, _, name = path.stem.partition("_")
        found.append(Migration(version, name, path.read_text("utf-8")))
    return found


def script(migrations: Sequence[Migration] | None = None) -> str:
    """Return everything as one script for the SQL editor: all or nothing, and it can be run again.

    It refuses a project that a newer braindump has laid out.
    """
    migrations = find_migrations() if migrations is None else migrations
    latest = migrations[-1].version
    guard = f"""DO $$ BEGIN
  IF to_regprocedure('public.schema_version()') IS NOT NULL THEN
    IF public.schema_version() > '{latest}' THEN
      RAISE EXCEPTION 'This project was laid out by a newer braindump; nothing was changed.';
    END IF;
  END IF;
END $$;
"""
    records = ",\n  ".join(f"('{one.version}', '{one.name}')" for one in migrations)
    return "\n".join(
        [
            f"-- Braindump, schema {latest}. Paste all of it into the project's SQL editor and run it.",
            "BEGIN;",
            guard,
            *(one.sql for one in migrations),
            _LEDGER,
            f"INSERT INTO supabase_migrations.schema_migrations (version, name) VALUES\n  {records}",
            "ON CONFLICT (version) DO NOTHING;",
            "NOTIFY pgrst, 'reload schema';",
            "COMMIT;",
            "",
        ]
    )


def apply(address: str, *, migrations: Sequence[Migration] | None = None) -> Laid:
    """Bring the project's database up to date; `address` is its connection string, which is never shown.

    Each file is one transaction with its record, so a call that was broken off is simply made again; two at once
    take turns. Raises UsageError, ConfigError, UnreachableError, ForbiddenError, ProviderError, and ConflictError
    for a project that a newer braindump has laid out.
    """
    migrations = find_migrations() if migrations is None else migrations
    with _connected(address) as db:
        _check_project(db)
        with db.transaction():
            _take_turns(db)
            _refuse_newer(db, migrations[-1].version)
            db.execute(_LEDGER.encode())
        applied = [one.name for one in migrations if _take(db, one)]
        db.execute("NOTIFY pgrst, 'reload schema'")
    return Laid(applied, migrations[-1].version)


def _take(db: "psycopg.Connection", one: Migration) -> bool:
    """Apply one file unless that has been done; tells whether it was new."""
    known = "SELECT FROM supabase_migrations.schema_migrations WHERE version = %s"
    with db.transaction():
        _take_turns(db)
        if db.execute(known, (one.version,)).fetchone() is not None:
            return False
        with _named(one):
            db.execute(one.sql.encode())
        db.execute(_RECORD, (one.version, one.name, one.sql))
    return True


@contextmanager
def _named(one: Migration) -> Iterator[None]:
    """Say which file a database refuses, unless it is the connection that broke."""
    import psycopg

    try:
        yield
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        hint = "What came before it is done; make the call again once that is mended."
        raise _refusal(error)(
            f"The database refused {one.version}_{one.name}: {_said(error)}.", hint=hint
        ) from error


def _refusal(error: "psycopg.Error") -> type[BraindumpError]:
    import psycopg

    return ForbiddenError if isinstance(error, psycopg.errors.InsufficientPrivilege) else ProviderError


def _said(error: "psycopg.Error") -> str:
    return error.diag.message_primary or "no reason given"


def _take_turns(db: "psycopg.Connection") -> None:
    db.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


def _check_project(db: "psycopg.Connection") -> None:
    row = db.execute(
        "SELECT to_regprocedure('auth.jwt()') IS NOT NULL AND to_regclass('storage.objects') IS NOT NULL"
    ).fetchone()
    if row != (True,):
        hint = "Take the connection string of a Supabase project: Connect, in the project's top bar."
        raise ConfigError(
            "This database is no Supabase project: it lacks auth.jwt() or storage.objects.", hint=hint
        )


def _refuse_newer(db: "psycopg.Connection", latest: str) -> None:
    """Refuse what a newer program has laid out, by its own word or by the ledger; other projects' rows are theirs."""
    found = []
    if db.execute("SELECT to_regprocedure('public.schema_version()')").fetchone() != (None,):
        found += db.execute("SELECT public.schema_version()").fetchall()
    if db.execute("SELECT to_regclass('supabase_migrations.schema_migrations')").fetchone() != (None,):
        # The column `name` is younger than the ledger.
        ours = r"to_jsonb(ledger) ->> 'name' LIKE 'braindump\_%'"
        query = f"SELECT version FROM supabase_migrations.schema_migrations AS ledger WHERE {ours}"
        found += db.execute(query.encode()).fetchall()
    newest = max((version for (version,) in found), default="")
    if newest > latest:
        raise ConflictError(
            f"This project was laid out by a newer braindump (schema {newest}).", hint=_UPGRADE
        )


@contextmanager
def _connected(address: str) -> "Iterator[psycopg.Connection]":
    """Open the database and turn psycopg's failures into ours; no message of them repeats the address."""
    try:
        import psycopg
    except ImportError:
        hint = "pipx inject braindump-cli 'psycopg[binary]', or paste the SQL: braindump cloud init --print"
        raise ConfigError("psycopg, which speaks to PostgreSQL, is not installed.", hint=hint) from None
    try:
        with psycopg.connect(_safe(address), autocommit=True, connect_timeout=_CONNECT_S) as db:
            yield db
    except psycopg.OperationalError as error:
        if "authentication failed" in str(error):
            raise ForbiddenError("The database refuses this user or password.") from None
        hint = "Nothing is half done; make the call again. The address: Connect, in the project's top bar."
        raise UnreachableError(
            "The database cannot be reached, or the connection broke.", hint=hint
        ) from None
    except psycopg.Error as error:
        raise _refusal(error)(f"The database refuses: {_said(error)}.") from error


def _safe(address: str) -> str:
    """Return the address so that nothing travels in the clear, except on this machine."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    try:
        parts = conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        hint = "It looks like postgresql://USER:PASSWORD@HOST:5432/postgres"
        raise UsageError("This is no connection string of PostgreSQL.", hint=hint) from None
    host = str(parts.get("host", ""))
    if not host or host.startswith(("/", "@")) or host in _LOCAL_HOSTS:
        return address
    if parts.get("sslmode") in _PLAIN:
        raise UsageError(
            f"sslmode={parts['sslmode']} could send the password in the clear; take require or better."
        )
    return make_conninfo(address, sslmode=parts.get("sslmode") or "require")
