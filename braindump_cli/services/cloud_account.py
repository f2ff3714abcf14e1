"""Leaving: all that the server holds of an account comes along, or is deleted there."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from braindump_cli.domain.sync import RECORDINGS, Row
from braindump_cli.domain.wire_rows import row_of
from braindump_cli.errors import BadDataError, ConflictError, NotFoundError, UnreadableError
from braindump_cli.ports.cloud_account import CloudAccount, ObjectOpener, Shelf
from braindump_cli.ports.cloud_sync import AccountCipher, Cloud, SyncStore

SYNCED = ("journal_entries", "recordings", "transcripts", "insights", "todos", "focus_sessions")
TABLES = ("profiles", "devices", "integrations", *SYNCED, "entry_revisions")
_SOUND = "recordings"
_REMOVED_AT_ONCE = 100


class Opening(NamedTuple):
    """What an account's rows and recordings are opened with."""

    cloud: Cloud
    cipher: AccountCipher
    objects: ObjectOpener
    ring: str


class Exported(NamedTuple):
    """What an export came to."""

    rows: Mapping[str, int]  # by table
    recordings: int
    warnings: tuple[tuple[str, str], ...]


def export_account(server: CloudAccount, shelf: Shelf, opening: Opening) -> Exported:
    """Put all that the server holds of the user on a shelf, tombstones and earlier versions too.

    A table becomes `<table>.jsonl`, a row a line, as the server has it; what is sealed there lies open beside. Each
    recording becomes `recordings/<id>.<format>`, one that no key opens stays sealed and is named. Raises StoreError
    and as ports.Cloud.
    """
    counts: dict[str, int] = {}
    forms: dict[str, str] = {}
    for table in TABLES:
        rows = [_opened(table, dict(row), opening) for row in server.table(table)]
        counts[table] = len(rows)
        if table == RECORDINGS:
            forms = {row["id"]: str((row["body"] or {}).get("format") or "sound") for row in rows}
        shelf.put(f"{table}.jsonl", (json.dumps(row).encode() + b"\n" for row in rows))
    warnings: list[tuple[str, str]] = []
    count = 0
    for path in server.objects():
        recording_id = path.split("/")[-2]
        try:
            sound = opening.objects.plain(recording_id, opening.cloud.get_object(path), opening.ring)
            shelf.put(f"{_SOUND}/{recording_id}.{forms.get(recording_id, 'sound')}", sound)
        except BadDataError as error:
            warnings.append((error.code, f"{path} stays sealed: {error.message}"))
            shelf.put(f"{_SOUND}/{recording_id}.sealed", opening.cloud.get_object(path))
        except NotFoundError as error:
            warnings.append((error.code, f"{path}: {error.message}"))
            continue
        count += 1
    return Exported(counts, count, tuple(warnings))


def _opened(table: str, row: dict[str, Any], opening: Opening) -> dict[str, Any]:
    """Return a row with its body open, if it is sealed and a key fits."""
    if not row.get("sealed"):
        return row
    try:
        body = opening.cipher.open_body(_sealed_row(table, row), opening.ring).body
    except (BadDataError, UnreadableError):
        return row
    return {**row, "body": body}


def _sealed_row(table: str, row: dict[str, Any]) -> Row:
    if table in SYNCED:
        return row_of({**row, "table": table})
    return Row(table=row["table_name"], id=row["row_id"], hlc=row["hlc"], sealed=row["sealed"])


def delete_account(server: CloudAccount, cloud: Cloud, store: SyncStore) -> tuple[Mapping[str, int], int]:
    """Delete all rows and recordings of the user there; the journal here stays, and is offered to nobody.

    Returns rows by table, and how many recordings. One that was cut short may be made again. Raises as ports.Cloud.
    """
    rows = server.delete()
    removed = 0
    for some in _in_groups(server.objects()):
        cloud.remove_objects(some)
        removed += len(some)
    store.forget_account()
    return rows, removed


def must_have_all_sound(store: SyncStore) -> None:
    """Make sure that no recording would be lost with the server. Raises ConflictError."""
    missing = len(store.remotes())
    if missing:
        what = f"{missing} recordings are" if missing > 1 else "1 recording is"
        raise ConflictError(
            f"{what} on the server and not here.",
            hint="braindump sync --audio fetches them; --lose-recordings deletes them all the same.",
        )


def _in_groups(paths: Iterator[str]) -> Iterator[list[str]]:
    """Yield all paths in groups; all are known before the first is removed."""
    known = list(paths)
    for start in range(0, len(known), _REMOVED_AT_ONCE):
        yield known[start : start + _REMOVED_AT_ONCE]
