"""Understanding an entry: one reading becomes a version of its insights, its title and its to-dos."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from braindump_cli.domain.entry import Entry
from braindump_cli.domain.findings import to_plain
from braindump_cli.domain.ids import derived_id, time_of
from braindump_cli.domain.insight import Findings, Insights, Subject
from braindump_cli.domain.job import TRANSCRIBE, Job
from braindump_cli.domain.leaving import HERE
from braindump_cli.domain.todo import Todo
from braindump_cli.domain.transcript import Transcript
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
from braindump_cli.services.engines import Panel, Refusals, Warnings
from braindump_cli.services.todos import bring_in_line
from braindump_cli.services.work import NotYetError


class Understood(NamedTuple):
    """What came of reading an entry."""

    version: Insights
    warnings: Warnings
    is_less: bool  # the rules answered where a model was wanted


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


class Reading(NamedTuple):
    """How entries are read: by whom, and who is told of it as it grows."""

    panel: Panel[Analyst]
    told: Callable[[Entry, str, Findings], object] = lambda *_: None


def analyse(job: Job, *, reading: Reading, mind: Mind, jobs: JobQueue) -> Warnings:
    """Do the step that understands an entry, unless it has no words or somebody has edited its insights.

    What can be found here is kept and told at once; a model's answer takes its place. Where every model fails
    the first stands and the step waits. A draft that waits for a better text is not worth a model's while.
    Returns what was less than wanted. Raises NotYetError where nobody knows the language, ProviderError.
    """
    entry = mind.entries.get(job.entry_id)
    if not entry.text.strip() or _is_edited(mind.insights.current(entry.id)):
        jobs.done(job)
        return ()
    able = reading.panel.able(entry)
    engines = able.engines
    if TRANSCRIBE in entry.pending:
        engines = tuple(engine for engine in engines if engine.place == HERE) or engines
    if not engines:
        raise NotYetError(able.silent[-1] if able.silent else "no engine for insights is set up")
    key = f"insights:{entry.id}:{job.number}:"
    if engines[0].place != HERE:
        _read_here(entry, engines, reading=reading, mind=mind)
    findings, engine, refusals = _read(entry, engines, reading=reading, mind=mind, key=key)
    with mind.journal.writing():
        if mind.entries.get(entry.id).text != entry.text:
            raise NotYetError("the entry's text changed while it was read")
        is_edited = _is_edited(mind.insights.current(entry.id))  # somebody may have been at it meanwhile
        if not is_edited:
            keep_findings(entry, findings, engine=engine.name, model=engine.model, mind=mind)
        if is_edited or not (refusals and engine.place == HERE):
            jobs.done(job)
    if refusals and engine.place == HERE:
        raise refusals.error()
    reading.panel.forget(key)
    return (*able.warnings, *refusals.warnings)


def _is_edited(version: Insights | None) -> bool:
    return version is not None and version.is_edited


def understand(entry: Entry, *, reading: Reading, mind: Mind, is_asked_for: bool = False) -> Understood:
    """Read an entry with the first analyst that answers and keep what it found, in one transaction.

    With `is_asked_for` engines may be given an entry that is older than the user's consent. Where every model
    fails, insights that are there stay. Raises ProviderError when nobody answers.
    """
    able = reading.panel.able(entry, is_asked_for=is_asked_for)
    if not able.engines:
        raise ProviderError(able.silent[-1] if able.silent else "There is no engine for insights here.")
    current = mind.insights.current(entry.id)
    if current and able.engines[0].place != HERE:  # what is known stands while a model thinks
        reading.told(entry, current.model or current.engine, current.findings)
    key = f"insights:{entry.id}:{able.engines[0].name}:{able.engines[0].model}:"
    findings, engine, refusals = _read(entry, able.engines, reading=reading, mind=mind, key=key)
    is_less = bool(refusals) and engine.place == HERE
    version = mind.insights.current(entry.id) if is_less else None
    if version is None:
        version = keep_findings(entry, findings, engine=engine.name, model=engine.model, mind=mind)
    if not is_less:
        reading.panel.forget(key)
    return Understood(version, (*able.warnings, *refusals.warnings), is_less)


def subject_of(
    entry: Entry, *, key: str = "", others: Iterable[Todo] = (), heard: Transcript | None = None
) -> Subject:
    """Return an entry as analysts are given it, with open to-dos of other entries and the pauses that were heard."""
    return Subject(
        text=entry.text,
        said_at=entry.created_at.astimezone(zone_of(entry)),
        language=entry.language,
        entry_id=entry.id,
        key=key,
        open_todos=tuple(others),
        pauses=heard.pauses if heard and heard.text == entry.text else (),
    )


def _others(entry: Entry, panel: Panel[Analyst], mind: Mind) -> Iterator[Todo]:
    """Yield open to-dos elsewhere that a model may know of: not private, and covered by consent."""
    for todo in mind.todos.open_elsewhere(entry.id):
        recorded_at = time_of(todo.entry_id) if todo.entry_id else None
        if panel.covers(recorded_at or todo.created_at):
            yield todo


def _read_here(entry: Entry, engines: Sequence[Analyst], *, reading: Reading, mind: Mind) -> None:
    """Keep what engines of this machine find, before a model is asked."""
    here = [engine for engine in engines if engine.place == HERE][:1]
    for engine in here:
        findings = engine.analyse(subject_of(entry))
        keep_findings(entry, findings, engine=engine.name, model=engine.model, mind=mind)
        reading.told(entry, engine.name, findings)


def _read(
    entry: Entry, engines: Sequence[Analyst], *, reading: Reading, mind: Mind, key: str
) -> tuple[Findings, Analyst, Refusals]:
    """Return the first answer, who gave it, and who failed before. Raises ProviderError when nobody answers."""
    refusals = Refusals()
    subject = subject_of(entry)
    if engines[0].place != HERE:
        others, heard = _others(entry, reading.panel, mind), mind.entries.transcript(entry.id)
        subject = subject_of(entry, key=key, others=others, heard=heard)
    for engine in engines:
        try:
            told: Callable[[Findings], object] = id
            if engine.place != HERE:
                told = partial(reading.told, entry, engine.model or engine.name)
            return engine.analyse(subject, told=told), engine, refusals
        except ProviderError as error:
            refusals.add(engine.name, error)
    raise refusals.error()


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
