"""The checks against the vendors' descriptions find what is wrong."""

import json

import pytest

from tests.loopback import specs
from tests.loopback.specs import Exchange, needs_specs

pytestmark = needs_specs

HEARD = {
    "metadata": {
        "request_id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "sha256": "0" * 64,
        "created": "2026-03-02T09:14:00.000Z",
        "duration": 1.0,
        "channels": 1,
        "models": ["m"],
        "model_info": {},
    },
    "results": {"channels": []},
}
RIGHT = Exchange(
    "POST",
    "/v1/listen?model=nova-3&smart_format=true&keyterm=a&keyterm=b",
    {"Authorization": "Token k", "Content-Type": "application/octet-stream"},
    b"sound",
    200,
    {"Content-Type": "application/json"},
    json.dumps(HEARD).encode(),
)


def test_a_right_exchange_passes():
    specs.check_exchange(specs.DEEPGRAM, RIGHT)


@pytest.mark.parametrize(
    "wrong",
    [
        RIGHT._replace(url="/v1/listen?modle=nova-3"),
        RIGHT._replace(url="/v1/listne?model=nova-3"),
        RIGHT._replace(method="PUT"),
        RIGHT._replace(headers={"Content-Type": "application/octet-stream"}),
        RIGHT._replace(headers={**RIGHT.headers, "Content-Type": "audio/x-nonsense"}),
        RIGHT._replace(answer=b'{"results": {}}'),
        RIGHT._replace(answer=b"<html>", answer_headers={"Content-Type": "text/html"}),
    ],
)
def test_a_wrong_exchange_is_found(wrong):
    with pytest.raises(AssertionError):
        specs.check_exchange(specs.DEEPGRAM, wrong)


def test_a_page_of_a_proxy_is_nobodys_fault():
    page = RIGHT._replace(status=502, answer=b"<html>", answer_headers={"Content-Type": "text/html"})

    specs.check_exchange(specs.DEEPGRAM, page)


@pytest.mark.parametrize(
    ("query", "is_right"),
    [
        ("model=nova-3&keyterm=a&keyterm=b&keyterm=c&interim_results=true", True),
        ("model=nova-3&interim_results=True", False),
        ("model=nova-33", False),
        ("modle=nova-3", False),
    ],
)
def test_the_address_of_a_line_is_checked(query, is_right):
    if is_right:
        specs.check_query("/v1/listen", query)
        return
    with pytest.raises(AssertionError):
        specs.check_query("/v1/listen", query)


def test_messages_of_a_line_are_checked():
    specs.check_message("/v1/listen", specs.TO_SERVICE, {"type": "KeepAlive"})
    specs.check_message(
        "/v1/listen", specs.FROM_SERVICE, {"type": "UtteranceEnd", "channel": [0], "last_word_end": 1.0}
    )
    for direction, message in (
        (specs.TO_SERVICE, {"type": "KeepQuiet"}),
        (specs.FROM_SERVICE, {"type": "Results", "start": 0.0}),
    ):
        with pytest.raises(AssertionError):
            specs.check_message("/v1/listen", direction, message)
