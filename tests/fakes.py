"""Stand-ins that keep the ports' promises."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from braindump_cli.domain.insight import Findings, Subject
from braindump_cli.domain.leaving import HERE
from braindump_cli.domain.transcript import Segment, Transcript
from braindump_cli.errors import BadDataError, ProviderError
from braindump_cli.ports import Listener, Speech

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
        self,
        findings: Findings | None = None,
        *,
        name: str = "fake",
        place: str = HERE,
        languages: Sequence[str] = ("en",),
        failure: Exception | None = None,
    ) -> None:
        self.name = name
        self.place = place
        self.findings = findings or Findings(title="")
        self.languages = languages
        self.failure = failure
        self.asked: list[Subject] = []

    def unavailable(self, language: str) -> str | None:
        """Return why it does not read the language."""
        return None if language in self.languages else f"no insights for {language}"

    def load(self) -> None:
        """Nothing to load."""

    def analyse(self, subject: Subject, *, told: Callable[[Findings], object] = id) -> Findings:
        """Return the findings, whatever is asked."""
        self.asked.append(subject)
        if self.failure:
            raise self.failure
        told(self.findings)
        return self.findings


class FakeTranscriber:
    """Hears the sentence it was given; its raw reply is the sentence itself, `garbled` one it cannot read."""

    model = "m"
    is_live = False

    def __init__(
        self,
        reply: str = "Heard.",
        *,
        name: str = "fake",
        place: str = HERE,
        is_draft: bool = False,
        languages: Sequence[str] = ("en",),
        failure: Exception | None = None,
    ) -> None:
        self.name = name
        self.place = place
        self.is_draft = is_draft
        self.reply = reply
        self.languages = languages
        self.failure = failure
        self.heard = b""
        self.asked: list[Speech] = []

    def unavailable(self, language: str) -> str | None:
        """Return why it does not hear the language."""
        return None if language in self.languages else f"no engine for {language}"

    def listen(self, speech: Speech) -> Listener:
        """Not live."""
        raise ProviderError("not live")

    def hear(self, speech: Speech) -> str:
        """Return the reply, after all of the sound."""
        self.asked.append(speech)
        if self.failure:
            raise self.failure
        self.heard = b"".join(speech.blocks())
        return self.reply

    def interpret(self, reply: str) -> Transcript:
        """Return the reply as one sentence."""
        if reply == "garbled":
            raise BadDataError("garbled")
        segment = Segment(text=reply, start_s=0.0, end_s=1.0)
        return Transcript(
            provider=self.name, model="m", language="en", segments=(segment,), is_draft=self.is_draft
        )
