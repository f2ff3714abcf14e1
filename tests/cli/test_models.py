"""Whole commands with a model on this machine: who is asked what, who is not, and what becomes of the to-dos."""

import json
import re

import pytest

from tests.providers import DUTIES, KEY, answer, asked, asked_by, codes, heard, told
from tests.speech import say

HEARD = (
    "Well, I have to call the dentist on Friday. I also need to buy milk."  # better than what the draft says
)
DRAFTING = {"BRAINDUMP_TRANSCRIPTION_ORDER": "pocketsphinx"}
LONG = (
    " ".join(f"On day {day} I walked along the canal." for day in range(1_200))
    + " Call the dentist tomorrow."
)
MARK = re.compile(r"\b[0-9a-f]{16}\b")


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    """Return a recording of two duties."""
    folder = tmp_path_factory.mktemp("speech")
    return say(folder / "say.wav", "I have to call the dentist on Friday.", "I need to buy milk.")


@pytest.fixture
def server(cli):
    with asked_by(cli) as server:
        server.hears = HEARD
        yield server


def texts(todos):
    return sorted(todo["text"] for todo in todos)


def test_an_entry_is_read_by_the_model_in_one_request(cli, server):
    kept = answer(cli, "add", DUTIES)

    entry = kept["data"]
    assert kept["warnings"] == []
    assert (entry["insights"]["engine"], entry["insights"]["model"]) == ("openai", "gpt-6-luna")
    assert (texts(entry["todos"]), entry["pending"]) == (["Buy milk", "Call the dentist"], [])
    assert asked(server) == 1
    (line,) = told(cli, "privacy", "log")
    assert (line["provider"], line["purpose"], line["outcome"]) == ("openai", "insights", "answered")
    assert line["entry_id"] == entry["id"]


def test_a_recording_is_heard_and_read_by_one_request_each(cli, server, speech):
    kept = answer(cli, "record", "--from", str(speech))

    entry = kept["data"]
    assert kept["warnings"] == []
    assert (entry["text"], entry["engine"], entry["is_draft"]) == (HEARD, "openai", False)
    assert entry["insights"]["engine"] == "openai"
    assert told(cli, "process")["waiting"] == 0
    assert (heard(server), asked(server)) == (1, 1)


def test_what_was_done_and_dropped_stays_so_from_draft_to_final_text_to_another_reading(cli, server, speech):
    draft = told(cli, "record", "--from", str(speech), env=DRAFTING)
    numbers = {todo["text"]: str(todo["number"]) for todo in draft["todos"]}
    assert sorted(numbers) == ["Buy milk", "Call the dentist"]
    cli.run("todos", "done", numbers["Call the dentist"])
    cli.run("todos", "drop", numbers["Buy milk"])

    final = told(cli, "transcribe", "last", "--engine", "openai")
    again = told(cli, "insights", "redo", "last", "--engine", "openai", "--model", "gpt-4o")
    todos = told(cli, "show", "last")["todos"]

    assert (draft["is_draft"], final["is_draft"], final["text"]) == (True, False, HEARD)
    assert (final["insights"]["model"], again["model"]) == ("gpt-6-luna", "gpt-4o")
    assert {(todo["text"], todo["status"], str(todo["number"])) for todo in todos} == {
        ("Call the dentist", "done", numbers["Call the dentist"]),
        ("Buy milk", "dropped", numbers["Buy milk"]),
    }
    assert told(cli, "todos", "list") == []
    assert (heard(server), asked(server)) == (1, 3)


def test_old_drafts_are_heard_again_only_when_asked_for_and_their_cost_is_said_first(cli, server, speech):
    cli.run("record", "--from", str(speech), env=DRAFTING)

    cli.run("process")
    before = heard(server)
    done = cli.run("process", "--drafts")
    entry = told(cli, "show", "last")

    assert (before, heard(server)) == (0, 1)
    assert "1 draft, " in done.err
    assert "USD" in done.err
    assert (entry["text"], entry["is_draft"], entry["insights"]["engine"]) == (HEARD, False, "openai")
    assert told(cli, "process", "--drafts")["drafts"]["replaced"] == 0
    assert heard(server) == 1


def test_the_rules_may_be_asked_again_and_nothing_leaves(cli, server):
    cli.run("add", DUTIES)

    again = told(cli, "insights", "redo", "last", "--engine", "offline")

    assert (again["engine"], asked(server)) == ("offline", 1)


def test_a_model_that_is_not_there_is_named_with_the_way_to_change_it(cli, server):
    cli.run("add", DUTIES)

    failed = cli.run("insights", "redo", "last", "--model", "gpt-0")

    assert failed.status == 69
    assert "'gpt-0'" in failed.err
    assert "braindump config set insights.openai.model" in failed.err
    assert told(cli, "insights", "show", "last")["model"] == "gpt-6-luna"


def commands(speech):
    return (("add", DUTIES), ("record", "--from", str(speech)))


@pytest.mark.parametrize(("consent", "warned"), [(None, ["no_consent"]), ("false", [])])
def test_without_consent_nothing_is_sent_and_only_an_open_question_is_told(
    cli, server, speech, consent, warned
):
    env = {"BRAINDUMP_AI_CONSENT": consent}

    for words in commands(speech):
        kept = answer(cli, *words, env=env)
        assert kept["data"]["insights"]["engine"] == "offline"
        assert codes(kept) == warned
        assert all("ai.consent" in warning["message"] for warning in kept["warnings"])
    assert cli.run("process", "--drafts", env=env).status == 0
    refused = cli.run("insights", "redo", "1", "--engine", "openai", env=env)

    assert (refused.status, "ai.consent" in refused.err) == (77, True)
    assert server.requests == []
    assert told(cli, "privacy", "log") == []


def test_consent_covers_what_is_said_from_then_on(cli, server, speech):
    for words in commands(speech):
        cli.run(*words, env={"BRAINDUMP_AI_CONSENT": None})
    cli.run("config", "set", "ai.consent", "true")

    later = {"BRAINDUMP_AI_CONSENT": None}
    assert told(cli, "process", env=later)["waiting"] == 0
    assert server.requests == []
    cli.run("add", "Buy bread.", env=later)
    (request,) = server.requests
    assert b"dentist" not in request.body
    older = answer(cli, "insights", "redo", "1", env=later)
    assert (older["data"]["engine"], codes(older)) == ("offline", ["before_consent"])
    assert len(server.requests) == 1
    assert told(cli, "insights", "redo", "1", "--engine", "openai", env=later)["engine"] == "openai"


def test_consent_counts_from_the_moment_it_is_given_also_for_what_is_said_while_locked(cli, server, home):
    later = {"BRAINDUMP_AI_CONSENT": None}
    cli.run("add", "Hello.", "--no-insights", env=later)
    cli.run("config", "set", "ai.consent", "true", env=later)
    key = home / "key"
    key.rename(home / "away")
    assert codes(answer(cli, "add", DUTIES, env=later)) == ["locked"]
    (home / "away").rename(key)

    assert told(cli, "process", env=later)["done"] == 1
    assert told(cli, "insights", "show", "last", env=later)["engine"] == "openai"
    assert len(server.requests) == 1


def test_consent_taken_back_and_given_again_covers_nothing_of_the_time_between(cli, server, home):
    later = {"BRAINDUMP_AI_CONSENT": None}
    cli.run("add", "Hello.", "--no-insights", env=later)
    cli.run("config", "set", "ai.consent", "true", env=later)
    cli.run("process", env=later)
    cli.run("config", "unset", "ai.consent", env=later)
    key = home / "key"
    key.rename(home / "away")
    cli.run("add", DUTIES, env=later)
    (home / "away").rename(key)
    cli.run("config", "set", "ai.consent", "true", env=later)

    told(cli, "process", env=later)

    assert told(cli, "insights", "show", "last", env=later)["engine"] == "offline"
    assert server.requests == []


def test_a_command_with_another_consent_in_its_environment_changes_nothing_for_the_next(cli, server):
    cli.run("config", "set", "ai.consent", "true")
    later = {"BRAINDUMP_AI_CONSENT": None}
    cli.run("add", "Call Mia tomorrow.", env=later)
    assert len(server.requests) == 1

    cli.run("add", "Nothing of this.", env={"BRAINDUMP_AI_CONSENT": "false"})

    assert told(cli, "insights", "redo", "1", env=later)["engine"] == "openai"
    assert not any(b"Nothing of this" in request.body for request in server.requests)


def test_a_private_entry_is_given_to_nobody(cli, server, speech):
    for words in commands(speech):
        kept = answer(cli, *words, "--private")
        assert (kept["data"]["insights"]["engine"], kept["warnings"]) == ("offline", [])

    cli.run("process", "--drafts")
    refused = [
        cli.run("insights", "redo", "1", "--engine", "openai"),
        cli.run("insights", "redo", "1", "--engine", "openai", "--dry-run"),
        cli.run("insights", "redo", "1", "--model", "gpt-4o"),
        cli.run("transcribe", "2", "--engine", "openai"),
        cli.run("transcribe", "2", "--engine", "openai", "--dry-run"),
    ]
    assert [(ran.status, "private" in ran.err, "dentist" in ran.out) for ran in refused] == [
        (77, True, False)
    ] * 5
    cli.run("ask", "Whom must I call?")
    cli.run("review", "--month")
    assert server.requests == []

    cli.run("add", "Buy bread.")
    (request,) = server.requests
    assert b"dentist" not in request.body


@pytest.mark.parametrize(("mode", "engine"), [("local", "openai"), ("off", "offline")])
def test_the_mode_decides_whether_a_model_on_this_machine_is_asked(cli, server, speech, mode, engine):
    env = {"BRAINDUMP_AI_MODE": mode}

    for words in commands(speech):
        assert told(cli, *words, env=env)["insights"]["engine"] == engine

    assert (heard(server), asked(server)) == ((1, 2) if mode == "local" else (0, 0))
    named = cli.run("insights", "redo", "1", "--engine", "openai", env=env)
    assert named.status == (0 if mode == "local" else 77)


def test_an_address_of_the_environment_alone_is_not_followed_and_that_is_explained(cli, server):
    env = {
        "BRAINDUMP_INSIGHTS_OPENAI_BASE_URL": None,
        "BRAINDUMP_TRANSCRIPTION_OPENAI_BASE_URL": None,
        "OPENAI_BASE_URL": server.base_url,
        "OPENAI_API_KEY": KEY,
    }

    kept = told(cli, "add", DUTIES, env=env)
    engines = told(cli, "status", env=env)["engines"]
    refused = cli.run("insights", "redo", "last", "--engine", "openai", env=env)

    assert kept["insights"]["engine"] == "offline"
    reasons = {each["kind"]: each["reason"] for each in engines if each["name"] == "openai"}
    assert set(reasons) == {"transcription", "insights"}
    for kind, reason in reasons.items():
        assert "OPENAI_BASE_URL" in reason
        assert f"{kind}.openai.base_url" in reason
    assert refused.status == 69
    assert "insights.openai.base_url" in refused.err
    assert server.requests == []


@pytest.mark.parametrize("span", ["day", "month"])
def test_a_limit_of_cost_falls_to_what_is_here_and_names_its_setting(cli, server, speech, span):
    env = {f"BRAINDUMP_LIMITS_COST_PER_{span.upper()}": "0.0000001"}

    for words in commands(speech):
        kept = answer(cli, *words, env=env)
        assert kept["data"]["insights"]["engine"] == "offline"
        assert f"limits.cost_per_{span}" in kept["warnings"][0]["message"]

    assert server.requests == []
    assert told(cli, "privacy", "log") == []


def without_marks(document):
    return MARK.sub("mark", json.dumps(document, sort_keys=True))


@pytest.mark.parametrize(
    "words",
    [("insights", "redo", "1"), ("ask", "Whom must I call?"), ("review", "--month")],
    ids=lambda words: words[0],
)
def test_a_dry_run_shows_the_very_body_that_is_sent_afterwards(cli, server, words):
    env = {"OPENAI_API_KEY": KEY}
    cli.run("add", DUTIES)
    cli.run("add", "I called Ben, and I have to send Carla the budget by Friday.")
    before = len(server.requests)

    dry = cli.run(*words, "--dry-run", "--json", env=env)
    page = cli.run(*words, "--dry-run", env=env)
    left = len(server.requests)
    cli.run(*words, env=env)

    shown = dry.json()["data"]
    sent = server.requests[before]
    assert (dry.status, page.status, left) == (0, 0, before)
    assert without_marks(shown["body"]) == without_marks(sent.document)
    assert shown["address"] == f"http://127.0.0.1:{server.port}{sent.path}"
    assert {name.lower(): value for name, value in shown["headers"].items()}.items() <= sent.headers.items()
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in dry.out + dry.err + page.out + page.err
    assert "dentist" in page.out


def test_a_dry_run_of_a_long_entry_shows_every_piece_that_is_sent_afterwards(cli, server):
    cli.run("add", "-", input=LONG)
    before = len(server.requests)

    dry = answer(cli, "insights", "redo", "1", "--dry-run")
    page = cli.run("insights", "redo", "1", "--dry-run")
    left = len(server.requests)
    told(cli, "insights", "redo", "1")

    first, *more = (request.document for request in server.requests[before:-1])  # the last asks for a title
    shown = dry["data"]
    assert left == before
    assert len(more) > 0
    assert without_marks([each["body"] for each in (shown, *shown["more"])]) == without_marks([first, *more])
    assert codes(dry) == ["pieces"]
    assert page.out.count("Would go to") == 1 + len(more)
    assert "dentist" in page.out


def test_a_dry_run_of_hearing_shows_length_and_hash_of_the_sound(cli, server, speech):
    env = {"OPENAI_API_KEY": KEY}
    cli.run("record", "--from", str(speech), env=DRAFTING)

    before = len(server.requests)
    dry = cli.run("transcribe", "1", "--engine", "openai", "--dry-run", "--json", env=env)
    left = len(server.requests)
    told(cli, "transcribe", "1", "--engine", "openai", env=env)

    body = dry.json()["data"]["body"]
    sent = server.requests[before].body
    assert left == before
    assert set(body["file"]) == {"name", "bytes", "sha256"}
    assert body["file"]["bytes"] > 1000
    assert f'name="model"\r\n\r\n{body["model"]}\r\n'.encode() in sent
    assert len(sent) > body["file"]["bytes"]
    assert KEY not in dry.out + dry.err
