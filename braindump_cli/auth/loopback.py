"""The answer of a browser on this machine: a listener for one request (RFC 8252, section 7.3), or a pasted address.

The listener is bound to 127.0.0.1 before anybody hears of its port. It answers one path, and the first request
there decides: with our `state` the sign-in goes on, with any other it is over. What comes afterwards is refused.
"""

import os
from collections.abc import Mapping
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from secrets import token_urlsafe
from socketserver import TCPServer
from threading import Lock, Thread
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from braindump_cli.errors import AuthRequiredError, DeviceError, ForbiddenError, UnreadableError, UsageError

HOST = "127.0.0.1"  # not localhost, which is another address to those who compare
PATH = "/callback"
# Below those that systems give out by themselves; for issuers that compare the port as well.
FIXED_PORTS = (21871, 21872, 21873)
WITHIN_S = 300.0  # the flow of Supabase Auth lives at least as long
_PATIENCE_S = 10.0  # for one connection: browsers open some in advance and say nothing
_MOST_CHARS = 10_000
_AGAIN = "Start again: braindump login"
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>Braindump</title><style>body{{font:1.1rem/1.6 Georgia,serif;max-width:34rem;margin:20vh auto;"
    "padding:0 1.5rem;color:#222;background:#fdfcf9}}@media(prefers-color-scheme:dark)"
    "{{body{{color:#ddd;background:#1b1a18}}}}</style><h1>{title}</h1><p>{words}</p></html>"
)
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address holds the code
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}
_DONE = ("Signed in", "You may close this tab and go back to your terminal.")
_REFUSED = ("Not signed in", "You may close this tab; your terminal tells why.")
_WRONG = ("Not signed in", "This is the answer to another sign-in. You may close this tab.")
_USED = ("Over", "This sign-in is over. You may close this tab.")


def new_state() -> str:
    """Return what only the answer to this sign-in can know: 256 random bits."""
    return token_urlsafe(32)


def answer_in(address: str, state: str) -> Mapping[str, str]:
    """Return what the address that a user pasted brings back. Raises UsageError, ForbiddenError."""
    query = _query(address.strip()[:_MOST_CHARS])
    if "state" not in query or not query.keys() & {"code", "error"}:
        hint = f"It begins with http://{HOST} and has code= in it; the page itself cannot be shown, and need not."
        raise UsageError("That is not the address that the browser ended at.", hint=hint)
    if not _is_ours(query, state):
        raise _foreign()
    return query


def code_in(answer: Mapping[str, str]) -> str:
    """Return the code that a browser brought. Raises ForbiddenError for a refusal, UnreadableError."""
    if code := answer.get("code"):
        return code
    said = answer.get("error_description") or answer.get("error")
    if said:
        raise ForbiddenError(f"The sign-in was refused: {said.strip().rstrip('.')}.", hint=_AGAIN)
    raise UnreadableError("The browser came back without a code.", hint=_AGAIN)


def _query(address: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(address).query))
    except ValueError:
        return {}


def _is_ours(query: Mapping[str, str], state: str) -> bool:
    return compare_digest(query.get("state", "").encode(), state.encode())


def _foreign() -> ForbiddenError:
    return ForbiddenError(
        "The browser brought the answer to another sign-in; it was refused, and nothing was kept.",
        hint=_AGAIN,
    )


class Listener:
    """Waits for the browser's one answer."""

    def __init__(self, state: str, *, ports: tuple[int, ...] = ()) -> None:
        """Bind the first of `ports` that is free, else any. Raises DeviceError."""
        self._answers: SimpleQueue[Mapping[str, str] | None] = SimpleQueue()
        desk = _Desk(state, self._answers)
        self._server = _bound((*ports, 0), desk)
        desk.host = f"{HOST}:{self._server.server_port}"
        self.address = f"http://{desk.host}{PATH}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, within_s: float = WITHIN_S) -> Mapping[str, str]:
        """Return what the browser brought. Raises AuthRequiredError when nothing came, ForbiddenError."""
        try:
            answer = self._answers.get(timeout=within_s)
        except Empty:
            message = f"No answer came from the browser within {within_s / 60:.0f} minutes."
            hint = f"{_AGAIN}; --no-browser takes the address back by hand."
            raise AuthRequiredError(message, hint=hint) from None
        if answer is None:
            raise _foreign()
        return answer


class _Desk:
    """Decides, once, what a request to the callback means."""

    def __init__(self, state: str, answers: "SimpleQueue[Mapping[str, str] | None]") -> None:
        self.host = ""  # as a browser names it that was sent here, and a page of elsewhere does not
        self._state = state
        self._answers = answers
        self._is_decided = False
        self._lock = Lock()

    def take(self, query: Mapping[str, str]) -> tuple[int, tuple[str, str], Any]:
        """Return status, page, and what is to be done once the page is sent."""
        with self._lock:
            if self._is_decided:
                return 410, _USED, lambda: None
            self._is_decided = True
        if not _is_ours(query, self._state):
            return 400, _WRONG, lambda: self._answers.put(None)
        return 200, _DONE if "code" in query else _REFUSED, lambda: self._answers.put(query)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Else a fixed port could not be used again for a minute. Elsewhere it would let others take the port over.
    allow_reuse_address = os.name == "posix"
    allow_reuse_port = False

    def server_bind(self) -> None:
        """Bind without asking the resolver for a name, which may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that go away: a traceback would show the address."""


def _bound(ports: tuple[int, ...], desk: _Desk) -> _Server:
    for port in ports:
        try:
            return _Server((HOST, port), _handler(desk))
        except OSError:
            continue
    raise DeviceError(
        "No port of this machine is free for the browser's answer.", hint="--no-browser needs none."
    )


def _handler(desk: _Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _PATIENCE_S
        server_version, sys_version = "braindump", ""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            host = self.headers.get("Host", "")
            if parts.path != PATH or host != desk.host:
                self._send(404, ("Nothing here", "This address belongs to a sign-in of Braindump."))
                return
            status, page, done = desk.take(_query(self.path))
            try:
                self._send(status, page)
            finally:
                done()

        def _send(self, status: int, page: tuple[str, str]) -> None:
            title, words = page
            body = _PAGE.format(title=title, words=words).encode()
            self.send_response(status)
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Keep the code off the screen."""

    return Handler
