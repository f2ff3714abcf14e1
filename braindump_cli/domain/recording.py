"""A recording: sound that belongs to an entry, and how far it has come."""

from dataclasses import dataclass

# A recording's way: being spoken, whole in the spool, sealed and verified; and one made elsewhere, not fetched yet.
RECORDING, SPOOLED, KEPT, REMOTE = "recording", "spooled", "kept", "remote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Sound that belongs to an entry."""

    id: str
    entry_id: str
    part: int = 1
    kind: str = "audio"
    format: str = "opus"  # opus or flac once kept
    duration_s: float = 0.0
    size_bytes: int | None = None  # of the sealed file
    sha256: str | None = None  # of the sealed file
    state: str = RECORDING
    gaps_s: float = 0.0  # sound the microphone did not deliver
