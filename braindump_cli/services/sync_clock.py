"""Every answer of the server tells its time; the journal stamps by it."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from braindump_cli.domain.sync import clock_offset_ms
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud_sync import SyncStore


class Timed(Protocol):
    """An answer that tells the server's time."""

    @property
    def now(self) -> datetime: ...


T = TypeVar("T", bound=Timed)


def timed(call: Callable[[], T], *, clock: Clock, store: SyncStore) -> T:
    """Make a call, and let the journal stamp by the clock that answered."""
    asked_at, begun_s = clock.now(), clock.monotonic()
    answer = call()
    store.set_clock_offset(clock_offset_ms(answer.now, asked_at, clock.monotonic() - begun_s))
    return answer
