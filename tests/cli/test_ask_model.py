"""`ask` and `review` with a model on this machine: what it is shown, what is made of its answer, what if it fails."""

import json

import pytest

from tests.loopback.openai import openai_server
from tests.loopback.openai_model import Said, in_form
from tests.loopback.serving import status

HIVE = "when does the hive need sugar?"


@pytest.fixture
def server():
    with openai_server() as running:
        yield running


@pytest.fixture
def journal(cli, server):
    """Return the command line of a journal whose model may be asked; the first entry is older than the consent."""
    cli.run("add", "The old hive needs sugar in autumn.", "--no-insights")
    cli.environment = {
        **cli.environment,
        "BRAINDUMP_INSIGHTS_OPENAI_BASE_URL": server.base_url,
        "BRAINDUMP_INSIGHTS_OPENAI_MODEL": "llama3.2",
        "BRAINDUMP_AI_CONSENT": "true",
        "BRAINDUMP_INSIGHTS_ORDER": "openai,offline",
    }
    cli.run("ask", "what of the hive?")  # consent counts from here
    cli.run("add", "The hive by the hedge needs sugar before Easter.", "--no-insights")
    cli.run("add", "Nobody may hear that the secret hive needs sugar.", "--private", "--no-insights")
    server.questions.clear()
    return cli


def test_a_model_answers_from_the_quotes_that_may_leave(journal, server):
    data = journal.run("ask", HIVE, "--json").json()["data"]

    (question,) = server.questions
    assert "hedge" in question.user
    assert "autumn" not in question.user
    assert "secret" not in question.user
    assert data["has_evidence"]
    assert "before Easter" in data["answer"]
    assert (data["engine"], data["model"]) == ("openai", "llama3.2")
    assert {quote["number"]: quote["is_cited"] for quote in data["quotes"]} == {1: False, 2: True}


def test_the_answer_to_the_same_question_is_not_paid_for_twice(journal, server):
    first = journal.run("ask", HIVE, "--json").json()["data"]
    again = journal.run("ask", HIVE, "--json").json()["data"]

    assert again == first
    assert len(server.questions) == 1


def test_a_model_that_finds_no_evidence_is_believed(journal, server):
    server.says = lambda question: in_form(question, {"has_evidence": False, "text": "", "cited": []})

    shown = journal.run("ask", HIVE)

    assert shown.status == 0
    assert "Your journal does not say." in shown.out


@pytest.mark.parametrize("text", ["Bees live on Mars.", "The hive needs sugar before Christmas. [9]", ""])
def test_what_a_model_invents_is_no_answer(journal, server, text):
    server.says = lambda question: in_form(question, {"has_evidence": True, "text": text, "cited": [9]})

    data = journal.run("ask", HIVE, "--json").json()["data"]

    assert data["answer"] is None
    assert {quote["number"] for quote in data["quotes"]} == {1, 2}


@pytest.mark.parametrize("reply", [Said(refusal="No."), "not JSON"])
def test_a_refusal_leaves_the_quotes_and_a_warning(journal, server, reply):
    server.says = lambda _question: reply

    ran = journal.run("ask", HIVE, "--json")

    assert ran.status == 0
    assert (ran.json()["data"]["engine"], ran.json()["data"]["has_evidence"]) == ("offline", True)
    assert ran.json()["warnings"]


def test_a_model_that_is_down_leaves_the_quotes_and_a_warning(journal, server):
    server.keep_failing(status(400, {"error": {"message": "no", "code": "context_length_exceeded"}}))

    ran = journal.run("ask", HIVE)

    assert ran.status == 0
    assert "before Easter" in ran.out
    assert "Your own words stand for themselves." in ran.err


def test_where_nothing_is_found_no_model_is_asked(journal, server):
    assert not journal.run("ask", "what is the capital of Peru?", "--json").json()["data"]["has_evidence"]
    assert server.questions == []


@pytest.mark.parametrize("words", [("ask", HIVE), ("review", "--month"), ("review", "--on", "today")])
def test_a_dry_run_shows_the_request_and_sends_nothing(journal, server, words):
    document = journal.run(*words, "--dry-run", "--json").json()

    assert document["schema"] == "braindump.outgoing/1"
    told = json.dumps(document["data"]["body"])
    assert "hedge" in told
    assert "secret" not in told
    assert document["data"]["address"].startswith(server.base_url)
    assert server.questions == []


def test_a_review_gets_a_few_sentences_above_its_facts(journal, server):
    data = journal.run("review", "--on", "today", "--json").json()["data"]

    assert "before Easter" in data["digest"]["text"]
    assert [each["number"] for each in data["digest"]["cited"]] == [2]
    assert [entry["number"] for entry in data["entries"]] == [1, 2]
    (question,) = server.questions
    assert "autumn" not in question.user
    assert "secret" not in question.user
