"""What services need of an account in the cloud: who is signed in, and tokens that are good."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

SUPABASE, CLERK = "supabase", "clerk"


class SignedIn(NamedTuple):
    """An account on this machine, without any token."""

    url: str  # of the project
    key: str  # the project's publishable one
    user_id: str
    email: str | None
    provider: str  # google, email, custom:clerk, …; clerk
    kind: str  # who gives the tokens: SUPABASE, CLERK
    role: str
    expires_at: datetime  # of the access token, by the clock of this machine


@dataclass(frozen=True)
class Session:
    """An account with its tokens, which show in no representation."""

    who: SignedIn
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    issuer: str = ""  # of CLERK: who is asked for the next token,
    client_id: str = ""  # and by whom


class Account(Protocol):
    """Who is signed in here."""

    def signed_in(self) -> SignedIn | None:
        """Return the account; None where there is none, or while the journal is locked.

        Asks nobody, and reads only what rests on this machine.
        """
        ...

    def token(self, *, is_renewed: bool = False) -> str:
        """Return an access token that is good for 60 s more; with `is_renewed` another one than before.

        Raises AuthRequiredError where nobody is signed in or the sign-in has ended, UnreachableError, and
        other kinds of ProviderError.
        """
        ...


class SessionStore(Protocol):
    """Where the session rests: one a journal."""

    def signed_in(self) -> SignedIn | None:
        """Return whose session it is, without reading the tokens. Raises StoreError."""
        ...

    def session(self) -> Session | None:
        """Return it as it rests now. Raises DeclinedError where the keyring does not give it."""
        ...

    def keep(self, session: Session) -> str:
        """Keep it in place of any other, durable and read back; tells where. Raises StoreError."""
        ...

    def forget(self) -> None:
        """Forget it, tokens first. Raises StoreError where the keyring keeps them all the same."""
        ...

    def alone(self) -> AbstractContextManager[object]:
        """Keep every other process from changing it meanwhile; waits for them."""
        ...


class Issuer(Protocol):
    """Whoever gives the tokens of a session."""

    def refreshed(self, session: Session) -> Session:
        """Return the session with the next tokens; those before are worth nothing from now on.

        Raises AuthRequiredError where it has ended for good, UnreachableError, ProviderError.
        """
        ...

    def revoke(self, session: Session) -> None:
        """End the session there. Raises ProviderError; one that has ended already is none."""
        ...
