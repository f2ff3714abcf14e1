"""The queries alone, over the encrypted and the plain file in turn: open, ask, close, as every command does.

`python -m benchmarks.queries ROUNDS WORD...` reads both files in $BRAINDUMP_HOME and prints CPU ms as JSON.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.plain import PLAIN, open_plain
from braindump_cli.domain.filters import EntryFilter
from braindump_cli.runtime import Runtime
from braindump_cli.storage.engine import Connection, open_engine
from braindump_cli.storage.sqlite.entries import SqliteEntries
from braindump_cli.storage.sqlite.journal import SqliteJournal

Open = Callable[[], Connection]
Ask = Callable[[SqliteEntries], Iterator[object]]


def _cost_ms(runtime: Runtime, opened: Open, ask: Ask) -> float:
    began = time.process_time()
    db = opened()
    found = sum(1 for _ in ask(SqliteEntries(SqliteJournal(db, runtime.clock))))
    db.close()
    used = time.process_time() - began
    if not found:
        raise RuntimeError("nothing was found")
    return used * 1000


def _medians(runtime: Runtime, ask: Ask, rounds: int) -> dict[str, float]:
    home, key = runtime.paths.home, runtime.vault.reach()
    ways: dict[str, Open] = {
        "encrypted": lambda: open_engine(runtime.paths.journal, key),
        "plain": lambda: open_plain(home / PLAIN),
    }
    costs: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, opened in ways.items():
            costs[way].append(_cost_ms(runtime, opened, ask))
    return {way: statistics.median(all_) for way, all_ in costs.items()}


def _searching(words: str) -> Ask:
    return lambda entries: entries.search(words, EntryFilter(), by_time=False)


def main() -> None:
    """Print what each query costs in either file."""
    rounds, searched = int(sys.argv[1]), sys.argv[2:]
    runtime = Runtime()
    asked: dict[str, Ask] = {"list": lambda entries: entries.find(EntryFilter())}
    asked |= {words: _searching(words) for words in searched}
    print(json.dumps({name: _medians(runtime, ask, rounds) for name, ask in asked.items()}))


if __name__ == "__main__":
    main()
