"""Asking a Supabase project: one client, tokens that are good, and patience that ends."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from braindump_cli.errors import BraindumpError, LostAnswerError, RateLimitedError, UnreachableError
from braindump_cli.net.line import Line
from braindump_cli.net.supabase_api import client
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud import Account, SignedIn
from braindump_cli.storage.supabase.failures import DownError, ExpiredTokenError, failure_of

if TYPE_CHECKING:
    from supabase import Client

T = TypeVar("T")

PATIENCE_S = 35.0  # with a request's own 20 s the longest silence is under a minute
WITHIN_S = 20.0  # a request about rows
_TRIES = 3
_PAUSES_S = (1.0, 2.0)


class SupabaseCalls:
    """Keeps one connection for the user who is signed in; close it after use."""

    def __init__(
        self,
        who: SignedIn,
        account: Account,
        *,
        clock: Clock,
        wait: Callable[[float], object],
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Nobody is asked before the first call; `wait` sleeps for so many seconds."""
        self.who = who
        self.line = Line(who.url)
        self._account = account
        self._clock = clock
        self._wait = wait
        self._patience_s = patience_s
        self._client: tuple[str, Client] | None = None

    @property
    def name(self) -> str:
        """The server's name in messages."""
        return f"Supabase at {urlsplit(self.who.url).netloc}"

    def close(self) -> None:
        """Let the connection go."""
        self.line.close()

    def ask(self, question: "Callable[[Client], T]", *, within_s: float = WITHIN_S) -> T:
        """Ask what may be asked again after any failure; tries again where that can help. Raises as ports.Cloud."""
        begun_s = self._clock.monotonic()
        for pause_s in (*_PAUSES_S, None):
            try:
                return self.ask_once(question, within_s=within_s)
            except (UnreachableError, LostAnswerError, DownError, RateLimitedError) as error:
                wait_s = max(pause_s or 0.0, error.retry_after_s or 0.0)
                is_over = self._clock.monotonic() - begun_s + wait_s >= self._patience_s
                if pause_s is None or is_over:
                    raise
            self._wait(wait_s)
        raise AssertionError

    def ask_once(self, question: "Callable[[Client], T]", *, within_s: float = WITHIN_S) -> T:
        """Ask once; with a token that is not taken once more, with the next one."""
        try:
            return self._asked(question, self._account.token(), within_s)
        except ExpiredTokenError:
            renewed = self._account.token(is_renewed=True)
        return self._asked(question, renewed, within_s)

    def _asked(self, question: "Callable[[Client], T]", token: str, within_s: float) -> T:
        from httpx import HTTPError, InvalidURL
        from postgrest import APIError
        from storage3.exceptions import StorageApiError

        failed: BraindumpError
        with self.line.request(within_s):
            try:
                return question(self._client_for(token))
            except (APIError, StorageApiError, HTTPError, InvalidURL, ValueError) as error:
                failed = self.translated(error)
        # Not raised among the handlers: as its context the client's error would bring the token along.
        raise failed

    def _client_for(self, token: str) -> "Client":
        if self._client is None or self._client[0] != token:
            made = client(self.who.url, self.who.key, self.line.http, token=token)
            self._client = (token, made)
        return self._client[1]

    def headers(self) -> dict[str, str]:
        """Return how a request of our own names the user, inside of a question."""
        token = self._client[0] if self._client else ""
        return {"Authorization": f"Bearer {token}", "apikey": self.who.key}

    def translated(self, error: Exception) -> BraindumpError:
        """Return what a failure while an answer is read means."""
        return failure_of(error, self.line, who=self.name, now=self._clock.now())

    def call(self, name: str, *, within_s: float = WITHIN_S, **arguments: Any) -> Any:
        """Call a function of the database and return what it answers."""
        return self.ask(lambda there: there.rpc(name, arguments).execute().data, within_s=within_s)
