"""The recovery code of a journal: a copy inside the encrypted file, its wrapping of the key in journal.keys.

The code in the journal always opens it: a new wrapping is written beside the old one before the new code is
committed, and the old one goes afterwards. A kill in between is mended by `settle_recovery`.
"""

from typing import TYPE_CHECKING

from braindump_cli.storage.engine import Connection, writing
from braindump_cli.storage.keys.bundle import KeyBundle
from braindump_cli.storage.keys.recovery_code import new_code, read_code

if TYPE_CHECKING:
    from braindump_cli.storage.keys.vault import Vault

_PURPOSE = b"braindump/1 recovery"
CODE, SHOWN_AT, WRITTEN_DOWN_AT = "recovery_code", "recovery_shown_at", "recovery_written_down_at"


def recovery_code(vault: "Vault", db: Connection) -> str:
    """Return the code, after making sure that it opens the journal. Raises StoreError, LockedError."""
    code = _code_in(db)
    if code and _opening(vault.bundle, code):
        return code
    with vault.rewriting() as bundle:
        return _settled(vault, db, bundle)


def new_recovery_code(vault: "Vault", db: Connection) -> str:
    """Make a new code; the old one opens nothing any more. Not inside `writing`: order is the point."""
    with vault.rewriting() as bundle:
        return _replaced(vault, db, bundle)


def settle_recovery(vault: "Vault", db: Connection) -> None:
    """Make sure that a journal just opened has a code, and journal.keys its wrapping; cheap where it has."""
    if db.is_read_only or (_code_in(db) and len(vault.bundle.recovery) == 1):
        return
    with vault.rewriting() as bundle:
        _settled(vault, db, bundle)


def unwrap_by_code(bundle: KeyBundle, code: str) -> bytes | None:
    """Return the journal key, or None for another journal's code. Raises UsageError for a typing mistake."""
    from braindump_cli.storage.cipher import derive, unwrap

    wrapping_key = derive(read_code(code), _PURPOSE)
    found = (unwrap(wrapped, wrapping_key, about=_about(bundle)) for wrapped in bundle.recovery)
    return next((key for key in found if key), None)


def _code_in(db: Connection) -> str | None:
    row = db.execute("SELECT value FROM meta WHERE name = ?", (CODE,)).fetchone()
    return row[0] if row else None


def _settled(vault: "Vault", db: Connection, bundle: KeyBundle) -> str:
    """Return the code that rests in the journal, with exactly its own wrapping in journal.keys."""
    code = _code_in(db)
    if code is None:
        return _replaced(vault, db, bundle)
    wrapping = _opening(bundle, code) or _wrapped(vault, bundle, code)
    if bundle.recovery != (wrapping,):
        vault.write(bundle._replace(recovery=(wrapping,)))
    return code


def _replaced(vault: "Vault", db: Connection, bundle: KeyBundle) -> str:
    code = new_code()
    wrapping = _wrapped(vault, bundle, code)
    vault.write(bundle._replace(recovery=(*bundle.recovery, wrapping)))
    with writing(db):
        db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (CODE, code))
        db.execute("DELETE FROM meta WHERE name IN (?, ?)", (SHOWN_AT, WRITTEN_DOWN_AT))
    vault.write(bundle._replace(recovery=(wrapping,)))
    return code


def _opening(bundle: KeyBundle, code: str) -> bytes | None:
    """Return the wrapping that the code opens."""
    return next(
        (each for each in bundle.recovery if unwrap_by_code(bundle._replace(recovery=(each,)), code)), None
    )


def _wrapped(vault: "Vault", bundle: KeyBundle, code: str) -> bytes:
    from braindump_cli.storage.cipher import derive, wrap

    return wrap(vault.reach(), derive(read_code(code), _PURPOSE), about=_about(bundle))


def _about(bundle: KeyBundle) -> str:
    return f"{bundle.journal_id} recovery"
