"""Where a recording comes from: the microphone, a file, a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from braindump_cli.domain.entry import VOICE
from braindump_cli.domain.ids import new_id
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.errors import BadDataError
from braindump_cli.services.speech import FILE, MICROPHONE, STDIN

if TYPE_CHECKING:
    from braindump_cli.audio.files import AudioFile
    from braindump_cli.commands.stopping import Stops
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.capture import Source


class Wish(NamedTuple):
    """What the user asked for."""

    source: str | None  # a file, - for stdin, None for the microphone
    device: str | None
    longest: timedelta | None
    silence: timedelta
    form: str  # opus, flac
    title: str
    tags: tuple[str, ...]
    said_at: datetime | None
    takes_file_time: bool
    is_private: bool
    wants_insights: bool


@contextmanager
def opened_source(runtime: "Runtime", wish: Wish, stops: "Stops") -> "Iterator[tuple[NewEntry, Source]]":
    """Give what is to be recorded and what is known of it so far. Raises NotFoundError, BadDataError."""
    now = runtime.clock.now()
    entry_id = new_id(now)
    if wish.source is None:
        from braindump_cli.audio.microphone import Microphone

        microphone = Microphone(wish.device, clock=runtime.clock)
        yield _new_entry(runtime, wish, entry_id, at=wish.said_at or now, source=MICROPHONE), microphone
        return
    if _is_read_once(wish.source):
        with _copied(runtime, wish.source, entry_id, stops) as file:
            yield _new_entry(runtime, wish, entry_id, at=wish.said_at or now, source=STDIN), file
        return
    from braindump_cli.audio.files import AudioFile

    file = AudioFile(Path(wish.source))
    at = file.said_at() if wish.takes_file_time else wish.said_at or now
    yield _new_entry(runtime, wish, entry_id, at=at, source=FILE), file


def _is_read_once(source: str) -> bool:
    from braindump_cli.audio.files import is_stream

    return source == "-" or is_stream(Path(source))


@contextmanager
def _copied(runtime: "Runtime", source: str, entry_id: str, stops: "Stops") -> "Iterator[AudioFile]":
    """Copy what can be read once only to where it is safe; there it stays if it does not become an entry."""
    from braindump_cli.audio.files import AudioFile, copy_in, holding

    incoming = runtime.spool.incoming(entry_id)
    with holding(incoming):
        copy_in(_stream(source), incoming, stopped=lambda: stops.wants_out)
        try:
            yield AudioFile(incoming, name="stdin" if source == "-" else source)
        except BadDataError as error:
            kept = runtime.spool.set_aside(incoming)
            raise BadDataError(error.message, hint=f"What came is kept: {kept}") from error
        incoming.unlink(missing_ok=True)


def _stream(source: str) -> BinaryIO:
    """Return what can be read once; nothing comes from a stdin that was closed. It ends with the process."""
    if source == "-":
        return sys.stdin.buffer if sys.stdin else BytesIO()
    return open(source, "rb")


def take_in_cut_short(runtime: "Runtime") -> int:
    """Make entries of what came through a pipe to a process that is gone; return how many. Raises StoreError."""
    from braindump_cli.audio.files import holding

    taken = 0
    for entry_id, path in runtime.spool.cut_short():
        with holding(path):  # another process may have been here meanwhile, and left nothing or an empty file
            is_known = runtime.entries.has(entry_id) or runtime.spool.wav(entry_id).exists()
            if is_known or not path.exists() or not path.stat().st_size:
                path.unlink(missing_ok=True)
            else:
                taken += _taken_in(runtime, entry_id, path)
    return taken


def _taken_in(runtime: "Runtime", entry_id: str, path: Path) -> bool:
    """Make an entry of it; what cannot be read is set aside and named in a warning."""
    from braindump_cli.audio.files import AudioFile
    from braindump_cli.services.speech import take_in

    new = replace(runtime.unnamed(entry_id), source=STDIN)
    form, studio = runtime.settings.record_format, runtime.studio
    try:
        take_in(new, AudioFile(path, name=str(path)), form=form, studio=studio, desk=runtime.desk)
    except BadDataError as error:
        kept = runtime.spool.set_aside(path)
        runtime.out.warn(error.code, f"{error.message} What came is kept: {kept}")
        return False
    path.unlink(missing_ok=True)
    return True


def _new_entry(runtime: "Runtime", wish: Wish, entry_id: str, *, at: datetime, source: str) -> NewEntry:
    return NewEntry(
        id=entry_id,
        kind=VOICE,
        created_at=at,
        zone=runtime.zone_name,
        language=runtime.language,
        title=wish.title,
        tags=wish.tags,
        is_private=wish.is_private,
        wants_insights=wish.wants_insights,
        source=source,
    )
