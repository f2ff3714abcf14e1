"""What an engine heard."""

from dataclasses import dataclass
from itertools import pairwise

PAUSE_S = 1.5  # longer than a breath between sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One sentence and when it was said, in seconds from the beginning."""

    text: str
    start_s: float
    end_s: float
    confidence: float | None = None  # 0 to 1, where the engine tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """One engine's reading of a recording."""

    provider: str
    model: str
    language: str
    segments: tuple[Segment, ...]
    is_draft: bool = False

    @property
    def text(self) -> str:
        """The whole text, one blank between sentences."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def pauses(self) -> tuple[int, ...]:
        """Where in `text` the blanks stand at which the speaker fell silent for a while."""
        found, place = [], -1
        for segment, following in pairwise(self.segments):
            place += len(segment.text) + 1
            if following.start_s - segment.end_s >= PAUSE_S:
                found.append(place)
        return tuple(found)
