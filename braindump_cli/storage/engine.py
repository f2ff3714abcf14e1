"""The encrypted file: SQLCipher, and the only home of `sqlcipher3`.

Every failure of the engine that a person can do something about leaves here as a StoreError or LockedError;
what is left (wrong SQL, a broken constraint) is a fault of ours and passes as it is. One connection serves
one thread.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, Self

from sqlcipher3 import dbapi2

from braindump_cli.errors import BraindumpError, LockedError, StoreError
from braindump_cli.paths import fsync_folder, private_folder, private_opener
from braindump_cli.storage.disk import disk_error

SAFE_SINCE = (3, 51, 3)  # older engines can lose commits when one process writes and another checkpoints
BUSY_S = 30
_TWO_PAGES = 2 * 4096
_PLAIN = b"SQLite format 3\0"
_RESTORE = "braindump doctor tells how much of it; restore the folder from a backup if you have one."

# Primary result codes, https://www.sqlite.org/rescode.html
_PERM, _BUSY, _LOCKED, _NOMEM, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN = 3, 5, 6, 7, 8, 10, 11, 13, 14
_PROTOCOL, _AUTH, _NOTADB = 15, 23, 26


class Cursor(dbapi2.Cursor):
    """A cursor whose failures are ours."""

    def execute(self, sql: str, parameters: Any = ()) -> Self:
        try:
            return super().execute(sql, parameters)
        except dbapi2.Error as error:
            self._fail(error)

    def executemany(self, sql: str, seq_of_parameters: Iterable[Any]) -> Self:
        try:
            return super().executemany(sql, seq_of_parameters)
        except dbapi2.Error as error:
            self._fail(error)

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except dbapi2.Error as error:
            self._fail(error)

    def fetchone(self) -> Any:
        return next(self, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        try:
            return super().fetchmany(size)
        except dbapi2.Error as error:
            self._fail(error)

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except dbapi2.Error as error:
            self._fail(error)

    def _fail(self, error: dbapi2.Error) -> NoReturn:
        connection = self.connection
        ours = _explained(error, connection.path) if isinstance(connection, Connection) else None
        raise ours or error from None


class Connection(dbapi2.Connection):
    """An open journal; `notice` is a sentence for the user, or None."""

    path: Path
    is_read_only = False
    notice: str | None = None
    unwritable: StoreError | None = None  # why it is only read

    def cursor(self, factory: Any = Cursor) -> Any:
        return super().cursor(factory)


@contextmanager
def writing(db: Connection) -> Iterator[None]:
    """Keep all that is written inside, or none of it; nested, the outer one decides. Raises StoreError."""
    is_nested = db.in_transaction
    if is_nested:
        yield
        return
    if db.is_read_only:
        raise db.unwritable or _unwritable(db.path)
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk has rolled back already
            db.execute("ROLLBACK")
        raise


def open_engine(path: Path, key: bytes, *, fits: Callable[[bytes], bool] | None = None) -> Connection:
    """Open the file, or make it; where nothing may be written it is opened for reading, with a notice.

    `fits` tells whether a key is this journal's own, and is asked only when it opens nothing: then a wrong
    key is a LockedError, a right one over an unreadable file a StoreError.
    """
    try:
        _make_private(path)
        return _keyed(path, key)
    except _UnreadableError:
        raise _no_database(path, key, fits) from None
    except _ReadOnlyError as error:
        why = error.explained
        if not _may_be_read_alone(path):
            raise why from None
    db = open_copy(path, key, fits=fits)
    db.unwritable = why
    db.notice = f"The journal is only read. {why.message}"
    return db


def open_copy(path: Path, key: bytes, *, fits: Callable[[bytes], bool] | None = None) -> Connection:
    """Open a file that nobody writes, for reading; nothing is made beside it. Raises as `open_engine`."""
    try:
        return _keyed(path, key, immutable=True)
    except _UnreadableError:
        raise _no_database(path, key, fits) from None


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script one by one; what stands after the last semicolon is dropped."""
    statement = ""
    for part in script.split(";")[:-1]:
        statement += part + ";"
        if dbapi2.complete_statement(statement):
            yield statement
            statement = ""


def check_integrity(db: Connection) -> list[str]:
    """Return what is wrong, a sentence each: authenticity of every page, structure, references.

    What is found must be found twice: a page read while another process writes it looks damaged.
    """
    found = _findings(db)
    if not found:
        return []
    again = _findings(db)
    return [each for each in found if each in again]


def engine_version() -> str:
    """Return the version of SQLite inside."""
    return dbapi2.sqlite_version


def is_engine_safe() -> bool:
    """Tell whether this engine keeps every commit of concurrent writers."""
    return dbapi2.sqlite_version_info >= SAFE_SINCE


def _findings(db: Connection) -> list[str]:
    checks = (
        ("cipher_integrity_check", "{0}."),
        ("integrity_check", "Structure: {0}."),
        ("foreign_key_check", "Row {1} of {0} points at a row of {2} that is not there."),
    )
    found: list[str] = []
    for pragma, sentence in checks:
        try:
            rows = db.execute(f"PRAGMA {pragma}").fetchall()
        except StoreError as error:
            found.append(error.message)
            continue
        found += [sentence.format(*row) for row in rows if row != ("ok",)]
    return list(dict.fromkeys(found))


class _UnreadableError(StoreError):
    """The first page gives no database with this key."""


class _ReadOnlyError(StoreError):
    """The folder or the file may not be written."""

    def __init__(self, explained: StoreError) -> None:
        super().__init__(explained.message)
        self.explained = explained


def _make_private(path: Path) -> None:
    """Make an empty file that only its owner may read: the engine gives its -wal and -shm the same rights."""
    if path.exists():
        return
    try:
        private_folder(path.parent)
        os.close(private_opener(str(path), os.O_RDWR | os.O_CREAT))
        fsync_folder(path.parent)
    except OSError as error:
        raise disk_error(error, path) from error


def _keyed(path: Path, key: bytes, *, immutable: bool = False) -> Connection:
    """Open with the pragmas in the order that SQLCipher needs."""
    target = f"{path.absolute().as_uri()}?immutable=1" if immutable else str(path)
    try:
        db = dbapi2.connect(target, isolation_level=None, timeout=BUSY_S, factory=Connection, uri=immutable)
    except dbapi2.Error as error:
        raise _at_opening(error, path) from None
    db.path = path
    try:
        raw = dbapi2.Cursor(db)
        raw.execute("PRAGMA cipher_log_level = NONE")  # else the engine itself writes to stderr
        raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")  # cannot be bound; says ok to any key
        if immutable:
            raw.execute("SELECT count(*) FROM sqlite_schema")
            db.is_read_only = True
        else:
            raw.execute("PRAGMA journal_mode = WAL")  # the first read: a wrong key fails here
        raw.execute("PRAGMA synchronous = FULL")  # a commit survives a power cut
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA trusted_schema = 0")
        if sys.platform == "darwin":
            raw.execute("PRAGMA fullfsync = ON")
            raw.execute("PRAGMA checkpoint_fullfsync = ON")
    except dbapi2.Error as error:
        db.close()
        raise _at_opening(error, path) from None
    return db


def _at_opening(error: dbapi2.Error, path: Path) -> Exception:
    code = _code(error)
    if code == _NOTADB:
        return _UnreadableError(f"{path} cannot be read with this key.")
    ours = _explained(error, path)
    if ours and code in (_READONLY, _CANTOPEN, _PERM, _FULL, _IOERR):  # no room for -shm is an I/O error
        return _ReadOnlyError(ours)
    return ours or error


def _may_be_read_alone(path: Path) -> bool:
    """Tell whether the main file holds everything: no write-ahead log is left beside it."""
    log = path.with_name(path.name + "-wal")
    try:
        return (
            os.access(path, os.R_OK) and path.stat().st_size > 0 and not (log.exists() and log.stat().st_size)
        )
    except OSError:
        return False


def _no_database(path: Path, key: bytes, fits: Callable[[bytes], bool] | None) -> BraindumpError:
    """Tell a plain file, a wrong key and a damaged file apart; the engine says the same of all three."""
    with open(path, "rb") as file:
        start = file.read(len(_PLAIN))
    if start == _PLAIN:
        return StoreError(f"{path} is a plain SQLite file, not a journal of ours.", hint=_RESTORE)
    if fits and not fits(key):
        hint = "braindump unlock --recovery opens it with the recovery code."
        return LockedError(f"The key at hand does not belong to {path}.", hint=hint)
    return StoreError(f"{path} is damaged: its beginning cannot be read.", hint=_RESTORE)


def _explained(error: dbapi2.Error, path: Path) -> StoreError | None:
    """Turn a failure of the engine into ours; None for a fault of the program."""
    code = _code(error)
    if code in (_CORRUPT, _NOTADB):
        return StoreError(f"{path} is damaged: {error}.", hint=_RESTORE)
    if code == _FULL or (code == _IOERR and _is_full(path)):
        return StoreError("The disk is full.", hint="Nothing was changed. Free some space and try again.")
    if code in (_BUSY, _LOCKED, _PROTOCOL):
        return StoreError("Another braindump is writing to the journal.", hint="Try again in a moment.")
    if code in (_READONLY, _CANTOPEN, _PERM, _AUTH):
        return _unwritable(path)
    if code in (_IOERR, _NOMEM):
        return StoreError(
            f"{path}: {error}; nothing was changed.", hint="Look at the disk and its free space."
        )
    return None


def _is_full(path: Path) -> bool:
    """Tell whether there is no room for even a page or two."""
    try:
        free = os.statvfs(path.parent)
    except (OSError, AttributeError):  # Windows has none
        return False
    return free.f_bavail * free.f_frsize < _TWO_PAGES


def _code(error: dbapi2.Error) -> int:
    """Return the primary result code; 0 for what the binding itself refuses."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _unwritable(path: Path) -> StoreError:
    hint = f"Look at the owner and the permissions of {path.parent}."
    return StoreError(f"{path} cannot be written.", hint=hint)
