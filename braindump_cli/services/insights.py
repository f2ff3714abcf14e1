"""Understanding an entry: one reading becomes a version of its insights, its title and its to-dos."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.findings import to_plain
from braindump_cli.domain.ids import derived_id
from braindump_cli.domain.insight import Findings, Insights
from braindump_cli.domain.job import Job
from braindump_cli.errors import BadDataError, NotFoundError, ProviderError
from braindump_cli.ports import (
    Analyst,
    Clock,
    EntryRepository,
    InsightRepository,
    JobQueue,
    Journal,
    TodoRepository,
)  # fmt: skip
from braindump_cli.services.todos import bring_in_line
from braindump_cli.services.work import NotYetError


class Mind(NamedTuple):
    """What understanding an entry needs."""

    journal: Journal
    entries: EntryRepository
    insights: InsightRepository
    todos: TodoRepository
    clock: Clock


def zone_of(entry: Entry) -> tzinfo:
    """Return the zone an entry was said in; UTC where this machine does not know its name."""
    try:
        return ZoneInfo(entry.zone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def understand(entry: Entry, *, analysts: Sequence[Analyst], mind: Mind) -> Insights:
    """Read an entry with the first analyst that answers and keep what it found, in one transaction.

    Raises ProviderError when none answers.
    """
    refusals: list[str] = []
    for analyst in analysts:
        try:
            findings = analyst.analyse(entry.text, said_at=entry.created_at.astimezone(zone_of(entry)))
        except ProviderError as error:
            refusals.append(f"{analyst.name}: {error.message}")
            continue
        return keep_findings(entry, findings, engine=analyst.name, model=analyst.model, mind=mind)
    raise ProviderError("; ".join(refusals) or "There is no engine for insights here.")


def analyse(
    job: Job, *, analysts: Sequence[Analyst], languages: Sequence[str], mind: Mind, jobs: JobQueue
) -> None:
    """Do the step that understands an entry, unless it has no words or somebody has edited its insights.

    Raises NotYetError where the entry's language is not one of `languages`, ProviderError, NotFoundError.
    """
    entry = mind.entries.get(job.entry_id)
    if entry.language not in languages:
        raise NotYetError(f"no offline insights for {entry.language}")
    current = mind.insights.current(entry.id)
    with mind.journal.writing():
        if entry.text.strip() and not (current and current.is_edited):
            understand(entry, analysts=analysts, mind=mind)
        jobs.done(job)


def keep_findings(
    entry: Entry, findings: Findings, *, engine: str, model: str | None, mind: Mind
) -> Insights:
    """Keep one reading: the same reading twice is one version."""
    content = repr(to_plain(findings))
    version = Insights(
        id=derived_id("insights", entry.id, engine, model or "", content),
        entry_id=entry.id,
        engine=engine,
        model=model,
        created_at=mind.clock.now(),
        findings=findings,
    )
    with mind.journal.writing():
        _keep(entry, version, mind)
    return version


def edit_insights(entry: Entry, findings: Findings, *, mind: Mind) -> Insights:
    """Keep insights as somebody changed them; they stay until somebody asks for another reading.

    Raises NotFoundError if the entry has none yet, BadDataError for a to-do without words.
    """
    for place, todo in enumerate(findings.todos):
        if not todo.text.strip():
            raise BadDataError(f"todos[{place}].text must have words.", hint="Nothing was changed.")
    before = mind.insights.current(entry.id)
    if before is None:
        raise NotFoundError(
            f"Entry {entry.number} has no insights yet.", hint=f"braindump insights redo {entry.number}"
        )
    version = Insights(
        id=derived_id("insights", entry.id, "edited", repr(to_plain(findings))),
        entry_id=entry.id,
        engine=before.engine,
        model=before.model,
        created_at=mind.clock.now(),
        findings=findings,
        is_edited=True,
    )
    with mind.journal.writing():
        _keep(entry, version, mind)
    return version


def _keep(entry: Entry, version: Insights, mind: Mind) -> None:
    mind.insights.add(version)
    mind.entries.set_title(entry.id, version.findings.title)
    bring_in_line(
        entry,
        version.findings.todos,
        transcript=mind.entries.transcript(entry.id),
        todos=mind.todos,
        at=version.created_at,
    )
