"""Doing what waits, one step at a time; every step can be repeated without harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.job import Job, wait_after
from braindump_cli.domain.stamps import maybe_stamp
from braindump_cli.errors import BadDataError, NotFoundError, ProviderError

if TYPE_CHECKING:
    from braindump_cli.ports import Clock, JobQueue

Step = Callable[[Job], Sequence[tuple[str, str]]]
"""Does one step and marks it as done in the transaction that keeps its result; returns warnings: code, message."""


class NotYetError(ProviderError):
    """Nothing here can do the step; it waits, and waiting is no failure."""


class Processed(NamedTuple):
    """What a round of work came to."""

    done: int
    failed: int
    waiting: int
    next_at: str | None
    warnings: tuple[tuple[str, str], ...]  # code, message


def work(
    jobs: JobQueue,
    steps: Mapping[str, Step],
    *,
    clock: Clock,
    entry_id: str | None = None,
    told: Callable[[Job], object] = id,
) -> Processed:
    """Do every step that may be done now, also those that only become ready meanwhile.

    Each is tried once. One that fails for now is put off, one that can never succeed is marked as failed;
    neither stops the others. `told` hears of each step before it is done. Raises StoreError.
    """
    done = failed = 0
    warnings: list[tuple[str, str]] = []
    tried: set[int] = set()
    while fresh := [
        job
        for job in jobs.ready(clock.now(), entry_id=entry_id)
        if job.kind in steps and job.number not in tried
    ]:
        job = fresh[0]
        tried.add(job.number)
        with jobs.claim(job) as claimed:
            if claimed is None:
                continue
            told(claimed)
            try:
                warnings += steps[claimed.kind](claimed)
                done += 1
            except NotYetError as error:
                jobs.put_off(claimed, error=error.message, not_before=None)
                warnings.append(("waits", error.message))
            except ProviderError as error:
                until = clock.now() + wait_after(claimed.attempts + 1, asked_s=error.retry_after_s)
                jobs.put_off(claimed, error=error.message, not_before=until)
                warnings.append((error.code, error.whole))
            except (BadDataError, NotFoundError) as error:
                jobs.fail(claimed, error=error.message)
                failed += 1
                warnings.append((error.code, error.message))
    waiting = sum(count for kind, count in jobs.counts().items() if kind != "failed")
    return Processed(done, failed, waiting, maybe_stamp(jobs.next_at()), tuple(warnings))
