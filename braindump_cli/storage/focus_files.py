"""The two small files of focus: `focus.state` for status bars, `focus.seen` with the last sign of life.

`focus.seen` is one line, its fields parted by tabs: `1`, session id, boot id, seen, and the gap seen before it, from
and to; instants as epoch seconds, an empty field for what is not there. It needs no key, so that whoever gives
signs holds none.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from braindump_cli.domain.focus.absence import Sign
from braindump_cli.paths import Paths, write_durably
from braindump_cli.storage.disk import disk_errors
from braindump_cli.storage.locks import FOCUS_SEEN, FOCUS_STATE, hold_byte

_VERSION = "1"


class FocusState:
    """Keeps ports.focus.StateFile."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def read(self) -> str:
        """Return the line; empty where there is none or it cannot be read."""
        return _content(self._paths.focus_state).decode(errors="replace").rstrip("\n")

    def update(self, line: Callable[[], str]) -> None:
        """Replace it by what `line` says while no other process writes it; the same line again touches nothing."""
        path = self._paths.focus_state
        with hold_byte(self._paths.locks, FOCUS_STATE, wait=True):
            content = f"{line()}\n".encode()
            if _content(path) != content:
                with disk_errors(path):
                    write_durably(path, content)


class FocusSeen:
    """Keeps ports.focus.SignFile."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def read(self) -> Sign | None:
        """Return the last sign; None where there is none or it cannot be read."""
        try:
            version, session_id, boot_id, *instants = (
                _content(self._paths.focus_seen).decode().rstrip("\n").split("\t")
            )
            seen_at, gap_from, gap_to = map(_instant, instants)
        except (ValueError, OverflowError):
            return None
        return (
            Sign(session_id, boot_id, seen_at, gap_from, gap_to) if version == _VERSION and seen_at else None
        )

    def write(self, sign: Sign) -> None:
        """Replace it, whole or not at all, one process after the other. Raises StoreError."""
        path = self._paths.focus_seen
        instants = (sign.seen_at, sign.gap_from, sign.gap_to)
        fields = (_VERSION, sign.session_id, sign.boot_id, *map(_epoch, instants))
        with hold_byte(self._paths.locks, FOCUS_SEEN, wait=True), disk_errors(path):
            write_durably(path, ("\t".join(fields) + "\n").encode())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _epoch(at: datetime | None) -> str:
    return f"{at.timestamp():.3f}" if at else ""


def _instant(epoch: str) -> datetime | None:
    return datetime.fromtimestamp(float(epoch), UTC) if epoch else None
