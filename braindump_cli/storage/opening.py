"""Opening the journal: key, file, shape, recovery code, in this order."""

from pathlib import Path
from typing import TYPE_CHECKING

from braindump_cli.errors import StoreError
from braindump_cli.paths import Paths
from braindump_cli.storage.disk import has_pages
from braindump_cli.storage.engine import Connection, open_engine
from braindump_cli.storage.keys.recovery import settle_recovery
from braindump_cli.storage.migrations import LATEST, STEPS, migrate

if TYPE_CHECKING:
    from braindump_cli.storage.keys.vault import Vault


def open_journal(paths: Paths, vault: "Vault", *, steps: Path = STEPS, latest: int = LATEST) -> Connection:
    """Open the journal, or make it. One connection a thread; `notice` says if it can only be read.

    Raises LockedError, StoreError.
    """
    key = vault.reach()
    if vault.bundle.recovery and not has_pages(paths.journal):  # a code is made once there is a journal
        hint = f"Bring it back from a backup; or move {paths.journal_keys} away to begin a new one."
        raise StoreError(f"{paths.journal} is missing or empty, though there was a journal.", hint=hint)
    db = open_engine(paths.journal, key, fits=vault.fits)
    try:
        migrate(db, key, paths, steps=steps, latest=latest)
        settle_recovery(vault, db)
    except BaseException:
        db.close()
        raise
    return db
