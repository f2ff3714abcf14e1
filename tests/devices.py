"""Devices of one person: real encrypted journals, each with its own clock, that sync with one fake account."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.sync import ENTRIES
from braindump_cli.domain.sync_report import SyncReport
from braindump_cli.services.insights import Mind
from braindump_cli.services.sync import sync
from braindump_cli.services.sync_run import Parts, Wishes
from braindump_cli.services.sync_sound import Freight
from braindump_cli.storage.account_cipher import RingCipher, SealedObjects
from braindump_cli.storage.audio_files import AudioFiles
from braindump_cli.storage.sqlite.jobs import SqliteJobs
from braindump_cli.storage.sqlite.journal import SqliteJournal
from braindump_cli.storage.sqlite.outbox import SqliteSync
from braindump_cli.storage.sqlite.sync_rows import SyncRows
from braindump_cli.storage.sqlite.synced import BY_FEED
from tests.fakes import FakeClock
from tests.fakes_cloud import FakeAccount, FakeCloud
from tests.journals import jobs_of, mind_of, open_in, typed

JOURNAL_KEY = bytes(range(32))


class SkewedClock:
    """A clock that is wrong by `skew`, and otherwise goes with the true one."""

    def __init__(self, true: FakeClock, skew: timedelta = timedelta(0)) -> None:
        self._true = true
        self.skew = skew

    def now(self) -> datetime:
        """Return what this clock shows."""
        return self._true.now() + self.skew

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._true.monotonic()


class Device:
    """One machine of a person."""

    def __init__(
        self, folder: Path, account: FakeAccount, clock: FakeClock, skew: timedelta = timedelta(0)
    ) -> None:
        self.clock = SkewedClock(clock, skew)
        self.true_clock = clock
        self.cloud = FakeCloud(account, clock)
        self.folder = folder
        self.db = open_in(folder)
        self.mind: Mind = mind_of(self.db, self.clock)
        assert isinstance(self.mind.journal, SqliteJournal)
        self.store = SqliteSync(self.mind.journal)
        self.jobs: SqliteJobs = jobs_of(self.mind, folder)
        self.audio = AudioFiles(folder / "recordings", JOURNAL_KEY)
        self.files = SealedObjects(folder / "outbox", self.audio)
        self.parts = Parts(self.cloud, self.store, RingCipher(), self.files, self.clock)
        self.wishes = Wishes("https://project.test", "user", folder.name)

    def sync(self, **wishes: Any) -> SyncReport:
        """Sync once."""
        return sync(self.parts, self.wishes._replace(**wishes))

    def write(self, text: str, **fields: Any) -> Entry:
        """Keep an entry."""
        return self.mind.entries.add(typed(text, at=self.clock.now(), **fields))

    def change(self, entry_id: str, **columns: Any) -> None:
        """Change columns of an entry, as commands do: what an edit replaces becomes a revision."""
        with self.writing():
            if "text" in columns:
                rows = SyncRows(self.journal)
                rows.keep_revision(
                    BY_FEED[ENTRIES], entry_id, body=rows.body(BY_FEED[ENTRIES], entry_id), cause="edit"
                )
            changes = ", ".join(f"{name} = ?" for name in columns)
            self.db.execute(
                f"UPDATE entries SET {changes}, dirty = 1, hlc = ? WHERE id = ?",
                (*columns.values(), self.journal.stamp(), entry_id),
            )

    def purge(self, entry_id: str) -> None:
        """Delete an entry for good, as emptying the trash does."""
        self.change(entry_id, title="", text="", purged=1)

    @property
    def journal(self) -> SqliteJournal:
        """The open journal."""
        assert isinstance(self.mind.journal, SqliteJournal)
        return self.mind.journal

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write in one transaction."""
        with self.journal.writing():
            yield

    def texts(self) -> dict[str, str]:
        """Return the text of each entry that is neither private nor in the trash."""
        rows = self.db.execute(
            "SELECT id, text FROM entries WHERE purged = 0 AND deleted_at IS NULL AND is_private = 0"
        )
        return dict(rows.fetchall())

    def trash(self) -> set[str]:
        """Return the texts in the trash."""
        rows = self.db.execute("SELECT text FROM entries WHERE purged = 0 AND deleted_at IS NOT NULL")
        return {row[0] for row in rows}

    def revisions(self) -> list[tuple[str, str]]:
        """Return cause and text of the entries' revisions that no edit here made."""
        rows = self.db.execute("SELECT cause, body FROM revisions WHERE cause <> 'edit' ORDER BY number")
        return [(cause, json.loads(body)["text"]) for cause, body in rows]

    def all_texts(self) -> set[str]:
        """Return every text that an entry or a revision here has."""
        texts = {text for (text,) in self.db.execute("SELECT text FROM entries")}
        bodies = self.db.execute("SELECT body FROM revisions WHERE subject = 'entry'")
        return texts | {json.loads(body)["text"] for (body,) in bodies}

    def freight(self) -> Freight:
        """Return what fetching needs."""
        from braindump_cli.services.sync import freight_of

        return freight_of(self.parts, self.wishes)

    def close(self) -> None:
        """Close the journal."""
        self.db.close()
