"""Who is signed in: tokens that are good, renewed by one process at a time, and the end of it."""

from collections.abc import Callable
from datetime import timedelta

from braindump_cli.errors import AuthRequiredError, ConflictError, ProviderError
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud import Issuer, Session, SessionStore, SignedIn

MARGIN = timedelta(seconds=60)  # a token must be good for so long when it is given out
AGAIN = "braindump login"


class OpenAccount:
    """Keeps ports.cloud.Account over a store and whoever issues tokens."""

    def __init__(self, store: SessionStore, issuer_of: Callable[[Session], Issuer], clock: Clock) -> None:
        self._store = store
        self._issuer_of = issuer_of
        self._clock = clock
        self._session: Session | None = None  # as it was last read or written here

    def signed_in(self) -> SignedIn | None:
        """Return the account, by what rests here alone."""
        return self._store.signed_in()

    def token(self, *, is_renewed: bool = False) -> str:
        """Return an access token that is good for 60 s more; keeps Account."""
        known = self._session
        if known is None:
            known = self._session = self._read()
        if is_renewed or not self._is_good(known):
            self._session = self._renewed(known)
        return (self._session or known).access_token

    def _renewed(self, known: Session) -> Session:
        """Return a session with another token than `known`: what another process wrote meanwhile, or a new one.

        The new one is durable before it is given to anybody: an old refresh token cannot be used twice.
        """
        with self._store.alone():
            now = self._read()
            if now.access_token != known.access_token and self._is_good(now):
                return now
            try:
                fresh = self._issuer_of(now).refreshed(now)
            except AuthRequiredError as ended:
                self._session = None
                self._store.forget()
                failure = ended
            else:
                self._store.keep(fresh)
                return fresh
        raise AuthRequiredError(
            f"{failure.message} What is in the journal stays as it is.", hint=f"{AGAIN} goes on with it."
        )

    def _read(self) -> Session:
        session = self._store.session()
        if session is None:
            raise nobody()
        return session

    def _is_good(self, session: Session) -> bool:
        return session.who.expires_at - self._clock.now() > MARGIN

    def sign_in(self, session: Session) -> str:
        """Keep a new session; tells where its tokens rest.

        Raises ConflictError, and ends the new session, while somebody else is signed in: one journal is one
        person's. Raises StoreError.
        """
        with self._store.alone():
            before = self._store.signed_in()
            if before is None or (before.url, before.user_id) == (session.who.url, session.who.user_id):
                self._session = session
                return self._store.keep(session)
        self._issuer_of(session).revoke(session)
        raise somebody_else(before)

    def sign_out(self) -> str | None:
        """End the session there and forget it here; what is here goes in any case.

        Returns why it could not be ended there, None if it was. Raises AuthRequiredError where nobody is
        signed in, StoreError.
        """
        with self._store.alone():
            if self._store.signed_in() is None:
                raise nobody()
            failure = None
            try:
                if session := self._store.session():
                    self._end(session)
            except (ProviderError, AuthRequiredError) as error:
                failure = error.message
            self._session = None
            self._store.forget()
        return failure

    def _end(self, session: Session) -> None:
        """End a session there, with a token that is still taken."""
        issuer = self._issuer_of(session)
        if not self._is_good(session):
            try:
                session = issuer.refreshed(session)
            except AuthRequiredError:
                return  # it has ended already
        issuer.revoke(session)


def nobody() -> AuthRequiredError:
    """Return what to say where nobody is signed in."""
    return AuthRequiredError("Nobody is signed in here.", hint=AGAIN)


def somebody_else(who: SignedIn) -> ConflictError:
    """Return what to say to another account than the one that is signed in."""
    return ConflictError(
        f"This journal is signed in as {who.email or who.user_id} at {who.url}; two accounts would mix in it.",
        hint="braindump logout ends that first.",
    )
