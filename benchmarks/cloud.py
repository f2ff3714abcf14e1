"""What the server's code costs on a real PostgreSQL, beside the same SQL without it.

`python -m benchmarks.cloud --help` tells the options. 200,000 entries of 2,000 people rest in the tables: 100 people
have 1,000 each, the others about 53. Every call is a transaction with role and claims, as PostgREST makes it; the
reference is asked by the owner, of a twin table without row-level security, trigger and conflicts. Beside the time
that passed stands the CPU time of the server's process, which other work on the machine does not lengthen.
"""

import argparse
import json
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks import cloud_machine, report
from benchmarks.report import Part, Row
from braindump_cli.storage.cloud_schema import find_migrations
from tests.cloud.cluster import API, OWNER, SUPERUSER, Cluster, Database, find_programs

if TYPE_CHECKING:
    import psycopg

_DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
_ENTRIES, _PEOPLE, _BUSY = 200_000, 2_000, 100
_TEXT = "I walked along the canal and thought about the budget again. " * 11  # about 650 characters
_FILL = """
INSERT INTO {table} (user_id, id, hlc, seq, body)
SELECT 'user_' || person, gen_random_uuid(), lpad(n::text, 15, '0') || '-0000-aaaaaaaaaaaa',
  row_number() OVER (PARTITION BY person ORDER BY n),
  jsonb_build_object('kind', 'voice', 'text', '{text}', 'tags', '[]', 'created_at',
    to_char(timestamp '2020-01-01' + n * interval '10 minutes', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
FROM (SELECT n, CASE WHEN n <= {entries} / 2 THEN n % {busy} ELSE {busy} + n % ({people} - {busy}) END AS person
      FROM generate_series(1, {entries}) AS n) AS spread
"""
_TWIN = """
CREATE TABLE twin (LIKE journal_entries INCLUDING ALL);
ALTER TABLE journal_entries DISABLE TRIGGER number_row;
"""
_CALLER = "SELECT set_config('role', %s, true), set_config('request.jwt.claims', %s, true)"
_PLAIN_PUSH = """
INSERT INTO twin (user_id, id, hlc, seq, body)
SELECT %(user)s, id, hlc, %(seq)s + row_number() OVER (), body
FROM jsonb_to_recordset(%(rows)s) AS _(id uuid, hlc text, body jsonb)
ON CONFLICT (user_id, id) DO UPDATE SET hlc = excluded.hlc, seq = excluded.seq, body = excluded.body
WHERE excluded.hlc > twin.hlc
"""
_PLAIN_PULL = """
SELECT jsonb_agg(to_jsonb(page)) FROM (SELECT id, hlc, seq, purged, withdrawn, row_version, body, sealed FROM twin
  WHERE user_id = %(user)s AND seq > %(after)s ORDER BY seq LIMIT 500) AS page
"""
_NEWEST = """
SELECT id, body FROM {table} WHERE deleted_at IS NULL {own} ORDER BY created_at DESC, id DESC LIMIT 50
"""


class _Took(NamedTuple):
    """What one call took."""

    wall_ms: float
    cpu_ms: float  # of the server's process


class _Server:
    """A connection, and the process behind it."""

    def __init__(self, db: "psycopg.Connection") -> None:
        self.db = db
        self._used = Path(f"/proc/{db.info.backend_pid}/schedstat")  # its first number: ns on a CPU

    def run(
        self, caller: tuple[str, str], statement: str, values: Sequence[Any] | Mapping[str, Any]
    ) -> _Took:
        """Run a statement in a transaction of a caller (role, claims), and fetch what it answers."""
        cpu, begun = self._cpu_ms(), time.perf_counter()
        with self.db.transaction():
            self.db.execute(_CALLER, caller)
            done = self.db.execute(statement.encode(), values)
            _ = done.fetchall() if done.description else None
        return _Took((time.perf_counter() - begun) * 1000, self._cpu_ms() - cpu)

    def _cpu_ms(self) -> float:
        return int(self._used.read_text().split()[0]) / 1e6


class _Measured(NamedTuple):
    """A call and its reference, taken in turn."""

    ours: Sequence[_Took]
    plain: Sequence[_Took]


class _Bench:
    """Two connections to a filled database: one as PostgREST has it, one as the owner's."""

    def __init__(self, database: Database) -> None:
        self.api = _Server(database.connect(API))
        self.owner = _Server(database.connect())
        self._seq = 10_000_000
        self._chance = random.Random(7)

    def measure(self, rounds: int, ours: Callable[[str], _Took], plain: Callable[[str], _Took]) -> _Measured:
        """Take both in turn, for busy people drawn by chance; the first ten rounds warm up."""
        took: list[tuple[_Took, _Took]] = []
        for _ in range(rounds + 10):
            user = f"user_{self._chance.randrange(_BUSY)}"
            took.append((ours(user), plain(user)))
        return _Measured(*map(list, zip(*took[10:], strict=True)))

    def call(self, user: str, statement: str, *values: object) -> _Took:
        """Run a statement as a person."""
        return self.api.run(("authenticated", json.dumps({"sub": user})), statement, values)

    def plain(self, statement: str, **values: object) -> _Took:
        """Run a statement as the owner."""
        return self.owner.run((OWNER, "{}"), statement, values)

    def push(self, count: int, user: str) -> _Took:
        """Push rows that are new."""
        return self.call(user, "SELECT public.sync_push(%s)", _batch(count))

    def plain_push(self, count: int, user: str) -> _Took:
        """Upsert as many."""
        self._seq += count
        return self.plain(_PLAIN_PUSH, user=user, seq=self._seq, rows=_batch(count))


def _batch(count: int) -> str:
    """Return so many new rows as they are pushed."""
    now = int(time.time() * 1000)
    body = {"kind": "voice", "text": _TEXT, "tags": [], "created_at": "2026-03-02T09:14:00.000Z"}
    return json.dumps(
        [
            {
                "table": "journal_entries",
                "id": str(uuid.uuid4()),
                "hlc": f"{now:015}-{number:04}-aaaaaaaaaaaa",
                "base": None,
                "purged": False,
                "withdrawn": False,
                "row_version": 1,
                "body": body,
                "sealed": None,
            }
            for number in range(count)
        ]
    )


def _laid_out(database: Database) -> Database:
    with database.connect() as owner:
        for one in find_migrations():
            owner.execute(one.sql.encode())
    return database


def _fill(database: Database) -> None:
    """Put the entries in, with their twins."""
    with database.connect(SUPERUSER) as admin:
        admin.execute(_TWIN.encode())
        admin.execute("ALTER TABLE twin OWNER TO postgres")
        for table in ("journal_entries", "twin"):
            filled = _FILL.format(table=table, text=_TEXT, entries=_ENTRIES, people=_PEOPLE, busy=_BUSY)
            admin.execute(filled.encode())
        admin.execute("ALTER TABLE journal_entries ENABLE TRIGGER number_row")
        admin.execute("INSERT INTO sync_heads SELECT user_id, max(seq) FROM journal_entries GROUP BY 1")
        admin.execute("VACUUM ANALYZE")


def _calls(bench: _Bench, rounds: int) -> Iterator[Row]:
    for count, bar in ((1, 4), (50, 3), (500, 3)):
        took = bench.measure(rounds, partial(bench.push, count), partial(bench.plain_push, count))
        yield from _rows(f"push {count} / upsert {count}", took, bar)
    took = bench.measure(
        rounds,
        lambda user: bench.call(user, "SELECT public.sync_pull(%s, 500)", 200),
        lambda user: bench.plain(_PLAIN_PULL, user=user, after=200),
    )
    yield from _rows("pull 500 of six tables / select 500 of one", took, 2)
    took = bench.measure(
        rounds,
        lambda user: bench.call(user, _NEWEST.format(table="journal_entries", own="")),
        lambda user: bench.plain(_NEWEST.format(table="twin", own="AND user_id = %(user)s"), user=user),
    )
    yield from _rows("newest 50 under row-level security / without it", took, 2)


def _rows(what: str, took: _Measured, bar: float | None) -> Iterator[Row]:
    """Tell the time that passed, and the CPU time, for which there may be a bar."""
    for name, percent in (("p50", 50), ("p99", 99)):
        ours, plain = (_percentile([one.wall_ms for one in side], percent) for side in took)
        yield report.at_most(f"{what}, {name}", ours, None, unit="ms", reference=plain)
    ours, plain = (_percentile([one.cpu_ms for one in side], 50) for side in took)
    yield report.ratio(f"{what}, p50 of the server's CPU", ours, plain, bar=bar)


def _percentile(times: Sequence[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]


def _throughput(bench: _Bench, batches: int) -> Iterator[Row]:
    """Rows a second through one connection, in batches of 500, beside inserts and COPY of the same rows."""
    user, count = "user_1999", batches * 500
    told = [_batch(500) for _ in range(3 * batches)]
    ours, plain, copied = told[:batches], told[batches : 2 * batches], told[2 * batches :]
    rates = []
    for load in (
        lambda: [bench.call(user, "SELECT public.sync_push(%s)", rows) for rows in ours],
        lambda: [
            bench.plain(_PLAIN_PUSH, user=user, seq=50_000_000 + 500 * number, rows=rows)
            for number, rows in enumerate(plain)
        ],
        lambda: _copy(bench.owner.db, user, copied),
    ):
        begun = time.perf_counter()
        load()
        rates.append(count / (time.perf_counter() - begun))
    for what, rate in (("upserts", rates[1]), ("COPY", rates[2])):
        told_ratio = f"{rates[0] / rate:.2f}"
        yield Row(f"pushed / {what}", f"{rates[0]:,.0f} rows/s", f"{rate:,.0f} rows/s", told_ratio, "", None)


def _copy(db: "psycopg.Connection", user: str, told: Sequence[str]) -> None:
    statement = "COPY twin (user_id, id, hlc, seq, body) FROM STDIN"
    with db.cursor() as cursor, cursor.copy(statement) as copy:
        for number, rows in enumerate(told):
            for place, row in enumerate(json.loads(rows)):
                seq = 90_000_000 + 500 * number + place
                copy.write_row((user, row["id"], row["hlc"], seq, json.dumps(row["body"])))


def main() -> int:
    """Measure, print, and end with 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description="Measure the server's SQL on a PostgreSQL of its own.")
    parser.add_argument("--rounds", type=int, default=200, help="how often each call is made")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    wanted = parser.parse_args()
    programs = find_programs()
    if not programs:
        print("PostgreSQL is not installed.", file=sys.stderr)
        return 1
    with Cluster(programs, shared_buffers="512MB") as cluster:
        database = _laid_out(cluster.create())
        _fill(database)
        bench = _Bench(database)
        version = bench.owner.db.info.server_version // 10_000
        parts = [
            Part(
                f"Calls, on PostgreSQL {version}",
                "Over a local socket, with role and claims set as PostgREST sets them.",
                list(_calls(bench, wanted.rounds)),
            ),
            Part(
                "Rows a second",
                "One connection, batches of 500 rows of 650 characters.",
                list(_throughput(bench, max(2, wanted.rounds // 10))),
            ),
            *cloud_machine.parts(_laid_out(cluster.create())),
        ]
    text = report.markdown(parts)
    print(text)
    if wanted.write:
        report.write(text, _DOCUMENT, section="cloud")
    missed = report.missed(parts)
    for what in missed:
        print(f"over its bar: {what}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
