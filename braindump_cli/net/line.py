"""One HTTP client for many requests to one server, each of them bounded in time.

A client's own timeouts begin anew with every byte; here a timer ends the connection under a request that takes too
long altogether. Whatever is raised, `answer` and `is_sent` tell how far it came.
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING, Any

from braindump_cli.net.http import TALKATIVE, USER_AGENT
from braindump_cli.settings import is_loopback

if TYPE_CHECKING:
    from httpx import Client, Request, Response

READ_S, CONNECT_S = 10.0, 3.0  # of silence


class Line:
    """The client, and what became of the last request; for one thread."""

    def __init__(self, address: str) -> None:
        self.answer: Response | None = None
        self.is_sent = False  # something of the request left this machine
        self._address = address
        self._http: Client | None = None
        self._socket: socket.socket | None = None

    @property
    def http(self) -> "Client":
        """The one client; a redirect is an answer like any other, tokens go to nobody that was not named."""
        if self._http is None:
            from httpx import Client, Timeout

            self._http = Client(
                timeout=Timeout(READ_S, connect=CONNECT_S),
                verify=not self._address.startswith(
                    "http://"
                ),  # making ready for TLS takes longer than a request
                follow_redirects=False,
                trust_env=not is_loopback(self._address),
                event_hooks={"request": [self._prepare], "response": [self._keep]},
            )
        return self._http

    @contextmanager
    def request(self, within_s: float) -> Iterator[None]:
        """Bound what is asked inside."""
        self.answer, self.is_sent = None, False
        with self.bounded(within_s):
            yield

    @contextmanager
    def bounded(self, within_s: float) -> Iterator[None]:
        """Bound how long an answer is read inside."""
        timer = Timer(within_s, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        """Let the connection go."""
        if self._http is not None:
            self._http.close()
        self._let_go()

    def _prepare(self, request: "Request") -> None:
        for name in TALKATIVE:
            request.headers.pop(name, None)
        request.headers["User-Agent"] = USER_AGENT
        request.extensions["trace"] = self._trace

    def _keep(self, response: "Response") -> None:
        self.answer = response

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(".connect_tcp.complete"):
            self._let_go()
            # A second handle on the connection: TLS takes the first one over, and this one ends both.
            self._socket = info["return_value"].get_extra_info("socket").dup()
        elif event.endswith(".send_request_headers.started"):
            self.is_sent = True

    def _let_go(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _cut(self) -> None:
        if (connection := self._socket) is not None:
            with suppress(OSError):  # it has ended already
                connection.shutdown(socket.SHUT_RDWR)
