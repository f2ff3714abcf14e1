"""The shape of the tables, brought up to date by numbered steps.

A step is `steps/NNNN_name.sql`; it runs in one transaction that also sets `user_version`, so that after a
kill the file has the old shape or the new one. Before an existing journal is changed, a copy that was opened
and checked rests beside it: `journal.db.before-v<N>` with `journal.keys.before-v<N>`, N being the version it
was made for.
"""

import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from braindump_cli.errors import BraindumpError, StoreError
from braindump_cli.paths import Paths, fsync_folder, private_opener, write_durably
from braindump_cli.storage.disk import disk_errors
from braindump_cli.storage.engine import Connection, check_integrity, open_copy, statements, writing
from braindump_cli.storage.locks import MIGRATION, hold_byte

LATEST = 5
STEPS = Path(__file__).with_name("steps")


class Step(NamedTuple):
    """One change of shape; afterwards `user_version` is `number`."""

    number: int
    path: Path


def find_steps(folder: Path = STEPS) -> Sequence[Step]:
    """Return all steps in order."""
    return [Step(int(path.name.split("_")[0]), path) for path in sorted(folder.glob("[0-9]*_*.sql"))]


def version_of(db: Connection) -> int:
    """Return the number of the last step that this file has seen."""
    row = db.execute("PRAGMA user_version").fetchone()
    return int(row[0])


def migrate(db: Connection, key: bytes, paths: Paths, *, steps: Path = STEPS, latest: int = LATEST) -> bool:
    """Bring the file up to `latest`; tells whether there was something to do.

    Any number of processes may do so at once. Raises StoreError, also for a file of a newer braindump.
    """
    version = version_of(db)
    if version > latest:
        hint = "Upgrade: pipx upgrade braindump-cli. Nothing was changed."
        raise StoreError(f"{paths.journal} was made by a newer braindump (version {version}).", hint=hint)
    if version == latest or db.is_read_only:
        return False
    with hold_byte(paths.locks, MIGRATION, wait=True):
        version = version_of(db)
        if 0 < version < latest:
            _keep_copy(db, key, paths, latest=latest)
        with writing(db) if version == 0 else nullcontext():  # a new file is made whole or not at all
            for step in find_steps(steps):
                if version < step.number <= latest:
                    _take(db, step)
    return True


def _take(db: Connection, step: Step) -> None:
    with writing(db):
        if version_of(db) >= step.number:
            return
        for statement in statements(step.path.read_text("utf-8")):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {step.number}")


def _keep_copy(db: Connection, key: bytes, paths: Paths, *, latest: int) -> None:
    """Keep the file as it is now, and prove that the copy can be read; one from before a kill stays."""
    kept = paths.journal.with_name(f"{paths.journal.name}.before-v{latest}")
    if _is_older(kept, key, than=version_of(db)):
        return
    part = kept.with_name(f".{kept.name}.part")
    try:
        with disk_errors(part):
            part.unlink(missing_ok=True)
            os.close(private_opener(str(part), os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        db.execute("VACUUM INTO ?", (str(part),))
        _verify(part, key, expected=version_of(db))
        with disk_errors(kept):
            _fsync(part)
            write_durably(
                paths.journal_keys.with_name(f"{paths.journal_keys.name}.before-v{latest}"),
                paths.journal_keys.read_bytes(),
            )
            part.replace(kept)
            fsync_folder(kept.parent)
    finally:
        part.unlink(missing_ok=True)


def _is_older(copy: Path, key: bytes, *, than: int) -> bool:
    if not copy.exists():
        return False
    try:
        db = open_copy(copy, key)
    except BraindumpError:
        return False
    try:
        return version_of(db) < than
    finally:
        db.close()


def _verify(copy: Path, key: bytes, *, expected: int) -> None:
    db = open_copy(copy, key)
    try:
        if version_of(db) != expected or check_integrity(db):
            raise StoreError(f"The safety copy {copy} is not whole; the journal was left as it is.")
    finally:
        db.close()


def _fsync(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
