"""The account's project on a page."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.stamps import maybe_stamp
from braindump_cli.rendering import dates
from braindump_cli.rendering.account import project_name
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.documents import Document
from braindump_cli.rendering.page import FAINT, Cell, Column, Page, Rows, cell, say

if TYPE_CHECKING:
    from braindump_cli.ports.cloud_account import Usage

_NAMES = {
    "journal_entries": ("entry", "entries"),
    "recordings": ("recording", "recordings"),
    "transcripts": ("transcript", "transcripts"),
    "insights": ("set of insights", "sets of insights"),
    "todos": ("to-do", "to-dos"),
    "focus_sessions": ("focus session", "focus sessions"),
    "entry_revisions": ("earlier version", "earlier versions"),
    "devices": ("machine", "machines"),
}


class CloudState(NamedTuple):
    """Where an account stands; what cannot be known is None."""

    url: str
    version: str | None  # of the tables there
    expected: str  # of those this program comes with
    usage: "Usage | None"
    to_send: int
    to_receive: int | None
    last_sync_at: datetime | None
    is_end_to_end: bool

    @property
    def trouble(self) -> str:
        """What is wrong with the tables, and the next command; "" for nothing."""
        if self.version is None:
            return "The project has no tables of ours yet: braindump cloud init"
        if self.version < self.expected:
            return "The tables are older than this program: braindump cloud init"
        if self.version > self.expected:
            return "The tables are newer than this program: pipx upgrade braindump-cli"
        return ""


def cloud_document(state: CloudState) -> Document:
    """Return what `cloud/1` holds."""
    usage = state.usage
    return {
        "url": state.url,
        "project": project_name(state.url),
        "version": state.version,
        "expected_version": state.expected,
        "counts": dict(usage.counts) if usage else None,
        "tombstones": usage.tombstones if usage else None,
        "objects": usage.objects if usage else None,
        "storage_bytes": usage.object_bytes if usage else None,
        "to_send": state.to_send,
        "to_receive": state.to_receive,
        "is_end_to_end": state.is_end_to_end,
        "last_sync_at": maybe_stamp(state.last_sync_at),
    }


def cloud_page(state: CloudState, *, here: Here) -> Page:
    """Lay out where an account stands."""
    at = state.last_sync_at
    rows = [("Project", state.url), ("Tables", state.trouble or f"version {state.version}")]
    if state.usage:
        megabytes = state.usage.object_bytes / 1e6
        rows.append(("There", ", ".join(_counted(state.usage.counts)) or "nothing yet"))
        files = "1 file" if state.usage.objects == 1 else f"{state.usage.objects:,} files"
        rows.append(("Sound", f"{files}, {megabytes:,.1f} MB"))
        rows.append(("Waits", f"{state.to_send:,} to send, {state.to_receive or 0:,} to receive"))
    rows.append(
        ("Sealed", "end-to-end" if state.is_end_to_end else "recordings; the server could read the rest")
    )
    rows.append(("Synced", dates.moment(here.local(at), here.today) if at else "not yet: braindump sync"))
    return [
        Rows(
            (Column(), Column(is_wrapped=True)),
            tuple((cell(name, FAINT), Cell((say(value),))) for name, value in rows),
        )
    ]


def _counted(counts: Mapping[str, int]) -> list[str]:
    return [
        f"{counts[name]:,} {one if counts[name] == 1 else many}"
        for name, (one, many) in _NAMES.items()
        if counts.get(name)
    ]
