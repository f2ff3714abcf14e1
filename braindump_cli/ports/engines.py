"""What services need of engines, wherever they stand, and of the way to them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.insight import Findings, Subject
from braindump_cli.domain.leaving import MOST_REQUESTS, Outage, Outgoing, Sent
from braindump_cli.domain.transcript import Transcript
from braindump_cli.errors import AccountError


class Listener(Protocol):
    """An engine that hears while somebody speaks. Fed from one thread; `caption` may be read from another."""

    def feed(self, sound: bytes) -> int | None:
        """Take the next frames (16 kHz, mono, 16-bit). Raises ProviderError.

        Returns None to go on, or the byte of the recording from which it wants to hear all again.
        """
        ...

    def caption(self) -> str:
        """Return the words heard last, as far as understood; cheap."""
        ...

    def finish(self) -> str:
        """Return the raw reply, for `Transcriber.interpret`, after the last frame. Raises ProviderError."""
        ...

    def close(self) -> None:
        """Let go of everything, also half-way; may be called again."""
        ...


class Speech(NamedTuple):
    """A recording as a transcriber is given it."""

    language: str
    duration_s: float
    blocks: Callable[[], Iterator[bytes]]  # the sound: 16 kHz, mono, 16-bit
    compact: Callable[[], bytes]  # a whole Ogg Opus file, at most 200 kB a minute
    entry_id: str | None = None
    key: str = ""  # names this hearing: what was answered under it is not paid for again
    vocabulary: tuple[str, ...] = ()  # words and phrases the user wants to be understood
    within_s: float = 20.0  # how long an engine elsewhere may take for all of it


class Transcriber(Protocol):
    """Turns recorded speech into text."""

    name: str
    model: str
    place: str  # domain.leaving: HERE, LOOPBACK, ELSEWHERE
    is_draft: bool  # a better engine's text is wanted as well
    is_live: bool  # `listen` works

    def unavailable(self, language: str) -> str | None:
        """Return why this engine cannot hear `language` here, in a few words; None if it can. Loads nothing."""
        ...

    def listen(self, speech: Speech) -> Listener:
        """Start hearing live; of `speech` neither length nor sound is known yet. Raises ProviderError."""
        ...

    def hear(self, speech: Speech) -> str:
        """Return the raw reply to a recording. Raises ProviderError, RateLimitedError."""
        ...

    def interpret(self, reply: str) -> Transcript:
        """Turn a raw reply into text. Raises BadDataError."""
        ...


class Analyst(Protocol):
    """Understands what an entry says."""

    name: str
    model: str | None
    place: str  # domain.leaving: HERE, LOOPBACK, ELSEWHERE

    def unavailable(self, language: str) -> str | None:
        """Return why this engine cannot read `language` here, in a few words; None if it can. Loads nothing."""
        ...

    def load(self) -> None:
        """Load what asking will need; may be called in a thread, before anything is asked."""
        ...

    def analyse(self, subject: Subject, *, told: Callable[[Findings], object] = id) -> Findings:
        """Return what the text says, every quote and date checked; `told` hears of it as it grows.

        Raises ProviderError.
        """
        ...


class Passage(NamedTuple):
    """Words of an entry, as they stand there."""

    entry: Entry
    quote: str
    score: float  # more fits better; comparable within one search


class Answer(NamedTuple):
    """What a model made of passages."""

    text: str
    cited: tuple[int, ...]  # places in the passages that were given; empty: they hold no evidence


class Writer(Protocol):
    """Phrases what passages say, and nothing else."""

    name: str
    model: str | None
    place: str  # domain.leaving: HERE, LOOPBACK, ELSEWHERE

    def unavailable(self, language: str) -> str | None:
        """Return why it cannot be asked here, in a few words; None if it can. Loads nothing."""
        ...

    def answer(self, question: str, passages: Sequence[Passage], *, key: str) -> Answer:
        """Answer from the passages alone. Raises ProviderError."""
        ...

    def digest(self, instructions: str, passages: Sequence[Passage], *, key: str) -> Answer:
        """Write a few sentences about the passages, as `instructions` say. Raises ProviderError."""
        ...


class Wire(Protocol):
    """The one way out: what leaves is allowed, counted and written down here. From any thread."""

    def exchange(
        self,
        out: Outgoing,
        send: Callable[[float], str],
        *,
        within_s: float,
        at_most: int = MOST_REQUESTS,
    ) -> str:
        """Return the raw reply: the one received before under `out.key`, else what `send` returns.

        The reply is durable before it is returned. `send` is given the seconds it has and is called again
        where that can help, `at_most` times; all tries together take at most `within_s`. Raises what `send` raises
        (ProviderError and its kin), RateLimitedError while the provider is left alone, DeclinedError where a limit on
        costs is reached, HeldBackError in a dry run; whoever has several requests lets each of them be held back.
        """
        ...

    def rest(self, provider: str, for_s: float) -> None:
        """Take note, while a request is under way, that its provider takes no more for so long."""
        ...

    def begin(self, out: Outgoing) -> int:
        """Write down a line that is opened now; return its number for `end`. Raises as `exchange`."""
        ...

    def end(self, number: int, outcome: str, *, size_bytes: int, cost_usd: float) -> None:
        """Write down what became of the line; one that came to nothing counts among the tries for its entry."""
        ...

    def turned_away(self, out: Outgoing, error: AccountError) -> None:
        """Take note that no line opens with this key or credit: until the process ends nobody asks there again."""
        ...


class Ledger(Protocol):
    """What left, what was answered, and how providers are doing; durable, and shared by all processes."""

    def begin(self, out: Outgoing, at: datetime) -> int:
        """Write a request down before it leaves."""
        ...

    def end(
        self,
        number: int,
        outcome: str,
        at: datetime,
        *,
        size_bytes: int | None = None,
        cost_usd: float | None = None,
    ) -> None:
        """Write down what became of it; None leaves the estimate."""
        ...

    def keep_reply(self, number: int, key: str, reply: str, *, at: datetime) -> None:
        """Keep a raw reply and mark its request as answered, in one transaction."""
        ...

    def reply(self, key: str) -> str | None:
        """Return the raw reply that was received under `key`."""
        ...

    def forget_replies(self, prefix: str) -> None:
        """Forget replies that have become part of the journal: all whose key begins with `prefix`."""
        ...

    def spent(self, since: datetime) -> float:
        """Return the estimated cost of what was sent since, USD; refused requests cost nothing."""
        ...

    def outage(self, service: str) -> Outage:
        """Return how a provider, or a server of the user's own ("provider host"), has been doing."""
        ...

    def outages(self, provider: str) -> Mapping[str, Outage]:
        """Return how a provider has been doing, by the services that are asked in its way."""
        ...

    def save_outage(self, service: str, outage: Outage) -> None:
        """Keep how a service is doing."""
        ...

    def log(self, *, since: datetime | None, until: datetime | None, limit: int | None) -> Iterator[Sent]:
        """Yield what left, newest first."""
        ...

    def sent_of(self, entry_id: str) -> Sequence[Sent]:
        """Return what was sent of one entry and may have arrived, oldest first."""
        ...

    def totals(self) -> Sequence[tuple[str, str, int]]:
        """Return provider, outcome and how many requests of the last 30 days ended so."""
        ...
