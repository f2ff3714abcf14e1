"""Title, summary and question: a model's own words, believed as far as they are the speaker's."""

from braindump_cli.domain.insight import Subject
from braindump_cli.insights.offline import LANGUAGES
from braindump_cli.insights.openai.source import Source, Span
from braindump_cli.insights.openai.wording import content_words, cut, plain, sentences

LONGEST_TITLE = 60
_MOST_SENTENCES = 3
_LONGEST_SENTENCE = 300
_LONGEST_QUESTION = 160
_MOST_WORDS = 0.6  # of the content words of a title or a sentence were said
_SOME_WORDS = 0.34  # of those of a question
_READ_FOR_TITLE = 20_000  # characters that the rules read where they stand in


class Gist:
    """What may stand as title, summary and question of one text."""

    def __init__(self, source: Source, subject: Subject) -> None:
        self._source = source
        self._subject = subject
        self._own: tuple[str, str] | None = None

    def title(self, written: object) -> str:
        """Return the title if it holds to the text, else one of our own."""
        text = cut(plain(written).rstrip(".").strip(), LONGEST_TITLE)
        return text if self._is_said(text, _MOST_WORDS) else self._without_model()[0]

    def summary(self, written: object) -> str:
        """Return the sentences that hold to the text, at most three, else ones of the text itself."""
        said = [cut(sentence, _LONGEST_SENTENCE) for sentence in sentences(plain(written))]
        kept = [sentence for sentence in said if self._is_said(sentence, _MOST_WORDS)]
        return " ".join(kept[:_MOST_SENTENCES]) or self._without_model()[1]

    def question(self, written: object) -> str | None:
        """Return one question that has to do with the text, or None."""
        text = plain(written)
        is_one = text.endswith(("?", "？", "؟")) and len(text) <= _LONGEST_QUESTION  # noqa: RUF001 - other scripts
        return text if is_one and self._is_said(text, _SOME_WORDS) else None

    def _is_said(self, text: str, most: float) -> bool:
        return bool(text and content_words(text)) and self._source.said.share(text) >= most

    def _without_model(self) -> tuple[str, str]:
        """Return title and summary by the rules, or the first words in a language they do not know."""
        if self._own is None:
            self._own = self._by_rules() if self._subject.language in LANGUAGES else self._first_words()
        return self._own

    def _by_rules(self) -> tuple[str, str]:
        from braindump_cli.insights.offline import gist
        from braindump_cli.insights.offline.reading import Reading

        reading = Reading(self._beginning(), self._subject.said_at.date())
        return gist.title(reading), gist.summary(reading)

    def _first_words(self) -> tuple[str, str]:
        beginning = plain(self._beginning())
        first = sentences(beginning)[:1]
        return cut(beginning, LONGEST_TITLE).rstrip(".,;:"), cut(first[0], _LONGEST_SENTENCE) if first else ""

    def _beginning(self) -> str:
        span = self._source.around(Span(0, 1), _READ_FOR_TITLE)
        return self._source.without_orders(span)
