"""An entry as the model's analyst is given it in tests, and wires to ask by."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from braindump_cli.domain.insight import Findings, Subject
from braindump_cli.domain.leaving import MOST_REQUESTS, Outgoing
from braindump_cli.insights.openai.analyst import OpenAIAnalyst
from tests.loopback.means import PlainWire, means_of
from tests.loopback.openai import OpenAIServer
from tests.loopback.openai_model import Speaker, findings_of

SAID_AT = datetime(2026, 3, 2, 9, 14, tzinfo=ZoneInfo("Europe/London"))
TEXT = (
    "Okay so it's Monday and I'm already behind. I need to send Carla the revised budget by Wednesday. I called the"
    " dentist this morning. Tom promised to send me the slides tomorrow. The walk by the canal was lovely, I felt"
    " relieved. Should I move to Leeds?"
)
SENTENCE = "I walked along the canal and thought about the budget again. "


class KeepingWire(PlainWire):
    """Sends each request once; a reply that was kept is not asked for again."""

    def __init__(self) -> None:
        super().__init__()
        self.replies: dict[str, str] = {}

    def exchange(
        self,
        out: Outgoing,
        send: Callable[[float], str],
        *,
        within_s: float,
        at_most: int = MOST_REQUESTS,
    ) -> str:
        """Return the reply that is kept under the key, else a new one."""
        if out.key not in self.replies:
            self.replies[out.key] = super().exchange(out, send, within_s=within_s)
        return self.replies[out.key]


class AnsweringWire(PlainWire):
    """Answers in place of a server."""

    def __init__(self, answer: object = None) -> None:
        super().__init__()
        self.answer = answer or findings_of(TEXT)

    def exchange(
        self,
        out: Outgoing,
        send: Callable[[float], str],
        *,
        within_s: float,
        at_most: int = MOST_REQUESTS,
    ) -> str:
        """Return the same for all."""
        self.outgoing.append(out)
        return json.dumps(self.answer)


def analyst_of(
    server: OpenAIServer, *, wire: PlainWire | None = None, api: str | None = None, model: str | None = None
) -> OpenAIAnalyst:
    """Return an analyst that asks a server."""
    chosen = {"insights__openai__api": api} if api else {}
    return OpenAIAnalyst(
        means_of(wire=wire, model=model, insights__openai__base_url=server.base_url, **chosen)
    )


def subject_of(text: str = TEXT, **more: Any) -> Subject:
    """Return an entry spoken on that Monday."""
    return Subject(text=text, said_at=SAID_AT, key="insights/7", entry_id="e7", **more)


def analyse(
    server: OpenAIServer,
    text: str = TEXT,
    *,
    api: str | None = None,
    wire: PlainWire | None = None,
    **more: Any,
) -> Findings:
    """Return what a server's model finds in a text."""
    return analyst_of(server, api=api, wire=wire).analyse(subject_of(text, **more))


def saying(**fields: object) -> Speaker:
    """Make a model that answers with the honest findings, but for some fields."""
    return lambda question: json.dumps({**findings_of(question.text), **fields})
