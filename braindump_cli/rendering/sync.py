"""What a sync came to."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from braindump_cli.domain.stamps import maybe_stamp
from braindump_cli.rendering import dates
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.documents import Document
from braindump_cli.rendering.page import FAINT, Line, Page, line

if TYPE_CHECKING:
    from braindump_cli.domain.sync_report import Conflict, SyncReport


_SUBJECTS = {"insights": "Two versions of its insights met", "todo": "Two versions of a to-do met"}


def sync_document(report: "SyncReport", last_sync_at: datetime | None) -> Document:
    """Return what `sync/1` holds."""
    return {
        "pushed": report.pushed,
        "pulled": report.pulled,
        "withdrawn": report.withdrawn,
        "trashed": report.trashed,
        "audio_up": report.audio_up,
        "audio_down": report.audio_down,
        "conflicts": [conflict._asdict() for conflict in report.conflicts],
        "is_complete": report.is_complete,
        "last_sync_at": maybe_stamp(last_sync_at),
    }


def sync_page(report: "SyncReport") -> Page:
    """Lay out what was sent and received, and where words that lost are kept."""
    counts = ", ".join(_counts(report))
    head = "In sync." if report.is_complete else "Not done yet: braindump sync"
    return [line(head, counts or "nothing new"), *(_conflict(conflict) for conflict in report.conflicts)]


def counted(report: "SyncReport") -> str:
    """Return how far a sync is, on one line."""
    return ", ".join(_counts(report)) or "nothing new"


def synced_words(at: datetime | None, here: Here) -> str:
    """Return `synced 9:20`, with the day where it is another one; "" for never."""
    if at is None:
        return ""
    local = here.local(at)
    return f"synced {dates.time(local) if local.date() == here.today else dates.moment(local, here.today)}"


def _counts(report: "SyncReport") -> Iterator[str]:
    told = (
        (report.pushed, "sent"),
        (report.pulled, "received"),
        (report.withdrawn, "withdrawn"),
        (report.trashed, "moved to the trash"),
    )
    yield from (f"{count:,} {word}" for count, word in told if count)
    for count, word in ((report.audio_up, "uploaded"), (report.audio_down, "fetched")):
        if count:
            yield f"{count:,} recording{'s' if count > 1 else ''} {word}"


def _conflict(conflict: "Conflict") -> Line:
    told = f"{_SUBJECTS.get(conflict.subject, 'Two versions met')}: {conflict.title}"
    hint = f"braindump history {conflict.number}" if conflict.number else ""
    return line(told, hint, weight=FAINT)
