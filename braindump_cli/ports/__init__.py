"""What services need of the world: the promises, once."""

from braindump_cli.ports.engines import (
    Analyst,
    Answer,
    Ledger,
    Listener,
    Passage,
    Speech,
    Transcriber,
    Wire,
    Writer,
)
from braindump_cli.ports.journal import (
    AudioStore,
    Capture,
    CaptureInbox,
    Clock,
    EntryRepository,
    InsightRepository,
    JobQueue,
    Journal,
    SealedAudio,
    TodoRepository,
    Vocabulary,
)

__all__ = [
    "Analyst",
    "Answer",
    "AudioStore",
    "Capture",
    "CaptureInbox",
    "Clock",
    "EntryRepository",
    "InsightRepository",
    "JobQueue",
    "Journal",
    "Ledger",
    "Listener",
    "Passage",
    "SealedAudio",
    "Speech",
    "TodoRepository",
    "Transcriber",
    "Vocabulary",
    "Wire",
    "Writer",
]
