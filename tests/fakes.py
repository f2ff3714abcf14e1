"""Stand-ins that keep the ports' promises."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from braindump_cli.domain.insight import Findings
from braindump_cli.domain.transcript import Segment, Transcript
from braindump_cli.errors import BadDataError, ProviderError
from braindump_cli.ports import Listener

MONDAY_MORNING = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


class FakeClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = MONDAY_MORNING, monotonic: float = 0.0) -> None:
        self._now = now
        self._monotonic = monotonic

    def now(self) -> datetime:
        """Return the instant, aware, UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._monotonic

    def advance(self, span: timedelta) -> None:
        """Let time pass."""
        self._now += span
        self._monotonic += span.total_seconds()

    def set_wall(self, now: datetime) -> None:
        """Set the wall clock, forward or back, as a user or a time server would; no time passes."""
        self._now = now


class FakeAnalyst:
    """Answers with the findings it was given, or refuses with the failure it was given."""

    model: str | None = "m"

    def __init__(
        self, findings: Findings | None = None, *, name: str = "fake", failure: Exception | None = None
    ) -> None:
        self.name = name
        self.findings = findings or Findings(title="")
        self.failure = failure
        self.asked: list[tuple[str, datetime]] = []

    def analyse(self, text: str, *, said_at: datetime) -> Findings:
        """Return the findings, whatever is asked."""
        self.asked.append((text, said_at))
        if self.failure:
            raise self.failure
        return self.findings


class FakeTranscriber:
    """Hears the sentence it was given; its raw reply is the sentence itself, `garbled` one it cannot read."""

    def __init__(
        self,
        reply: str = "Heard.",
        *,
        name: str = "fake",
        languages: Sequence[str] = ("en",),
        failure: Exception | None = None,
    ) -> None:
        self.name = name
        self.reply = reply
        self.languages = languages
        self.failure = failure
        self.heard = b""

    def unavailable(self, language: str) -> str | None:
        """Return why it does not hear the language."""
        return None if language in self.languages else f"no engine for {language}"

    def listen(self) -> Listener:
        """Not live."""
        raise ProviderError("not live")

    def hear(self, sound: Iterable[bytes]) -> str:
        """Return the reply, after all of the sound."""
        if self.failure:
            raise self.failure
        self.heard = b"".join(sound)
        return self.reply

    def interpret(self, reply: str) -> Transcript:
        """Return the reply as one sentence."""
        if reply == "garbled":
            raise BadDataError("garbled")
        segment = Segment(text=reply, start_s=0.0, end_s=1.0)
        return Transcript(provider=self.name, model="m", language="en", segments=(segment,))
