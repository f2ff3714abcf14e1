"""The server, with a line in the list of what left for every request that carries something of the journal."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from braindump_cli.domain.leaving import ANSWERED, LOST, REFUSED, SYNC, UNREACHED, Outgoing
from braindump_cli.domain.sync import ENTRIES, Page, Pushed, Row
from braindump_cli.domain.wire_rows import size_of
from braindump_cli.errors import BraindumpError, LostAnswerError, UnreachableError
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud_sync import Cloud, KeptBody, Opened
from braindump_cli.ports.engines import Ledger

PROVIDER = "supabase"


class LoggedCloud:
    """Keeps ports.Cloud over another one."""

    def __init__(self, cloud: Cloud, ledger: Ledger, clock: Clock, *, address: str) -> None:
        self._cloud = cloud
        self._ledger = ledger
        self._clock = clock
        self._address = address

    def open_account(self, device: str, *, name: str, account_key: str) -> Opened:
        """Make this device known."""
        return self._cloud.open_account(device, name=name, account_key=account_key)

    def seal_account(self, wrapped_key: str) -> None:
        """Keep the wrapped key and forget the plain one."""
        self._cloud.seal_account(wrapped_key)

    def push(self, rows: Sequence[Row]) -> Pushed:
        """Offer rows."""
        with self._written_down(sum(map(size_of, rows)), _entry_of(rows)):
            return self._cloud.push(rows)

    def pull(self, after: int, *, limit: int) -> Page:
        """Return the rows after the cursor."""
        return self._cloud.pull(after, limit=limit)

    def kept_bodies(self, table: str, row_id: str) -> Sequence[KeptBody]:
        """Return what lost in conflicts over a row."""
        return self._cloud.kept_bodies(table, row_id)

    def put_object(self, path: str, sealed: Path) -> None:
        """Keep a file under `path`."""
        with self._written_down(sealed.stat().st_size, None):
            self._cloud.put_object(path, sealed)

    def get_object(self, path: str) -> Iterator[bytes]:
        """Yield an object in blocks."""
        return self._cloud.get_object(path)

    def remove_objects(self, paths: Collection[str]) -> None:
        """Remove objects."""
        self._cloud.remove_objects(paths)

    @contextmanager
    def _written_down(self, size_bytes: int, entry_id: str | None) -> Iterator[None]:
        out = Outgoing(PROVIDER, SYNC, "", self._address, {}, None, size_bytes, 0.0, entry_id)
        number = self._ledger.begin(out, self._clock.now())
        outcome = LOST
        try:
            yield
            outcome = ANSWERED
        except UnreachableError:
            outcome = UNREACHED
            raise
        except LostAnswerError:
            raise
        except BraindumpError:
            outcome = REFUSED
            raise
        finally:
            self._ledger.end(number, outcome, self._clock.now())


def _entry_of(rows: Sequence[Row]) -> str | None:
    """Return the entry that is sent; None for several, which one line cannot name, and for other things."""
    return rows[0].id if len(rows) == 1 and rows[0].table == ENTRIES else None
