"""Every token that was ever issued, looked for everywhere: almost nowhere may one be found."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.accounts import ADA, PASSWORD
from tests.cli.signing_in import at, noted, project_for, sign_in
from tests.cloud.auth import PREFIX
from tests.loopback import serving
from tests.parts import python_command, python_environment
from tests.shell import LONGEST_S, Cli, Result

# A bug in the middle of signing in, with the session at hand.
CRASHING = """
from braindump_cli.services.account import OpenAccount
def sign_in(self, session):
    return {}[session.access_token, session]
OpenAccount.sign_in = sign_in
from braindump_cli.main import run
run()
"""


class Watch:
    """Remembers arguments and surroundings of every process of this test."""

    def __init__(self, mark: bytes) -> None:
        self.seen: set[bytes] = set()
        self._mark = mark
        self._over = Event()

    def run(self) -> None:
        """Look again and again until it is over."""
        while not self._over.wait(0.005):
            for folder in Path("/proc").glob("[0-9]*"):
                try:
                    surroundings = (folder / "environ").read_bytes()
                    if self._mark in surroundings:
                        self.seen |= {surroundings, (folder / "cmdline").read_bytes()}
                except OSError:  # it has ended, or is not ours to read
                    continue

    def end(self) -> None:
        """Look no more."""
        self._over.set()


@contextmanager
def watching(mark: Path) -> Iterator[Watch]:
    """Watch processes that have `mark` in their surroundings."""
    watch = Watch(bytes(mark))
    thread = Thread(target=watch.run)
    thread.start()
    try:
        yield watch
    finally:
        watch.end()
        thread.join()


def crashed(cli: Cli, *words: str) -> Result:
    ran = subprocess.run(
        python_command(CRASHING, *words, "--debug"),
        env={**python_environment(), **cli.environment},
        input=PASSWORD,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    return Result(ran.returncode, ran.stdout, ran.stderr)


@pytest.mark.slow
def test_tokens_passwords_and_verifiers_are_in_no_output_file_argument_environment_or_address(
    cli: Cli, home: Path, tmp_path: Path
) -> None:
    said: list[Result] = []
    with project_for(cli) as server, watching(tmp_path) as watch:
        server.auth.lifetime_s = 30  # so that each look renews
        said.append(cli.run("login", "--provider", "google", *at(server), "--verbose"))
        browser = noted(cli)
        said += [cli.run("login", "--check", "--debug", *more) for more in ((), ("--json",))]
        said += [
            cli.run(*words) for words in (("whoami", "--json"), ("status",), ("config", "list"), ("doctor",))
        ]
        for status in (400, 401, 500):
            told = {"code": "validation_failed", "message": "not so", "token": sorted(server.auth.issued)}
            server.fail(serving.status(status, told))
            said.append(cli.run("login", "--check", "--debug", "--verbose"))
        said.append(cli.run("logout", "--debug"))
        said.append(sign_in(cli, server, "--debug", "--json"))
        crash = crashed(cli, "login", "--email", ADA, "--password-stdin", *at(server))
        said.append(crash)
        verifiers = {sent["code_verifier"] for sent in server.sent("/token") if "code_verifier" in sent}

    secrets = {*server.auth.issued, *verifiers, PASSWORD}
    assert [ran.status for ran in said[:3]] == [0, 0, 0], said[:3]
    assert (crash.status, "Traceback" in crash.err) == (70, True)
    assert len(server.auth.issued) > 6
    assert verifiers
    for ran in said:
        assert not [secret for secret in secrets if secret in ran.out + ran.err]
    assert any(b"webbrowser" in seen for seen in watch.seen)
    assert not [seen for seen in watch.seen for secret in secrets if secret.encode() in seen]
    assert not [secret for secret in secrets if secret in json.dumps(browser)]
    addresses = [request.url for request in server.requests]
    assert not [secret for secret in secrets for address in addresses if secret in address]
    assert server.sent_to(f"{PREFIX}/logout")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in content], path
