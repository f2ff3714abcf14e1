"""What services need of time and of what rests on this machine."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from braindump_cli.domain.entry import Entry, Found
from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.insight import Insights
from braindump_cli.domain.job import Job
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

    def set_private(self, entry_id: str, *, is_private: bool) -> None:
        """Let nothing of an entry leave from now on, or let it again."""
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

    def get(self, todo_id: str) -> Todo | None:
        """Return a to-do by its whole id."""
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
