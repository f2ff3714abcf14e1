"""Members of a project: who they are and tokens of theirs, and the adapter that asks for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from braindump_cli.ports.cloud import SUPABASE, SignedIn
from braindump_cli.storage.supabase.calls import PATIENCE_S, SupabaseCalls
from tests.accounts import WallClock
from tests.cloud.tokens import KEY, token_of


class Member:
    """Keeps ports.cloud.Account for a user of a project; `first` counts until it is renewed, `only` for ever."""

    def __init__(self, url: str, user: str = "ada", first: str = "", *, only: str = "") -> None:
        self.renewals = 0
        self._who = SignedIn(
            url=url, key=KEY, user_id=user, email=f"{user}@example.org", provider="email", kind=SUPABASE,
            role="authenticated", expires_at=datetime.now(UTC) + timedelta(hours=1),
        )  # fmt: skip
        good = only or token_of(user)
        self._tokens = [first, good] if first else [good]

    def signed_in(self) -> SignedIn:
        """Return who it is."""
        return self._who

    def token(self, *, is_renewed: bool = False) -> str:
        """Return the token that counts now."""
        if is_renewed:
            self.renewals += 1
            del self._tokens[:-1]
        return self._tokens[0]


@contextmanager
def calls_of(member: Member, *, patience_s: float = PATIENCE_S) -> Iterator[SupabaseCalls]:
    """Give a member's way to ask, which waits for nothing."""
    calls = SupabaseCalls(
        member.signed_in(), member, clock=WallClock(), wait=lambda _: None, patience_s=patience_s
    )
    try:
        yield calls
    finally:
        calls.close()
