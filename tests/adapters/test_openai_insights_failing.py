"""The model's understanding where something goes wrong: forms, refusals, length, and the way there."""

import pytest

from braindump_cli.domain.insight import Findings
from braindump_cli.errors import (
    AccountError,
    DeclinedError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
    UnreadableError,
)
from braindump_cli.insights.openai.analyst import OpenAIAnalyst
from tests.loopback import serving
from tests.loopback.means import PlainWire, means_of
from tests.loopback.openai import error, openai_server
from tests.loopback.openai_model import Said, honest
from tests.loopback.reading import (
    SENTENCE,
    AnsweringWire,
    KeepingWire,
    analyse,
    analyst_of,
    subject_of,
)


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch):
    for name in ("BASE_URL", "ORG_ID", "PROJECT_ID", "CUSTOM_HEADERS", "API_KEY"):
        monkeypatch.delenv(f"OPENAI_{name}", raising=False)


@pytest.fixture
def server():
    with openai_server() as server:
        yield server


@pytest.fixture(params=["chat", "responses"])
def api(request):
    return request.param


def test_servers_that_know_less_are_asked_for_less_and_it_is_remembered(server):
    server.formats = {"text"}
    analyst = analyst_of(server)

    first = analyst.analyse(subject_of())
    again = analyst.analyse(subject_of())

    assert [question.form for question in server.questions] == ["json_schema", "json_object", "text", "text"]
    assert first == again
    assert [todo.text for todo in first.todos] == ["Send Carla the revised budget"]
    assert '"todos"' in server.questions[-1].instructions


def test_a_400_that_speaks_of_something_else_is_no_reason_to_step_down(server):
    server.fail(serving.status(400))

    with pytest.raises(DeclinedError):
        analyse(server)
    assert len(server.requests) == 1


UNREADABLE = {"not JSON": "Sorry, here: {todos: none}", "a list": "[]", "no to-dos": '{"title": "x"}',
              "a wrong kind": '{"title": 7, "todos": {}}', "nothing of ours": '{"findings": []}'}  # fmt: skip


@pytest.mark.parametrize("reply", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_answer_gets_one_more_chance(server, api, reply):
    server.says = lambda question: honest(question) if len(server.questions) > 1 else reply

    found = analyse(server, api=api)

    assert [todo.text for todo in found.todos] == ["Send Carla the revised budget"]
    assert len(server.requests) == 2
    assert "could not be read" in server.questions[1].user


@pytest.mark.parametrize("reply", UNREADABLE.values(), ids=UNREADABLE)
def test_a_second_unreadable_answer_is_the_last(server, api, reply):
    server.says = lambda _: reply

    with pytest.raises(UnreadableError) as caught:
        analyse(server, api=api)

    assert len(server.requests) == 2
    assert "Carla" not in str(caught.value)


def test_unreadable_answers_that_are_kept_do_not_stand_in_the_way_for_ever(server):
    wire = KeepingWire()
    server.says = lambda _: "no"
    with pytest.raises(ProviderError):
        analyse(server, wire=wire)
    server.says = honest

    found = analyse(server, wire=wire)

    assert found.todos
    assert len(server.requests) == 3


REFUSALS = {
    "a refusal": Said(refusal="I cannot help with that."),
    "a filter": Said("{", ending="content_filter"),
}


@pytest.mark.parametrize("said", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_taken_calmly_and_asked_once(server, api, said):
    server.says = lambda _: said

    with pytest.raises(DeclinedError) as caught:
        analyse(server, api=api)

    assert len(server.requests) == 1
    assert "cannot help" not in str(caught.value)


def cut_for(times, *, ending="length"):
    """Make a model that runs out of room so many times."""
    left = iter(range(times))

    def says(question):
        said = honest(question)
        return Said(said.text[:40], ending=ending) if next(left, None) is not None else said

    return says


def test_an_answer_that_was_cut_short_gets_twice_the_room(server, api):
    server.says = cut_for(1)

    found = analyse(server, api=api)

    room = "max_output_tokens" if api == "responses" else "max_tokens"
    assert [question.body[room] for question in server.questions] == [4_000, 8_000]
    assert found.todos


def test_cut_short_again_a_short_text_is_given_up(server, api):
    server.says = cut_for(9)

    with pytest.raises(DeclinedError) as caught:
        analyse(server, api=api)

    assert len(server.requests) == 2
    assert "insights.openai.model" in str(caught.value.hint)


def test_cut_short_again_a_long_text_is_halved(server, api):
    text = f"I need to call Ben tomorrow. {SENTENCE * 30}I need to buy milk on Friday."
    server.says = cut_for(2)

    found = analyse(server, text, api=api)

    assert [todo.text for todo in found.todos] == ["Call Ben", "Buy milk"]
    assert len(server.requests) == 5  # twice the whole, its halves, title and summary


def test_a_long_text_that_never_comes_to_an_end_is_given_up_soon(server, api):
    server.says = cut_for(99)

    with pytest.raises(DeclinedError):
        analyse(server, SENTENCE * 100, api=api)
    assert len(server.requests) == 4


def overflowing(server, most):
    """Let the server refuse texts of more than so many characters."""
    told = error(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded")
    routed = server._routed
    server._answer = lambda request: told if len(request.body) > most else routed(request)


def test_what_is_too_long_for_the_model_is_halved(server, api):
    text = f"I need to call Ben tomorrow. {SENTENCE * 70}I need to buy milk on Friday."
    overflowing(server, 10_500)

    found = analyse(server, text, api=api)

    assert [todo.text for todo in found.todos] == ["Call Ben", "Buy milk"]


def test_a_short_text_that_is_too_long_is_asked_once(server, api):
    overflowing(server, 0)

    with pytest.raises(DeclinedError):
        analyse(server, api=api)
    assert len(server.requests) == 1


def test_a_long_text_that_is_always_too_long_is_given_up_soon(server, api):
    overflowing(server, 0)

    with pytest.raises(DeclinedError):
        analyse(server, SENTENCE * 100, api=api)
    assert len(server.requests) <= 4


def test_a_missing_model_is_named_with_what_to_change(server, api):
    with pytest.raises(DeclinedError) as caught:
        analyst_of(server, api=api, model="gpt-9").analyse(subject_of())

    assert "gpt-9" in caught.value.message
    assert "braindump config set insights.openai.model" in str(caught.value.hint)
    assert len(server.requests) == 1


FAULTS = {
    "500": (serving.status(500), ProviderError),
    "a page": (serving.page(502), ProviderError),
    "429": (serving.status(429, Retry_After="7"), RateLimitedError),
    "401": (serving.status(401), AccountError),
    "402": (serving.status(402), AccountError),
    "a reset": (serving.reset, LostAnswerError),
    "half": (serving.truncated, LostAnswerError),
    "an end": (serving.cut, LostAnswerError),
}


@pytest.mark.parametrize(("fault", "kind"), FAULTS.values(), ids=FAULTS)
def test_each_failure_is_one_request_and_one_of_ours(server, api, fault, kind):
    server.keep_failing(fault)

    with pytest.raises(ProviderError) as caught:
        analyse(server, api=api)

    assert type(caught.value) is kind
    assert len(server.requests) == 1
    assert "Carla" not in f"{caught.value} {caught.value.hint}"


def test_an_answer_that_hangs_ends_with_its_time(server, api):
    wire = PlainWire(left_s=0.3)
    server.keep_failing(serving.drip)

    with pytest.raises(LostAnswerError):
        analyse(server, api=api, wire=wire)


def test_long_texts_are_read_in_pieces_and_each_piece_is_paid_for_once(server):
    text = f"I need to call Ben tomorrow. {SENTENCE * 300}I need to buy milk on Friday."
    wire = KeepingWire()
    server.fail(serving.healthy, serving.status(500))
    with pytest.raises(ProviderError):
        analyse(server, text, wire=wire)
    assert len(server.requests) == 2

    told: list[Findings] = []
    found = analyst_of(server, wire=wire).analyse(subject_of(text), told=told.append)

    pieces = len(wire.replies) - 1
    assert len(server.requests) == 2 + (pieces - 1) + 1  # the first piece is not asked for again
    assert [todo.text for todo in found.todos] == ["Call Ben", "Buy milk"]
    assert all(part.todos[0].text == "Call Ben" for part in told if part.todos)
    again = analyse(server, text, wire=wire)
    assert again == found
    assert len(server.requests) == 2 + pieces


def test_a_million_characters_do_not_blow_up():
    wire = AnsweringWire({"title": "Canal", "todos": [], "summary": "I walked along the canal."})

    found = OpenAIAnalyst(means_of(wire=wire)).analyse(subject_of(SENTENCE * 16_000))

    assert (found.title, found.summary) == ("Canal", "I walked along the canal.")
