"""Captures made while the journal is locked: sealed to its public half, opened once the key is there.

A capture is `<entry id>.entry`, a sealed box with one JSON object {"version": 1, "entry": the fields of
NewEntry, "recording": null or those of Recording}, and before it `<entry id>.audio`, a sealed box with the
sound. A capture counts once its .entry is there; sound without one is of a capture that was killed, whose
spool is still whole. What does not open is renamed to end in .damaged and stays.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, NamedTuple

from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.recording import Recording
from braindump_cli.errors import BadDataError
from braindump_cli.paths import Paths, fsync_folder
from braindump_cli.storage.cipher import open_box, seal_box
from braindump_cli.storage.disk import disk_errors
from braindump_cli.storage.locks import INBOX, hold_byte
from braindump_cli.storage.whole_files import read_blocks, write_blocks

if TYPE_CHECKING:
    from braindump_cli.storage.keys.vault import Vault

_ENTRY, _AUDIO, _DAMAGED = ".entry", ".audio", ".damaged"
_VERSION = 1
_STRAY_S = 24 * 3600


class Capture(NamedTuple):
    """One opened capture."""

    new: NewEntry
    recording: Recording | None
    sound: Callable[
        [], Iterator[bytes]
    ]  # its sound in blocks, for AudioFiles.seal_blocks; none without recording


class Inbox:
    """What waits for the key."""

    def __init__(self, paths: Paths, vault: "Vault") -> None:
        self._folder = paths.inbox
        self._locks = paths.locks
        self._vault = vault

    def waiting(self) -> int:
        """Return how many captures wait; cheap, and needs no key."""
        return len(self._named(_ENTRY))

    def damaged(self) -> list[str]:
        """Return the names of what was set aside because it does not open."""
        return self._named(_DAMAGED)

    def keep_text(self, new: NewEntry) -> None:
        """Keep a typed entry, durable on return; the same id again replaces it. Raises StoreError."""
        self._keep(new, None)

    def keep_audio(self, new: NewEntry, plain_audio: Path, recording: Recording) -> None:
        """Keep a spoken entry with its sound, durable on return; then the spool may go. Raises StoreError."""
        path = self._folder / f"{new.id}{_AUDIO}"
        with disk_errors(plain_audio), open(plain_audio, "rb") as file:
            write_blocks(path, seal_box(read_blocks(file), self._vault.public_key, about=_about(path)))
        self._keep(new, recording)

    def fold(self, set_aside: Callable[[str], None]) -> Iterator[Capture]:
        """Yield what waits, oldest first; asking for the next one says that this one is committed.

        Only then is it removed; after a kill in between it comes again with the same ids. `set_aside` is told
        each file that does not open. While another process folds, nothing is yielded.
        Raises LockedError, StoreError.
        """
        if not self.waiting():
            return
        key = self._vault.proven_key()
        with hold_byte(self._locks, INBOX) as is_ours:
            for name in self._named(_ENTRY) if is_ours else ():
                path = self._folder / name
                try:
                    capture = self._opened(path, key)
                except BadDataError:
                    self._set_aside(path, set_aside)
                    continue
                if capture:
                    yield capture
                    self._remove(path)
            if is_ours:
                self._remove_strays()

    def _keep(self, new: NewEntry, recording: Recording | None) -> None:
        path = self._folder / f"{new.id}{_ENTRY}"
        fields = {
            "version": _VERSION,
            "entry": asdict(new),
            "recording": asdict(recording) if recording else None,
        }
        text = json.dumps(fields, default=datetime.isoformat).encode()
        write_blocks(path, seal_box([text], self._vault.public_key, about=_about(path)))

    def _opened(self, path: Path, key: bytes) -> Capture | None:
        """Open a capture, its sound checked to the end; None for one of a newer braindump."""
        fields = _fields(b"".join(_boxed(path, key)))
        if fields.get("version", 0) > _VERSION:
            return None
        try:
            entry = fields["entry"]
            entry |= {"created_at": datetime.fromisoformat(entry["created_at"]), "tags": tuple(entry["tags"])}
            new = NewEntry(**entry)
            recording = Recording(**fields["recording"]) if fields["recording"] else None
        except (LookupError, TypeError, ValueError):
            raise BadDataError(f"{path} holds no entry.") from None
        if recording is None:
            return Capture(new, None, lambda: iter(()))
        audio = path.with_suffix(_AUDIO)
        for _ in _boxed(audio, key):
            pass
        return Capture(new, recording, lambda: _boxed(audio, key))

    def _remove(self, path: Path) -> None:
        with disk_errors(path):
            path.unlink(missing_ok=True)
            fsync_folder(self._folder)  # first the entry for good: without it the sound is a stray
            path.with_suffix(_AUDIO).unlink(missing_ok=True)

    def _set_aside(self, path: Path, told: Callable[[str], None]) -> None:
        for file in (path, path.with_suffix(_AUDIO)):
            with disk_errors(file):
                if file.exists():
                    file.rename(file.with_name(file.name + _DAMAGED))
                    told(f"{file.name}{_DAMAGED}")

    def _remove_strays(self) -> None:
        """Remove sound of killed captures, a day later: what is just being kept has no entry yet either."""
        for name in self._named(_AUDIO):
            path = self._folder / name
            with disk_errors(path):
                if not path.with_suffix(_ENTRY).exists() and time() - path.stat().st_mtime > _STRAY_S:
                    path.unlink(missing_ok=True)

    def _named(self, ending: str) -> list[str]:
        try:
            names = os.listdir(self._folder)  # noqa: PTH208 - half the cost of paths, on the way of `status`
        except FileNotFoundError:
            return []
        return sorted(name for name in names if name.endswith(ending) and not name.startswith("."))


def _boxed(path: Path, key: bytes) -> Iterator[bytes]:
    try:
        with open(path, "rb") as file:
            yield from open_box(file, key, about=_about(path))
    except FileNotFoundError:
        raise BadDataError(f"{path} is missing.") from None


def _fields(text: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise BadDataError("A capture holds no entry.")
    return fields


def _about(path: Path) -> str:
    return f"inbox {path.name}"
