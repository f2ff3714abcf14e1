"""Uploads in parts, by the TUS protocol (1.0.0) as Supabase Storage speaks it under /storage/v1/upload/resumable."""

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.cloud.storage import DENIED, DUPLICATE, Objects, StorageRefusalError
from tests.cloud.tokens import TokenError, claims_of
from tests.loopback.serving import Received, Reply, as_json

PATH = "/storage/v1/upload/resumable"
CHUNK_BYTES = 6 * 1024 * 1024
_VERSION = {"Tus-Resumable": "1.0.0"}


@dataclass
class _Upload:
    """One upload under way."""

    place: tuple[str, str]
    kind: str
    length: int
    user: str | None
    content: bytes = b""


class ResumableUploads:
    """Creates (POST), tells the offset (HEAD) and takes chunks (PATCH); the last one makes the object."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self.under_way: dict[str, _Upload] = {}

    def __call__(self, request: Received) -> Reply:
        """Answer one request; here the HTTP status is the one that is meant."""
        try:
            claims = claims_of(request.headers.get("authorization", ""))
        except TokenError:
            return as_json(
                {"statusCode": "400", "error": "AccessDenied", "message": "jwt expired"}, 400, _VERSION
            )
        try:
            if request.method == "POST":
                return self._create(request, claims)
            upload = self._found(request, claims)
            return self._tell(upload) if request.method == "HEAD" else self._take(request, claims, upload)
        except StorageRefusalError as no:
            told = {"statusCode": str(no.status), "error": no.error, "message": no.message}
            return as_json(told, no.status, _VERSION)

    def _found(self, request: Received, claims: Mapping[str, Any]) -> _Upload:
        upload = self.under_way.get(request.path.rpartition("/")[2])
        if not upload or upload.user != claims.get("sub"):
            raise StorageRefusalError(404, "NoSuchUpload", "The file for this url was not found")
        return upload

    def _create(self, request: Received, claims: Mapping[str, Any]) -> Reply:
        told = dict(one.split(" ") for one in request.headers["upload-metadata"].split(","))
        named = {name: base64.b64decode(value).decode() for name, value in told.items()}
        place = named["bucketName"], named["objectName"]
        length = int(request.headers["upload-length"])
        self.objects.limit(place[0], length)
        self._may_be_added(request, claims, place)
        number = uuid.uuid4().hex
        kind = named.get("contentType", "application/octet-stream")
        self.under_way[number] = _Upload(place, kind, length, claims.get("sub"))
        host = request.headers["host"]
        return Reply(b"", 201, {**_VERSION, "Location": f"http://{host}{PATH}/{number}"})

    def _may_be_added(self, request: Received, claims: Mapping[str, Any], place: tuple[str, str]) -> None:
        """Try to add the row, and take it back: what forbids it is known before the first byte."""
        with self.objects.callers.transaction(request, claims, is_read_only=False) as db:
            seen = db.execute(
                "SELECT FROM storage.objects WHERE bucket_id = %s AND name = %s", place
            ).fetchone()
        if seen is not None:
            raise StorageRefusalError(*DUPLICATE)
        statement = (
            "WITH tried AS (INSERT INTO storage.objects (bucket_id, name, owner_id) VALUES (%s, %s, %s)"
            " RETURNING 1) SELECT 1 / (SELECT 0 FROM tried)"
        )
        try:
            self.objects.run(request, claims, statement, *place, claims.get("sub"))
        except psycopg.errors.DivisionByZero:
            return
        raise StorageRefusalError(*DENIED)

    def _tell(self, upload: _Upload) -> Reply:
        offset = {"Upload-Offset": str(len(upload.content)), "Upload-Length": str(upload.length)}
        return Reply(b"", 200, {**_VERSION, **offset, "Cache-Control": "no-store"})

    def _take(self, request: Received, claims: Mapping[str, Any], upload: _Upload) -> Reply:
        if int(request.headers["upload-offset"]) != len(upload.content):
            raise StorageRefusalError(409, "InvalidUploadOffset", "Upload-Offset conflict")
        if len(upload.content) + len(request.body) > upload.length:
            raise StorageRefusalError(413, "Payload too large", "Upload exceeds its length")
        upload.content += request.body
        if len(upload.content) == upload.length:
            self.objects.add(request, claims, upload.place, content=upload.content, kind=upload.kind)
        return Reply(b"", 204, {**_VERSION, "Upload-Offset": str(len(upload.content))})
