"""What syncing needs, and the background sync that a change starts."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from braindump_cli.errors import BraindumpError
from braindump_cli.rendering.output import is_terminal
from braindump_cli.runtime.cloud import CloudFoundation

if TYPE_CHECKING:
    from braindump_cli.domain.sync_report import SyncReport
    from braindump_cli.ports import Ledger
    from braindump_cli.services.sync_run import Parts, Wishes
    from braindump_cli.services.sync_sound import Freight
    from braindump_cli.storage.sqlite.outbox import SqliteSync
    from braindump_cli.storage.supabase.account import SupabaseAccount
    from braindump_cli.storage.supabase.calls import SupabaseCalls

_AT_MOST_S = 15.0  # a background sync begins no request later than that


class Syncing(CloudFoundation):
    """The way to the server; it is asked by nobody but those who ask for it here."""

    def __init__(self) -> None:
        super().__init__()
        self.may_start_sync = True  # False in commands that sync themselves

    if TYPE_CHECKING:

        @property
        def ledger(self) -> "Ledger":
            """What left; the whole runtime has it."""
            ...

    @cached_property
    def synced(self) -> "SqliteSync":
        """The journal's rows on their way to the server and back."""
        from braindump_cli.domain.sync import FOCUS_SESSIONS
        from braindump_cli.storage.sqlite.focus import SqliteFocus
        from braindump_cli.storage.sqlite.outbox import SqliteSync

        return SqliteSync(self.journal, {FOCUS_SESSIONS: SqliteFocus(self.journal).reckon})

    @property
    def is_end_to_end(self) -> bool:
        """Whether the account, as far as this machine knows, is end-to-end encrypted."""
        from braindump_cli.domain.sync import ACCOUNT_WRAPPED

        return self.journal.fact(ACCOUNT_WRAPPED) is not None

    @cached_property
    def schema_version(self) -> str:
        """The version of the server's tables that this program comes with."""
        from braindump_cli.storage.cloud_schema import find_migrations

        return find_migrations()[-1].version

    @contextmanager
    def calls(self) -> "Iterator[SupabaseCalls]":
        """Give the way to ask the project. Raises AuthRequiredError where nobody is signed in."""
        from braindump_cli.services.account import nobody
        from braindump_cli.storage.supabase.calls import SupabaseCalls

        who = self.account.signed_in()
        if who is None:
            raise nobody()
        calls = SupabaseCalls(who, self.account, clock=self.clock, wait=time.sleep)
        try:
            yield calls
        finally:
            calls.close()

    @contextmanager
    def server(self) -> "Iterator[SupabaseAccount]":
        """Give what is asked about the account as a whole."""
        from braindump_cli.storage.supabase.account import SupabaseAccount

        with self.calls() as calls:
            yield SupabaseAccount(calls)

    @contextmanager
    def sync_parts(self) -> "Iterator[Parts]":
        """Give what a sync needs. Raises AuthRequiredError, LockedError."""
        from braindump_cli.services.sync_logged import LoggedCloud
        from braindump_cli.services.sync_run import Parts
        from braindump_cli.storage.account_cipher import RingCipher, SealedObjects
        from braindump_cli.storage.supabase.cloud import SupabaseCloud

        with self.calls() as calls:
            cloud = LoggedCloud(SupabaseCloud(calls), self.ledger, self.clock, address=calls.who.url)
            files = SealedObjects(self.paths.outbox, self.sealed_audio)
            yield Parts(cloud, self.synced, RingCipher(), files, self.clock)

    def wishes(self, codes: Sequence[str] = (), **others: Any) -> "Wishes":
        """Return for whom a sync is; the journal's own recovery code is tried first."""
        from platform import node

        from braindump_cli.services.account import nobody
        from braindump_cli.services.sync_run import Wishes

        who = self.account.signed_in()
        if who is None:
            raise nobody()
        own = self.journal.fact("recovery_code")
        seals_with = own if self.settings.cloud_e2e else None
        known = tuple(code for code in (own, *codes) if code)
        return Wishes(who.url, who.user_id, node() or "a machine", known, seals_with, **others)

    def sync(self, wishes: "Wishes", *, told: "Callable[[SyncReport], object]" = id) -> "SyncReport":
        """Sync once; the caller holds `alone`. Raises as services.sync."""
        from braindump_cli.services.sync import sync
        from braindump_cli.services.sync_circuit import well_ended

        self.may_start_sync = False
        with self.sync_parts() as parts:
            report = sync(parts, wishes, told=told)
        well_ended(self.journal)
        return report

    @contextmanager
    def freight(self, codes: Sequence[str] = ()) -> "Iterator[Freight]":
        """Give what fetching a recording needs."""
        from braindump_cli.services.sync import freight_of

        with self.sync_parts() as parts:
            yield freight_of(parts, self.wishes(codes))

    @contextmanager
    def only_sync(self, *, wait: bool) -> Iterator[bool]:
        """Tell whether this is the one sync of this journal; with `wait` it becomes so."""
        from braindump_cli.storage.locks import SYNC, hold_byte

        with hold_byte(self.paths.locks, SYNC, wait=wait) as is_ours:
            yield is_ours

    def sync_gathered(self, gather_s: float) -> "SyncReport | None":
        """Sync in the background; None where another one, which has not begun, takes our changes along.

        Whoever comes while changes are gathered leaves them to this one; whoever comes later waits for its turn, so
        that no change is left behind. Raises as services.sync.
        """
        from contextlib import ExitStack

        from braindump_cli.services.sync_circuit import begun, circuit_of
        from braindump_cli.storage.locks import NEXT_SYNC, hold_byte

        self.may_start_sync = False
        with ExitStack() as turn:
            with hold_byte(self.paths.locks, NEXT_SYNC) as is_next:
                if not is_next:
                    return None
                time.sleep(gather_s)
                turn.enter_context(self.only_sync(wait=True))
            now = self.clock.now()
            if circuit_of(self.journal).is_open(now):
                return None
            begun(self.journal, now)
            return self.sync(self.wishes(within_s=_AT_MOST_S))

    def close(self) -> None:
        """Close the journal; what was changed on a signed-in machine is synced by a process of its own."""
        wants_sync = False
        with suppress(BraindumpError):  # a journal that cannot be read says so where it is asked for
            wants_sync = self._wants_sync()
        super().close()
        if wants_sync:
            from braindump_cli.runtime.detached import start

            start("sync", "--background", "--no-input")

    def _wants_sync(self) -> bool:
        journal = self.__dict__.get("journal")
        if journal is None or not journal.has_changed or not self.may_start_sync:
            return False
        if self.flags.no_input or not is_terminal(self.out.err):
            return False
        if journal.db.is_read_only or not self.settings.cloud_auto_sync or not self.is_signed_in:
            return False
        from braindump_cli.services.sync_circuit import circuit_of

        return not circuit_of(journal).is_open(self.clock.now())
