"""The folder of what is being recorded, and of what waits to be sealed.

One entry has up to four files there, all plain and their owner's alone: `<id>.wav` the sound,
`<id>.json` the note with what was asked for, `<id>.opus` or `<id>.flac` the kept file while it is made, and
`<id>.incoming` a copy of stdin (`<id>.unreadable` if it is no audio). An import that can be made again is
`<id>.wav.part` until it is whole; sealed sound that is read again is `<id>.unsealed` for that while.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from braindump_cli.audio.wav import SpoolWriter, count_frames, is_orphan, mend, read_blocks
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.errors import NotFoundError, StoreError
from braindump_cli.paths import part_of, write_durably

_FORMATS = ("opus", "flac")
_OLD_S = 24 * 60 * 60


class Orphan(NamedTuple):
    """A recording that nobody holds: its process is gone, or has handed it over."""

    entry_id: str
    note: NewEntry | None  # None where it is lost or damaged
    path: Path
    duration_s: float  # by the file's length


class Spool:
    """Recordings on their way into the journal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, new: NewEntry, *, is_import: bool = False) -> SpoolWriter:
        """Make the locked file for the sound, then the note, durably: no note is without sound. Raises StoreError.

        With `is_import` nothing is to be adopted before the sound is whole.
        """
        writer = SpoolWriter(self.wav(new.id), is_part=is_import)
        note = self._file(new.id, "json")
        try:
            write_durably(note, _written(new))
        except OSError as error:
            writer.close()
            self.remove(new.id)
            hint = "Is there room, and is the folder yours?"
            raise StoreError(f"{note}: {error.strerror or error}.", hint=hint) from error
        return writer

    def orphans(self) -> list[Orphan]:
        """Return the recordings that nobody holds, oldest first; those already in the journal too."""
        return [
            Orphan(path.stem, self.note(path.stem), path, count_frames(path) / SAMPLE_RATE)
            for path in self._named(".wav")
            if is_orphan(path)
        ]

    def cut_short(self) -> list[tuple[str, Path]]:
        """Return what came through a pipe (entry id, file) to a process that is gone: it cannot be read again."""
        return [(path.stem, path) for path in self._named(".incoming") if is_orphan(path)]

    def unreadable(self) -> list[Path]:
        """Return what came through a pipe and is no audio we can read; it is kept for its owner to look at."""
        return self._named(".unreadable")

    def set_aside(self, incoming: Path) -> Path:
        """Keep what cannot be read, and try it no more; return its new place."""
        return incoming.replace(incoming.with_suffix(".unreadable"))

    def note(self, entry_id: str) -> NewEntry | None:
        """Return what was asked for when the recording began; None where that is lost."""
        try:
            return _read(self._file(entry_id, "json").read_bytes())
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def wav(self, entry_id: str) -> Path:
        """Return where the sound rests until it is sealed."""
        return self._file(entry_id, "wav")

    def is_held(self, entry_id: str) -> bool:
        """Tell whether a recorder still writes the sound."""
        path = self.wav(entry_id)
        return path.exists() and not is_orphan(path)

    def mend(self, entry_id: str) -> int:
        """Make the header fit the file's length and return the frames. Raises NotFoundError, StoreError."""
        return mend(self.wav(entry_id))

    def blocks(self, entry_id: str) -> Iterator[bytes]:
        """Yield the sound. Raises NotFoundError, StoreError."""
        return read_blocks(self.wav(entry_id))

    def kept(self, entry_id: str, form: str) -> Path:
        """Return where the kept file is made, before it is sealed."""
        return self._file(entry_id, form)

    def incoming(self, entry_id: str) -> Path:
        """Return where stdin is copied to."""
        return self._file(entry_id, "incoming")

    def unsealed(self, entry_id: str) -> Path:
        """Return where sealed sound is opened for the while it is read; whoever does the step again removes it."""
        return self._file(entry_id, "unsealed")

    def remove(self, entry_id: str) -> None:
        """Remove a recording's files; the note goes last, so that a kill leaves no sound without it."""
        note = self._file(entry_id, "json")
        sounds = (self._file(entry_id, ending) for ending in ("unsealed", *_FORMATS, "wav.part", "wav"))
        for path in (*sounds, part_of(note), note):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what killed imports left, captures that died before their first sound, and odds and ends."""
        for path in (*self._named(".wav.part"), *self._empty()):
            if is_orphan(path):
                with suppress(OSError):
                    path.unlink(missing_ok=True)
                self._remove_rest(path)
        for path in self._named(".json"):  # sound comes before its note and goes before it
            if not path.name.startswith("."):
                self._remove_rest(path)
        for path in self._named(""):
            if path.suffix not in (".wav", ".incoming", ".unreadable") and _is_old(path):
                if path.name.startswith("."):
                    path.unlink(missing_ok=True)
                self._remove_rest(path)

    def _remove_rest(self, path: Path) -> None:
        """Remove what belongs to no sound."""
        entry_id = path.name.partition(".")[0]
        sounds = (self.wav(entry_id), self._file(entry_id, "wav.part"), self.incoming(entry_id))
        if entry_id and not any(sound.exists() for sound in sounds):
            self.remove(entry_id)

    def _empty(self) -> Iterator[Path]:
        for path in self._named(".wav"):
            with suppress(NotFoundError):
                if not count_frames(path):
                    yield path

    def _named(self, ending: str) -> list[Path]:
        """Return the files with that ending; ids begin with the time, so the oldest is first."""
        try:
            return sorted(path for path in self.folder.iterdir() if path.name.endswith(ending))
        except FileNotFoundError:
            return []

    def _file(self, entry_id: str, ending: str) -> Path:
        return self.folder / f"{entry_id}.{ending}"


def _is_old(path: Path) -> bool:
    """Tell whether a file is too old to belong to a capture that is just beginning."""
    import time

    try:
        return time.time() - path.stat().st_mtime > _OLD_S
    except OSError:
        return False


def _written(new: NewEntry) -> bytes:
    import json

    fields = asdict(new) | {"created_at": new.created_at.isoformat()}
    return json.dumps(fields).encode()


def _read(content: bytes) -> NewEntry:
    import json

    fields = json.loads(content)
    fields["created_at"] = datetime.fromisoformat(fields["created_at"]).astimezone(UTC)
    fields["tags"] = tuple(fields["tags"])
    return NewEntry(**fields)
