"""Nothing is lost between many writers and a reader: the feed beside a number that is taken before the commit."""

import json
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import psycopg
import pytest

from tests.cloud.accounts import Account, clock, row
from tests.cloud.cluster import Database

pytestmark = pytest.mark.xdist_group("feed")
WRITERS, ROWS = 8, 5_040
BATCH = 21  # rows of a push; some pushes hold one
_DELAYS_S = (0, 0, 0.002, 0.02)


class _Reader:
    """Asks for all after its cursor, again and again, and remembers what it has seen."""

    def __init__(self, page: Callable[[int], tuple[list[str], int]]) -> None:
        self.seen: set[str] = set()
        self.stop = Event()
        self._page = page

    def run(self) -> set[str]:
        """Read until told to stop, and then to the end."""
        cursor, is_last_round = 0, False
        while True:
            new, cursor = self._page(cursor)
            self.seen.update(new)
            if is_last_round and not new:
                return self.seen
            is_last_round = is_last_round or self.stop.is_set()
            time.sleep(0.002)


def _race(reader: _Reader, writers: Sequence[Callable[[], object]]) -> set[str]:
    with ThreadPoolExecutor(len(writers) + 1) as pool:
        reading = pool.submit(reader.run)
        writing = [pool.submit(writer) for writer in writers]
        for one in writing:
            one.result()
        reader.stop.set()
        return reading.result()


def _push_many(database: Database, writer: int) -> None:
    """Push this writer's share, each batch in a transaction that stays open for a moment."""
    chance = random.Random(writer)
    numbers = list(range(writer, ROWS, WRITERS))
    with Account(database) as account:
        while numbers:
            size = chance.choice((1, BATCH, BATCH))
            batch, numbers = numbers[:size], numbers[size:]
            rows = json.dumps([row(number, hlc=clock(count=number)) for number in batch])
            with account.transaction() as db:
                db.execute("SELECT public.sync_push(%s)", (rows,))
                time.sleep(chance.choice(_DELAYS_S))


def test_eight_writers_and_a_reader_lose_no_row(database):
    with Account(database) as account:

        def page(cursor: int) -> tuple[list[str], int]:
            told = account.pull(cursor)
            return [one["id"] for one in told["rows"]], told["cursor"]

        writers = [partial(_push_many, database, writer) for writer in range(WRITERS)]

        seen = _race(_Reader(page), writers)

        assert len(seen) == ROWS
        assert account.push()["head"] >= ROWS


def _insert_many(database: Database, writer: int) -> None:
    chance = random.Random(writer)
    with psycopg.connect(database.dsn()) as db:
        for number in range(writer, 800, WRITERS):
            db.execute("INSERT INTO control (name) VALUES (%s)", (str(number),))
            time.sleep(chance.choice(_DELAYS_S))
            db.commit()


def test_the_same_race_loses_rows_where_the_number_comes_before_the_commit(cluster):
    """Otherwise the race above would prove nothing."""
    with cluster.temporary("bare") as database, database.connect() as db:
        db.execute("CREATE TABLE control (id bigserial PRIMARY KEY, name text)")

        def page(cursor: int) -> tuple[list[str], int]:
            found = db.execute(
                "SELECT name, id FROM control WHERE id > %s ORDER BY id LIMIT 500", (cursor,)
            ).fetchall()
            return [name for name, _ in found], found[-1][1] if found else cursor

        writers = [partial(_insert_many, database, writer) for writer in range(WRITERS)]

        seen = _race(_Reader(page), writers)

    assert len(seen) < 800
