"""Where answers go: the result to stdout, the talk to stderr, one document for programs with `--json`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from braindump_cli.errors import BraindumpError
    from braindump_cli.rendering.page import Page


class Flags(NamedTuple):
    """What the global options ask for."""

    json: bool = False
    no_input: bool = False
    no_color: bool = False
    quiet: bool = False
    verbose: bool = False
    debug: bool = False


def is_terminal(stream: IO[str] | None) -> bool:
    """Tell whether a person is at the other end; a stream that was closed (`<&-`) is None."""
    return stream is not None and stream.isatty()


class Output:
    """The two streams, as one command uses them."""

    def __init__(self, flags: Flags, *, out: IO[str] | None = None, err: IO[str] | None = None) -> None:
        self.flags = flags
        self.out = out or sys.stdout
        self.err = err or sys.stderr
        self._warnings: list[dict[str, str]] = []
        self._has_answered = False

    @property
    def has_color(self) -> bool:
        """Whether colour may be used at all (https://no-color.org)."""
        return not (self.flags.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb")

    @property
    def is_live(self) -> bool:
        """Whether a person watches: stderr is a terminal and nobody asked for a document or for silence."""
        return self.err.isatty() and not (self.flags.json or self.flags.quiet)

    @property
    def can_ask(self) -> bool:
        """Whether a question may be asked: a terminal on both ends and no `--no-input`, no `--json`."""
        return is_terminal(sys.stdin) and self.err.isatty() and not (self.flags.no_input or self.flags.json)

    def warn(self, code: str, message: str) -> None:
        """Tell what went less well: a line for people, an item of the document for programs."""
        self._warnings.append({"code": code, "message": message})
        if not self.flags.json:
            self._talk(f"braindump: {message}")

    def talk(self, words: str) -> None:
        """Say what happens, to people only."""
        if not (self.flags.json or self.flags.quiet):
            self._talk(f"  {words}")

    def ask(self, question: str, *, is_secret: bool = False) -> str:
        """Ask a person, where `can_ask`; return the answer, "" for none. A secret is not echoed."""
        try:
            if is_secret:
                from getpass import getpass

                return getpass(f"  {question}: ", stream=sys.stderr)
            print(f"  {question}: ", end="", file=self.err, flush=True)
            return input().strip()
        except EOFError:
            print(file=self.err)
            return ""
        except KeyboardInterrupt:
            print(file=self.err)  # what is said of it begins a line
            raise

    def detail(self, words: str) -> None:
        """Say more, where `--verbose` asks for it."""
        if self.flags.verbose:
            self.talk(words)

    def show(self, schema: str, data: object, page: Callable[[], Page]) -> None:
        """Print a result: `data` (plain values; an iterator is written as it comes) or the page made of it."""
        if self.flags.json:
            self.document(schema, data)
        else:
            self.page(page())

    def page(self, page: Page) -> None:
        """Print a page, on a terminal with Rich."""
        if self.out.isatty():
            from braindump_cli.rendering.screen import print_page

            print_page(page, self.out, has_color=self.has_color)
        else:
            from braindump_cli.rendering.typeset import plain_page

            for text in plain_page(page):
                print(text, file=self.out)
        self.out.flush()

    def document(self, schema: str, data: object) -> None:
        """Print the one envelope, ASCII, on one line."""
        import json

        self._has_answered = True
        write = self.out.write
        write(f'{{"schema": "braindump.{schema}", "data": ')
        if isinstance(data, Iterator):
            write("[")
            for place, item in enumerate(data):
                write(", " if place else "")
                write(json.dumps(item))
            write("]")
        else:
            write(json.dumps(data))
        write(f', "warnings": {json.dumps(self._warnings)}}}\n')
        self.out.flush()

    def failure(self, error: BraindumpError) -> None:
        """Print a failure: one line and a hint on stderr, or the error document on stdout.

        What fails after the answer was given goes to stderr all the same: stdout holds one document.
        """
        if self.flags.json and not self._has_answered:
            import json

            told = {
                "code": error.code,
                "message": error.message,
                "hint": error.hint,
                "retry_after_s": error.retry_after_s,
            }
            document = {"schema": "braindump.error/1", "error": told, "exit_code": error.exit_code}
            self.out.write(json.dumps(document) + "\n")
            self.out.flush()
            return
        self._talk(f"braindump: {error.message}")
        if error.hint:
            self._talk(f"  {error.hint}")

    def _talk(self, words: str) -> None:
        from braindump_cli.rendering.foreign import one_line

        margin = words[: len(words) - len(words.lstrip())]
        told = f"{margin}{one_line(words)}"
        if self.err.isatty():
            import shutil
            import textwrap

            ours = os.get_terminal_size(self.err.fileno())  # stdout may be a pipe
            width = min(shutil.get_terminal_size(ours).columns, 80)
            told = textwrap.fill(
                told, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
            )
        print(told, file=self.err, flush=True)
