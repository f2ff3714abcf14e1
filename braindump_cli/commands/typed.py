"""Words that come from stdin or from an editor."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from braindump_cli.errors import BadDataError, ConfigError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from braindump_cli.runtime import Runtime

MOST_BYTES = 10_000_000  # of one typed entry: about 1,600 pages


def stdin_text(runtime: "Runtime") -> str:
    """Return all of stdin; of what is no UTF-8 a warning tells. Raises BadDataError for more than 10 MB."""
    raw = sys.stdin.buffer.read(MOST_BYTES + 1) if sys.stdin else b""
    if len(raw) > MOST_BYTES:
        raise BadDataError("That is more than 10 MB of text.", hint="Split it into several entries.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        runtime.out.warn("encoding", "That is not all UTF-8: what could not be read became \ufffd.")
        return raw.decode("utf-8-sig", errors="replace")


@contextmanager
def from_editor(runtime: "Runtime", text: str, *, suffix: str = ".md") -> Iterator[str]:
    """Give the text as the user's editor leaves it. Raises ConfigError, UsageError.

    The draft lies in a private folder and stays there if the editor fails, or what is done with the text
    does, so nothing typed is lost.
    """
    import tempfile
    from pathlib import Path

    from braindump_cli.paths import private_folder

    editor = runtime.settings.journal_editor or os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise ConfigError(
            "No editor is set.", hint="braindump config set journal.editor nano, or set $EDITOR."
        )
    handle, name = tempfile.mkstemp(prefix="draft-", suffix=suffix, dir=private_folder(runtime.paths.drafts))
    draft = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        _edit(editor, draft)
        yield _written(draft)
    except BaseException:
        if _written(draft).strip() not in ("", text.strip()):
            runtime.out.talk(f"Your draft: {draft}")
        else:
            draft.unlink(missing_ok=True)
        raise
    draft.unlink()


def _edit(editor: str, draft: "Path") -> None:
    import shlex
    import subprocess

    try:
        ended = subprocess.run([*shlex.split(editor), str(draft)], check=False).returncode
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"The editor {editor!r} cannot be started: {why}.", hint="Check $EDITOR."
        ) from error
    if ended != 0:
        raise UsageError(f"The editor ended with status {ended}; nothing was kept.")


def _written(draft: "Path") -> str:
    return draft.read_text(encoding="utf-8", errors="replace") if draft.exists() else ""
