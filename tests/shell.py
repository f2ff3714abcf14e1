"""The real command, run as a user's shell would run it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BRAINDUMP = (sys.executable, "-m", "braindump_cli")
LONGEST_S = 100


@dataclass(frozen=True)
class Result:
    """What a command left: its status and what it said."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """Return the document on stdout, which must hold nothing else."""
        return json.loads(self.out)


class Cli:
    """Runs `braindump` in a process of its own, neither stdin nor stdout a terminal."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = environment
        self.folder = folder

    def run(
        self, *words: str, input: str | bytes | None = None, env: Mapping[str, str | None] | None = None
    ) -> Result:
        """Run a command to its end; None in `env` takes a variable away."""
        with self.start(*words, env=env) as process:
            sent = input.encode() if isinstance(input, str) else input
            try:
                out, err = process.communicate(sent, timeout=LONGEST_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Result(process.returncode, out.decode(), err.decode())

    def start(self, *words: str, env: Mapping[str, str | None] | None = None) -> subprocess.Popen[bytes]:
        """Start a command and leave it running."""
        changed = {**self.environment, **(env or {})}
        return subprocess.Popen(
            [*BRAINDUMP, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: value for name, value in changed.items() if value is not None},
            cwd=self.folder,
        )
