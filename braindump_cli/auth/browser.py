"""Opening the user's browser, in a process of its own: what it says stays off the terminal and out of documents."""

import subprocess
import sys
from contextlib import suppress


def open_browser(address: str) -> None:
    """Show the address in the browser that the system or $BROWSER names, if there is one.

    It is told the address and nothing else; neither tokens nor the code verifier are in it.
    """
    with suppress(OSError):
        subprocess.Popen(
            [sys.executable, "-I", "-m", "webbrowser", address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
