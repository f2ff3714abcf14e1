"""Folding in what was captured while the journal was locked."""

from dataclasses import replace

from braindump_cli.domain.job import ANALYSE, TRANSCRIBE
from braindump_cli.domain.recording import KEPT
from braindump_cli.ports import Capture, CaptureInbox
from braindump_cli.services.recordings import Desk


def fold(inbox: CaptureInbox, *, desk: Desk) -> list[str]:
    """Make entries of all captures that wait, each once; return the names of those that cannot be read."""
    damaged: list[str] = []
    for capture in inbox.fold(damaged.append):
        _keep(capture, desk)
    return damaged


def _keep(capture: Capture, desk: Desk) -> None:
    """Keep one capture: its sound, sealed for the journal, before the row that tells of it."""
    new, recording = capture.new, capture.recording
    if recording:
        sealed = desk.store.seal_blocks(capture.sound(), new.id)
        recording = replace(recording, state=KEPT, size_bytes=sealed.size_bytes, sha256=sealed.sha256)
    with desk.mind.journal.writing():
        if desk.entries.has(new.id):
            return
        desk.entries.add(new, duration_s=recording.duration_s if recording else None)
        if recording:
            desk.entries.save_recording(recording)
            desk.jobs.add(new.id, TRANSCRIBE)
        elif new.wants_insights:
            desk.jobs.add(new.id, ANALYSE)
