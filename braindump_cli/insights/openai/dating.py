"""When a to-do is due: reckoned here, from words that were said; what a model reckons only picks among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from braindump_cli.domain.due import Due, find_due
from braindump_cli.insights.openai.source import Source, Span

RECURRENCES = ("daily", "weekdays", "weekly", "biweekly", "monthly", "yearly")
_NEAR = 240  # characters around a quote in which its date may stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """What a date phrase comes to; nothing known is None."""

    phrase: str | None = None
    on: date | None = None
    at: datetime | None = None  # UTC
    recurrence: str | None = None


class Calendar:
    """The dates of a text, as far as they are still to come."""

    def __init__(self, source: Source, said_at: datetime, *, knows_language: bool) -> None:
        """Take the moment it was said, in its own zone, and whether our grammar reads the text's language."""
        self._source = source
        self._said_at = said_at
        self._knows_language = knows_language
        self._read = cache(self._dues)  # a growing answer asks again and again

    def reckon(self, phrase: str, quote: Span, *, meant: str = "", recurrence: str = "") -> Dated:
        """Return when the words `phrase`, said within or near the quote, are; `meant` is the model's own guess.

        What is past is left out, and so is what does not stand in the text.
        """
        stands = self._stands(phrase, quote)
        if stands is None:
            return Dated()
        dues = self._read(stands, quote)
        if not dues:
            allowed = recurrence if recurrence in RECURRENCES else None
            return (
                Dated()
                if self._knows_language
                else Dated(phrase=self._source.words(stands), recurrence=allowed)
            )
        days = [due for due in dues if not due.is_time_only]
        chosen = next((due for due in days if due.on and due.on.isoformat() == meant), (days or dues)[-1])
        return self._dated(chosen, dues)

    def _stands(self, phrase: str, quote: Span) -> Span | None:
        if not phrase:
            return None
        return self._source.find(phrase, quote) or self._source.find(
            phrase, self._source.around(quote, _NEAR)
        )

    def _dues(self, phrase: Span, quote: Span) -> list[Due]:
        """Return the dates that the phrase is, or is part of, read with the words around it."""
        both = Span(min(phrase.start, quote.start), max(phrase.end, quote.end))
        window = self._source.around(both, _NEAR)
        found = find_due(self._source.words(window), self._said_at.date())
        start, end = phrase.start - window.start, phrase.end - window.start
        return [due for due in found if due.start < end and start < due.end]

    def _dated(self, chosen: Due, dues: Sequence[Due]) -> Dated:
        moment = self._moment(chosen, dues)
        is_past = moment is not None and moment < self._said_at
        if chosen.on is None or chosen.on < self._said_at.date() or (is_past and chosen.is_time_only):
            return Dated()
        return Dated(
            phrase=chosen.phrase,
            on=chosen.on,
            at=moment.astimezone(UTC) if moment and not is_past else None,
            recurrence=chosen.recurrence,
        )

    def _moment(self, chosen: Due, dues: Sequence[Due]) -> datetime | None:
        if chosen.delay:
            return self._said_at + chosen.delay
        clock = chosen.at or next((due.at for due in dues if due.is_time_only), None)
        if clock is None or chosen.on is None:
            return None
        return datetime.combine(chosen.on, clock, tzinfo=self._said_at.tzinfo)
