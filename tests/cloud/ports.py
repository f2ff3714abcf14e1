"""Ports of this machine behind which nobody answers."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress


@contextmanager
def silent_port() -> Iterator[int]:
    """Give a port that takes connections, and says nothing: the kernel takes them, and nobody accepts."""
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        port: int = server.getsockname()[1]
        yield port


@contextmanager
def full_port() -> Iterator[int]:
    """Give a port whose queue is full: whoever connects waits."""
    with ExitStack() as held:
        server = held.enter_context(closing(socket.socket()))
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        port: int = server.getsockname()[1]
        for _ in range(8):
            client = held.enter_context(closing(socket.socket()))
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.connect(("127.0.0.1", port))
        yield port
