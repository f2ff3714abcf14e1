"""What this machine says about place, language and itself, where the user has not said it."""

import os
from datetime import datetime, timedelta
from pathlib import Path

_ZONES = "zoneinfo/"
_BUS = "DBUS_SESSION_BUS_ADDRESS"


def local_zone_name() -> str:
    """Return the IANA name of this machine's zone; for a nameless one its offset as `Etc/GMT-2`, else `UTC`."""
    for name in (os.environ.get("TZ", "").lstrip(":"), _linked_zone(), _written_zone()):
        if name and "/" in name and not name.startswith("/"):
            return name.partition(_ZONES)[2] or name
    offset = datetime.now().astimezone().utcoffset() or timedelta(0)
    hours, rest = divmod(offset, timedelta(hours=1))
    return "UTC" if rest or not hours else f"Etc/GMT{-hours:+}"  # POSIX counts westwards


def _linked_zone() -> str:
    try:
        return str(Path("/etc/localtime").resolve(strict=True)).partition(_ZONES)[2]
    except OSError:
        return ""


def _written_zone() -> str:
    try:
        return Path("/etc/timezone").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def boot_id() -> str:
    """Return what this boot of the machine is told from all others by; an empty word where the system does not say.

    https://docs.kernel.org/admin-guide/sysctl/kernel.html#random
    """
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def local_language() -> str:
    """Return the two letters of the locale's language; none, `C` and `POSIX` are English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            language = value.partition(".")[0].partition("_")[0].lower()
            return language if language.isalpha() and language not in ("c", "posix") else "en"
    return "en"


def find_session_bus() -> bool:
    """Let a process outside the desktop (cron, ssh) reach the bus of its user; tell whether there is one."""
    if not os.environ.get(_BUS) and hasattr(os, "getuid"):
        socket = Path(f"/run/user/{os.getuid()}/bus")
        if socket.is_socket():
            os.environ[_BUS] = f"unix:path={socket}"
    return bool(os.environ.get(_BUS))
