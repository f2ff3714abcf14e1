"""What left, what was answered, and how providers are doing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from braindump_cli.domain.leaving import ANSWERED, Outage, Outgoing, Sent
from braindump_cli.domain.stamps import from_stamp, maybe_instant, maybe_stamp, to_stamp
from braindump_cli.storage.engine import writing

if TYPE_CHECKING:
    from braindump_cli.ports import Clock
    from braindump_cli.storage.engine import Connection

_COLUMNS = (
    "number, sent_at, provider, purpose, model, address, size_bytes, cost_usd, entry_id, outcome, ended_at"
)
_REMEMBERED = _KEPT_FOR = timedelta(days=30)  # in totals, and replies that nobody came for


class SqliteLedger:
    """Keeps ports.Ledger in the encrypted file, from any thread.

    Each call opens the file anew (0.5 ms): a connection serves one thread alone, and what is written here is
    durable by itself, whatever the journal's own connection is in. A thread that holds the journal's `writing`
    must not call: it would wait for itself.
    """

    def __init__(self, opened: "Callable[[], Connection]", clock: "Clock") -> None:
        self._opened = opened
        self._clock = clock

    def begin(self, out: Outgoing, at: datetime) -> int:
        """Write a request down before it leaves; of its address not the query, which may hold the user's words."""
        address = out.address.partition("?")[0]
        row = (
            to_stamp(at), out.provider, out.purpose, out.model, address, out.size_bytes, out.cost_usd, out.entry_id,
        )  # fmt: skip
        with self._writing() as db:
            (number,) = db.execute(
                "INSERT INTO sent_log (sent_at, provider, purpose, model, address, size_bytes, cost_usd, entry_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
                row,
            ).fetchone()
        return int(number)

    def end(
        self,
        number: int,
        outcome: str,
        at: datetime,
        *,
        size_bytes: int | None = None,
        cost_usd: float | None = None,
    ) -> None:
        """Write down what became of it; None leaves the estimate."""
        with self._writing() as db:
            db.execute(
                "UPDATE sent_log SET outcome = ?, ended_at = ?, size_bytes = coalesce(?, size_bytes),"
                " cost_usd = coalesce(?, cost_usd) WHERE number = ?",
                (outcome, to_stamp(at), size_bytes, cost_usd, number),
            )

    def keep_reply(self, number: int, key: str, reply: str, *, at: datetime) -> None:
        """Keep a raw reply and mark its request as answered, in one transaction; forget what nobody came for."""
        with self._writing() as db:
            db.execute("DELETE FROM replies WHERE received_at < ?", (to_stamp(at - _KEPT_FOR),))
            db.execute(
                "INSERT OR REPLACE INTO replies (key, reply, received_at) VALUES (?, ?, ?)",
                (key, reply, to_stamp(at)),
            )
            db.execute(
                "UPDATE sent_log SET outcome = ?, ended_at = ? WHERE number = ?",
                (ANSWERED, to_stamp(at), number),
            )

    def reply(self, key: str) -> str | None:
        """Return the raw reply that was received under `key`."""
        row = self._row("SELECT reply FROM replies WHERE key = ?", key)
        return row[0] if row else None

    def forget_replies(self, prefix: str) -> None:
        """Forget all replies whose key begins with `prefix`."""
        with self._writing() as db:
            db.execute("DELETE FROM replies WHERE substr(key, 1, length(?1)) = ?1", (prefix,))

    def spent(self, since: datetime) -> float:
        """Return the estimated cost of what was sent since, USD; what was refused or never left cost nothing."""
        row = self._row(
            "SELECT total(cost_usd) FROM sent_log WHERE sent_at >= ? AND outcome NOT IN ('refused', 'unreached')",
            to_stamp(since),
        )
        return float(row[0])

    def outage(self, service: str) -> Outage:
        """Return how a service has been doing."""
        return self.outages(service).get(service, Outage())

    def outages(self, provider: str) -> Mapping[str, Outage]:
        """Return how a provider has been doing, by the services that are asked in its way."""
        with closing(self._opened()) as db:
            rows = db.execute(
                "SELECT service, failures, closed_until, is_told FROM outages"
                " WHERE service = ?1 OR substr(service, 1, length(?1) + 1) = ?1 || ' '",
                (provider,),
            ).fetchall()
        return {row[0]: Outage(row[1], maybe_instant(row[2]), bool(row[3])) for row in rows}

    def save_outage(self, service: str, outage: Outage) -> None:
        """Keep how a service is doing."""
        row = (service, outage.failures, maybe_stamp(outage.closed_until), outage.is_told)
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO outages VALUES (?, ?, ?, ?)", row)

    def log(self, *, since: datetime | None, until: datetime | None, limit: int | None) -> Iterator[Sent]:
        """Yield what left since `since` and before `until`, newest first."""
        with closing(self._opened()) as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM sent_log WHERE sent_at >= ? AND sent_at < ?"
                " ORDER BY sent_at DESC, number DESC LIMIT ?",
                (maybe_stamp(since) or "", maybe_stamp(until) or "~", -1 if limit is None else limit),
            )
            yield from map(_sent, rows)

    def sent_of(self, entry_id: str) -> Sequence[Sent]:
        """Return what was sent of one entry and may have arrived, oldest first."""
        with closing(self._opened()) as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM sent_log WHERE entry_id = ? AND outcome <> 'unreached' ORDER BY number",
                (entry_id,),
            )
            return [_sent(row) for row in rows]

    def totals(self) -> Sequence[tuple[str, str, int]]:
        """Return provider, outcome and how many requests of the last 30 days ended so."""
        since = to_stamp(self._clock.now() - _REMEMBERED)
        with closing(self._opened()) as db:
            rows = db.execute(
                "SELECT provider, outcome, count(*) FROM sent_log WHERE sent_at >= ?"
                " GROUP BY provider, outcome ORDER BY provider, outcome",
                (since,),
            )
            return [(provider, outcome, count) for provider, outcome, count in rows]

    def last_used(self) -> Mapping[str, datetime]:
        """Return when each provider was asked last."""
        with closing(self._opened()) as db:
            rows = db.execute("SELECT provider, max(sent_at) FROM sent_log GROUP BY provider")
            return {provider: from_stamp(sent_at) for provider, sent_at in rows}

    def entry_numbers(self) -> Mapping[str, int]:
        """Return the numbers of all entries that something was sent of, by their ids."""
        with closing(self._opened()) as db:
            return dict(
                db.execute("SELECT id, number FROM entries WHERE id IN (SELECT entry_id FROM sent_log)")
            )

    @contextmanager
    def _writing(self) -> "Iterator[Connection]":
        with closing(self._opened()) as db, writing(db):
            yield db

    def _row(self, sql: str, *values: object) -> Any:
        with closing(self._opened()) as db:
            return db.execute(sql, values).fetchone()


def _sent(row: Sequence[Any]) -> Sent:
    number, sent_at, provider, purpose, model, address, size_bytes, cost_usd, entry_id, outcome, ended_at = (
        row
    )
    return Sent(
        number, from_stamp(sent_at), provider, purpose, model, address, size_bytes, cost_usd, entry_id, outcome,
        maybe_instant(ended_at),
    )  # fmt: skip
