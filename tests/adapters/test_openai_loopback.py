"""The server that stands in for OpenAI: what it answers is what the vendor describes, and the SDK reads it."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from braindump_cli.errors import DeclinedError, LostAnswerError
from braindump_cli.net.openai_api import Reach
from tests.loopback import openai_lies, serving, specs
from tests.loopback.means import means_of
from tests.loopback.openai import RESPONSES, OpenAIServer, failed_by_responses, openai_server
from tests.loopback.openai_model import Said

if TYPE_CHECKING:
    from openai import OpenAI

TEXT = "I really have to call the dentist tomorrow. Anna promised to send me the photos."
MARKED = f"The entry:\n\n<<<entry 0123456789abcdef>>>\n{json.dumps(TEXT)}\n<<<end 0123456789abcdef>>>"
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "todos": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"quote": {"type": "string"}, "due_phrase": {"type": ["string", "null"]}},
                "required": ["quote", "due_phrase"],
                "additionalProperties": False,
            },
        },
        "question": {"type": ["string", "null"]},
    },
    "required": ["title", "todos", "question"],
    "additionalProperties": False,
}
FORMAT = {"type": "json_schema", "name": "insights", "schema": SCHEMA, "strict": True}


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server() as server:
        yield server


def reach_of(server: OpenAIServer, model: str = "gpt-6-luna") -> Reach:
    return Reach(means_of(), section="insights.openai", base_url=server.base_url, model=model)


def responses(server: OpenAIServer, *, stream: bool) -> Any:
    """Return the last event of a stream, or the whole response, as plain values."""
    body: dict[str, Any] = {
        "model": "gpt-6-luna",
        "instructions": "Read.",
        "input": [{"role": "user", "content": MARKED}],
        "text": {"format": FORMAT},
        "store": False,
        "stream": stream,
    }

    def request(client: "OpenAI") -> Any:
        answer: Any = client.responses.create(**body)
        return [event.model_dump() for event in answer] if stream else answer.model_dump()

    return reach_of(server).ask(request, within_s=30.0)


def text_of(response: dict[str, Any]) -> str:
    return str(response["output"][0]["content"][0]["text"])


def test_an_answer_is_made_from_the_text_in_the_shape_that_was_asked_for(server):
    answer = json.loads(text_of(responses(server, stream=False)))

    assert answer["todos"] == [{"quote": answer["todos"][0]["quote"], "due_phrase": "tomorrow"}]
    assert answer["todos"][0]["quote"] in TEXT
    assert set(answer) == {"title", "todos", "question"}
    assert server.questions[0].text == TEXT


def test_a_stream_grows_into_the_same_answer(server):
    told = responses(server, stream=True)

    grown = "".join(event["delta"] for event in told if event["type"] == "response.output_text.delta")
    assert grown == text_of(told[-1]["response"])
    assert told[-1]["type"] == "response.completed"
    assert [event["sequence_number"] for event in told] == list(range(len(told)))


def test_a_refusal_comes_as_a_refusal(server):
    server.says = openai_lies.refusing

    told = responses(server, stream=True)

    assert told[-1]["response"]["output"][0]["content"][0]["type"] == "refusal"


@pytest.mark.parametrize(
    ("lie", "why"), [(openai_lies.cut_short, "max_output_tokens"), (openai_lies.filtered, "content_filter")]
)
def test_an_answer_that_was_stopped_is_incomplete(server, lie, why):
    server.says = lie

    last = responses(server, stream=True)[-1]

    assert last["type"] == "response.incomplete"
    assert last["response"]["incomplete_details"]["reason"] == why


def test_a_response_may_fail_after_it_began(server):
    server.fail(
        lambda line, reply: serving.healthy(
            line, reply._replace(parts=failed_by_responses(server.questions[0], "server_error"))
        )
    )

    assert responses(server, stream=True)[-1]["response"]["error"]["code"] == "server_error"


def test_the_sdks_own_complaint_about_a_missing_end_is_a_lost_answer(server):
    server.fail(serving.truncated)
    reach = reach_of(server)

    def request(client: "OpenAI") -> object:
        with client.responses.stream(model="gpt-6-luna", input=MARKED) as stream:
            return stream.get_final_response()

    with pytest.raises(LostAnswerError):
        reach.ask(request, within_s=30.0)

    assert len(server.sent_to(RESPONSES)) == 1


def test_forms_a_server_does_not_know_are_refused(server):
    server.formats = {"text"}

    with pytest.raises(DeclinedError):
        responses(server, stream=False)


def test_lies_are_told_in_the_shape_that_was_asked_for(server):
    lies = (
        openai_lies.invented_quote,
        openai_lies.past_date,
        openai_lies.forty_todos,
        openai_lies.echoed_marks,
        openai_lies.obeying,
    )
    server.says = openai_lies.one_by_one(*lies)

    told = [json.loads(text_of(responses(server, stream=False))) for _ in lies]

    assert told[0]["todos"][0]["quote"] == openai_lies.INVENTED
    assert len(told[2]["todos"]) == 40
    assert "0123456789abcdef" in told[3]["title"]
    assert "HACKED" in told[4]["title"]


def test_an_answer_may_be_repaired_the_second_time(server):
    server.says = openai_lies.one_by_one(openai_lies.of_no_schema, lambda _: Said("{}"))

    assert "extra" in text_of(responses(server, stream=False))
    assert text_of(responses(server, stream=False)) == "{}"
    assert text_of(responses(server, stream=False)) == "{}"


def test_models_are_listed_and_told_one_by_one(server):
    def request(client: "OpenAI") -> list[str]:
        return [client.models.retrieve("gpt-4o").id, *(model.id for model in client.models.list())]

    assert reach_of(server).ask(request, within_s=30.0) == ["gpt-4o", *sorted(server.models)]


@specs.needs_specs
def test_a_request_the_vendor_would_not_know_is_noticed():
    server = OpenAIServer()

    def request(client: "OpenAI") -> object:
        return client.responses.create(model="gpt-6-luna", input="x", extra_body={"store": "maybe"})

    with server:
        reach_of(server).ask(request, within_s=30.0)

    assert "store" in server.wrong[0]
