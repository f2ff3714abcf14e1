"""The sound of an entry, proven to be what was recorded, for ears or as a file."""

from collections.abc import Iterator
from typing import Protocol

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.recording import KEPT, RECORDING, Recording
from braindump_cli.errors import BadDataError, NotFoundError
from braindump_cli.ports import SealedAudio
from braindump_cli.services.recordings import Desk

_SLACK_S = 0.1


class Measuring(Protocol):
    """Sealed recordings that can be measured and read."""

    def measured(self, entry_id: str) -> SealedAudio:
        """Return size and digest of the sealed form. Raises NotFoundError."""
        ...

    def blocks(self, entry_id: str) -> Iterator[bytes]:
        """Yield the kept file, as it was before it was sealed. Raises NotFoundError, BadDataError."""
        ...


def recording_of(entry: Entry) -> Recording:
    """Return the entry's sound. Raises NotFoundError where it has none."""
    found = [one for one in entry.recordings if one.kind == "audio" and one.state != RECORDING]
    if not found:
        raise NotFoundError(f"Entry {entry.number} has no recording.", hint=f"braindump show {entry.number}")
    return found[0]


def must_be_whole(recording: Recording, files: Measuring) -> None:
    """Make sure that the sealed file is the one that was kept. Raises NotFoundError, BadDataError."""
    if recording.state != KEPT or recording.sha256 is None:
        return  # it is still in the spool
    found = files.measured(recording.entry_id)
    if (found.size_bytes, found.sha256) != (recording.size_bytes, recording.sha256):
        raise BadDataError(
            "The recording is damaged: it is not the file that was kept.", hint="Is there a backup?"
        )


def is_short(recording: Recording, played_s: float) -> bool:
    """Tell whether less came out than the recording is long."""
    return played_s < recording.duration_s - _SLACK_S


def kept_file(recording: Recording, files: Measuring, desk: Desk) -> Iterator[bytes]:
    """Yield the kept file (Ogg Opus or FLAC). Raises NotFoundError, BadDataError."""
    if recording.state == KEPT:
        yield from files.blocks(recording.entry_id)
        return
    yield desk.sound.encoded(recording.entry_id, recording.format).read_bytes()
