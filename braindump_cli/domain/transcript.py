"""What an engine heard."""

from dataclasses import dataclass


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
