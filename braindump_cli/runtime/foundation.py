"""What all commands stand on: options, settings, time, the journal and what rests in it."""

import gc
import os
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from braindump_cli.errors import ConfigError, LockedError
from braindump_cli.paths import Paths, find_paths, write_durably
from braindump_cli.rendering.output import Flags, Output
from braindump_cli.settings import Settings, load_settings

if TYPE_CHECKING:
    from braindump_cli.audio.spool import Spool
    from braindump_cli.domain.new_entry import NewEntry
    from braindump_cli.rendering.dates import Here
    from braindump_cli.services.insights import Mind
    from braindump_cli.services.recordings import Desk
    from braindump_cli.services.speech import Studio
    from braindump_cli.storage.audio_files import AudioFiles
    from braindump_cli.storage.engine import Connection
    from braindump_cli.storage.inbox import Inbox
    from braindump_cli.storage.keys.vault import Vault
    from braindump_cli.storage.sqlite.entries import SqliteEntries
    from braindump_cli.storage.sqlite.history import SqliteHistory
    from braindump_cli.storage.sqlite.insights import SqliteInsights
    from braindump_cli.storage.sqlite.jobs import SqliteJobs
    from braindump_cli.storage.sqlite.journal import SqliteJournal
    from braindump_cli.storage.sqlite.todos import SqliteTodos


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the instant, aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()


class Foundation:
    """What is there without asking any engine; each thing is built, and imported, when it is first asked for."""

    def __init__(self) -> None:
        self.flags = Flags()
        self.clock = SystemClock()
        self.started_at = self.clock.now()
        self._open_db: Connection | None = None

    @cached_property
    def out(self) -> Output:
        """Where answers go, as the global options ask."""
        return Output(self.flags)

    @cached_property
    def paths(self) -> Paths:
        """Where things rest."""
        return find_paths()

    @cached_property
    def settings(self) -> Settings:
        """What the user chose. Raises ConfigError."""
        return load_settings(self.paths.config)

    def forgive_settings(self) -> None:
        """Go on with the defaults where the settings cannot be read; a warning says so."""
        try:
            _ = self.settings
        except ConfigError as error:
            self.out.warn(error.code, f"{error.message} {error.hint or ''} The defaults count meanwhile.")
            self.__dict__["settings"] = Settings({})

    @cached_property
    def zone(self) -> tzinfo | None:
        """The zone that days are reckoned in; None is this machine's own. Raises ConfigError."""
        name = self.settings.journal_zone
        if name is None:
            return None
        from zoneinfo import ZoneInfo

        return ZoneInfo(name)

    @cached_property
    def zone_name(self) -> str:
        """The IANA name of that zone, kept with each entry."""
        from braindump_cli.surroundings import local_zone_name

        return self.settings.journal_zone or local_zone_name()

    @cached_property
    def language(self) -> str:
        """The language that is spoken, such as `en`."""
        from braindump_cli.surroundings import local_language

        return self.settings.journal_language or local_language()

    @property
    def today(self) -> date:
        """The day it is where the user is."""
        return self.clock.now().astimezone(self.zone).date()

    @property
    def here(self) -> "Here":
        """Where and when the user reads."""
        from braindump_cli.rendering.dates import Here

        return Here(self.today, self.zone)

    @cached_property
    def vault(self) -> "Vault":
        """The key of the journal."""
        from braindump_cli.storage.keys.stores import Stores
        from braindump_cli.storage.keys.vault import Vault

        return Vault(self.paths, Stores(self.paths, self.settings))

    @cached_property
    def journal(self) -> "SqliteJournal":
        """The open journal, made at the first call, with what waited in the inbox folded in.

        Raises LockedError, StoreError.
        """
        from braindump_cli.storage.opening import open_journal
        from braindump_cli.storage.sqlite.journal import SqliteJournal

        db = open_journal(self.paths, self.vault)
        self._open_db = db
        if db.notice:
            self.out.warn("read_only", db.notice)
        journal = SqliteJournal(db, self.clock)
        self.__dict__["journal"] = journal  # what folds the inbox in needs it already
        if not db.is_read_only and _holds_anything(self.paths.inbox):
            self._fold_inbox()
        return journal

    def _fold_inbox(self) -> None:
        from braindump_cli.services.inbox import fold

        for name in fold(self.inbox, desk=self.desk):
            self.out.warn("damaged", f"A capture in the inbox cannot be read and was set aside: {name}.")

    def adopt(self) -> int:
        """Make entries of recordings whose process died; return how many. Raises StoreError."""
        if not _holds_anything(self.paths.spool):
            return 0
        from braindump_cli.services.recordings import adopt

        return adopt(
            self.spool.orphans(), unnamed=self.unnamed, form=self.settings.record_format, desk=self.desk
        )

    def sweep(self) -> None:
        """Remove what is left of recordings that died before their first sound: files and rows. Raises StoreError."""
        self.spool.sweep()
        for entry_id in self.entries.unfinished():
            if not self.spool.wav(entry_id).exists():
                self.entries.forget_recording(entry_id)

    def count_orphans(self) -> int:
        """Return how many recordings wait to be adopted; no sound is read.

        While the journal is not open, those that only wait to be sealed count too.
        """
        if not _holds_anything(self.paths.spool):
            return 0
        waiting = {orphan.entry_id for orphan in self.spool.orphans()}
        waiting |= {entry_id for entry_id, _ in self.spool.cut_short()}
        if self._open_db is None:
            return len(waiting)
        return sum(not self.entries.has(entry_id) for entry_id in waiting)

    def count_captures(self) -> int:
        """Return how many captures wait, sealed, for the key."""
        return self.inbox.waiting() if _holds_anything(self.paths.inbox) else 0

    def unnamed(self, entry_id: str) -> "NewEntry":
        """Return what is known of a recording whose note is lost: that it was spoken, and by its id when."""
        from braindump_cli.domain.entry import VOICE
        from braindump_cli.domain.ids import time_of
        from braindump_cli.domain.new_entry import NewEntry

        at = time_of(entry_id) or self.clock.now()

        return NewEntry(id=entry_id, kind=VOICE, created_at=at, zone=self.zone_name, language=self.language)

    @property
    def is_locked(self) -> bool:
        """Whether the key cannot be reached, so that captures go to the inbox. Raises StoreError."""
        try:
            self.vault.reach()
        except LockedError:
            return True
        return False

    @cached_property
    def entries(self) -> "SqliteEntries":
        """The entries of this machine's journal."""
        from braindump_cli.storage.sqlite.entries import SqliteEntries

        return SqliteEntries(self.journal)

    @cached_property
    def todos(self) -> "SqliteTodos":
        """Its to-dos."""
        from braindump_cli.storage.sqlite.todos import SqliteTodos

        return SqliteTodos(self.journal, self.unwritten_focus)

    def unwritten_focus(self) -> tuple[str, float] | None:
        """Return the to-do of the focus session whose end nobody has written down, and the seconds worked in it."""
        return None

    @cached_property
    def insights(self) -> "SqliteInsights":
        """Its insights."""
        from braindump_cli.storage.sqlite.insights import SqliteInsights

        return SqliteInsights(self.journal)

    @cached_property
    def history(self) -> "SqliteHistory":
        """Its earlier versions."""
        from braindump_cli.storage.sqlite.history import SqliteHistory

        return SqliteHistory(self.journal)

    @cached_property
    def jobs(self) -> "SqliteJobs":
        """Its waiting work."""
        from braindump_cli.storage.sqlite.jobs import SqliteJobs

        return SqliteJobs(self.journal, self.paths.locks)

    @cached_property
    def inbox(self) -> "Inbox":
        """Captures that wait, sealed, for the key."""
        from braindump_cli.storage.inbox import Inbox

        return Inbox(self.paths, self.vault)

    @cached_property
    def spool(self) -> "Spool":
        """Audio that is being recorded, or waits to be sealed."""
        from braindump_cli.audio.spool import Spool

        return Spool(self.paths.spool)

    @cached_property
    def sealed_audio(self) -> "AudioFiles":
        """Sealed recordings."""
        from braindump_cli.storage.audio_files import AudioFiles

        return AudioFiles(self.paths.recordings, self.vault.proven_key())

    @cached_property
    def mind(self) -> "Mind":
        """What understanding an entry needs."""
        from braindump_cli.services.insights import Mind

        return Mind(self.journal, self.entries, self.insights, self.todos, self.clock)

    @cached_property
    def desk(self) -> "Desk":
        """What recordings need on their way."""
        from braindump_cli.audio import kept
        from braindump_cli.services.recordings import Desk
        from braindump_cli.services.sound import PlainSound

        sound = PlainSound(self.spool, kept, self.sealed_audio)
        return Desk(self.mind, self.jobs, sound, self.sealed_audio)

    @cached_property
    def studio(self) -> "Studio":
        """What a recording is made with; without a desk while the journal is locked."""
        from braindump_cli.audio import kept
        from braindump_cli.services.speech import Studio

        desk = None if self.is_locked else self.desk
        return Studio(self.spool, kept.KeptEncoder, kept.verify, self.inbox, self.clock, desk)

    @staticmethod
    def clean(words: str) -> str:
        """Return typed words as they can be kept: as UTF-8, without NUL (at which SQLite's functions stop)."""
        return words.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")

    def reread_settings(self) -> None:
        """Take up settings that were changed just now, before the journal is opened."""
        for name in ("settings", "vault", "inbox"):
            self.__dict__.pop(name, None)

    def failing_output(self, arguments: Sequence[str]) -> Output:
        """Return where a failure is told: as a document also when the options were never read."""
        before = arguments[: arguments.index("--")] if "--" in arguments else arguments
        if "--json" in before and not self.flags.json:
            return Output(self.flags._replace(json=True))
        return self.out

    def log_crash(self, error: BaseException) -> Path | None:
        """Write down where an unforeseen failure came from (files, lines, kinds; no values); None if that fails."""
        import traceback

        frames = traceback.extract_tb(error.__traceback__)
        lines = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        log = self.paths.log / "crash.log"
        try:
            write_durably(log, "\n".join([f"{datetime.now(UTC)}", type(error).__name__, *lines, ""]).encode())
        except OSError:
            return None
        return log

    def close(self) -> None:
        """Close the journal, if it was opened; nothing is asked for after this."""
        if self._open_db is not None:
            self._open_db.close()
        gc.freeze()  # else Python searches all that was imported for garbage when it ends: 10 ms


def _holds_anything(folder: Path) -> bool:
    """Tell whether a folder has files, without loading what knows about them."""
    try:
        return any(True for _ in os.scandir(folder))
    except OSError:
        return False
