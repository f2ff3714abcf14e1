"""The browser's one answer, and everybody else who comes to the listener."""

import socket
import threading
from contextlib import suppress
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from braindump_cli.auth.loopback import FIXED_PORTS, Listener, answer_in, code_in, new_state
from braindump_cli.errors import (
    AuthRequiredError,
    BraindumpError,
    ForbiddenError,
    UnreadableError,
    UsageError,
)
from tests.waiting import PATIENCE_S

CODE = "code-of-a-test"


@pytest.fixture
def state():
    return new_state()


@pytest.fixture
def listener(state):
    with Listener(state) as listening:
        yield listening


def ask(listener, path, *, method="GET", host=None):
    """Return status and page of one request."""
    place = urlsplit(listener.address).netloc
    connection = HTTPConnection(place, timeout=30)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or place)
    connection.endheaders()
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer, page


def test_the_answer_with_our_state_is_taken_once(listener, state):
    answer, page = ask(listener, f"/callback?code={CODE}&state={state}")
    again, _ = ask(listener, f"/callback?code=other&state={state}")

    assert listener.wait(PATIENCE_S) == {"code": CODE, "state": state}
    assert (answer.status, again.status) == (200, 410)
    assert "You may close this tab" in page


def test_nothing_of_the_answer_is_in_the_page_or_goes_on_from_it(listener, state):
    answer, page = ask(listener, f"/callback?code={CODE}&state={state}&x=<script>")

    assert not [secret for secret in (CODE, state, "script") if secret in page]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "http" not in page


@pytest.mark.parametrize(
    "query", ["code=x", "code=x&state=", "code=x&state=wrong", "", "state=%ff", "error=x"]
)
def test_a_wrong_or_missing_state_is_400_and_ends_the_sign_in(listener, state, query):
    answer, _ = ask(listener, f"/callback?{query}")
    after, _ = ask(listener, f"/callback?code={CODE}&state={state}")

    assert (answer.status, after.status) == (400, 410)
    with pytest.raises(ForbiddenError, match="another sign-in"):
        listener.wait(PATIENCE_S)


@pytest.mark.parametrize(
    "path", ["/", "/favicon.ico", "/callback/", "/Callback", "/x/callback", "/callback%3Fcode=x"]
)
def test_another_path_is_404_and_decides_nothing(listener, state, path):
    other, _ = ask(listener, f"{path}?code=x&state={state}")
    answer, _ = ask(listener, f"/callback?code={CODE}&state={state}")

    assert (other.status, answer.status) == (404, 200)
    assert listener.wait(PATIENCE_S)["code"] == CODE


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "OPTIONS", "DELETE"])
def test_another_method_decides_nothing(listener, state, method):
    other, _ = ask(listener, f"/callback?code=x&state={state}", method=method)
    ask(listener, f"/callback?code={CODE}&state={state}")

    assert other.status == 501
    assert listener.wait(PATIENCE_S)["code"] == CODE


@pytest.mark.parametrize("host", ["evil.example", "localhost:1", "127.0.0.1", "[::1]"])
def test_a_page_of_elsewhere_that_has_its_name_point_here_is_404(listener, state, host):
    """A name rebound to 127.0.0.1 sends its own name as Host."""
    other, _ = ask(listener, f"/callback?code=x&state={state}", host=host)
    ask(listener, f"/callback?code={CODE}&state={state}")

    assert other.status == 404
    assert listener.wait(PATIENCE_S)["code"] == CODE


@pytest.mark.parametrize(
    "said", [b"", b"\x16\x03\x01\x02", b"GET /callback\r\n\r\n", b"GET /callback?state=" + b"x" * 9999]
)
def test_who_connects_and_talks_nonsense_or_nothing_keeps_nobody_waiting(listener, state, said, capfd):
    parts = urlsplit(listener.address)
    with socket.create_connection((parts.hostname, parts.port)) as idle:
        idle.sendall(said)
        answer, _ = ask(listener, f"/callback?code={CODE}&state={state}")

    assert answer.status == 200
    assert listener.wait(PATIENCE_S)["code"] == CODE
    assert capfd.readouterr() == ("", "")


def test_of_many_at_once_exactly_one_decides(listener, state):
    """Whoever is first: with the right state the sign-in goes on with that code, with a wrong one it ends."""
    statuses = []

    def hit(number):
        told = state if number % 2 else "wrong"
        statuses.append(ask(listener, f"/callback?code={number}&state={told}")[0].status)

    threads = [threading.Thread(target=hit, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) in ([200] + [410] * 19, [400] + [410] * 19)
    try:
        assert int(listener.wait(PATIENCE_S)["code"]) % 2
        assert 200 in statuses
    except ForbiddenError:
        assert 400 in statuses


def listen(taker, port):
    taker.bind(("127.0.0.1", port))
    taker.listen()


def test_it_listens_on_127_0_0_1_alone_and_nobody_else_gets_the_port(listener):
    parts = urlsplit(listener.address)

    assert (parts.hostname, parts.path) == ("127.0.0.1", "/callback")
    for option in (None, "SO_REUSEADDR", "SO_REUSEPORT"):
        with socket.socket() as thief:
            if option:
                thief.setsockopt(socket.SOL_SOCKET, getattr(socket, option), 1)
            with pytest.raises(OSError, match="in use"):
                listen(thief, parts.port)
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", parts.port))


def test_after_the_end_nobody_listens(state):
    with Listener(state) as listening:
        parts = urlsplit(listening.address)

    with socket.socket() as late, pytest.raises(ConnectionRefusedError):
        late.connect((parts.hostname, parts.port))


def test_without_an_answer_the_wait_ends(listener):
    with pytest.raises(AuthRequiredError, match="No answer came from the browser"):
        listener.wait(0.01)


def test_fixed_ports_are_tried_in_turn_and_then_any(state):
    takers = []
    for port in FIXED_PORTS:
        taker = socket.socket()
        takers.append(taker)
        with suppress(OSError):  # somebody else has it, which is as good
            listen(taker, port)
    try:
        with Listener(state, ports=FIXED_PORTS) as listening:
            assert urlsplit(listening.address).port not in FIXED_PORTS
    finally:
        for taker in takers:
            taker.close()


def test_a_pasted_address_brings_the_same_answer(state):
    address = f" http://127.0.0.1:21871/callback?code={CODE}&state={state}\n"

    assert answer_in(address, state)["code"] == CODE


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "code",
        "http://[",
        "http://127.0.0.1/callback",
        "http://x/?code=1",
        "http://x/?state=1",
        "\x00" * 20_000,
    ],
)
def test_what_is_no_answer_is_a_wrong_call(state, pasted):
    with pytest.raises(UsageError):
        answer_in(pasted, state)


def test_the_pasted_answer_to_another_sign_in_is_refused(state):
    with pytest.raises(ForbiddenError):
        answer_in(f"http://127.0.0.1/callback?code={CODE}&state={state}x", state)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        ({"error": "access_denied", "error_description": "The user said no."}, ForbiddenError, "said no"),
        ({"error": "access_denied"}, ForbiddenError, "access_denied"),
        ({}, UnreadableError, "without a code"),
        ({"code": ""}, UnreadableError, "without a code"),
    ],
)
def test_a_refusal_in_the_browser_is_told(answer, kind, said):
    with pytest.raises(BraindumpError, match=said) as refused:
        code_in(answer)

    assert type(refused.value) is kind


def test_states_are_never_the_same_twice():
    assert len({new_state() for _ in range(1000)}) == 1000
    assert len(new_state()) >= 43
