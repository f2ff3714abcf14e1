"""Steps that wait."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from braindump_cli.domain.job import FAILED, KINDS, WAITING, Job
from braindump_cli.domain.stamps import maybe_instant, to_stamp
from braindump_cli.storage.locks import hold_byte
from braindump_cli.storage.sqlite.journal import SqliteJournal

_COLUMNS = "number, kind, entry_id, attempts, not_before, last_error, engine, reply, state"


class SqliteJobs:
    """Keeps ports.JobQueue in the encrypted file; a step is claimed by locking the byte of its number."""

    def __init__(self, journal: SqliteJournal, locks: Path) -> None:
        self._journal = journal
        self._db = journal.db
        self._locks = locks

    def add(self, entry_id: str, *kinds: str) -> None:
        """Queue steps; one that waits already stays as it is, one that failed gets another chance."""
        with self._journal.writing():
            for kind in kinds:
                self._db.execute(
                    "INSERT INTO jobs (kind, entry_id) VALUES (?, ?) ON CONFLICT (entry_id, kind)"
                    " DO UPDATE SET state = 'waiting', attempts = 0, not_before = NULL WHERE state = 'failed'",
                    (kind, entry_id),
                )

    def ready(self, now: datetime, *, entry_id: str | None = None) -> Sequence[Job]:
        """Return the steps that may be done now: an entry's text before its meaning before its sound."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM jobs WHERE state = 'waiting' AND (not_before IS NULL OR not_before <= ?)"
            " AND (? IS NULL OR entry_id = ?)",
            (to_stamp(now), entry_id, entry_id),
        )
        return sorted(map(_job, rows), key=lambda job: (KINDS.index(job.kind), job.number))

    def of_entry(self, entry_id: str) -> Sequence[Job]:
        """Return the steps that wait for an entry, also those that must wait for their time."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM jobs WHERE state = 'waiting' AND entry_id = ?", (entry_id,)
        )
        return [_job(row) for row in rows]

    @contextmanager
    def claim(self, job: Job) -> Iterator[Job | None]:
        """Hold a step against all other processes; None if one holds it or it is done. A kill lets go."""
        with hold_byte(self._locks, job.number) as is_ours:
            row = self._row(job.number) if is_ours else None
            yield _job(row) if row and row[-1] == WAITING else None

    def store_reply(self, job: Job, engine: str, reply: str | None) -> Job:
        """Keep an engine's raw answer (None: it was unreadable) before anyone interprets it."""
        with self._journal.writing():
            self._db.execute(
                "UPDATE jobs SET engine = ?, reply = ? WHERE number = ?", (engine, reply, job.number)
            )
        return replace(job, engine=engine, reply=reply)

    def done(self, job: Job) -> None:
        """Forget a step that is done."""
        with self._journal.writing():
            self._db.execute("DELETE FROM jobs WHERE number = ?", (job.number,))

    def put_off(self, job: Job, *, error: str, not_before: datetime | None) -> None:
        """Let a step wait; counts as an attempt only with `not_before`."""
        until = to_stamp(not_before) if not_before else None
        with self._journal.writing():
            self._db.execute(
                "UPDATE jobs SET attempts = attempts + ?, not_before = ?, last_error = ? WHERE number = ?",
                (not_before is not None, until, error, job.number),
            )

    def fail(self, job: Job, *, error: str) -> None:
        """Give a step up for good; it stays to be seen."""
        with self._journal.writing():
            self._db.execute(
                "UPDATE jobs SET state = ?, last_error = ? WHERE number = ?", (FAILED, error, job.number)
            )

    def counts(self) -> dict[str, int]:
        """Return how many steps of each kind wait, and how many failed for good."""
        rows = self._db.execute(
            "SELECT CASE state WHEN 'failed' THEN 'failed' ELSE kind END AS name, count(*) FROM jobs GROUP BY name"
        )
        return dict(rows)

    def failures(self) -> Sequence[Job]:
        """Return the steps that failed for good."""
        return [_job(row) for row in self._db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE state = 'failed'")]

    def next_at(self) -> datetime | None:
        """Return when the next step that must wait for its time may be done."""
        row = self._db.execute("SELECT min(not_before) FROM jobs WHERE state = 'waiting'").fetchone()
        return maybe_instant(row[0])

    def _row(self, number: int) -> Any:
        return self._db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE number = ?", (number,)).fetchone()


def _job(row: Sequence[Any]) -> Job:
    number, kind, entry_id, attempts, not_before, last_error, engine, reply, state = row
    return Job(
        number=number, kind=kind, entry_id=entry_id, attempts=attempts, not_before=maybe_instant(not_before),
        last_error=last_error, engine=engine, reply=reply, state=state,
    )  # fmt: skip
