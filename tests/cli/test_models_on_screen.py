"""What a person sees and may do while a model is asked."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event

import pytest

from tests.loopback import openai_lies, serving
from tests.loopback.serving import closed_port
from tests.providers import asked_by
from tests.shell import Cli
from tests.tmux import Tmux
from tests.waiting import until

pytestmark = pytest.mark.slow

SAID = "I have to call the dentist tomorrow and I must buy milk."


@pytest.fixture
def typed(cli: Cli, tmp_path: Path) -> Callable[..., AbstractContextManager[Tmux]]:
    """Return how to run `add` in a terminal, asked of a server."""

    def start(base_url: str, words: str = SAID, **more: str) -> AbstractContextManager[Tmux]:
        known = {
            "TERM": "xterm-256color",
            "BRAINDUMP_INSIGHTS_OPENAI_BASE_URL": base_url,
            "BRAINDUMP_AI_CONSENT": "true",
        }
        return Tmux.running(
            tmp_path / "terminal", "add", words, environment={**cli.environment, **known, **more}
        )

    return start


def test_an_outage_is_told_on_the_screen_and_nothing_of_the_growing_panel_is_left(typed):
    with typed(f"http://127.0.0.1:{closed_port()}/v1") as terminal:
        assert terminal.status() == 0
        screen = terminal.screen()

    assert "cannot be reached" in screen
    assert ", offline" in screen
    assert screen.count("I have to call the dentist") == 1


def test_a_panel_taller_than_the_window_leaves_nothing_behind(typed, cli):
    long = " ".join(f"I must call person {number} on Friday." for number in range(10))

    with asked_by(cli) as server, typed(server.base_url, f"{long} {'So it goes on. ' * 40}") as terminal:
        assert terminal.status() == 0
        screen = terminal.screen()

    assert " …" not in screen.partition("Kept as 1")[0]
    assert screen.partition("Kept as 1")[0].strip() == ""


def test_ctrl_c_while_a_model_answers_says_that_the_words_are_kept(typed, cli):
    gate = Event()
    with asked_by(cli) as server:
        server.fail(serving.held(gate))
        with typed(server.base_url) as terminal:
            until(lambda: server.requests)
            terminal.press("C-c")
            status, screen = terminal.status(), terminal.screen()
        gate.set()

    assert status == 130
    assert "Stopped; it is kept as 1." in screen
    assert "braindump process" in screen
    assert cli.run("show", "1", "--json").json()["data"]["pending"] == ["analyse"]


def test_a_models_inventions_push_no_true_duty_out(cli):
    with asked_by(cli) as server:
        server.says = openai_lies.invented_quote
        kept = cli.run("add", SAID, "--json").json()["data"]

    assert [todo["text"] for todo in kept["todos"]] == ["Call the dentist", "Buy milk"]
