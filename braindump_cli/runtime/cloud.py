"""Who is signed in, and whoever issues their tokens."""

from functools import cached_property
from typing import TYPE_CHECKING

from braindump_cli.errors import LockedError
from braindump_cli.runtime.foundation import Foundation

if TYPE_CHECKING:
    from datetime import datetime

    from braindump_cli.auth.clerk import ClerkAuth
    from braindump_cli.auth.supabase import SupabaseAuth
    from braindump_cli.ports.cloud import Issuer, Session
    from braindump_cli.services.account import OpenAccount
    from braindump_cli.storage.keys.sessions import KeptSession
    from braindump_cli.storage.sqlite.journal import SqliteJournal


class CloudFoundation(Foundation):
    """What signing in needs; nobody is asked before a token is."""

    @cached_property
    def account(self) -> "OpenAccount":
        """Who is signed in, and tokens that are good."""
        from braindump_cli.services.account import OpenAccount

        return OpenAccount(self.kept_session, self._issuer_of, self.clock)

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is, told by the open journal without loading what knows more."""
        return self.journal.fact("account") is not None

    @property
    def last_sync_at(self) -> "datetime | None":
        """When a sync last reached its end."""
        from braindump_cli.domain.stamps import maybe_instant

        return maybe_instant(self.journal.fact("last_sync_at"))

    @cached_property
    def kept_session(self) -> "KeptSession":
        """Where the session rests."""
        from braindump_cli.storage.keys.bundle import KEYRING
        from braindump_cli.storage.keys.sessions import KeptSession

        return KeptSession(
            self.journal_that_opens,
            lambda: self.vault.bundle.journal_id,
            locks=self.paths.locks,
            prefers_keyring=self.settings.keys_store == KEYRING,
        )

    def supabase_auth(self, url: str, key: str) -> "SupabaseAuth":
        """Return Supabase Auth of a project."""
        from braindump_cli.auth.supabase import SupabaseAuth

        return SupabaseAuth(url, key, self.clock)

    def clerk_auth(self, issuer: str, client_id: str, *, project: tuple[str, str]) -> "ClerkAuth":
        """Return an OAuth application of Clerk, whose tokens are for a project."""
        from braindump_cli.auth.clerk import ClerkAuth

        return ClerkAuth(issuer, client_id, project=project, clock=self.clock)

    def _issuer_of(self, session: "Session") -> "Issuer":
        """Return who is asked for the next tokens: the one that gave these, whatever settings say by now."""
        from braindump_cli.ports.cloud import CLERK

        project = (session.who.url, session.who.key)
        if session.who.kind == CLERK:
            return self.clerk_auth(session.issuer, session.client_id, project=project)
        return self.supabase_auth(*project)

    def journal_that_opens(self) -> "SqliteJournal | None":
        """Return the journal; None where it is missing or locked. Raises StoreError."""
        try:
            return self.journal if self.vault.exists else None
        except LockedError:
            return None
