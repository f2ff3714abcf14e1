"""Earlier versions on a page."""

from collections.abc import Sequence

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.history import CONFLICT, EDIT, HEARD, INSIGHTS, SYNC, TODO, Version
from braindump_cli.rendering import dates
from braindump_cli.rendering.dates import Here
from braindump_cli.rendering.documents import Document
from braindump_cli.rendering.entries import name_of
from braindump_cli.rendering.page import (
    ACCENT,
    BLANK,
    FAINT,
    STRONG,
    Column,
    Line,
    Page,
    Rows,
    cell,
    heading,
    line,
    prose,
    say,
)  # fmt: skip

_CAUSES = {
    EDIT: "edited",
    SYNC: "changed elsewhere",
    CONFLICT: "other version",
}
_COLUMNS = (Column(is_right=True), Column(), Column(), Column(is_flexible=True))


def version_document(version: Version) -> Document:
    """Return one version (`entry_version/1`, lists `history/1`)."""
    from braindump_cli.domain.stamps import to_stamp

    return {
        "version": version.number,
        "subject": version.subject,
        "cause": version.cause,
        "engine": version.engine,
        "at": to_stamp(version.at),
        "title": version.title,
        "text": version.text,
        "todo_number": version.todo_number,
        "body": dict(version.body),
    }


def history_page(entry: Entry, versions: Sequence[Version], *, here: Here) -> Page:
    """Lay out the versions of an entry one a row, newest first."""
    if not versions:
        return [line(f"Entry {entry.number} has no earlier versions.")]
    rows = tuple(
        (
            cell(str(version.number), ACCENT),
            cell(dates.moment(here.local(version.at), here.today), FAINT),
            cell(_cause(version)),
            cell(_words(version), FAINT),
        )
        for version in reversed(versions)
    )
    show = f"braindump history {entry.number} --show {versions[-1].number}"
    return [
        heading(f"Before: {name_of(entry)}"),
        BLANK,
        Rows(_COLUMNS, rows),
        BLANK,
        line(show, weight=FAINT),
    ]


def version_page(version: Version, *, here: Here) -> Page:
    """Lay out one version whole."""
    when = dates.moment(here.local(version.at), here.today)
    head = Line((say(f"Version {version.number}", ACCENT),), (say(f"{_cause(version)}, {when}", FAINT),))
    title = [Line((say(version.title, STRONG),))] if version.title else []
    return [BLANK, head, *title, BLANK, prose(version.text or "(no words)"), BLANK]


def _cause(version: Version) -> str:
    what = {INSIGHTS: "insights ", TODO: f"to-do {version.todo_number} "}.get(version.subject, "")
    if version.cause == HEARD:
        return f"heard by {version.engine}"
    return what + _CAUSES.get(version.cause, version.cause)


def _words(version: Version) -> str:
    return " ".join((version.title or version.text).split())
