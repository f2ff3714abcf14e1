"""The analyst that asks a model, and believes of its answer what stands on the text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from braindump_cli.domain.insight import Findings, Subject
from braindump_cli.domain.leaving import INSIGHTS, MOST_REQUESTS, HeldBackError
from braindump_cli.insights.offline import LANGUAGES
from braindump_cli.insights.openai import prompt, schema
from braindump_cli.insights.openai.answers import CutShortError, TooLongError
from braindump_cli.insights.openai.asking import Model
from braindump_cli.insights.openai.bodies import Question
from braindump_cli.insights.openai.checking import Check
from braindump_cli.insights.openai.growing import Growing
from braindump_cli.insights.openai.likeness import labelled
from braindump_cli.insights.openai.pieces import in_parts, merged, pieces, tokens

if TYPE_CHECKING:
    from braindump_cli.registry import Means

_PIECE = 6_000  # tokens a request carries at most
_SMALL_PIECE = 2_000  # where models are small, and some cut silently what is too long
_CUT_SHORT = 2  # requests that an answer without an end takes
_LEAST_TO_HALVE = 200  # tokens; a shorter text is not what makes a request too long

Told = Callable[[Findings], object]


class OpenAIAnalyst:
    """Asks OpenAI, or a server that speaks its language."""

    name = "openai"

    def __init__(self, means: "Means") -> None:
        self._model = Model(means)
        self.model: str | None = self._model.name
        self.place = self._model.reach.place

    def unavailable(self, language: str) -> str | None:
        """Return why it cannot be asked; models read every language."""
        del language
        return self._model.reach.unavailable()

    def load(self) -> None:
        """Load the SDK, which takes half a second."""
        self._model.reach.load()

    def analyse(self, subject: Subject, *, told: Told = id) -> Findings:
        """Return what the text says; a long one is read piece by piece. Raises ProviderError and its kin."""
        if not subject.text.strip():
            return Findings(title="")
        run = _Run(self._model, subject, told)
        most = _PIECE if self._model.reach.is_vendor else _SMALL_PIECE
        held: HeldBackError | None = None
        for piece in pieces(subject.text, most, subject.pauses):
            try:
                run.read(piece)
            except HeldBackError as error:  # a dry run shows all pieces
                held = error
        if held:
            raise held
        return run.whole()


@dataclass(slots=True)
class _Run:
    """One text being read, piece by piece."""

    model: Model
    subject: Subject
    told: Told
    found: list[Findings] = field(default_factory=list)
    place: int = 0  # in the text, of what comes next

    def read(self, piece: str, requests: int = MOST_REQUESTS) -> None:
        """Find out what a piece says; where it is too long for the model, what its halves say.

        Not more than so many `requests` are answered in a row with that it is too long.
        """
        try:
            self.found.append(self._asked(piece))
        except TooLongError as error:
            requests -= _CUT_SHORT if isinstance(error, CutShortError) else 1
            if requests < _CUT_SHORT or tokens(piece) < _LEAST_TO_HALVE:
                raise
            for half in in_parts(piece, 2):
                self.read(half, requests)
        else:
            self.place += len(piece)

    def whole(self) -> Findings:
        """Return the findings of all pieces, with title and summary of the whole."""
        one = merged(self.found)
        if len(self.found) == 1:
            return one
        parts = [part.summary or part.title for part in self.found]
        if sum(map(tokens, parts)) > _SMALL_PIECE:
            parts = [part.title for part in self.found]
        answer = self.model.ask(
            Question(
                purpose=INSIGHTS,
                shape="gist",
                schema=schema.GIST,
                instructions=prompt.GIST,
                content=prompt.gist(parts),
                key=self._key("gist", *parts),
                entry_id=self.subject.entry_id,
            )
        )
        gist = Check(self.subject).gist
        return replace(
            one, title=gist.title(answer.get("title")), summary=gist.summary(answer.get("summary"))
        )

    def _asked(self, piece: str) -> Findings:
        subject = replace(self.subject, text=piece)
        labels = labelled(subject.open_todos, piece)
        check = Check(subject, labels)
        before: Sequence[Findings] = tuple(self.found)
        growing = Growing(lambda answer: self.told(merged([*before, check.findings(answer)])))
        question = Question(
            purpose=INSIGHTS,
            shape="insights",
            schema=schema.INSIGHTS,
            instructions=prompt.INSIGHTS,
            content=prompt.insights(subject, labels),
            key=self._key(str(self.place), piece),
            entry_id=subject.entry_id,
            is_streamed=True,
        )
        answer = self.model.ask(question, heard=growing.hear)
        found = check.findings(answer)
        return merged([found, _by_rules(subject, check)]) if check.has_invented(answer) else found

    def _key(self, part: str, *texts: str) -> str:
        """Return a part's key; other words are another part, even where their place is the same."""
        told = sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()[:16]
        return f"{self.subject.key}/{part}-{told}" if self.subject.key else ""


def _by_rules(subject: Subject, check: Check) -> Findings:
    """Return the to-dos that the rules find, so that a model's inventions push none of them out."""
    if subject.language not in LANGUAGES:
        return Findings(title="")
    from braindump_cli.insights.offline.engine import RuleAnalyst

    found = RuleAnalyst().analyse(subject).todos
    return Findings(title="", todos=tuple(todo for todo in found if check.source.find(todo.quote)))
