"""Stand-ins for a session's store, for whoever issues its tokens, and for the account as others see it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from braindump_cli.errors import AuthRequiredError
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud import Session, SignedIn


class FakeSessions:
    """Keeps ports.cloud.SessionStore in memory, and remembers what was done."""

    def __init__(self, session: Session | None = None) -> None:
        self.held = session
        self.failure: Exception | None = None  # of writing
        self.steps: list[str] = []

    @property
    def place(self) -> str | None:
        return "memory" if self.held else None

    def signed_in(self) -> SignedIn | None:
        return self.held.who if self.held else None

    def session(self) -> Session | None:
        self.steps.append("read")
        return self.held

    def keep(self, session: Session) -> str:
        self.steps.append("keep")
        if self.failure:
            raise self.failure
        self.held = session
        return "memory"

    def forget(self) -> None:
        self.steps.append("forget")
        self.held = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        self.steps.append("alone")
        yield


class FakeIssuer:
    """Keeps ports.cloud.Issuer: each refresh gives the next tokens, or fails as told."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.failure: Exception | None = None
        self.refreshed_with: list[str] = []
        self.revoked: list[str] = []

    def refreshed(self, session: Session) -> Session:
        self.refreshed_with.append(session.refresh_token)
        if self.failure:
            raise self.failure
        who = session.who._replace(expires_at=self.clock.now() + timedelta(hours=1))
        number = len(self.refreshed_with)
        return Session(who, f"access-{number}th", f"refresh-{number}th")

    def revoke(self, session: Session) -> None:
        if self.failure:
            raise self.failure
        self.revoked.append(session.access_token)


class FakeAccount:
    """Keeps ports.cloud.Account: somebody is signed in, with tokens that are counted, or nobody is."""

    def __init__(self, who: SignedIn | None, *, token: Callable[[int], str] = "token-{}".format) -> None:
        self.who = who
        self.renewed = 0
        self._token = token

    def signed_in(self) -> SignedIn | None:
        return self.who

    def token(self, *, is_renewed: bool = False) -> str:
        if self.who is None:
            raise AuthRequiredError("Nobody is signed in here.", hint="braindump login")
        self.renewed += is_renewed
        return self._token(self.renewed)
