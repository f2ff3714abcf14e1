"""Recordings on their way: sealed for the account, uploaded before their row, fetched when somebody wants to hear."""

from collections.abc import Callable
from typing import NamedTuple

from braindump_cli.errors import BadDataError, DeclinedError, NotFoundError
from braindump_cli.ports.cloud_sync import Cloud, ObjectFiles, RemoteRecording, SyncStore, Upload

_REMOVED_AT_ONCE = 100


class Freight(NamedTuple):
    """What moving recordings needs."""

    cloud: Cloud
    store: SyncStore
    files: ObjectFiles
    ring: str
    user_id: str


class Moved(NamedTuple):
    """How many recordings were moved, and what was less than wanted."""

    recordings: int
    warnings: tuple[tuple[str, str], ...] = ()


def upload_all(freight: Freight, *, is_over: Callable[[], bool]) -> Moved:
    """Upload what is not on the server yet; a kill anywhere costs at most the upload that was under way.

    One that cannot be read here, or that the server does not want, stays and is named. Raises as `Cloud`.
    """
    count = 0
    warnings: list[tuple[str, str]] = []
    for upload in freight.store.uploads():
        if is_over():
            break
        try:
            _upload(freight, upload)
            count += 1
        except (NotFoundError, BadDataError, DeclinedError) as error:
            warnings.append((error.code, f"A recording was not uploaded: {error.message}"))
    return Moved(count, tuple(warnings))


def _upload(freight: Freight, upload: Upload) -> None:
    sealed = freight.files.sealed(upload)
    if sealed is None:
        upload = freight.files.seal(upload, freight.ring, user_id=freight.user_id)
        freight.store.upload_begun(upload)
        sealed = freight.files.sealed(upload)
    if sealed is None or upload.object is None:
        raise NotFoundError("its sealed copy is gone.")
    freight.cloud.put_object(upload.object, sealed)
    freight.store.uploaded(upload)
    freight.files.forget(upload.recording_id)


def remove_unwanted(freight: Freight) -> None:
    """Remove objects whose rows are withdrawn or deleted; their rows went before them. Raises as `Cloud`."""
    unwanted = freight.store.unwanted_objects()
    for start in range(0, len(unwanted), _REMOVED_AT_ONCE):
        some = unwanted[start : start + _REMOVED_AT_ONCE]
        freight.cloud.remove_objects([path for _, path in some])
        freight.store.objects_removed(sorted({recording_id for recording_id, _ in some}))
    for recording_id in {recording_id for recording_id, _ in unwanted}:
        freight.files.forget(recording_id)


def fetch_recording(entry_id: str, freight: Freight) -> bool:
    """Bring an entry's sound here, verified; False if it is here already.

    Raises NotFoundError if its machine has not uploaded it yet or the server does not have it, BadDataError if it
    is not what its row says, and as `Cloud`.
    """
    recording = freight.store.remote(entry_id)
    if recording is None:
        return False
    _fetch(recording, freight)
    return True


def fetch_all(freight: Freight, *, is_over: Callable[[], bool]) -> Moved:
    """Bring all sound here that is not; what cannot be had is named. Raises as `Cloud`."""
    count = 0
    warnings: list[tuple[str, str]] = []
    for recording in freight.store.remotes():
        if is_over():
            break
        try:
            _fetch(recording, freight)
            count += 1
        except (NotFoundError, BadDataError) as error:
            warnings.append((error.code, f"A recording was not fetched: {error.message}"))
    return Moved(count, tuple(warnings))


def _fetch(recording: RemoteRecording, freight: Freight) -> None:
    if recording.object is None:
        hint = "braindump sync on the machine that recorded it."
        raise NotFoundError("The recording is not on the server yet.", hint=hint)
    blocks = freight.cloud.get_object(recording.object)
    size_bytes, sha256 = freight.files.take(recording, blocks, freight.ring)
    freight.store.fetched(recording.recording_id, size_bytes=size_bytes, sha256=sha256)
