"""Journals as if somebody had kept them for ten years, made through the product's own repositories.

`python -m benchmarks.journals COUNT` makes one in $BRAINDUMP_HOME, with a plain copy of the file beside it.
The same count gives the same words: about 60 an entry, a few of them often and most of them seldom (Zipf), a
tag and a to-do in every second entry, one to-do of twenty still open, and a rare word in exactly three entries.
"""

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.plain import PLAIN
from benchmarks.words import RARE, vocabulary
from braindump_cli.domain.entry import TEXT
from braindump_cli.domain.ids import new_id
from braindump_cli.domain.insight import Findings, Insights
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.todo import DONE, OPEN, Todo
from braindump_cli.runtime import Runtime

if TYPE_CHECKING:
    from braindump_cli.storage.engine import Connection

_BATCH = 1000  # entries a transaction
_UNTIL = datetime(2026, 11, 1, 21, tzinfo=UTC)
_SPAN = timedelta(days=3650)
_TAGS = ("work", "family", "health", "idea", "travel", "reading", "money", "sleep", "run", "garden")


class Written(NamedTuple):
    """One entry and what was found in it."""

    entry: NewEntry
    insights: Insights
    todo: Todo | None


def stream(count: int) -> Iterator[Written]:
    """Yield `count` entries, oldest first."""
    chance = random.Random(7)
    words = vocabulary()
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))
    rare = {count * part // 5 for part in (1, 2, 3)}  # never among the newest
    for place in range(count):
        said = chance.choices(words, cum_weights=weights, k=max(8, int(chance.gauss(60, 15))))
        if place in rare:
            said[len(said) // 2] = RARE
        at = _UNTIL - _SPAN + _SPAN / count * place
        yield _written(list(_sentences(said, chance)), at, chance)


def _sentences(said: list[str], chance: random.Random) -> Iterator[str]:
    words = iter(said)
    while sentence := list(islice(words, chance.randint(5, 14))):
        yield " ".join(sentence).capitalize() + "."


def _written(sentences: list[str], at: datetime, chance: random.Random) -> Written:
    tags = (chance.choice(_TAGS),) if chance.random() < 0.5 else ()
    entry = NewEntry(
        id=new_id(at), kind=TEXT, created_at=at, zone="Europe/London", language="en", title=sentences[0],
        text=" ".join(sentences), tags=tags, wants_insights=False, source="argument",
    )  # fmt: skip
    findings = Findings(title=sentences[0], summary=" ".join(sentences[:3]))
    insights = Insights(
        id=new_id(at), entry_id=entry.id, engine="offline", model=None, created_at=at, findings=findings
    )
    return Written(entry, insights, _todo(entry, sentences[-1], chance) if chance.random() < 0.5 else None)


def _todo(entry: NewEntry, quote: str, chance: random.Random) -> Todo:
    is_open = chance.random() < 0.05
    due_on = (entry.created_at + timedelta(days=7)).date() if chance.random() < 0.5 else None
    return Todo(
        id=new_id(entry.created_at), number=0, text=quote.rstrip("."), created_at=entry.created_at, quote=quote,
        due_on=due_on, status=OPEN if is_open else DONE, entry_id=entry.id,
        done_at=None if is_open else entry.created_at + timedelta(days=3),
    )  # fmt: skip


def _keep(runtime: Runtime, count: int) -> None:
    entries = stream(count)
    while batch := list(islice(entries, _BATCH)):
        with runtime.journal.writing():
            for written in batch:
                runtime.entries.add(written.entry)
                runtime.insights.add(written.insights)
                if written.todo:
                    runtime.todos.add(written.todo)


def _copy_plainly(db: "Connection", path: str) -> None:
    """Write the same tables, rows and indexes to a file without a key."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    db.execute("ATTACH ? AS plain KEY ''", (path,))
    db.execute("SELECT sqlcipher_export('plain')")
    db.execute(f"PRAGMA plain.user_version = {version}")
    db.execute("PRAGMA plain.journal_mode = WAL")
    db.execute("DETACH plain")


def main() -> None:
    """Make one journal and its plain copy."""
    runtime = Runtime()
    _keep(runtime, int(sys.argv[1]))
    _copy_plainly(runtime.journal.db, str(runtime.paths.home / PLAIN))
    runtime.close()


if __name__ == "__main__":
    main()
