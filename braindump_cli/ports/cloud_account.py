"""What the server holds of an account as a whole: counted, exported, deleted."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol


class Usage(NamedTuple):
    """How much of an account lies on the server."""

    counts: Mapping[str, int]  # live rows by table; `entry_revisions` and `devices` too
    tombstones: int
    objects: int
    object_bytes: int
    head: int  # the last number of the feed


class CloudAccount(Protocol):
    """The account of the user who is signed in. All raise as ports.Cloud."""

    def version(self) -> str | None:
        """Return of which version the tables are; None where none of ours are there."""
        ...

    def usage(self) -> Usage:
        """Count what is there."""
        ...

    def table(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Yield all of the user's rows of a table, as the server has them."""
        ...

    def objects(self) -> Iterator[str]:
        """Yield the paths of all of the user's recordings."""
        ...

    def delete(self) -> Mapping[str, int]:
        """Delete all rows of the user and return how many there were by table; recordings are removed apart."""
        ...


class Shelf(Protocol):
    """Where an export goes."""

    def put(self, name: str, blocks: Iterable[bytes]) -> None:
        """Add a file; `name` may hold one folder. Raises StoreError."""
        ...


class ObjectOpener(Protocol):
    """Opens recordings of the account."""

    def plain(self, recording_id: str, blocks: Iterable[bytes], ring: str) -> Iterator[bytes]:
        """Yield the sound of a sealed object. Raises BadDataError, in the middle too: then it is not whole."""
        ...
