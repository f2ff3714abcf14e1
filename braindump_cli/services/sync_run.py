"""For whom a sync is, what it needs, and what it came to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from braindump_cli.domain.sync_report import SyncReport
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud_sync import AccountCipher, Cloud, ObjectFiles, SyncStore, Taken
from braindump_cli.services.account_key import AccountKey


class Parts(NamedTuple):
    """What a sync needs."""

    cloud: Cloud
    store: SyncStore
    cipher: AccountCipher
    files: ObjectFiles
    clock: Clock


class Wishes(NamedTuple):
    """For whom and how."""

    project: str  # the server's address
    user_id: str
    device_name: str
    codes: tuple[str, ...] = ()  # recovery codes to try where the account is end-to-end encrypted
    seals_with: str | None = None  # the recovery code to turn the account end-to-end with
    fetches_sound: bool = False  # brings all recordings here
    within_s: float | None = None  # begins no further request after that time; the next sync goes on

    @property
    def account(self) -> str:
        """What tells one account from another."""
        return f"{self.project} {self.user_id}"


@dataclass
class Run:
    """A sync under way."""

    parts: Parts
    wishes: Wishes
    key: AccountKey
    ends_at_s: float | None
    told: Callable[[SyncReport], object]
    report: SyncReport = field(default_factory=SyncReport)
    refused: dict[tuple[str, str], str] = field(default_factory=dict)

    def stops(self) -> bool:
        """Tell, while something is left to do, whether no further request may begin; the report says so."""
        is_over = self.ends_at_s is not None and self.parts.clock.monotonic() >= self.ends_at_s
        if is_over:
            self.report = replace(self.report, is_complete=False)
        return is_over

    def add(self, taken: Taken) -> None:
        """Count what came of rows that the server gave."""
        self.report = replace(
            self.report,
            pulled=self.report.pulled + taken.changed,
            trashed=self.report.trashed + taken.withdrawn,
            conflicts=tuple(dict.fromkeys((*self.report.conflicts, *taken.conflicts))),
        )
        self.refused |= {(table, row_id): reason for table, row_id, reason in taken.refused}

    def moved(self, up: int, down: int, warnings: Sequence[tuple[str, str]]) -> None:
        """Count recordings."""
        self.report = replace(
            self.report, audio_up=self.report.audio_up + up, audio_down=self.report.audio_down + down
        )
        for code, message in warnings:
            self.warn(code, message)

    def warn(self, code: str, message: str) -> None:
        """Note what was less than wanted, once."""
        self.report = replace(
            self.report, warnings=tuple(dict.fromkeys((*self.report.warnings, (code, message))))
        )
