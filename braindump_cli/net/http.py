"""The one HTTP client under our own adapters: bounded in time, told nothing of this machine, never redirected."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from braindump_cli import __version__
from braindump_cli.net.deadline import Deadline
from braindump_cli.settings import is_loopback

if TYPE_CHECKING:
    from httpx import Client, Request, Response

USER_AGENT = f"braindump/{__version__}"
_CONNECT_S = 3.0
TALKATIVE = ("x-client-info",)  # in which an SDK tells system, release and version of Python


class Exchange:
    """A client for a few requests, and what came back last."""

    def __init__(self, http: "Client", deadline: Deadline) -> None:
        self.http = http
        self._deadline = deadline
        self.answer: Response | None = None

    @property
    def is_sent(self) -> bool:
        """Whether anything left this machine."""
        return self._deadline.is_sent


@contextmanager
def exchange(address: str, *, within_s: float) -> Iterator[Exchange]:
    """Give a client for the server at `address`; after `within_s` its connection ends, wherever it stands.

    A redirect is an answer like any other: tokens go to nobody that was not named.
    """
    from httpx import Client, Timeout

    def prepare(request: "Request") -> None:
        for name in TALKATIVE:
            request.headers.pop(name, None)
        request.headers["User-Agent"] = USER_AGENT
        request.extensions["trace"] = deadline.trace

    def keep(response: "Response") -> None:
        given.answer = response

    with (
        Deadline(within_s) as deadline,
        Client(
            timeout=Timeout(within_s, connect=min(_CONNECT_S, within_s)),
            follow_redirects=False,
            trust_env=not is_loopback(
                address
            ),  # a proxy would carry elsewhere what is meant for this machine
            event_hooks={"request": [prepare], "response": [keep]},
        ) as http,
    ):
        given = Exchange(http, deadline)
        yield given
