"""Draw docs/terminal.svg: the real program, run in a real terminal of 80 columns, in a throw-away home."""

import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "terminal.svg"
COMMANDS = (
    ["record", "--from", "demo/recording.ogg"],
    ["todos", "list"],
)


def main() -> None:
    """Run the commands one after the other and draw what a person sees."""
    with tempfile.TemporaryDirectory() as home:
        shown = "".join(f"$ braindump {' '.join(words)}\n{_seen(words, home)}\n" for words in COMMANDS)
    console = Console(width=84, record=True, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    console.print(Text.from_ansi(shown.rstrip()))
    TARGET.write_text(console.export_svg(title="braindump"), encoding="utf-8")


def _seen(words: list[str], home: str) -> str:
    """Return what one command prints on a terminal, its colours included."""
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "BRAINDUMP_HOME": home,
        "BRAINDUMP_KEYS_STORE": "file",
        "BRAINDUMP_JOURNAL_LANGUAGE": "en",
        "COLUMNS": "80",
        "TERM": "xterm-256color",
    }
    command = [sys.executable, "-m", "braindump_cli", *words, "--no-input"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL
    ) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: _piece(ours), b""))
    if process.returncode:
        sys.exit(f"braindump {' '.join(words)} ended with {process.returncode}")
    return shown.decode().replace("\r\n", "\n")


def _piece(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux says so when the last writer is gone
        return b""


if __name__ == "__main__":
    main()
