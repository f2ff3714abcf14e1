"""A process of our own that outlives this one, as cheap to start as the system allows."""

import os
import sys


def start(*words: str) -> None:
    """Start `braindump` with `words`, away from the terminal and told nothing by it; its end is nobody's concern.

    -P: the folder that somebody happens to stand in is no place to import from.
    """
    command = [sys.executable, "-P", "-m", "braindump_cli", *words]
    if not hasattr(os, "posix_spawn"):
        _start_elsewhere(command)
        return
    nowhere = [(os.POSIX_SPAWN_OPEN, handle, os.devnull, os.O_RDWR, 0) for handle in range(3)]
    try:
        os.posix_spawn(sys.executable, command, os.environ, file_actions=nowhere, setsid=True)
    except NotImplementedError:  # a C library that cannot give it a session of its own
        _start_elsewhere(command)
    except OSError:
        return  # no process to be had: the next command tries again


def _start_elsewhere(command: list[str]) -> None:
    import subprocess
    from contextlib import suppress

    with suppress(OSError):
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
