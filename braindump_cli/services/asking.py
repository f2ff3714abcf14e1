"""Asking the journal: the words of entries that answer best, and a model's sentence made of them alone."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from braindump_cli.domain.asking import Asked, Quoted
from braindump_cli.domain.entry import Entry
from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.ids import derived_id
from braindump_cli.domain.question import ENOUGH, best_quotes, parse_question
from braindump_cli.domain.selector import Selector
from braindump_cli.errors import ProviderError
from braindump_cli.ports import EntryRepository, Passage, Writer

MOST_QUOTES = 5
MOST_OF_ONE = 2  # quotes of one entry
_MOST_READ = 40  # entries that are looked at closely
_WORTH_SHOWING = 0.4  # of the best score


class Pen(NamedTuple):
    """A model that phrases, and which entries it may be shown."""

    writer: Writer
    may_leave: Callable[[Entry], bool]

    def may_see(self, entry: Entry) -> bool:
        """Tell whether the model may be shown words of an entry; of a private one never."""
        return not entry.is_private and self.may_leave(entry)

    def silent(self) -> tuple[str, str]:
        """Return the warning that it may see nothing of what was found."""
        return "before_consent", f"{self.writer.name} was not asked: all of it is older than your consent."

    def failed(self, error: ProviderError, comfort: str) -> tuple[str, str]:
        """Return the warning that it gave no answer."""
        return error.code, f"{self.writer.name}: {error.message} {comfort}"


def find_quotes(words: str, wanted: EntryFilter, *, entries: EntryRepository) -> Asked:
    """Return the quotes that answer best, none where nothing in the journal holds enough of the question.

    Private entries are no part of it, nor is the trash. `wanted.limit` counts quotes.
    """
    question = parse_question(words)
    holders = entries.holders([term.spellings for term in question.terms], wanted)
    weights = question.weights([len(numbers) for numbers in holders], entries.count())
    found = [
        (quote.evidence, Quoted(entry, entry.text[quote.start : quote.end], quote.score))
        for entry in _heaviest(holders, weights, entries)
        for quote in best_quotes(entry.text, question, weights, title=entry.title, most=MOST_OF_ONE)
    ]
    if all(evidence < ENOUGH for evidence, _ in found):
        return Asked(words, (), has_evidence=False)
    ranked = sorted((quoted for _, quoted in found), key=lambda quoted: -quoted.score)
    worth = [quoted for quoted in ranked if quoted.score >= _WORTH_SHOWING * ranked[0].score]
    return Asked(words, tuple(worth[: wanted.limit]), has_evidence=True)


def phrased(asked: Asked, pen: Pen) -> Asked:
    """Let a model phrase the answer from the quotes; what it cannot cite is no answer.

    Where it fails the quotes stand alone, with a warning.
    """
    given = [quoted for quoted in asked.quotes if pen.may_see(quoted.entry)]
    if not given:
        return asked._replace(warnings=(pen.silent(),))
    key = derived_id("ask", asked.question, *(f"{quoted.entry.id} {quoted.quote}" for quoted in given))
    passages = [Passage(quoted.entry, quoted.quote, quoted.score) for quoted in given]
    try:
        answer = pen.writer.answer(asked.question, passages, key=f"ask:{key}:")
    except ProviderError as error:
        return asked._replace(warnings=(pen.failed(error, "Your own words stand for themselves."),))
    cited = [given[place] for place in answer.cited if 0 <= place < len(given)]
    asked = asked._replace(engine=pen.writer.name, model=pen.writer.model)
    if not cited or not answer.text.strip():
        return asked._replace(has_evidence=False)
    quotes = tuple(quoted._replace(is_cited=quoted in cited) for quoted in asked.quotes)
    return asked._replace(quotes=quotes, answer=answer.text.strip())


def _heaviest(
    holders: Sequence[Sequence[int]], weights: Sequence[float], entries: EntryRepository
) -> list[Entry]:
    """Return the entries that hold most of what the words weigh, the newer of equal ones first."""
    sums: dict[int, float] = {}
    for numbers, weight in zip(holders, weights, strict=True):
        for number in numbers:
            sums[number] = sums.get(number, 0.0) + weight
    ordered = sorted(sums, key=lambda number: (-sums[number], -number))[:_MOST_READ]
    return [entry for number in ordered for entry in entries.select(Selector(number=number))]
