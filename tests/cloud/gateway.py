"""The front door of a project on this machine: /rest/v1, /storage/v1 and whatever else is mounted, and its failures.

A request can fail before anything was done (`fail`) or after all was done and committed (`lose`).
"""

import socket
from collections import deque
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import NamedTuple, Self

from tests.cloud.tokens import KEY
from tests.loopback.serving import Fault, Line, Received, Reply, as_json, healthy, page, status

Handler = Callable[[Received], Reply]

EXPIRED = status(401, {"code": "PGRST303", "message": "JWT expired", "details": None, "hint": None})
NOT_SIGNED_IN = status(
    401,
    {"code": "42501", "message": "permission denied for function sync_push", "details": None, "hint": None},
)
TOO_LARGE = status(413, {"message": "Payload too large"})
TOO_MANY = status(
    429, {"message": "API rate limit exceeded"}, Retry_After="1"
)  # the gateway's own has no code
BAD_GATEWAY = page(502)


def broken(line: Line, reply: Reply) -> None:
    """Reset the connection, with no byte of an answer."""
    line.reset()


class _Planned(NamedTuple):
    """A failure that waits for a request whose path begins so."""

    fault: Fault
    path: str
    is_done: bool  # the request is served first, and its answer lost


class Gateway:
    """Serves the handlers on a port of its own; `mounted` maps the beginnings of paths to them."""

    def __init__(self, mounted: Mapping[str, Handler]) -> None:
        self.requests: list[Received] = []
        self.wrong: list[str] = []  # bugs of the stand-ins themselves
        self._mounted = dict(mounted)
        self._planned: deque[_Planned] = deque()
        self._standing: _Planned | None = None
        self._lock = Lock()
        self._stopped = Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.told = self.wrong.append
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def mount(self, path: str, handler: Handler) -> None:
        """Let a handler answer what begins with `path`."""
        self._mounted[path] = handler

    def fail(self, *faults: Fault, on: str = "/") -> None:
        """Let the next requests whose path begins with `on` fail so, and do nothing of them."""
        self._planned.extend(_Planned(fault, on, is_done=False) for fault in faults)

    def lose(self, *faults: Fault, on: str = "/") -> None:
        """Do the next such requests, commit them, and let their answers fail so."""
        self._planned.extend(_Planned(fault, on, is_done=True) for fault in faults)

    def keep_failing(self, fault: Fault | None, *, on: str = "/", is_done: bool = False) -> None:
        """Let all such requests fail so from now on; None ends it."""
        self._standing = _Planned(fault, on, is_done) if fault else None

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

    def _serve(self, request: Received, line: Line) -> None:
        with self._lock:
            self.requests.append(request)
            planned = self._plan(request.path)
        if planned and not planned.is_done:
            planned.fault(line, Reply())
            return
        reply = self._answer(request)
        fault = planned.fault if planned else healthy
        fault(line, reply)

    def _plan(self, path: str) -> _Planned | None:
        for planned in self._planned:
            if path.startswith(planned.path):
                self._planned.remove(planned)
                return planned
        standing = self._standing
        return standing if standing and path.startswith(standing.path) else None

    def _answer(self, request: Received) -> Reply:
        """Let the handler with the longest fitting path answer; without the project's key none does."""
        fitting = [path for path in self._mounted if request.path.startswith(path)]
        if not fitting:
            return as_json({"message": "no Route matched with those values"}, 404)
        path = max(fitting, key=len)
        is_rest = path in {"/rest/v1", "/auth/v1"}
        if is_rest and request.headers.get("apikey") != KEY and "/authorize" not in request.path:
            return as_json({"message": "Invalid API key"}, 401)
        return self._mounted[path](request)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        serve, stopped = self._serve, self._stopped

        class OneConnection(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = 1 << 16  # head and body leave together: apart, each answer waits 40 ms for an ACK

            def __getattr__(self, name: str) -> Callable[[], None]:
                """Take every method alike: do_GET, do_PATCH and so on."""
                if name.startswith("do_"):
                    return self._take
                raise AttributeError(name)

            def _take(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.close_connection = True
                serve(Received(self.command, self.path, headers, body), _Line(self, stopped))

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        return OneConnection


class _Line(Line):
    """A way back that knows that HEAD is answered without a body."""

    def send(self, block: bytes) -> None:
        super().send(b"" if self._handler.command == "HEAD" else block)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    told: Callable[[str], object]

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Remember what went wrong here; a client that went away is none of it."""
        import sys
        import traceback

        if not isinstance(sys.exception(), OSError):
            self.told(traceback.format_exc())
