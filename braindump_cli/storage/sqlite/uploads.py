"""Recordings on their way to the server and back: which sound lies where."""

from collections.abc import Collection, Sequence

from braindump_cli.domain.sync import RECORDINGS, ROW_VERSION
from braindump_cli.ports.cloud_sync import RemoteRecording, Upload
from braindump_cli.storage.sqlite.journal import SqliteJournal
from braindump_cli.storage.sqlite.sync_rows import DONE, private
from braindump_cli.storage.sqlite.synced import BY_FEED

_REMOTE = "SELECT id, entry_id, object, plain_bytes, plain_sha256 FROM recordings WHERE state = 'remote' AND purged = 0"
_PRIVATE = private(BY_FEED[RECORDINGS])


class SqliteUploads:
    """The part of ports.SyncStore that is about sound."""

    def __init__(self, journal: SqliteJournal) -> None:
        self._journal = journal
        self._db = journal.db

    def uploads(self) -> Sequence[Upload]:
        """Return recordings whose sound is to be uploaded; the sealed file here is the entry's first part."""
        rows = self._db.execute(
            "SELECT r.id, r.entry_id, r.upload, coalesce(r.plain_bytes, 0), coalesce(r.plain_sha256, '')"
            " FROM recordings r JOIN entries e ON e.id = r.entry_id WHERE r.object IS NULL AND r.purged = 0"
            " AND r.state = 'kept' AND r.part = 1 AND e.is_private = 0 AND e.purged = 0 AND r.row_version <= ?"
            " ORDER BY r.id",
            (ROW_VERSION,),
        )
        return [Upload(*row) for row in rows]

    def upload_begun(self, upload: Upload) -> None:
        """Remember the sealed copy that is on its way."""
        with self._journal.writing():
            self._db.execute(
                "UPDATE recordings SET upload = ?, plain_bytes = ?, plain_sha256 = ? WHERE id = ?",
                (upload.object, upload.plain_bytes, upload.plain_sha256, upload.recording_id),
            )

    def uploaded(self, upload: Upload) -> None:
        """Let the recording's row follow its object."""
        with self._journal.writing():
            self._db.execute(
                "UPDATE recordings SET object = ?, upload = NULL, dirty = 1, hlc = ? WHERE id = ? AND upload = ?",
                (upload.object, self._journal.stamp(), upload.recording_id, upload.object),
            )

    def unwanted_objects(self) -> Sequence[tuple[str, str]]:
        """Return recording and path of objects whose rows were withdrawn or deleted here, or never came to be."""
        rows = self._db.execute(
            "SELECT r.id, coalesce(r.object, r.upload) FROM recordings r WHERE (r.object IS NOT NULL OR r.upload IS NOT"
            " NULL) AND CASE WHEN r.purged THEN r.dirty = 0 ELSE"
            f" {_PRIVATE} AND (r.withdrawn = {DONE} OR r.base_hlc IS NULL) END"
            " UNION SELECT u.recording_id, u.path FROM unwanted u WHERE NOT EXISTS (SELECT 1 FROM recordings r"
            " WHERE r.id = u.recording_id AND (r.dirty = 1 OR (r.object IS NULL AND r.state = 'kept' AND r.purged = 0"
            f" AND NOT {_PRIVATE})))"
        )
        return [(recording_id, path) for recording_id, path in rows]

    def objects_removed(self, recording_ids: Collection[str]) -> None:
        """Forget where they lay."""
        with self._journal.writing():
            for recording_id in recording_ids:
                self._db.execute("DELETE FROM unwanted WHERE recording_id = ?", (recording_id,))
                self._db.execute(
                    f"UPDATE recordings AS r SET object = NULL, upload = NULL WHERE id = ? AND (purged OR {_PRIVATE})",
                    (recording_id,),
                )

    def leave_objects(self, where: str) -> None:
        """Let the sound of these recordings `r` be uploaded anew, and what lies there go; call inside `writing`."""
        self._db.execute(
            "INSERT OR IGNORE INTO unwanted (path, recording_id) SELECT coalesce(r.object, r.upload), r.id"
            f" FROM recordings r WHERE coalesce(r.object, r.upload) IS NOT NULL AND {where}"
        )
        self._db.execute(f"UPDATE recordings AS r SET object = NULL, upload = NULL WHERE {where}")

    def remote(self, entry_id: str) -> RemoteRecording | None:
        """Return the entry's recording if its sound is not here."""
        rows = self._db.execute(f"{_REMOTE} AND entry_id = ? ORDER BY part LIMIT 1", (entry_id,))
        return next((RemoteRecording(*row) for row in rows), None)

    def remotes(self) -> Sequence[RemoteRecording]:
        """Return all recordings whose sound is on the server and not here."""
        rows = self._db.execute(f"{_REMOTE} AND object IS NOT NULL ORDER BY id")
        return [RemoteRecording(*row) for row in rows]

    def fetched(self, recording_id: str, *, size_bytes: int, sha256: str) -> None:
        """Note that the sound is here now; the row on the server stays as it is."""
        with self._journal.writing():
            self._db.execute(
                "UPDATE recordings SET state = 'kept', size_bytes = ?, sha256 = ? WHERE id = ? AND state = 'remote'",
                (size_bytes, sha256, recording_id),
            )
