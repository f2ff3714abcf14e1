"""What services need of the world: the promises, once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from braindump_cli.domain.entry import Entry, Found
from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.insight import Findings, Insights, Subject
from braindump_cli.domain.job import Job
from braindump_cli.domain.leaving import Outage, Outgoing, Sent
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.recording import Recording
from braindump_cli.domain.selector import Selector
from braindump_cli.domain.todo import Todo
from braindump_cli.domain.transcript import Transcript


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Return the instant, aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back; their zero means nothing."""
        ...


class Journal(Protocol):
    """The journal as a whole."""

    def writing(self) -> AbstractContextManager[None]:
        """Keep all that is written inside, or none of it. Nested calls join the outer one. Raises StoreError."""
        ...


class EntryRepository(Protocol):
    """Entries with their tags, recordings and transcripts."""

    def add(self, new: NewEntry, *, duration_s: float | None = None) -> Entry:
        """Keep a new entry and return it with its number; the same id a second time changes nothing."""
        ...

    def get(self, entry_id: str) -> Entry:
        """Return an entry, also one in the trash. Raises NotFoundError."""
        ...

    def has(self, entry_id: str) -> bool:
        """Tell whether the entry was kept, trash included."""
        ...

    def select(self, selector: Selector) -> Sequence[Entry]:
        """Return all entries that the selector fits, trash included except for `last`."""
        ...

    def find(self, wanted: EntryFilter) -> Iterator[Entry]:
        """Yield entries by time, as the filter has it."""
        ...

    def search(self, query: str, wanted: EntryFilter, *, by_time: bool) -> Iterator[Found]:
        """Yield entries that hold all words of `query`; best first unless `by_time`."""
        ...

    def holders(self, words: Sequence[Sequence[str]], wanted: EntryFilter) -> Sequence[Sequence[int]]:
        """Return for each word the numbers of entries that hold it; of very many the newest, private ones left out.

        A word is given by its spellings; one that ends with `*` is the beginning of a word.
        """
        ...

    def attach(self, entry_id: str, transcript: Transcript, *, reply: str, at: datetime) -> None:
        """Keep a transcript as a new version; it becomes the entry's text unless that was edited by hand."""
        ...

    def transcript(self, entry_id: str) -> Transcript | None:
        """Return the version that the entry's text comes from."""
        ...

    def set_title(self, entry_id: str, title: str) -> None:
        """Name an entry from its text; a title given by hand stays."""
        ...

    def trash(self, entry_id: str, at: datetime | None) -> None:
        """Put an entry into the trash, or with None take it out."""
        ...

    def save_recording(self, recording: Recording) -> None:
        """Keep what is known of a recording, in place of what was known."""
        ...

    def recording(self, entry_id: str) -> Recording | None:
        """Return the entry's sound, also before the entry itself is there."""
        ...

    def forget_recording(self, entry_id: str) -> None:
        """Forget a recording that never became an entry."""
        ...

    def drafts(self) -> Iterator[Entry]:
        """Yield entries whose text is a draft, oldest first; none of the trash."""
        ...

    def unfinished(self) -> Sequence[str]:
        """Return the entry ids of recordings that have not become entries."""
        ...

    def wants_insights(self, entry_id: str) -> bool:
        """Tell whether the user wants this entry understood."""
        ...

    def count(self) -> int:
        """Return how many entries are not in the trash."""
        ...


class TodoRepository(Protocol):
    """To-dos."""

    def add(self, todo: Todo) -> Todo:
        """Keep a new to-do and return it with its number."""
        ...

    def save(self, todo: Todo) -> None:
        """Keep a changed to-do."""
        ...

    def withdraw(self, todo_id: str) -> None:
        """Empty a to-do that no reading finds any more."""
        ...

    def of_entry(self, entry_id: str) -> Sequence[Todo]:
        """Return an entry's to-dos in the order found, dropped and done ones too."""
        ...

    def open_elsewhere(self, entry_id: str) -> Iterator[Todo]:
        """Yield open to-dos of other entries, newest first; none of private entries or of the trash."""
        ...

    def select(self, selector: Selector) -> Sequence[Todo]:
        """Return all to-dos that the selector fits."""
        ...

    def find(
        self, *, statuses: Iterable[str], due_until: date | None = None, limit: int | None = None
    ) -> Iterator[Todo]:
        """Yield to-dos: dated ones first by date, then by number."""
        ...

    def between(self, since: datetime | None, until: datetime | None) -> Sequence[Todo]:
        """Return to-dos added by hand or done with since <= then < until, those of private entries left out."""
        ...


class InsightRepository(Protocol):
    """Insights, every version."""

    def add(self, insights: Insights) -> None:
        """Keep a new version."""
        ...

    def current(self, entry_id: str) -> Insights | None:
        """Return the newest version."""
        ...


class JobQueue(Protocol):
    """Steps that wait, durable."""

    def add(self, entry_id: str, *kinds: str) -> None:
        """Queue steps; one that waits already stays as it is, one that failed gets another chance."""
        ...

    def ready(self, now: datetime, *, entry_id: str | None = None) -> Sequence[Job]:
        """Return the steps that may be done now: text before meaning before sound, of one kind the oldest first."""
        ...

    def of_entry(self, entry_id: str) -> Sequence[Job]:
        """Return the steps that wait for an entry, also those that must wait for their time."""
        ...

    def claim(self, job: Job) -> AbstractContextManager[Job | None]:
        """Hold a step against all other processes; None if one holds it or it is done. A kill lets go."""
        ...

    def store_reply(self, job: Job, engine: str, reply: str | None) -> Job:
        """Keep an engine's raw answer (None: it was unreadable) before anyone interprets it."""
        ...

    def done(self, job: Job) -> None:
        """Forget a step that is done."""
        ...

    def put_off(self, job: Job, *, error: str, not_before: datetime | None) -> None:
        """Let a step wait; counts as an attempt only with `not_before`."""
        ...

    def fail(self, job: Job, *, error: str) -> None:
        """Give a step up for good; it stays to be seen."""
        ...

    def counts(self) -> dict[str, int]:
        """Return how many steps of each kind wait."""
        ...

    def next_at(self) -> datetime | None:
        """Return when the next step that must wait for its time may be done."""
        ...


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

    def exchange(self, out: Outgoing, send: Callable[[float], str], *, within_s: float) -> str:
        """Return the raw reply: the one received before under `out.key`, else what `send` returns.

        The reply is durable before it is returned. `send` is given the seconds it has and is called again
        where that can help; all tries together take at most `within_s`. Raises what `send` raises (ProviderError and
        its kin), RateLimitedError while the provider is left alone, DeclinedError where a limit on costs is reached.
        """
        ...

    def rest(self, provider: str, for_s: float) -> None:
        """Take note, while a request is under way, that its provider takes no more for so long."""
        ...

    def begin(self, out: Outgoing) -> int:
        """Write down a line that is opened now; return its number for `end`. Raises as `exchange`."""
        ...

    def end(self, number: int, outcome: str, *, size_bytes: int, cost_usd: float) -> None:
        """Write down what became of the line."""
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

    def totals(self) -> Sequence[tuple[str, str, int]]:
        """Return provider, outcome and how many requests of the last 30 days ended so."""
        ...


class Vocabulary(Protocol):
    """Words and phrases that the user wants engines to understand."""

    def all(self) -> tuple[str, ...]:
        """Return them in alphabetical order."""
        ...

    def add(self, words: str) -> bool:
        """Keep a word or phrase; False if it was there."""
        ...

    def remove(self, words: str) -> bool:
        """Forget a word or phrase; False if it was not there."""
        ...


class SealedAudio(NamedTuple):
    """A sealed file as it lies on disk."""

    size_bytes: int
    sha256: str


class AudioStore(Protocol):
    """Sealed recordings."""

    def seal(self, plain: Path, entry_id: str) -> SealedAudio:
        """Keep the sealed form of `plain`, durable on return; done again it replaces the first. Raises StoreError."""
        ...

    def seal_blocks(self, plain: Iterable[bytes], entry_id: str) -> SealedAudio:
        """As `seal`, from bytes that come in blocks."""
        ...

    def open(self, entry_id: str, into: Path) -> None:
        """Write the plain form to `into`. Raises NotFoundError, BadDataError for a damaged file."""
        ...

    def remove(self, entry_id: str) -> None:
        """Remove the sealed form, if it is there."""
        ...


class Capture(Protocol):
    """Something kept while the journal was locked, opened again."""

    @property
    def new(self) -> NewEntry: ...
    @property
    def recording(self) -> Recording | None: ...
    @property
    def sound(self) -> Callable[[], Iterator[bytes]]: ...


class CaptureInbox(Protocol):
    """Captures that wait, sealed, for the key."""

    def fold(self, set_aside: Callable[[str], None]) -> Iterator[Capture]:
        """Yield what waits; asking for the next one says that this one is committed, and removes it."""
        ...
