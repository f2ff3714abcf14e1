"""A secret from a person at a terminal, or from stdin."""

import sys
from typing import TYPE_CHECKING

from braindump_cli.errors import UsageError
from braindump_cli.rendering.output import is_terminal

if TYPE_CHECKING:
    from braindump_cli.runtime import Runtime


def read_secret(name: str, runtime: "Runtime", *, from_stdin: bool = False) -> str:
    """Ask without echo, or read a line from stdin where nobody sits there. Raises UsageError for no answer."""
    if from_stdin or not is_terminal(sys.stdin):
        words = sys.stdin.readline().rstrip("\n") if sys.stdin else ""
    elif runtime.out.can_ask:
        words = runtime.out.ask(name, is_secret=True)
    else:
        raise UsageError(f"{name} is needed, and nobody can be asked.", hint="Give it on stdin.")
    if not words.strip():
        raise UsageError(f"{name} is missing.")
    return words
