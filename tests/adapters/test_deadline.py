"""A connection that ends with its time, also while TLS is being agreed on."""

import socket

import httpx
import pytest

from braindump_cli.net.deadline import Deadline

PATIENT_S = 60.0  # of the client's own; never reached


def get(address: str, deadline: Deadline) -> None:
    with httpx.Client(timeout=PATIENT_S, trust_env=False) as client:
        client.send(client.build_request("GET", address, extensions={"trace": deadline.trace}))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_who_says_nothing_is_left(scheme):
    with socket.create_server(("127.0.0.1", 0)) as silent, Deadline(0.2) as deadline:
        with pytest.raises(httpx.TransportError):
            get(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/", deadline)

        assert deadline.is_over
        assert deadline.is_sent == (scheme == "http")  # nothing of a request leaves before TLS stands


def test_a_time_that_was_over_before_the_connection_ends_it_at_once():
    with socket.create_server(("127.0.0.1", 0)) as silent, Deadline(PATIENT_S) as deadline:
        deadline._end()

        with pytest.raises(httpx.TransportError):
            get(f"http://127.0.0.1:{silent.getsockname()[1]}/", deadline)
