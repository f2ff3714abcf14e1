"""keys set, list, remove, test; and the question about consent."""

import pytest

from tests.loopback import serving
from tests.loopback.openai import openai_server
from tests.loopback.serving import LoopbackServer, as_json
from tests.loopback.specs import DEEPGRAM, check_exchange
from tests.tmux import Tmux

KEY = "sk-canary-0123456789-WXYZ"
PROJECTS = {"projects": [{"project_id": "p", "name": "Mine"}]}


@pytest.fixture
def deepgram():
    server = LoopbackServer(lambda _: as_json(PROJECTS), check=lambda told: check_exchange(DEEPGRAM, told))
    with serving.serving(server):
        yield server


@pytest.fixture
def openai():
    with openai_server() as server:
        server.key = KEY
        yield server


@pytest.fixture
def servers(cli, deepgram, openai):
    """Let the settings name servers on this machine."""
    cli.environment |= {
        "BRAINDUMP_TRANSCRIPTION_DEEPGRAM_BASE_URL": f"http://127.0.0.1:{deepgram.port}",
        "BRAINDUMP_INSIGHTS_OPENAI_BASE_URL": openai.base_url,
        "BRAINDUMP_TRANSCRIPTION_OPENAI_BASE_URL": openai.base_url,
    }


def listed(cli, **env):
    return cli.run("keys", "list", "--json", env=env).json()["data"]


def test_a_key_from_stdin_is_kept_and_shown_by_its_last_four_characters_alone(cli, tmp_path):
    kept = cli.run("keys", "set", "openai", "--json", input=f"{KEY}\n")
    shown = cli.run("keys", "list")

    assert kept.status == 0
    assert kept.json()["data"] == {
        "provider": "openai", "ending": "WXYZ", "place": "journal", "stored_in": "journal", "last_used_at": None,
        "has_consent": None,
    }  # fmt: skip
    assert "WXYZ" in shown.out
    assert KEY not in kept.out + kept.err + shown.out + shown.err
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [content for content in files if KEY.encode() in content]


def test_without_a_terminal_a_warning_names_the_setting_for_consent(cli):
    kept = cli.run("keys", "set", "openai", "--json", input=KEY).json()

    (warning,) = kept["warnings"]
    assert warning["code"] == "no_consent"
    assert "braindump config set ai.consent true" in warning["message"]


@pytest.mark.parametrize("consent", ["true", "false"])
def test_who_has_answered_is_not_asked_and_not_warned(cli, consent):
    cli.run("config", "set", "ai.consent", consent)

    kept = cli.run("keys", "set", "openai", "--json", input=KEY).json()

    assert (kept["warnings"], kept["data"]["has_consent"]) == ([], consent == "true")


@pytest.mark.parametrize("given", ["", " \n", "two words", f"{KEY}\nmore", "\x00", b"\xff\xfe"])
def test_what_is_no_key_is_a_wrong_call_and_makes_no_key(cli, given):
    failed = cli.run("keys", "set", "openai", input=given)

    assert failed.status == 2
    assert KEY not in failed.out + failed.err
    assert listed(cli) == []


@pytest.mark.parametrize(
    "words",
    [("set", "openai", KEY), ("set", KEY), ("remove", KEY), ("test", KEY), ("set", "openai", KEY, "x")],
)
def test_a_key_among_the_arguments_is_refused_and_not_repeated(cli, words):
    for options in ((), ("--json",)):
        failed = cli.run("keys", *words, *options, input=KEY)

        assert failed.status == 2
        assert KEY not in failed.out + failed.err
    assert listed(cli) == []


def test_a_key_of_the_environment_is_listed_and_counts_first(cli):
    cli.run("keys", "set", "openai", input=KEY)

    found = listed(cli, OPENAI_API_KEY="sk-other-0123456789-ABCD", DEEPGRAM_API_KEY="dg-0123456789-EFGH")

    told = [(row["provider"], row["ending"], row["place"], row["stored_in"]) for row in found]
    assert told == [("deepgram", "EFGH", "environment", None), ("openai", "ABCD", "environment", "journal")]


def test_to_list_keys_makes_no_journal(cli, home):
    assert listed(cli) == []
    assert cli.run("keys", "list").status == 0
    assert not (home / "journal.db").exists()


def test_a_key_is_removed_and_a_missing_one_not_found(cli):
    cli.run("keys", "set", "openai", input=KEY)

    assert cli.run("keys", "remove", "openai").status == 0
    assert listed(cli) == []
    assert [cli.run("keys", "remove", name).status for name in ("openai", "deepgram")] == [66, 66]


@pytest.mark.needs("tmux")
def test_on_a_terminal_the_key_is_asked_for_without_echo_and_consent_once(cli, tmp_path):
    with Tmux.running(tmp_path / "first", "keys", "set", "openai", environment=cli.environment) as terminal:
        terminal.wait_for("Key for openai:")
        terminal.press(KEY, "Enter")
        asked = terminal.wait_for("y or n:")
        terminal.press("y", "Enter")
        first = (terminal.status(), terminal.screen())
    with Tmux.running(tmp_path / "again", "keys", "set", "openai", environment=cli.environment) as terminal:
        terminal.wait_for("Key for openai:")
        terminal.press(KEY, "Enter")
        again = (terminal.status(), terminal.screen())

    assert (first[0], again[0]) == (0, 0)
    assert "engines for speech that you have set up" in " ".join(asked.split())
    assert "From now on" in asked
    assert KEY not in first[1] + again[1]
    assert "y or n:" not in again[1]
    assert cli.run("config", "get", "ai.consent").out == "true\n"
    assert [row["has_consent"] for row in listed(cli)] == [True]


@pytest.mark.needs("tmux")
@pytest.mark.parametrize(("answer", "kept"), [("n", "false"), ("", "(not set)"), ("perhaps", "(not set)")])
def test_no_answer_leaves_consent_open_and_no_is_kept(cli, tmp_path, answer, kept):
    with Tmux.running(tmp_path / "shell", "keys", "set", "openai", environment=cli.environment) as terminal:
        terminal.wait_for("Key for openai:")
        terminal.press(KEY, "Enter")
        terminal.wait_for("y or n:")
        terminal.press(*([answer] if answer else []), "Enter")
        status = terminal.status()

    assert status == 0
    assert cli.run("config", "get", "ai.consent").out == f"{kept}\n"


@pytest.mark.needs("tmux")
def test_where_nobody_may_be_asked_a_key_must_come_from_stdin(cli, tmp_path):
    words = ("keys", "set", "openai", "--no-input")
    with Tmux.running(tmp_path / "shell", *words, environment=cli.environment) as terminal:
        assert terminal.status() == 2


def test_a_key_is_tested_by_one_request_that_is_written_down(cli, servers, openai, deepgram):
    cli.run("keys", "set", "openai", input=KEY)
    cli.run("keys", "set", "deepgram", input="dg-canary")

    tested = cli.run("keys", "test", "--json")

    assert tested.status == 0
    assert [(row["provider"], row["is_ok"]) for row in tested.json()["data"]] == [
        ("deepgram", True),
        ("openai", True),
    ]
    assert [request.url for request in openai.requests] == ["/v1/models/gpt-6-luna"]
    assert [request.headers["authorization"] for request in deepgram.requests] == ["Token dg-canary"]
    log = cli.run("privacy", "log", "--json")
    assert [(row["provider"], row["purpose"], row["outcome"]) for row in log.json()["data"]] == [
        ("openai", "test", "answered"),
        ("deepgram", "test", "answered"),
    ]
    assert all(row["last_used_at"] for row in listed(cli))
    assert "canary" not in tested.out + tested.err + log.out


def test_a_key_that_is_not_taken_is_told_with_the_way_on_and_not_repeated(cli, servers, openai):
    cli.run("keys", "set", "openai", input="sk-canary-wrong-key-0000")

    failed = cli.run("keys", "test", "openai")

    assert failed.status == 69
    assert "does not accept the key" in failed.err
    assert "braindump keys set openai" in failed.err
    assert "canary" not in failed.out + failed.err
    assert len(openai.requests) == 1


def test_a_model_that_is_not_there_is_told(cli, servers, openai):
    cli.run("keys", "set", "openai", input=KEY)

    failed = cli.run("keys", "test", "openai", env={"BRAINDUMP_INSIGHTS_OPENAI_MODEL": "gpt-0"})

    assert failed.status == 69
    assert "'gpt-0'" in failed.err
    assert "insights.openai.model" in failed.err


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (serving.status(401), 69, "does not accept the key"),
        (serving.status(402), 69, "credit is used up"),
        (serving.status(403), 69, "does not allow"),
        (serving.status(429, Retry_After="3600"), 75, "come back later"),
    ],
)
def test_where_asking_again_cannot_help_deepgram_is_asked_once(cli, servers, deepgram, fault, status, said):
    deepgram.keep_failing(fault)

    told = cli.run("keys", "test", "deepgram", env={"DEEPGRAM_API_KEY": "dg-canary"})

    assert (told.status, len(deepgram.requests)) == (status, 1)
    assert said in told.err
    assert "canary" not in told.out + told.err


@pytest.mark.parametrize("fault", [serving.page(502), serving.reset, serving.cut])
def test_a_failure_that_passes_is_asked_again(cli, servers, deepgram, fault):
    deepgram.fail(fault)

    told = cli.run("keys", "test", "deepgram", env={"DEEPGRAM_API_KEY": "dg-canary"})

    assert (told.status, len(deepgram.requests)) == (0, 2)


def test_several_keys_are_all_asked_about_and_the_first_failure_is_the_status(cli, servers, deepgram, openai):
    deepgram.keep_failing(serving.status(401))
    env = {"DEEPGRAM_API_KEY": "dg-canary", "OPENAI_API_KEY": KEY}

    tested, shown = cli.run("keys", "test", "--json", env=env), cli.run("keys", "test", env=env)

    assert (tested.status, shown.status) == (69, 69)
    assert [row["is_ok"] for row in tested.json()["data"]] == [False, True]
    assert [line.split()[:2] for line in shown.out.splitlines()] == [["deepgram", "failed"], ["openai", "ok"]]


def test_without_a_key_there_is_nothing_to_test(cli):
    assert [cli.run("keys", "test", *words).status for words in ((), ("openai",), ("deepgram",))] == [66] * 3


@pytest.mark.parametrize(
    ("mode", "address", "status"),
    [("off", "http://127.0.0.1:9/v1", 78), ("local", None, 78), ("local", "loopback", 0)],
)
def test_the_mode_decides_who_may_be_asked(cli, openai, mode, address, status):
    env = {
        "OPENAI_API_KEY": KEY,
        "BRAINDUMP_AI_MODE": mode,
        "BRAINDUMP_INSIGHTS_OPENAI_BASE_URL": openai.base_url if address == "loopback" else address,
        "BRAINDUMP_TRANSCRIPTION_OPENAI_BASE_URL": openai.base_url if address == "loopback" else address,
    }

    tested = cli.run("keys", "test", "openai", env=env)

    assert tested.status == status
    assert len(openai.requests) == (status == 0)


def test_a_stray_address_of_the_environment_is_refused_with_the_reason(cli):
    env = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}

    failed = cli.run("keys", "test", "openai", env=env)

    assert failed.status == 69
    assert "OPENAI_BASE_URL" in failed.err


def test_a_locked_journal_lists_no_keys(cli):
    cli.run("keys", "set", "openai", input=KEY)
    (cli.folder / "home/key").unlink()

    assert cli.run("keys", "list").status == 77
    assert cli.run("keys", "set", "openai", input=KEY).status == 77
