"""Canary keys and canary words: after all commands that use them, where may they be found? Almost nowhere."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest

from tests.loopback import serving
from tests.parts import python_command, python_environment
from tests.providers import asked_by
from tests.shell import LONGEST_S, Cli, Result
from tests.speech import say

# By `keys set`, by OPENAI_API_KEY; others than those of tests that run meanwhile, whose processes are seen too.
STORED, GIVEN = f"sk-canary-{uuid4().hex}", f"sk-canary-{uuid4().hex}"
TYPED, SPOKEN = "zanzibarquince", "xylocarpusvellum"
SECRETS = (STORED, GIVEN)
WORDS = (TYPED, SPOKEN)
CRASHING = """
from braindump_cli.services import insights
def keep_findings(entry, findings, **_):
    return {}[entry.text]
insights.keep_findings = keep_findings
from braindump_cli.main import run
run()
"""


class Watch:
    """Looks at the arguments and surroundings of every process on this machine, again and again."""

    def __init__(self) -> None:
        self.looks = 0
        self.seen: set[str] = set()  # what stood in whose arguments or surroundings
        self._over = Event()

    def run(self) -> None:
        """Look until it is over."""
        while not self._over.wait(0.005):
            for folder in Path("/proc").glob("[0-9]*"):
                self._look(folder / "cmdline", (*SECRETS, *WORDS))
                self._look(folder / "environ", (STORED, *WORDS))  # the other one is where the test puts it
            self.looks += 1

    def end(self) -> None:
        """Look no more."""
        self._over.set()

    def _look(self, file: Path, wanted: tuple[str, ...]) -> None:
        try:
            content = file.read_bytes()
        except OSError:  # it has ended, or is not ours to read
            return
        self.seen |= {f"{file.name}: {word}" for word in wanted if word.encode() in content}


@contextmanager
def watching() -> Iterator[Watch]:
    watch = Watch()
    thread = Thread(target=watch.run)
    thread.start()
    try:
        yield watch
    finally:
        watch.end()
        thread.join()


def crashed(cli: Cli, text: str) -> Result:
    """Run `add` with a bug in it, and let it tell its traceback."""
    ran = subprocess.run(
        python_command(CRASHING, "add", "-", "--debug"),
        env={**python_environment(), **cli.environment},
        input=text,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    return Result(ran.returncode, ran.stdout, ran.stderr)


def plain_files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


@pytest.fixture
def ran(cli: Cli, tmp_path: Path) -> Iterator[tuple[dict[str, Result], Watch]]:
    """Return what all commands answered that have to do with keys and words, by what they were."""
    speech = str(say(tmp_path / "say.wav", "I have to call the dentist on Friday."))
    (tmp_path / "tmp").mkdir()
    cli.environment = {**cli.environment, "TMPDIR": str(tmp_path / "tmp")}
    found: dict[str, Result] = {}

    def run(*words: str, key: str | None = None, input: str | None = None) -> None:
        name = " ".join(words).replace(speech, "FILE")
        found[name] = cli.run(*words, input=input, env={"OPENAI_API_KEY": key})

    with asked_by(cli) as server, watching() as watch:
        server.key = STORED
        server.hears = f"I have to call {SPOKEN} on Friday."
        run("keys", "set", "openai", input=f"{STORED}\n")
        run("add", "-", input=f"I have to call {TYPED} tomorrow.")
        run("record", "--from", speech)
        run("show", "last")
        run("insights", "redo", "last", "--engine", "openai", "--dry-run", "--json")
        run("insights", "redo", "last", "--engine", "openai", "--model", "gpt-4o")
        run("transcribe", "last", "--engine", "openai")
        run("ask", "Whom must I call?")
        run("review", "--month")
        wrong = f"Incorrect API key provided: {GIVEN}, in {SPOKEN}."
        told = {"error": {"message": wrong, "type": "invalid_request_error", "code": None, "param": None}}
        for status in (401, 400, 500):
            server.keep_failing(serving.status(status, told))
            run("insights", "redo", "last", "--engine", "openai", "--debug", "--verbose", key=GIVEN)
            found[f"refused {status}"] = found.popitem()[1]
        run("add", "-", "--debug", key=GIVEN, input=f"I have to write to {TYPED}.")
        found["kept offline"] = found.popitem()[1]
        server.keep_failing(serving.healthy)
        run("process", "--verbose")
        found["crash"] = crashed(cli, f"I have to visit {TYPED}.")
        for words in (
            ("keys", "list"), ("keys", "test"), ("config", "list"), ("status",), ("doctor",), ("privacy", "log"),
        ):  # fmt: skip
            run(*words)
            run(*words, "--json", key=GIVEN)
    yield found, watch
    assert any(request.headers["authorization"] == f"Bearer {STORED}" for request in server.requests)


@pytest.mark.slow
def test_keys_and_words_are_found_nowhere_but_in_the_sealed_store_and_in_answers(
    ran: tuple[dict[str, Result], Watch], tmp_path: Path
) -> None:
    found, watch = ran

    for name in ("add -", "record --from FILE", "transcribe last --engine openai", "process --verbose"):
        assert found[name].status == 0, found[name]
    assert [found[f"refused {status}"].status for status in (401, 400, 500)] == [69, 69, 69]
    assert (found["crash"].status, "Traceback" in found["crash"].err) == (70, True)
    assert SPOKEN in found["show last"].out  # there was something to be found
    for name, result in found.items():
        assert not [key for key in SECRETS if key in result.out + result.err], name
        assert not [word for word in WORDS if word in result.err], (name, result.err)
    for name in found:
        if name.startswith(("keys", "config", "status", "doctor", "privacy", "process", "refused", "crash")):
            assert not [word for word in WORDS if word in found[name].out], name
    assert watch.looks > 10
    assert watch.seen == set()
    canaries = [canary.encode() for canary in (*SECRETS, *WORDS)]
    for path, content in plain_files(tmp_path):
        assert not [canary for canary in canaries if canary in content], path
        assert path.name == "say.wav" or not content.startswith((b"RIFF", b"OggS", b"fLaC")), path
