"""The door to OpenAI: what it sends, and what every failure comes to."""

import json
import socket
import threading
import traceback
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from braindump_cli.domain.leaving import ELSEWHERE, LOOPBACK
from braindump_cli.errors import (
    AccountError,
    DeclinedError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
    StoreError,
    UnreachableError,
)
from braindump_cli.net.openai_api import Reach
from tests.fakes import MONDAY_MORNING
from tests.loopback import serving
from tests.loopback.means import KEY, PlainWire, means_of
from tests.loopback.openai import CHAT, OpenAIServer, openai_server

if TYPE_CHECKING:
    from openai import OpenAI

WORDS = "Canary words nobody else may read."
PATIENT_S = 30.0  # never reached
SOON_S = 0.3
BODY: dict[str, Any] = {"model": "gpt-6-luna", "messages": [{"role": "user", "content": WORDS}]}


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch):
    for name in ("BASE_URL", "ORG_ID", "PROJECT_ID", "ADMIN_KEY", "CUSTOM_HEADERS", "API_KEY"):
        monkeypatch.delenv(f"OPENAI_{name}", raising=False)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server() as server:
        yield server


def reach_of(base_url: str | None, *, key: str | None = KEY, model: str = "gpt-6-luna") -> Reach:
    return Reach(means_of(key=key), section="insights.openai", base_url=base_url, model=model)


def whole(reach: Reach, *, within_s: float = PATIENT_S) -> str:
    def request(client: "OpenAI") -> str:
        done = client.chat.completions.create(model=reach.asked.model, messages=BODY["messages"])
        return str(done.choices[0].message.content)

    return reach.ask(request, within_s=within_s)


def streamed(reach: Reach, *, within_s: float = PATIENT_S) -> str:
    def request(client: "OpenAI") -> str:
        with client.chat.completions.create(stream=True, **{**BODY, "model": reach.asked.model}) as stream:
            chunks = [chunk.choices[0] for chunk in stream if chunk.choices]
        if not (chunks and chunks[-1].finish_reason):
            raise reach.asked.lost()
        return "".join(chunk.delta.content or "" for chunk in chunks)

    return reach.ask(request, within_s=within_s)


def failure_of(ask, reach: Reach, *, within_s: float = PATIENT_S) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        ask(reach, within_s=within_s)
    told = "".join(traceback.format_exception(caught.value)) + str(caught.value.hint)
    assert KEY not in told
    assert "Canary" not in told
    assert "openai.APIStatus" not in told
    assert caught.value.__context__ is None  # nothing of the SDK goes along
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.parametrize("ask", [whole, streamed])
def test_a_healthy_answer_comes_through(server, ask):
    server.says = lambda question: question.user

    assert ask(reach_of(server.base_url)) == WORDS


ASKED_ONCE = {
    "a reset within the body": (serving.reset, LostAnswerError),
    "an end within the body": (serving.cut, LostAnswerError),
    "a page of HTML": (serving.page(502), ProviderError),
    "500": (serving.status(500), ProviderError),
    "503": (serving.status(503), ProviderError),
    "408": (serving.status(408), ProviderError),
    "409": (serving.status(409), ProviderError),
    "400": (serving.status(400), DeclinedError),
    "401": (serving.status(401), AccountError),
    "402": (serving.status(402), AccountError),
    "403": (serving.status(403), DeclinedError),
    "404": (serving.status(404), DeclinedError),
    "413": (serving.status(413), DeclinedError),
    "422": (serving.status(422), DeclinedError),
    "429": (serving.status(429), RateLimitedError),
    "a redirect": (serving.status(307, Location="https://example.org/v1/chat/completions"), DeclinedError),
}


@pytest.mark.parametrize("ask", [whole, streamed])
@pytest.mark.parametrize(("fault", "error"), ASKED_ONCE.values(), ids=ASKED_ONCE)
def test_each_fault_is_one_request_and_one_of_our_errors(server, fault, error, ask):
    server.keep_failing(fault)

    failed = failure_of(ask, reach_of(server.base_url))

    assert type(failed) is error
    assert len(server.requests) == 1


UNREADABLE = {"half of the JSON": serving.truncated, "no JSON": serving.garbled, "a page": serving.page(200)}


@pytest.mark.parametrize("fault", UNREADABLE.values(), ids=UNREADABLE)
def test_an_answer_that_cannot_be_read_is_lost(server, fault):
    server.fail(fault)
    reach = reach_of(server.base_url)

    def request(client):
        return json.loads(client.chat.completions.with_raw_response.create(**BODY).text)

    failed = failure_of(lambda reach, within_s: reach.ask(request, within_s=within_s), reach)

    assert type(failed) is LostAnswerError


NEVER = {
    "it hangs": serving.hang,
    "it hangs after the headers": serving.hang_after_headers,
    "it drips the body": serving.drip,
    "it drips the headers": serving.drip_headers,
}


@pytest.mark.parametrize("ask", [whole, streamed])
@pytest.mark.parametrize("fault", NEVER.values(), ids=NEVER)
def test_who_never_ends_is_ended(server, fault, ask):
    server.keep_failing(fault)

    failed = failure_of(ask, reach_of(server.base_url), within_s=SOON_S)

    assert type(failed) is LostAnswerError
    assert len(server.requests) == 1


def test_a_stream_that_stops_half_way_is_ended(server):
    gate = threading.Event()
    server.fail(serving.held(gate, after=3))
    server.says = lambda question: question.user

    failed = failure_of(streamed, reach_of(server.base_url), within_s=SOON_S)
    gate.set()

    assert type(failed) is LostAnswerError


def test_a_stream_without_its_last_event_is_lost(server):
    server.fail(serving.truncated)

    assert type(failure_of(streamed, reach_of(server.base_url))) is LostAnswerError


def test_where_nobody_listens_nothing_was_sent():
    failed = failure_of(whole, reach_of(f"http://127.0.0.1:{serving.closed_port()}/v1"))

    assert type(failed) is UnreachableError
    assert "cannot be reached" in failed.message


def test_who_takes_no_connection_was_sent_nothing():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        with socket.create_connection(address):  # all that fits before anybody accepts
            failed = failure_of(whole, reach_of(f"http://127.0.0.1:{address[1]}/v1"), within_s=SOON_S)

    assert type(failed) is UnreachableError


def coded(code: str | None, status: int = 400, kind: str = "invalid_request_error") -> serving.Fault:
    told = {"error": {"message": f"No: {WORDS} {KEY}", "type": kind, "code": code, "param": None}}
    return serving.status(status, told)


def test_a_used_up_quota_is_no_rate_limit(server):
    server.fail(coded("insufficient_quota", 429))

    failed = failure_of(whole, reach_of(server.base_url))

    assert type(failed) is AccountError
    assert "quota" in failed.message


def test_a_used_up_quota_is_known_by_its_type(server):
    server.fail(coded(None, 429, "insufficient_quota"))

    assert type(failure_of(whole, reach_of(server.base_url))) is AccountError


def test_an_unknown_model_tells_how_to_change_it(server):
    failed = failure_of(whole, reach_of(server.base_url, model="gpt-9"))

    assert type(failed) is DeclinedError
    assert "'gpt-9'" in failed.message
    assert failed.hint == "braindump config set insights.openai.model NAME"


def test_a_text_that_is_too_long_is_said_to_be(server):
    server.fail(coded("context_length_exceeded"))

    failed = failure_of(whole, reach_of(server.base_url))

    assert type(failed) is DeclinedError
    assert "too long" in failed.message


def test_a_wrong_key_is_told_and_not_repeated(server):
    server.key = "sk-another"

    failed = failure_of(whole, reach_of(server.base_url))

    assert type(failed) is AccountError
    assert failed.hint == "braindump keys set openai"


LATER = MONDAY_MORNING + timedelta(seconds=90)
WAITS = {
    "seconds": ({"Retry_After": "7"}, 7.0),
    "milliseconds": ({"Retry_After_Ms": "1500", "Retry_After": "7"}, 1.5),
    "a date": ({"Retry_After": format_datetime(LATER, usegmt=True)}, 90.0),
    "a date gone by": ({"Retry_After": "Sun, 01 Mar 2026 09:00:00 GMT"}, 0.0),
    "rubbish": ({"Retry_After": "soon"}, None),
    "no number": ({"Retry_After": "nan"}, None),
    "nothing": ({}, None),
}


@pytest.mark.parametrize(("headers", "wait_s"), WAITS.values(), ids=WAITS)
def test_a_rate_limit_tells_how_long_to_wait(server, headers, wait_s):
    server.fail(serving.status(429, **headers))

    assert failure_of(whole, reach_of(server.base_url)).retry_after_s == wait_s


def test_an_error_within_a_stream_is_told_by_its_code(server):
    event = b'data: {"error": {"message": "Canary", "type": "tokens", "code": "rate_limit_exceeded"}}\n\n'
    server.fail(lambda line, reply: serving.healthy(line, reply._replace(parts=(event,))))

    assert type(failure_of(streamed, reach_of(server.base_url))) is RateLimitedError


def test_our_own_errors_leave_as_they_are(server):
    refused = StoreError("The disk is full.")

    def request(client):
        raise refused

    with pytest.raises(StoreError) as caught:
        reach_of(server.base_url).ask(request, within_s=PATIENT_S)

    assert caught.value is refused


def test_a_bug_of_ours_is_no_failure_of_the_provider(server):
    def request(client):
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        reach_of(server.base_url).ask(request, within_s=PATIENT_S)


def test_nothing_is_sent_beside_what_is_shown(server):
    reach = reach_of(server.base_url)

    whole(reach)

    sent = dict(server.requests[0].headers)
    assert sent.pop("authorization") == f"Bearer {KEY}"
    for of_the_connection in ("host", "content-length", "connection", "accept-encoding"):
        sent.pop(of_the_connection)
    assert sent == {name.lower(): value for name, value in reach.headers().items()}
    assert server.requests[0].document == BODY


def test_variables_of_the_sdk_change_nothing(server, monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "stray-org")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "stray-project")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "stray-admin")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Stray: 1\nAuthorization: Bearer stray")
    monkeypatch.setenv("OPENAI_API_KEY", "stray-key")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{serving.closed_port()}")

    whole(reach_of(server.base_url))

    assert "stray" not in str(server.requests[0].headers)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_stray_base_address_is_refused_and_sent_nothing(server, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    reach = reach_of(None)

    failed = failure_of(whole, reach)

    assert "OPENAI_BASE_URL" in str(reach.unavailable())
    assert "insights.openai.base_url" in str(reach.unavailable())
    assert type(failed) is DeclinedError
    assert "OPENAI_BASE_URL" in failed.message
    assert server.requests == []


def test_a_base_address_of_our_settings_wins_over_a_stray_one(server, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "https://stray.example.org/v1")
    reach = reach_of(server.base_url)

    whole(reach)

    assert reach.unavailable() is None
    assert len(server.sent_to(CHAT)) == 1


def test_the_vendors_own_address_in_the_surroundings_is_none_that_strays(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "https://api.openai.com/v1/")

    assert reach_of(None).unavailable() is None


def test_openai_wants_a_key_and_a_server_of_ones_own_none(server):
    assert reach_of(None, key=None).unavailable() == "no key for openai"
    assert reach_of("https://eu.api.openai.com/v1", key=None).unavailable() == "no key for openai"
    assert reach_of(server.base_url, key=None).unavailable() is None

    whole(reach_of(server.base_url, key=None))

    assert server.requests[0].headers["authorization"] == "Bearer none"


def test_without_a_key_openai_is_not_asked():
    failed = failure_of(whole, reach_of(None, key=None))

    assert type(failed) is DeclinedError
    assert "no key for openai" in failed.message


@pytest.mark.parametrize(
    ("address", "place", "is_vendor"),
    [
        (None, ELSEWHERE, True),
        ("https://api.openai.com/v1", ELSEWHERE, True),
        ("https://eu.api.openai.com/v1", ELSEWHERE, True),
        ("https://evilapi.openai.com.example.org/v1", ELSEWHERE, False),
        ("https://notapi.openai.com.evil/v1", ELSEWHERE, False),
        ("http://localhost:11434/v1", LOOPBACK, False),
        ("http://[::1]:1/v1", LOOPBACK, False),
    ],
)
def test_an_address_tells_whose_it_is(address, place, is_vendor):
    reach = reach_of(address)

    assert (reach.place, reach.is_vendor) == (place, is_vendor)


def test_an_empty_budget_is_passed_on_so_that_all_processes_leave_the_service_alone(server):
    def spent(line: serving.Line, reply: serving.Reply) -> None:
        headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"}
        serving.healthy(line, reply._replace(headers={**reply.headers, **headers}))

    wire = PlainWire()
    server.fail(spent)

    whole(Reach(means_of(wire=wire), section="insights.openai", base_url=server.base_url, model="gpt-6-luna"))

    assert wire.rests == [("openai", 360.0)]
