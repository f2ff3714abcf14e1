"""The real command and a model's server on this machine: settings that lead there, and what is asked of both."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from tests.loopback.openai import RESPONSES, SPEECH, OpenAIServer, openai_server
from tests.parts import python_environment
from tests.shell import LONGEST_S, Cli, Result

KEY = "sk-canary-8f3a61d0c2b94e57"
DUTIES = "Call the dentist tomorrow. I also need to buy milk."
PATIENCE_S = 3  # for one question to a model; the default is longer than tests want to wait


@contextmanager
def asked_by(cli: Cli, **settings: object) -> Iterator[OpenAIServer]:
    """Run a server that `cli` asks for insights and speech, by the vendor's own API, with the user's consent."""
    with openai_server() as server:
        lead(cli, server.base_url, **settings)
        yield server


def lead(cli: Cli, base_url: str, **settings: object) -> None:
    """Let all that `cli` runs ask there; `insights__openai__model="x"` names a setting."""
    usual: dict[str, object] = {
        "ai__consent": "true",
        "insights__openai__base_url": base_url,
        "insights__openai__api": "responses",
        "insights__openai__timeout": f"{PATIENCE_S}s",
        "transcription__openai__base_url": base_url,
    }
    for name, value in (usual | settings).items():
        cli.environment = {**cli.environment, f"BRAINDUMP_{name.upper().replace('__', '_')}": str(value)}


def run_at(cli: Cli, at: datetime, *words: str) -> Result:
    """Run the real command line with a clock that stands at `at`."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.cli.standing", *words],
        env={**python_environment(), **cli.environment, "STANDING_AT": at.isoformat()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    return Result(ran.returncode, ran.stdout, ran.stderr)


def answer(cli: Cli, *words: str, **more: Any) -> Any:
    """Return the document that a command answers, which must end well."""
    ran = cli.run(*words, "--json", **more)
    assert ran.status == 0, ran
    return ran.json()


def told(cli: Cli, *words: str, **more: Any) -> Any:
    """Return the data of that document."""
    return answer(cli, *words, **more)["data"]


def codes(document: Mapping[str, Any]) -> list[str]:
    """Return the codes of a document's warnings."""
    return [warning["code"] for warning in document["warnings"]]


def asked(server: OpenAIServer) -> int:
    """Return how many requests for insights came."""
    return len(server.sent_to(RESPONSES))


def heard(server: OpenAIServer) -> int:
    """Return how many recordings came."""
    return len(server.sent_to(SPEECH))
