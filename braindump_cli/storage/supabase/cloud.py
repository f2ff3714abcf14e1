"""The server, by Supabase's client: rows by two functions of the database, recordings by its Storage."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from braindump_cli.domain.sync import Page, Pushed, Row
from braindump_cli.domain.wire_rows import MOST_ROWS, page_of, pushed_of, size_of, to_plain
from braindump_cli.errors import ConflictError, DeclinedError, UnreadableError
from braindump_cli.ports.cloud_sync import KeptBody, Opened
from braindump_cli.storage.disk import disk_errors
from braindump_cli.storage.supabase.calls import WITHIN_S, SupabaseCalls
from braindump_cli.storage.supabase.failures import DuplicateError, TooLargeError
from braindump_cli.storage.supabase.tus import CHUNK_BYTES, ResumableUpload, checked

if TYPE_CHECKING:
    from supabase import Client

T = TypeVar("T")

BUCKET = "recordings"
_SEALED = "application/octet-stream"
_SLOWEST_BPS = 20_000.0  # bytes a second of a line that is still one
_WITHIN_S = 600.0  # a recording on a slow line; silence ends it sooner
_MD5_DIGITS = 32  # an ETag of another form is no digest of the whole
_BLOCK_BYTES = 1 << 16


class SupabaseCloud:
    """Keeps ports.Cloud."""

    def __init__(self, calls: SupabaseCalls) -> None:
        self._calls = calls

    def open_account(self, device: str, *, name: str, account_key: str) -> Opened:
        """Make this device known; `account_key` becomes the account's if it has neither key yet."""
        said = self._calls.call("account_open", p_device=device, p_name=name, p_account_key=account_key)
        return _read(lambda: _opened(said))

    def seal_account(self, wrapped_key: str) -> None:
        """Keep the wrapped key and forget the plain one, at once."""
        self._calls.call("account_seal", p_wrapped_key=wrapped_key)

    def push(self, rows: Sequence[Row]) -> Pushed:
        """Offer rows; a batch that is too large for something on the way goes in halves."""
        if len(rows) > MOST_ROWS:
            raise DeclinedError(f"A push has at most {MOST_ROWS} rows.")
        plain = [to_plain(row) for row in rows]
        within_s = WITHIN_S + sum(map(size_of, rows)) / _SLOWEST_BPS
        try:
            said = self._calls.call("sync_push", within_s=within_s, p_rows=plain)
        except TooLargeError:
            if len(rows) < 2:
                raise
        else:
            return pushed_of(said)
        half = len(rows) // 2
        first, second = self.push(rows[:half]), self.push(rows[half:])
        return second._replace(answers=(*first.answers, *second.answers))

    def pull(self, after: int, *, limit: int) -> Page:
        """Return the rows after the cursor, tombstones too."""
        return page_of(self._calls.call("sync_pull", p_after=after, p_limit=limit))

    def kept_bodies(self, table: str, row_id: str) -> Sequence[KeptBody]:
        """Return what lost in conflicts over a row."""

        def ask(there: "Client") -> Any:
            revisions = there.table("entry_revisions").select("hlc,body,sealed")
            of_row = (
                revisions.eq("user_id", self._calls.who.user_id).eq("table_name", table).eq("row_id", row_id)
            )
            return of_row.order("hlc").execute().data

        said = self._calls.ask(ask)
        return _read(lambda: [KeptBody(each["hlc"], each["body"], each["sealed"]) for each in said])

    def put_object(self, path: str, sealed: Path) -> None:
        """Keep a file under `path`; above 6 MB in parts."""
        with disk_errors(sealed):
            is_small = sealed.stat().st_size <= CHUNK_BYTES
        try:
            if is_small:
                self._upload(path, sealed)
            else:
                ResumableUpload(self._calls, sealed, bucket=BUCKET, name=path).run()
        except DuplicateError:
            if not self._is_there(path, sealed):
                raise ConflictError("Another recording lies on the server under the same name.") from None

    def _upload(self, path: str, sealed: Path) -> None:
        def ask(there: "Client") -> None:
            options: Any = {"content-type": _SEALED, "upsert": "false"}
            with disk_errors(sealed), open(sealed, "rb") as file:
                there.storage.from_(BUCKET).upload(path, file, options)

        self._calls.ask(ask, within_s=_WITHIN_S)

    def _is_there(self, path: str, sealed: Path) -> bool:
        """Tell whether the object is the file, by its size and its digest."""
        from hashlib import md5, sha256

        info = self._calls.ask(lambda there: there.storage.from_(BUCKET).info(path))
        if info.get("size") != sealed.stat().st_size:
            return False
        etag = str(info.get("etag") or "").strip('"')
        if len(etag) == _MD5_DIGITS:
            return etag == _digest(sealed, md5(usedforsecurity=False))
        theirs = sha256()
        for block in self.get_object(path):
            theirs.update(block)
        return theirs.hexdigest() == _digest(sealed, sha256())

    def get_object(self, path: str) -> Iterator[bytes]:
        """Yield an object in blocks. Raises NotFoundError."""
        from httpx import HTTPError

        line = self._calls.line

        def ask(_: "Client") -> Any:
            url = f"{self._calls.who.url}/storage/v1/object/authenticated/{BUCKET}/{path}"
            request = line.http.build_request("GET", url, headers=self._calls.headers())
            answer = line.http.send(request, stream=True)
            if answer.is_error:
                answer.read()
            return checked(answer)

        answer = self._calls.ask(ask)
        failed = None
        try:
            with line.bounded(_WITHIN_S):
                yield from answer.iter_bytes(_BLOCK_BYTES)
        except HTTPError as error:
            failed = self._calls.translated(error)
        finally:
            answer.close()
        if failed:
            raise failed

    def remove_objects(self, paths: Collection[str]) -> None:
        """Remove objects; those that are not there are no failure."""
        named = sorted(paths)
        self._calls.ask(lambda there: there.storage.from_(BUCKET).remove(named))


def _opened(said: Any) -> Opened:
    return Opened(
        said["account_key"], said["wrapped_key"], bool(said["is_first"]), datetime.fromisoformat(said["now"])
    )


def _read(read: Callable[[], T]) -> T:
    """Return what an answer means. Raises UnreadableError."""
    try:
        return read()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnreadableError(
            "The server gave an answer that cannot be read.", hint="braindump cloud status"
        ) from None


def _digest(path: Path, digest: Any) -> str:
    with disk_errors(path), open(path, "rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return str(digest.hexdigest())
