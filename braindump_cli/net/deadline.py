"""One connection that ends when its seconds are over.

Timeouts of clients begin anew with every byte: a server that drips holds them for ever. Here a timer closes
the connection under whoever reads or writes, so the time holds for all of it: TLS, request, headers and body.
"""

import socket
from collections.abc import Mapping
from contextlib import suppress
from threading import Timer
from typing import Any, Self


class Deadline:
    """Watches one request through the `trace` extension of httpcore, and ends it."""

    def __init__(self, within_s: float) -> None:
        self.is_sent = False  # something of the request left, a proxy's CONNECT included
        self.is_over = False
        self._socket: socket.socket | None = None
        self._timer = Timer(within_s, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._let_go()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take what httpcore tells."""
        if event.endswith(".connect_tcp.complete"):
            self._let_go()
            # A second handle on the connection: TLS takes the first one over, and this one ends both.
            self._socket = info["return_value"].get_extra_info("socket").dup()
            if self.is_over:
                self._end()
        elif event.endswith(".send_request_headers.started"):
            self.is_sent = True

    def _let_go(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def _end(self) -> None:
        self.is_over = True
        if (connection := self._socket) is not None:
            with suppress(OSError):  # it has ended already
                connection.shutdown(socket.SHUT_RDWR)
