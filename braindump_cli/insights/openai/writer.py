"""The writer that asks a model, and believes of its answer what stands on the quotes it was given."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from braindump_cli.domain.leaving import ASK, REVIEW
from braindump_cli.insights.openai import prompt, schema
from braindump_cli.insights.openai.asking import Model
from braindump_cli.insights.openai.bodies import Question
from braindump_cli.insights.openai.citing import NOTHING, believed

if TYPE_CHECKING:
    from braindump_cli.ports import Answer, Passage
    from braindump_cli.registry import Means

_ROOM = 1_000  # tokens
_MOST_SENTENCES = 5


class OpenAIWriter:
    """Asks OpenAI, or a server that speaks its language."""

    name = "openai"

    def __init__(self, means: "Means") -> None:
        self._model = Model(means)
        self.model: str | None = self._model.name
        self.place = self._model.reach.place

    def unavailable(self, language: str) -> str | None:
        """Return why it cannot be asked; models write every language."""
        del language
        return self._model.reach.unavailable()

    def answer(self, question: str, passages: "Sequence[Passage]", *, key: str) -> "Answer":
        """Answer from the passages alone; each sentence names the entries it rests on, such as [128].

        Without evidence the answer is empty. Raises ProviderError and its kin.
        """
        wanted = Question(
            purpose=ASK,
            shape="answer",
            schema=schema.ANSWER,
            instructions=prompt.ANSWER,
            content=prompt.asked(question, passages),
            key=key,
            room=_ROOM,
        )
        return self._written(wanted, passages, asked=question)

    def digest(self, instructions: str, passages: "Sequence[Passage]", *, key: str) -> "Answer":
        """Write a few sentences about the passages, as `instructions` (our own words) say; the rest as `answer`."""
        wanted = Question(
            purpose=REVIEW,
            shape="answer",
            schema=schema.ANSWER,
            instructions=f"{prompt.DIGEST}\n\n{instructions}",
            content=prompt.quotes(passages),
            key=key,
            room=_ROOM,
        )
        return self._written(wanted, passages, asked=instructions)

    def _written(self, wanted: Question, passages: "Sequence[Passage]", *, asked: str) -> "Answer":
        if not passages:
            return NOTHING
        answer = self._model.ask(wanted)
        return believed(answer, passages, asked=asked, most_sentences=_MOST_SENTENCES)
