"""Asking a model through the wire: one question, one JSON object, and a second chance where it can help."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from braindump_cli.domain.leaving import LOOPBACK, MOST_REQUESTS, Outgoing
from braindump_cli.errors import UnreadableError
from braindump_cli.insights.openai.answers import (
    CutShortError,
    FormatError,
    from_chat,
    from_responses,
    in_other_words,
)
from braindump_cli.insights.openai.bodies import RUNGS, Body, Question, chat_body, responses_body
from braindump_cli.insights.openai.replies import read
from braindump_cli.insights.openai.schema import complaint
from braindump_cli.net.openai_api import NAME, Reach
from braindump_cli.prices import is_listed, text_cost_usd

if TYPE_CHECKING:
    from openai import OpenAI

    from braindump_cli.registry import Means

_USUAL_ANSWER = 2_500  # characters; for estimates
_LEAST_S = 5.0  # that a second request is given, however long the first one took
_MOST_SENT = 2  # requests for one question that was answered unreadably
_MOST_KEPT = 12  # unreadable answers of earlier runs that are passed over


class _Effort(NamedTuple):
    """What one question may still take."""

    until: float  # by the monotonic clock
    made: list[Body]  # requests, those that came to nothing included

    @property
    def left(self) -> int:
        """How many requests may be made yet."""
        return MOST_REQUESTS - len(self.made)


class Model:
    """The model of the settings, wherever it stands."""

    def __init__(self, means: "Means") -> None:
        settings = means.settings
        self.name = means.model or settings.insights_openai_model
        self.reach = Reach(
            means, section="insights.openai", base_url=settings.insights_openai_base_url, model=self.name
        )
        self._wire = means.wire
        self._clock = means.clock
        self._is_chat = settings.insights_openai_api == "chat" or (
            settings.insights_openai_api is None and not self.reach.is_vendor
        )
        self._within_s = settings.insights_openai_timeout.total_seconds()
        self._rung = 0  # the strictest form that this server was not found to refuse

    def ask(self, question: Question, *, heard: Callable[[str], object] = id) -> Mapping[str, Any]:
        """Return the answer as a JSON object of about the question's shape; `heard` is given its text as it grows.

        An answer that was cut short is asked for again with twice the room, an unreadable one with what is wrong
        with it; answers that are kept under the question's key are read again without a request. Raises
        TooLongError (half of it may do), DeclinedError, ProviderError and its kin.
        """
        again, sent, cut_short = question, 0, 0
        effort = _Effort(self._clock.monotonic() + self._within_s, [])
        for attempt in range(1, _MOST_KEPT):
            before = len(effort.made)
            reply = self._exchange(again, heard, effort)
            was_sent = len(effort.made) > before
            found = read(reply)
            wrong = found.wrong or complaint(found.answer, question.schema)
            if not wrong:
                return found.answer
            sent += was_sent
            cut_short += found.is_cut_short and was_sent
            if _MOST_SENT in (sent, cut_short) or not effort.left:
                break
            again = _again(question, attempt + 1, wrong="" if found.is_cut_short else wrong)
        if cut_short:
            hint = "braindump config set insights.openai.model NAME"
            raise CutShortError(f"{self.reach.asked.who} did not come to an end with this.", hint=hint)
        raise UnreadableError(f"{self.reach.asked.who} answered, but not in a form that can be read.")

    def _exchange(self, question: Question, heard: Callable[[str], object], effort: "_Effort") -> str:
        """Return the raw reply; steps down where a form is not known."""
        while True:
            body = self._body(question)

            def send(left_s: float, body: Body = body) -> str:
                effort.made.append(body)
                return self.reach.ask(lambda client: self._once(client, body, heard), within_s=left_s)

            try:
                out = self._outgoing(question, body)
                left_s = max(effort.until - self._clock.monotonic(), _LEAST_S)
                return self._wire.exchange(out, send, within_s=left_s, at_most=effort.left)
            except FormatError:
                if not self._is_chat or self._rung + 1 == len(RUNGS) or not effort.left:
                    raise
                self._rung += 1

    def _once(self, client: "OpenAI", body: Body, heard: Callable[[str], object]) -> str:
        from openai import APIError

        answered = from_chat if self._is_chat else from_responses
        try:
            return answered(client, body, heard=heard, asked=self.reach.asked)
        except APIError as error:
            other = in_other_words(error)
            if other is None:
                raise
        raise other  # here, so that the SDK's error with its request does not go along

    def _body(self, question: Question) -> Body:
        if self._is_chat:
            return chat_body(self.name, question, rung=RUNGS[self._rung], is_vendor=self.reach.is_vendor)
        return responses_body(self.name, question)

    def _outgoing(self, question: Question, body: Body) -> Outgoing:
        written = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        # A model of the list, asked on this machine, is reached through a gateway, which does cost.
        is_free = self.reach.place == LOOPBACK and not is_listed(self.name)
        return Outgoing(
            provider=NAME,
            purpose=question.purpose,
            model=self.name,
            address=f"{self.reach.address}/{'chat/completions' if self._is_chat else 'responses'}",
            headers=self.reach.headers(),
            body=body,
            size_bytes=len(written.encode("utf-8", "replace")),
            cost_usd=0.0 if is_free else text_cost_usd(self.name, len(written), _USUAL_ANSWER),
            entry_id=question.entry_id,
            key=f"{question.key}/{self.name}" if question.key else "",
        )


def _again(question: Question, attempt: int, *, wrong: str) -> Question:
    """Return the question as it is asked the next time, under another name: told what was wrong, or with more room."""
    key = f"{question.key}/{attempt}" if question.key else ""
    if not wrong:
        return question._replace(room=question.room * 2, key=key)
    told = f"An earlier answer could not be read: {wrong}. Answer with one JSON object of the schema."
    return question._replace(content=f"{question.content}\n\n{told}", key=key)
