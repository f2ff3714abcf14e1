"""The account as a whole, on a Supabase project."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from braindump_cli.errors import DeclinedError, UnreadableError
from braindump_cli.ports.cloud_account import Usage
from braindump_cli.storage.supabase.calls import SupabaseCalls

if TYPE_CHECKING:
    from supabase import Client

_AT_ONCE = 500  # a project gives no more than 1000 rows an answer
_ORDER = {
    "profiles": "user_id",
    "devices": "id",
    "integrations": "provider,account_label",
    "entry_revisions": "table_name,row_id,hlc",
}  # others: seq


class SupabaseAccount:
    """Keeps ports.CloudAccount."""

    def __init__(self, calls: SupabaseCalls) -> None:
        self._calls = calls

    def version(self) -> str | None:
        """Return of which version the tables are; None where none of ours are there."""
        try:
            return str(self._calls.call("schema_version"))
        except DeclinedError:
            return None

    def usage(self) -> Usage:
        """Count what is there."""
        said = self._calls.call("account_usage")
        try:
            return Usage(
                counts={str(name): int(count) for name, count in said["counts"].items()},
                tombstones=int(said["tombstones"]),
                objects=int(said["objects"]),
                object_bytes=int(said["object_bytes"]),
                head=int(said["head"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise UnreadableError("The server gave an answer that cannot be read.") from None

    def table(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Yield all of the user's rows of a table, as the server has them."""
        first = 0
        while rows := self._calls.ask(partial(self._page, name=name, first=first)):
            yield from rows
            first += len(rows)

    def _page(self, there: "Client", *, name: str, first: int) -> Any:
        rows = there.table(name).select("*").eq("user_id", self._calls.who.user_id)
        for column in _ORDER.get(name, "seq").split(","):
            rows = rows.order(column)
        return rows.range(first, first + _AT_ONCE - 1).execute().data

    def objects(self) -> Iterator[str]:
        """Yield the paths of all of the user's recordings."""
        after = ""
        while paths := self._calls.call("account_objects", p_after=after, p_limit=_AT_ONCE):
            yield from paths
            after = paths[-1]

    def delete(self) -> Mapping[str, int]:
        """Delete all rows of the user and return how many there were by table."""
        removed: Mapping[str, int] = self._calls.call("account_delete")["removed"]
        return removed
