"""Sessions in real journals, and ways to sign in without a browser."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from braindump_cli.auth.clerk import ClerkAuth
from braindump_cli.auth.supabase import SupabaseAuth
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud import CLERK, SUPABASE, Issuer, Session, SignedIn
from braindump_cli.services.account import OpenAccount
from braindump_cli.storage.keys.keyring_store import KeyringStore
from braindump_cli.storage.keys.sessions import KeptSession
from braindump_cli.storage.sqlite.journal import SqliteJournal
from tests.cloud.auth import PUBLISHABLE
from tests.journals import open_in
from tests.vaults import paths_in, vault_in

ADA = "ada@example.org"
PASSWORD = "correct horse battery staple"


class WallClock:
    """The machine's clock, put on by `ahead`."""

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """Return the instant, aware, UTC."""
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()


def signed_in(
    *, url: str = "https://abcd.supabase.co", kind: str = SUPABASE, at: datetime, life_s: float = 3600
) -> SignedIn:
    """Return an account whose token was given at an instant."""
    return SignedIn(
        url=url, key=PUBLISHABLE, user_id="user-1", email=ADA, provider="google", kind=kind,
        role="authenticated", expires_at=at + timedelta(seconds=life_s),
    )  # fmt: skip


def session_of(who: SignedIn, token: str = "first") -> Session:
    """Return a session with made-up tokens."""
    return Session(who, f"access-{token}", f"refresh-{token}")


@contextmanager
def kept_in(folder: Path, clock: Clock, *, keyring: KeyringStore | None = None) -> Iterator[KeptSession]:
    """Give the store of a real journal, with a keyring or without."""
    with closing(open_in(folder)) as db:
        journal = SqliteJournal(db, clock)
        journal_id = vault_in(folder).bundle.journal_id
        yield KeptSession(
            lambda: journal,
            lambda: journal_id,
            locks=paths_in(folder).locks,
            prefers_keyring=keyring is not None,
            keyring=keyring,
        )


def real_issuer(session: Session, clock: Clock) -> Issuer:
    """Return who gave the tokens, as the composition root does."""
    project = (session.who.url, session.who.key)
    if session.who.kind == CLERK:
        return ClerkAuth(session.issuer, session.client_id, project=project, clock=clock)
    return SupabaseAuth(*project, clock)


def account_of(store: KeptSession, clock: Clock) -> OpenAccount:
    """Return the account over a store, asking real servers."""
    return OpenAccount(store, lambda session: real_issuer(session, clock), clock)
