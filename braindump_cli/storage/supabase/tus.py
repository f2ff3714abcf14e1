"""Uploads in parts, by TUS 1.0.0 (tus.io/protocols/resumable-upload): Supabase's Python client does not know them.

The address of an upload under way rests beside the file, so that another process goes on with it; the server keeps it
for a day.
"""

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from braindump_cli.errors import LostAnswerError, NotFoundError, UnreachableError, UnreadableError
from braindump_cli.paths import write_durably
from braindump_cli.storage.disk import disk_errors
from braindump_cli.storage.supabase.calls import SupabaseCalls
from braindump_cli.storage.supabase.failures import DownError, DuplicateError
from braindump_cli.storage.whole_files import address_beside

if TYPE_CHECKING:
    from httpx import Response

CHUNK_BYTES = 6 * 1024 * 1024  # exactly: supabase.com/docs/guides/storage/uploads/resumable-uploads
_PATH = "/storage/v1/upload/resumable"
_VERSION = {"Tus-Resumable": "1.0.0"}
_WITHIN_S = 600.0  # a chunk on a slow line; silence ends it sooner
_TRIES = 3  # in a row without a byte more


class ResumableUpload:
    """One file on its way to an object."""

    def __init__(self, calls: SupabaseCalls, sealed: Path, *, bucket: str, name: str) -> None:
        self._calls = calls
        self._sealed = sealed
        self._size = sealed.stat().st_size
        self._kept = address_beside(sealed)
        self._metadata = {"bucketName": bucket, "objectName": name, "contentType": "application/octet-stream"}

    def run(self) -> None:
        """Upload what is not there yet. Raises DuplicateError where the object is, and as ports.Cloud."""
        offset = self._resumed()
        if offset is None:
            self._create()
            offset = 0
        tries = 0
        while offset < self._size:
            try:
                reached = self._send(offset)
            except (
                UnreachableError,
                LostAnswerError,
                DownError,
                DuplicateError,
            ) as error:  # 409: another offset
                tries += 1
                if tries == _TRIES:
                    raise
                known = self._offset()
                if known is None:
                    raise LostAnswerError(error.message, hint=error.hint) from None
                reached = known
            tries = 0 if reached > offset else tries
            offset = reached
        self._forget()

    def _resumed(self) -> int | None:
        """Return how far an earlier process came; None if there was none, or the server forgot it."""
        if not self._kept.exists():
            return None
        offset = self._offset()
        if offset is None:
            self._forget()
        return offset

    def _create(self) -> None:
        told = ",".join(
            f"{name} {b64encode(value.encode()).decode()}" for name, value in self._metadata.items()
        )
        headers = {"Upload-Length": str(self._size), "Upload-Metadata": told, "x-upsert": "false"}
        answer = self._calls.ask(lambda _: self._request("POST", _PATH, headers=headers))
        place = urlsplit(
            answer.headers.get("Location", "")
        ).path  # on our server, whatever host a proxy names
        if not place.startswith(_PATH):
            raise UnreadableError(f"{self._calls.name} began an upload, and does not say where.")
        with disk_errors(self._kept):
            write_durably(self._kept, place.encode())

    def _offset(self) -> int | None:
        """Return how much the server has; None if it does not know the upload."""
        place = self._place()
        try:
            answer = self._calls.ask(lambda _: self._request("HEAD", place, headers={}))
        except NotFoundError:
            return None
        return self._read(answer)

    def _send(self, offset: int) -> int:
        """Send the next chunk and return how much the server has then."""
        with disk_errors(self._sealed), open(self._sealed, "rb") as file:
            file.seek(offset)
            chunk = file.read(CHUNK_BYTES)
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        place = self._place()
        answer = self._calls.ask_once(
            lambda _: self._request("PATCH", place, headers=headers, content=chunk), within_s=_WITHIN_S
        )
        return self._read(answer)

    def _read(self, answer: "Response") -> int:
        said = answer.headers.get("Upload-Offset", "")
        if not said.isdecimal() or int(said) > self._size:
            raise UnreadableError(f"{self._calls.name} does not say how much of an upload it has.")
        return int(said)

    def _request(
        self, method: str, path: str, *, headers: dict[str, str], content: bytes = b""
    ) -> "Response":
        sent = {**self._calls.headers(), **_VERSION, **headers}
        answer = self._calls.line.http.request(
            method, f"{self._calls.who.url}{path}", headers=sent, content=content
        )
        return checked(answer)

    def _place(self) -> str:
        with disk_errors(self._kept):
            return self._kept.read_text("ascii")

    def _forget(self) -> None:
        with disk_errors(self._kept):
            self._kept.unlink(missing_ok=True)


def checked(answer: "Response") -> "Response":
    """Return the answer, or raise what the client itself would of its refusal."""
    if answer.is_success:
        return answer
    from storage3.exceptions import StorageApiError

    try:
        told = answer.json()
        raise StorageApiError(told["message"], told["error"], told["statusCode"])
    except (ValueError, KeyError, TypeError):
        raise StorageApiError("", "", answer.status_code) from None
