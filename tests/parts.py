"""Parts of the system that some tests need, and Python in processes of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_S = 60


def need(is_there: object, reason: str) -> None:
    """Leave the test out where a part is missing, saying so; under CI=true that is a failure."""
    if is_there:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"missing, where nothing may be: {reason}")
    pytest.skip(reason)


def need_program(*names: str) -> None:
    """Need programs on the PATH."""
    missing = [name for name in names if not shutil.which(name)]
    need(not missing, f"not installed: {', '.join(missing)}")


def need_root() -> None:
    """Need the rights to mount and to become somebody else."""
    need(hasattr(os, "geteuid") and os.geteuid() == 0, "only root may do that")


def need_kernel_keyring() -> None:
    """Need a kernel that remembers keys for us."""
    from braindump_cli.storage.keys.kernel_cache import KernelCache

    cache = KernelCache()
    try:
        need(cache.keep("test", b"k" * 32, 60), "the kernel refuses to remember keys")
    finally:
        cache.forget("test")


def python_command(code: str, *words: object) -> list[str]:
    """Return how to run `code` with the package at hand; `words` are its sys.argv[1:]."""
    return [sys.executable, "-c", code, *map(str, words)]


def python_environment(**changed: str | None) -> dict[str, str]:
    """Return an environment in which the package is found; None takes a variable away."""
    wanted: Mapping[str, str | None] = {**os.environ, "PYTHONPATH": str(ROOT), **changed}
    return {name: value for name, value in wanted.items() if value is not None}


def run_python(
    code: str, *words: object, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `code` to its end."""
    return subprocess.run(
        python_command(code, *words),
        env=env if env is not None else python_environment(),
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


def run_together(count: int, code: str, *words: object) -> list[str]:
    """Run `code` in many processes, which each wait for a line on stdin, at once; return what each said."""
    running = [
        subprocess.Popen(
            python_command(code, *words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=python_environment(),
        )
        for _ in range(count)
    ]
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate(timeout=LONGEST_S)[0] for process in running]
