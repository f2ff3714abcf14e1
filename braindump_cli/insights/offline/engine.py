"""The analyst that is always there: rules that find duties, moods and names in what was said."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from braindump_cli.domain.leaving import HERE
from braindump_cli.insights.offline import LANGUAGES

if TYPE_CHECKING:
    from braindump_cli.domain.insight import Findings, Subject
    from braindump_cli.registry import Means


class RuleAnalyst:
    """Reads an entry in milliseconds, without a model; English only."""

    name = "offline"
    model: str | None = None
    place = HERE

    def __init__(self, _means: "Means | None" = None) -> None:
        """Make one; it needs nothing."""

    def unavailable(self, language: str) -> str | None:
        """Return why the rules cannot read `language`."""
        return None if language in LANGUAGES else f"no offline insights for {language}"

    def load(self) -> None:
        """Nothing is left to load."""

    def analyse(self, subject: "Subject", *, told: "Callable[[Findings], object]" = id) -> "Findings":
        """Return what the text says; the day it was said is the one dates count from."""
        found = self._read(subject)
        told(found)
        return found

    @staticmethod
    def _read(subject: "Subject") -> "Findings":
        from braindump_cli.domain.insight import Findings
        from braindump_cli.insights.offline import gist, names, promises
        from braindump_cli.insights.offline.moods import moods
        from braindump_cli.insights.offline.reading import Reading
        from braindump_cli.insights.offline.todos import find_todos

        reading = Reading(subject.text, subject.said_at.date())
        return Findings(
            title=gist.title(reading),
            summary=gist.summary(reading),
            todos=find_todos(reading, subject.said_at),
            waiting_for=promises.waiting_for(reading),
            done=promises.done(reading),
            decisions=promises.decisions(reading),
            moods=moods(reading),
            people=names.people(reading),
            places=names.places(reading),
            topics=names.topics(reading),
            question=gist.question(reading),
        )
