"""What a sync needs: the server, the journal's rows, sealed objects and the account's key."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from braindump_cli.domain.sync import Answer, Page, Pushed, Row
from braindump_cli.domain.sync_report import Conflict


class Opened(NamedTuple):
    """An account as the server has it; one of the two keys is set, and the other is None."""

    account_key: str | None  # base64 of 32 bytes
    wrapped_key: str | None  # end-to-end: the key, sealed with a recovery code
    is_first: bool  # this device made the key
    now: datetime


class KeptBody(NamedTuple):
    """A body that lost on the server, as its revisions hold it."""

    hlc: str
    body: Mapping[str, Any] | None
    sealed: str | None


class Cloud(Protocol):
    """The server, for the user who is signed in.

    Each call is one request, and may be made again after any failure. All raise AuthRequiredError (not signed in,
    or no longer), ForbiddenError (the token has no role), RateLimitedError, UnreachableError, LostAnswerError
    (nobody knows whether it was done), UnreadableError and ProviderError.
    """

    def open_account(self, device: str, *, name: str, account_key: str) -> Opened:
        """Make this device known; `account_key` becomes the account's if it has neither key yet."""
        ...

    def seal_account(self, wrapped_key: str) -> None:
        """Keep the wrapped key and forget the plain one, at once."""
        ...

    def push(self, rows: Sequence[Row]) -> Pushed:
        """Offer at most 500 rows and 1 MB; done again it answers `same`. The order of rows is that of the feed."""
        ...

    def pull(self, after: int, *, limit: int) -> Page:
        """Return the rows after the cursor, tombstones too."""
        ...

    def kept_bodies(self, table: str, row_id: str) -> Sequence[KeptBody]:
        """Return what lost in conflicts over a row."""
        ...

    def put_object(self, path: str, sealed: Path) -> None:
        """Keep a file under `path`, for ever the same; one that lies there already was it. Resumes above 6 MB."""
        ...

    def get_object(self, path: str) -> Iterator[bytes]:
        """Yield an object in blocks. Raises NotFoundError."""
        ...

    def remove_objects(self, paths: Collection[str]) -> None:
        """Remove objects; those that are not there are no failure."""
        ...


class Taken(NamedTuple):
    """What came of rows that the server gave."""

    changed: int = 0  # rows that are otherwise now
    withdrawn: int = 0  # entries that moved to the trash since they were made private elsewhere
    conflicts: tuple[Conflict, ...] = ()
    refused: tuple[
        tuple[str, str, str], ...
    ] = ()  # (table, id, reason) of rows that the server does not take


class Owed(NamedTuple):
    """A conflict that was won here; what lost still lies on the server alone."""

    table: str
    id: str
    hlc: str  # of the version that won


class Upload(NamedTuple):
    """A recording whose sound is not on the server yet."""

    recording_id: str
    entry_id: str
    object: str | None = None  # where the sealed copy that was begun will lie
    plain_bytes: int = 0
    plain_sha256: str = ""


class RemoteRecording(NamedTuple):
    """A recording whose sound lies on the server."""

    recording_id: str
    entry_id: str
    object: str | None
    plain_bytes: int | None
    plain_sha256: str | None


class SyncStore(Protocol):
    """The journal's rows on their way to the server and back. Each method is one transaction; raises StoreError."""

    @property
    def device(self) -> str:
        """This journal's id among the devices: 12 hexadecimal digits."""
        ...

    def fact(self, name: str) -> str | None:
        """Return what the journal knows under `name`."""
        ...

    def set_fact(self, name: str, value: str | None) -> None:
        """Keep a fact; None forgets it."""
        ...

    def begin(self, account: str) -> bool:
        """Begin with an account; tells whether the journal was another one's: then all is offered to the new one."""
        ...

    def forget_account(self) -> None:
        """Forget what was agreed on with a server: all of it is offered to the next account as if it were new."""
        ...

    def set_clock_offset(self, offset_ms: int) -> None:
        """Stamp with the server's clock from now on, which is so far ahead of ours; trifles are passed over."""
        ...

    def cursor(self) -> int:
        """Return where the next pull begins."""
        ...

    def prepare(self) -> None:
        """Give new stamps to what must be withdrawn, and to what is no longer private."""
        ...

    def outgoing(self) -> Iterator[Row]:
        """Yield rows that the server does not have, tombstones of private ones among them, parents first.

        What is private, what a newer program wrote and recordings without their object stay.
        """
        ...

    def take_answers(self, sent: Sequence[Row], answers: Sequence[Answer]) -> Taken:
        """Agree with the server on what it answered to `sent`; rows that changed since stay to be pushed."""
        ...

    def restamp(self, rows: Collection[tuple[str, str]], *, ahead_of: datetime) -> None:
        """Give these rows, in their order, stamps of the server's clock: theirs were too far ahead."""
        ...

    def apply(self, page: Page, *, after: int, refused: Collection[tuple[str, str]] = ()) -> Taken:
        """Take a page and set the cursor to its end, or nothing of both; nothing if the cursor is not `after`.

        Changes that were `refused` by the server wait for no push: what comes over them counts.
        """
        ...

    def owed(self) -> Sequence[Owed]:
        """Return conflicts that were won, and whose other words are not here yet."""
        ...

    def keep_lost(self, owed: Owed, bodies: Sequence[KeptBody]) -> Sequence[Conflict]:
        """Keep what lost as revisions, and owe it no longer; what this device itself replaced is no conflict."""
        ...

    def uploads(self) -> Sequence[Upload]:
        """Return recordings whose sound is to be uploaded: kept, whole and not private."""
        ...

    def upload_begun(self, upload: Upload) -> None:
        """Remember the sealed copy that is on its way."""
        ...

    def uploaded(self, upload: Upload) -> None:
        """Let the recording's row follow its object."""
        ...

    def unwanted_objects(self) -> Sequence[tuple[str, str]]:
        """Return recording and path of objects whose rows were withdrawn or deleted here."""
        ...

    def objects_removed(self, recording_ids: Collection[str]) -> None:
        """Forget where they lay."""
        ...

    def remote(self, entry_id: str) -> RemoteRecording | None:
        """Return the entry's recording if its sound is not here."""
        ...

    def remotes(self) -> Sequence[RemoteRecording]:
        """Return all recordings whose sound is on the server and not here."""
        ...

    def fetched(self, recording_id: str, *, size_bytes: int, sha256: str) -> None:
        """Note that the sound is here now; the measures are those of the sealed file here."""
        ...

    def offer_all_again(self, *, is_fresh: bool) -> None:
        """Push everything once more and pull from the beginning; with `is_fresh` under new stamps and new objects."""
        ...

    def may_be_there(self, entry_id: str) -> bool:
        """Tell whether words of an entry may lie on the server."""
        ...

    def last_sync_at(self) -> datetime | None:
        """Return when a sync last reached its end."""
        ...

    def finished(self, at: datetime) -> None:
        """Note that a sync reached its end."""
        ...


class AccountCipher(Protocol):
    """Seals with the account's key ring: base64 text of one or more keys, the newest first, each 32 bytes."""

    def new_key(self) -> str:
        """Return a fresh key."""
        ...

    def wrap(self, ring: str, code: str) -> str:
        """Seal the ring with a recovery code. Raises UsageError for a mistyped code."""
        ...

    def unwrap(self, wrapped: str, code: str) -> str | None:
        """Return the ring, or None for another code. Raises UsageError for a mistyped one."""
        ...

    def seal_body(self, row: Row, ring: str) -> Row:
        """Return the row with its body sealed, bound to its table, id and hlc."""
        ...

    def open_body(self, row: Row, ring: str) -> Row:
        """Return the row with its body open; one that is not sealed as it is. Raises BadDataError."""
        ...


class ObjectFiles(Protocol):
    """Recordings sealed for the server, and their way back."""

    def seal(self, upload: Upload, ring: str, *, user_id: str) -> Upload:
        """Make the sealed copy, durable, and return the upload with what is known of it. Raises NotFoundError."""
        ...

    def sealed(self, upload: Upload) -> Path | None:
        """Return the sealed copy that was begun; None if it is not whole any more."""
        ...

    def forget(self, recording_id: str) -> None:
        """Remove the sealed copy."""
        ...

    def take(self, recording: RemoteRecording, blocks: Iterable[bytes], ring: str) -> tuple[int, str]:
        """Verify an object and keep its sound here; return size and sha256 of the file. Raises BadDataError."""
        ...
