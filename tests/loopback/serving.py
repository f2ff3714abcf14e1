"""An HTTP server on this machine, in a thread: it remembers what was asked, and fails as it is told."""

import json
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from tests.loopback.specs import Exchange

STREAM = "text/event-stream"


class Received(NamedTuple):
    """One request as it came."""

    method: str
    url: str  # path, with the query
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def document(self) -> Any:
        """What a JSON body holds."""
        return json.loads(self.body)


class Reply(NamedTuple):
    """What a healthy server answers; the parts of a stream leave one by one."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = {"Content-Type": "application/json"}
    parts: tuple[bytes, ...] = ()

    @property
    def whole(self) -> bytes:
        return self.body + b"".join(self.parts)


def as_json(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a reply that holds a JSON document."""
    return Reply(
        json.dumps(document).encode(), status, {"Content-Type": "application/json", **(headers or {})}
    )


class Line:
    """The way back to one client, for replies and for failures."""

    def __init__(self, handler: BaseHTTPRequestHandler, stopped: Event) -> None:
        self._handler = handler
        self.stopped = stopped

    def head(self, reply: Reply, *, length: int | None = None) -> None:
        """Send status and headers; without a length the body ends with the connection, in chunks."""
        self._handler.send_response(reply.status)
        for name, value in reply.headers.items():
            self._handler.send_header(name, value)
        if length is None:
            self._handler.send_header("Transfer-Encoding", "chunked")
        else:
            self._handler.send_header("Content-Length", str(length))
        self._handler.send_header("Connection", "close")
        self._handler.end_headers()

    def send(self, block: bytes) -> None:
        """Send bytes as they are."""
        self._handler.wfile.write(block)
        self._handler.wfile.flush()

    def chunk(self, block: bytes) -> None:
        """Send a part of a chunked body; an empty one ends it."""
        self.send(b"%x\r\n%b\r\n" % (len(block), block))

    def reset(self) -> None:
        """End the connection so that the other side sees a reset."""
        linger = struct.pack("ii", 1, 0)
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._handler.connection.close()


Fault = Callable[[Line, Reply], None]
"""Answers in place of the server; it is given the reply that a healthy one would have sent."""


def healthy(line: Line, reply: Reply) -> None:
    """Answer as one should."""
    if not reply.parts:
        line.head(reply, length=len(reply.body))
        line.send(reply.body)
        return
    line.head(reply)
    for part in reply.parts:
        line.chunk(part)
    line.chunk(b"")


def status(code: int, document: object = None, **headers: str) -> Fault:
    """Answer with a status; `Retry_After="7"` names a header."""
    body = (
        {"error": {"message": "no", "type": "error", "code": None, "param": None}}
        if document is None
        else document
    )
    told = as_json(body, code, {name.replace("_", "-"): value for name, value in headers.items()})
    return lambda line, _: healthy(line, told)


def page(code: int) -> Fault:
    """Answer with a page of HTML, as proxies and captive portals do."""
    told = Reply(b"<html><h1>Bad Gateway</h1></html>", code, {"Content-Type": "text/html"})
    return lambda line, _: healthy(line, told)


def reset(line: Line, reply: Reply) -> None:
    """Break the connection in the middle of the body."""
    _half(line, reply)
    line.reset()


def cut(line: Line, reply: Reply) -> None:
    """End the connection in the middle of the body, without a reset."""
    _half(line, reply)


def _half(line: Line, reply: Reply) -> None:
    half = reply.whole[: len(reply.whole) // 2]
    if reply.parts:
        line.head(reply)
        line.chunk(half)
    else:
        line.head(reply, length=len(reply.whole))
        line.send(half)


def truncated(line: Line, reply: Reply) -> None:
    """Send half of the body as if it were the whole."""
    half = reply.whole[: len(reply.whole) // 2]
    healthy(line, reply._replace(body=half, parts=()))


def garbled(line: Line, reply: Reply) -> None:
    """Send a body that is no JSON, with the right headers."""
    healthy(line, reply._replace(body=b'\xff{"', parts=()))


def hang(line: Line, reply: Reply) -> None:
    """Take the request and never answer."""
    line.stopped.wait()


def hang_after_headers(line: Line, reply: Reply) -> None:
    """Send the headers, and no body."""
    line.head(reply, length=len(reply.whole) + 1)
    line.stopped.wait()


def held(gate: Event, *, after: int = 0) -> Fault:
    """Send so many parts of a stream, and the rest once the gate is open."""

    def answer(line: Line, reply: Reply) -> None:
        line.head(reply)
        for number, part in enumerate(reply.parts or (reply.body,)):
            if number == after:
                gate.wait()
            line.chunk(part)
        line.chunk(b"")

    return answer


def drip(line: Line, reply: Reply) -> None:
    """Send the body byte by byte, and blanks for ever after."""
    line.head(reply, length=1_000_000)
    for byte in reply.whole:
        line.send(bytes([byte]))
        if line.stopped.wait(0.02):
            return
    while not line.stopped.wait(0.02):
        line.send(b" ")


def drip_headers(line: Line, reply: Reply) -> None:
    """Send a header now and then, for ever."""
    line.send(b"HTTP/1.1 200 OK\r\n")
    while not line.stopped.wait(0.02):
        line.send(b"X-Wait: 1\r\n")


class LoopbackServer:
    """Answers with `answer`, remembers each request, and holds each exchange against `check`."""

    def __init__(
        self, answer: Callable[[Received], Reply], *, check: Callable[[Exchange], object] | None = None
    ) -> None:
        self.requests: list[Received] = []
        self.wrong: list[
            str
        ] = []  # what the vendor's description says against, or a bug of the server itself
        self._replies: list[Reply] = []  # that a healthy server would have given, failures or not
        self._answer = answer
        self._check = check
        self._faults: deque[Fault] = deque()
        self._standing: Fault = healthy
        self._lock = Lock()
        self._stopped = Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.told = self.wrong.append
        self.port: int = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def fail(self, *faults: Fault) -> None:
        """Let the next requests fail so, one after the other; then all is well again."""
        self._faults.extend(faults)

    def keep_failing(self, fault: Fault = healthy) -> None:
        """Let all requests fail so from now on, once what `fail` was told is over."""
        self._standing = fault

    def sent_to(self, path: str) -> list[Received]:
        """Return the requests for a path."""
        return [request for request in self.requests if request.path == path]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._hold_all()

    def _take(self, request: Received) -> tuple[Fault, Reply]:
        with self._lock:
            self.requests.append(request)
            reply = self._answer(request)
            self._replies.append(reply)
            return (self._faults.popleft() if self._faults else self._standing), reply

    def _hold_all(self) -> None:
        """Hold what was asked and answered against the description; now, where nobody waits for it."""
        for request, reply in zip(self.requests, self._replies, strict=False):
            try:
                if self._check:
                    self._check(Exchange(*request, reply.status, reply.headers, reply.whole))
            except AssertionError as error:
                self.wrong.append(str(error))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take, stopped = self._take, self._stopped

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                fault, reply = take(Received(self.command, self.path, headers, body))
                self.close_connection = True
                fault(Line(self, stopped), reply)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    told: Callable[[str], object]

    def handle_error(self, request: object, client_address: object) -> None:
        """Remember what went wrong here; a client that went away is none of it."""
        import sys
        import traceback

        if not isinstance(sys.exception(), OSError):
            self.told(traceback.format_exc())


def closed_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(server: LoopbackServer) -> Iterator[LoopbackServer]:
    """Run a server; afterwards all it was asked and all it answered must have been right."""
    with server:
        yield server
    assert not server.wrong, "\n".join(server.wrong)


def events(documents: Iterable[Mapping[str, Any]], *, named: bool) -> tuple[bytes, ...]:
    """Return documents as server-sent events, with the type of each as its name if `named`."""
    return tuple(
        (f"event: {document['type']}\n" if named else "").encode()
        + b"data: "
        + json.dumps(document).encode()
        + b"\n\n"
        for document in documents
    )
