"""The analyst that is always there: rules that find duties, moods and names in what was said."""

from datetime import datetime

from braindump_cli.domain.insight import Findings
from braindump_cli.insights.offline import gist, names, promises
from braindump_cli.insights.offline.moods import moods
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.todos import find_todos


class RuleAnalyst:
    """Reads an entry in milliseconds, without a model; English only."""

    name = "offline"
    model: str | None = None

    def analyse(self, text: str, *, said_at: datetime) -> Findings:
        """Return what `text` says; `said_at` is aware, in the entry's own zone, and gives the day dates count from."""
        reading = Reading(text, said_at.date())
        return Findings(
            title=gist.title(reading),
            summary=gist.summary(reading),
            todos=find_todos(reading, said_at),
            waiting_for=promises.waiting_for(reading),
            done=promises.done(reading),
            decisions=promises.decisions(reading),
            moods=moods(reading),
            people=names.people(reading),
            places=names.places(reading),
            topics=names.topics(reading),
            question=gist.question(reading),
        )
