"""A stand-in for Supabase Storage: who may do what is asked of the real storage.objects, with the caller's role.

As the real one it answers most refusals with HTTP 400 and tells the status it means in the body. Bytes rest in memory.
"""

import hashlib
import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
import psycopg

from tests.cloud.callers import Callers
from tests.cloud.cluster import Database
from tests.cloud.tokens import SECRET, TokenError, claims_of
from tests.loopback.serving import Received, Reply, as_json

_ROOT = "/storage/v1/"


class StorageRefusalError(Exception):
    """What Storage says no to; `status` is the one it means."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message


DUPLICATE = (409, "Duplicate", "The resource already exists")
NOT_FOUND = (404, "not_found", "Object not found")
NO_BUCKET = (404, "Bucket not found", "Bucket not found")
DENIED = (403, "Unauthorized", "new row violates row-level security policy")


class Objects:
    """The objects of a project: rows in storage.objects, bytes here."""

    def __init__(self, database: Database) -> None:
        self.contents: dict[tuple[str, str], bytes] = {}
        self.callers = Callers(database)
        self._database = database

    def run(
        self, request: Received, claims: Mapping[str, Any], statement: str, *values: object
    ) -> list[tuple[Any, ...]]:
        """Run a statement as the caller. Raises StorageRefusalError for what PostgreSQL refuses."""
        try:
            with self.callers.transaction(request, claims, is_read_only=False) as db:
                return db.execute(statement.encode(), values).fetchall()
        except psycopg.errors.UniqueViolation:
            raise StorageRefusalError(*DUPLICATE) from None
        except psycopg.errors.InsufficientPrivilege:
            raise StorageRefusalError(*DENIED) from None
        except psycopg.errors.InvalidParameterValue as error:  # a role that is not there
            raise StorageRefusalError(400, "DatabaseError", str(error)) from None
        except psycopg.errors.ForeignKeyViolation:
            raise StorageRefusalError(*NO_BUCKET) from None

    def add(
        self,
        request: Received,
        claims: Mapping[str, Any],
        place: tuple[str, str],
        *,
        content: bytes,
        kind: str,
    ) -> str:
        """Add an object; it is there with its bytes or not at all. Returns its id."""
        metadata = {
            "size": len(content),
            "mimetype": kind,
            "eTag": f'"{hashlib.md5(content).hexdigest()}"',
            "contentLength": len(content),
        }
        self.limit(place[0], len(content))
        rows = self.run(
            request,
            claims,
            "INSERT INTO storage.objects (bucket_id, name, owner_id, version, metadata)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING id::text",
            *place,
            claims.get("sub"),
            str(uuid.uuid4()),
            json.dumps(metadata),
        )
        self.contents[place] = content
        return str(rows[0][0])

    def limit(self, bucket: str, size: int) -> None:
        """Refuse what the bucket's limit does not allow."""
        with self._database.connect() as db:
            row = db.execute(
                "SELECT file_size_limit FROM storage.buckets WHERE id = %s", (bucket,)
            ).fetchone()
        if row and row[0] is not None and size > row[0]:
            raise StorageRefusalError(
                413, "Payload too large", "The object exceeded the maximum allowed size"
            )


class Storage:
    """Answers requests under /storage/v1; those for uploads in parts go to tests/cloud/resumable.py."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self._routes: tuple[tuple[str, str, Callable[[Received, str], Reply]], ...] = (
            ("GET", "object/info/", self._info),
            ("GET", "object/sign/", self._signed),
            ("POST", "object/sign/", self._sign),
            ("POST", "object/list/", self._list),
            ("POST", "object/move", self._move),
            ("GET", "object/authenticated/", self._download),
            ("GET", "object/", self._download),
            ("POST", "object/", self._upload),
            ("PUT", "object/", self._replace),
            ("DELETE", "object/", self._remove),
        )

    def __call__(self, request: Received) -> Reply:
        """Answer one request."""
        path = unquote(request.path).removeprefix(_ROOT)
        for method, beginning, answer in self._routes:
            if request.method == method and path.startswith(beginning):
                try:
                    return answer(request, path.removeprefix(beginning))
                except StorageRefusalError as no:
                    return refused(no)
        return refused(
            StorageRefusalError(404, "Not Found", f"Route {request.method}:{request.path} not found")
        )

    def _upload(self, request: Received, path: str) -> Reply:
        content, kind = _file(request)
        key = self.objects.add(request, _claims(request), _place(path), content=content, kind=kind)
        return as_json({"Key": path, "Id": key})

    def _replace(self, request: Received, path: str) -> Reply:
        """Overwrite; without a policy for updates nothing is found that could be."""
        content, _ = _file(request)
        statement = (
            "UPDATE storage.objects SET version = %s WHERE (bucket_id, name) = (%s, %s) RETURNING id::text"
        )
        rows = self.objects.run(request, _claims(request), statement, str(uuid.uuid4()), *_place(path))
        if not rows:
            raise StorageRefusalError(*NOT_FOUND)
        self.objects.contents[_place(path)] = content
        return as_json({"Key": path, "Id": rows[0][0]})

    def _download(self, request: Received, path: str) -> Reply:
        """Return the bytes. A token that is not accepted falls to the public route, where the bucket is unknown."""
        try:
            claims = claims_of(request.headers.get("authorization", ""))
        except TokenError:
            raise StorageRefusalError(*NO_BUCKET) from None
        if claims["role"] == "anon":
            raise StorageRefusalError(*NO_BUCKET)
        metadata = self._row(request, claims, path)["metadata"]
        headers = {"Content-Type": metadata["mimetype"], "ETag": metadata["eTag"]}
        return Reply(self.objects.contents[_place(path)], 200, headers)

    def _info(self, request: Received, path: str) -> Reply:
        row = self._row(request, _claims(request), path)
        told = {
            "size": row["metadata"]["size"],
            "content_type": row["metadata"]["mimetype"],
            "etag": row["metadata"]["eTag"],
            "cache_control": "max-age=3600",
            "last_modified": row["created_at"],
        }
        return as_json({**row, **told, "metadata": {}})

    def _row(self, request: Received, claims: Mapping[str, Any], path: str) -> dict[str, Any]:
        statement = (
            "SELECT to_jsonb(object) FROM storage.objects AS object WHERE bucket_id = %s AND name = %s"
        )
        rows = self.objects.run(request, claims, statement, *_place(path))
        if not rows:
            raise StorageRefusalError(*NOT_FOUND)
        row: dict[str, Any] = rows[0][0]
        return row

    def _list(self, request: Received, bucket: str) -> Reply:
        """Return what lies in a folder: its files, and its folders with nothing but a name."""
        asked = request.document
        folder = f"{asked['prefix'].rstrip('/')}/" if asked.get("prefix") else ""
        statement = (
            "SELECT to_jsonb(object) FROM storage.objects AS object"
            " WHERE bucket_id = %s AND starts_with(name, %s) ORDER BY name"
        )
        found: dict[str, dict[str, Any]] = {}
        for (row,) in self.objects.run(request, _claims(request), statement, bucket, folder):
            name, slash, _ = row["name"].removeprefix(folder).partition("/")
            found[name] = {"name": name, "id": None, "metadata": None} if slash else {**row, "name": name}
        first = asked.get("offset", 0)
        return as_json(list(found.values())[first : first + asked.get("limit", 100)])

    def _sign(self, request: Received, path: str) -> Reply:
        self._row(request, _claims(request), path)
        until = int(time.time()) + int(request.document["expiresIn"])
        token = jwt.encode({"url": path, "exp": until}, SECRET, algorithm="HS256")
        return as_json({"signedURL": f"/object/sign/{path}?token={token}"})

    def _signed(self, request: Received, path: str) -> Reply:
        token = parse_qs(urlsplit(request.url).query).get("token", [""])[0]
        try:
            allowed = jwt.decode(token, SECRET, algorithms=["HS256"])["url"] == path
        except jwt.PyJWTError:
            allowed = False
        content = self.objects.contents.get(_place(path))
        if not allowed or content is None:
            raise StorageRefusalError(400, "InvalidJWT", "jwt expired")
        return Reply(content, 200, {"Content-Type": "application/octet-stream"})

    def _move(self, request: Received, _: str) -> Reply:
        asked = request.document
        bucket = asked["bucketId"]
        statement = (
            "UPDATE storage.objects SET name = %s WHERE bucket_id = %s AND name = %s RETURNING id::text"
        )
        values = (asked["destinationKey"], bucket, asked["sourceKey"])
        if not self.objects.run(request, _claims(request), statement, *values):
            raise StorageRefusalError(*NOT_FOUND)
        self.objects.contents[bucket, values[0]] = self.objects.contents.pop((bucket, values[2]))
        return as_json({"message": "Successfully moved"})

    def _remove(self, request: Received, bucket: str) -> Reply:
        statement = (
            "DELETE FROM storage.objects AS object WHERE bucket_id = %s AND name = ANY(%s)"
            " RETURNING to_jsonb(object)"
        )
        rows = self.objects.run(request, _claims(request), statement, bucket, request.document["prefixes"])
        for (row,) in rows:
            self.objects.contents.pop((bucket, row["name"]), None)
        return as_json([row for (row,) in rows])


def refused(no: StorageRefusalError) -> Reply:
    """Answer a refusal."""
    return as_json({"statusCode": str(no.status), "error": no.error, "message": no.message}, 400)


def _claims(request: Received) -> Mapping[str, Any]:
    try:
        return claims_of(request.headers.get("authorization", ""))
    except TokenError:
        raise StorageRefusalError(403, "Unauthorized", '"exp" claim timestamp check failed') from None


def _place(path: str) -> tuple[str, str]:
    bucket, _, name = path.partition("/")
    return bucket, name


def _file(request: Received) -> tuple[bytes, str]:
    """Return bytes and type of an upload, from a form or bare."""
    kind, _, boundary = request.headers.get("content-type", "").partition("boundary=")
    if not boundary:
        return request.body, kind or "application/octet-stream"
    for part in request.body.split(b"--" + boundary.encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        if b"filename=" in head:
            told = re.search(rb"Content-Type: *([^\r\n]+)", head, re.IGNORECASE)
            return content.removesuffix(b"\r\n"), told[1].decode() if told else "application/octet-stream"
    raise StorageRefusalError(400, "invalid_request", "There is no file in the form")
