"""play: the sound of an entry."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands import options
from braindump_cli.commands.answers import say
from braindump_cli.commands.stopping import Stops, watched_signals
from braindump_cli.domain.recording import REMOTE
from braindump_cli.errors import AuthRequiredError, ConflictError, UsageError
from braindump_cli.rendering import dates
from braindump_cli.services.journal import one_entry
from braindump_cli.services.playing import is_short, kept_file, must_be_whole, recording_of

if TYPE_CHECKING:
    from braindump_cli.domain.recording import Recording
    from braindump_cli.rendering.keyboard import Keyboard
    from braindump_cli.rendering.progress import Progress
    from braindump_cli.runtime import Runtime

app = typer.Typer()


@app.command("play")
def play(
    ctx: typer.Context,
    entry: options.Selected,
    to: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="Write the recording (Ogg Opus or FLAC) instead.")
    ] = None,
) -> None:
    """Play a recording; from the server where its sound is not here."""
    runtime: Runtime = ctx.obj
    chosen = one_entry(entry, runtime.entries)
    recording = recording_of(chosen)
    _refuse_what_cannot_be_written(runtime, to)
    was_fetched = recording.state == REMOTE
    if was_fetched:
        _fetch(runtime, recording)
        recording = recording_of(runtime.entries.get(chosen.id))
    must_be_whole(recording, runtime.sealed_audio)
    if to == "-":
        _pour(runtime, recording)
        return
    played_s = _played(runtime, recording) if to is None else None
    document = {
        "entry_id": chosen.id,
        "number": chosen.number,
        "duration_s": recording.duration_s,
        "played_s": played_s,
        "was_fetched": was_fetched,
        "to": str(_written(runtime, recording, to)) if to else None,
    }
    said = f"Played {dates.length(played_s)} of {dates.length(recording.duration_s)}."
    say(runtime, "played/1", document, f"Written to {document['to']}." if to else said)


def _refuse_what_cannot_be_written(runtime: "Runtime", to: str | None) -> None:
    """Raise UsageError or ConflictError before anything is fetched."""
    if to == "-":
        if runtime.flags.json or runtime.out.out.isatty():
            raise UsageError("Sound goes into a pipe or a file alone.", hint="braindump play ENTRY --to FILE")
    elif to and Path(to).expanduser().exists():
        raise ConflictError(f"{to} exists; nothing was written.")


def _fetch(runtime: "Runtime", recording: "Recording") -> None:
    """Bring the sound here, verified. Raises AuthRequiredError, NotFoundError, BadDataError, ProviderError."""
    from braindump_cli.rendering.progress import Progress
    from braindump_cli.services.sync_sound import fetch_recording

    if runtime.account.signed_in() is None:
        raise AuthRequiredError(
            "The sound is on the server, and nobody is signed in here.", hint="braindump login"
        )
    progress = Progress(runtime.out)
    progress.show("Fetching the recording")
    try:
        with runtime.freight() as freight:
            fetch_recording(recording.entry_id, freight)
    finally:
        progress.wipe()


def _pour(runtime: "Runtime", recording: "Recording") -> None:
    for block in kept_file(recording, runtime.sealed_audio, runtime.desk):
        sys.stdout.buffer.write(block)
    sys.stdout.buffer.flush()


def _written(runtime: "Runtime", recording: "Recording", to: str) -> Path:
    from braindump_cli.storage.whole_files import write_blocks

    path = Path(to).expanduser().absolute()
    write_blocks(path, kept_file(recording, runtime.sealed_audio, runtime.desk))
    return path


def _played(runtime: "Runtime", recording: "Recording") -> float:
    """Play until the end, Enter or Ctrl-C; return the seconds that were played."""
    from braindump_cli.audio import player
    from braindump_cli.rendering.keyboard import Keyboard
    from braindump_cli.rendering.progress import Progress

    progress = Progress(runtime.out)
    with watched_signals() as stops, Keyboard.of_terminal(wanted=runtime.out.can_ask) as keyboard:
        listening = _Listening(recording, progress, keyboard, stops)
        try:
            going = player.Going(listening.goes_on, time.sleep, runtime.clock)
            played_s = player.play(runtime.desk.sound.blocks(recording.entry_id), going)
        finally:
            progress.wipe()
    if is_short(recording, played_s) and not listening.was_stopped:
        runtime.out.warn(
            "short", f"It is {dates.length(recording.duration_s)} long, and only a part could be read."
        )
    return played_s


class _Listening:
    """Somebody who listens, and may have heard enough."""

    def __init__(
        self, recording: "Recording", progress: "Progress", keyboard: "Keyboard", stops: Stops
    ) -> None:
        self.was_stopped = False
        self._length = dates.length(recording.duration_s)
        self._progress = progress
        self._keyboard = keyboard
        self._stops = stops

    def goes_on(self, played_s: float) -> bool:
        """Show how far it is and tell whether it goes on."""
        self._progress.show(f"▶ {dates.length(played_s)} of {self._length}   Enter stops")
        keys = self._keyboard.pressed()
        self.was_stopped = self.was_stopped or self._stops.wants_end or "\n" in keys or "\r" in keys
        return not self.was_stopped
