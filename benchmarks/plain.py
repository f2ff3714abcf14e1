"""The program over a plain SQLite file with the same engine, tables and rows: what encryption is compared with.

`python benchmarks/plain.py list --limit 20 --json` reads plain.db in $BRAINDUMP_HOME.
"""

import gc
import sys
from pathlib import Path

from sqlcipher3 import dbapi2

from braindump_cli.commands import command_line
from braindump_cli.runtime import Runtime
from braindump_cli.storage.engine import Connection
from braindump_cli.storage.sqlite.journal import SqliteJournal

PLAIN = "plain.db"
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "trusted_schema = 0")


def open_plain(path: Path) -> Connection:
    """Open without a key, in all else as the journal is opened."""
    db: Connection = dbapi2.connect(str(path), isolation_level=None, timeout=10, factory=Connection)
    db.path = path
    for pragma in _PRAGMAS:
        db.execute(f"PRAGMA {pragma}")
    return db


def main() -> None:
    """Run one command over the plain file, from start to end as the program itself does."""
    gc.disable()
    runtime = Runtime()
    db = open_plain(runtime.paths.home / PLAIN)
    runtime.__dict__["journal"] = SqliteJournal(db, runtime.clock)
    command_line().main(sys.argv[1:], prog_name="braindump", standalone_mode=False, obj=runtime)
    db.close()
    gc.freeze()


if __name__ == "__main__":
    main()
