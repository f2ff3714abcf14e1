"""Request bodies: the same question in the two languages that servers speak."""

import re
from typing import Any, NamedTuple

from braindump_cli.insights.openai.prompt import AS_JSON
from braindump_cli.insights.openai.schema import Schema

Body = dict[str, Any]

RUNGS = ("json_schema", "json_object", "text")  # how strictly a server is asked for JSON, the strictest first
_NEEDS_NO_THINKING = re.compile(
    r"gpt-(?:[6-9]|5\.\d)"
)  # models that reason unless told not to, and may be told


class Question(NamedTuple):
    """What a model is asked, whoever it is."""

    purpose: str  # domain.leaving
    shape: str  # the schema's name
    schema: Schema
    instructions: str
    content: str
    key: str  # names the question and its part; "" = never the same
    entry_id: str | None = None
    room: int = 4_000  # tokens an answer may take
    is_streamed: bool = False


def responses_body(model: str, question: Question) -> Body:
    """Return the body for `/responses`; nothing is kept there, and nothing is left out silently."""
    body: Body = {
        "model": model,
        "instructions": question.instructions,
        "input": [{"role": "user", "content": question.content}],
        "text": {"format": {"type": "json_schema", **_strict(question)}},
        "max_output_tokens": question.room,
        "truncation": "disabled",
        "store": False,
        "stream": question.is_streamed,
    }
    return body | ({"reasoning": {"effort": "none"}} if _NEEDS_NO_THINKING.match(model) else {})


def chat_body(model: str, question: Question, *, rung: str, is_vendor: bool) -> Body:
    """Return the body for `/chat/completions`; other servers are told nothing they may not know."""
    instructions = question.instructions
    if rung != "json_schema":
        import json

        instructions += AS_JSON + json.dumps(question.schema)
    body: Body = {
        "model": model,
        "messages": [
            {"role": "system", "content": instructions},
            {"role": "user", "content": question.content},
        ],
        "stream": question.is_streamed,
    }
    if rung == "json_schema":
        body["response_format"] = {"type": rung, "json_schema": _strict(question)}
    elif rung == "json_object":
        body["response_format"] = {"type": rung}
    if not is_vendor:
        return body | {"max_tokens": question.room, "temperature": 0}
    effort = {"reasoning_effort": "none"} if _NEEDS_NO_THINKING.match(model) else {}
    return body | {"max_completion_tokens": question.room, "store": False} | effort


def _strict(question: Question) -> Body:
    return {"name": question.shape, "schema": question.schema, "strict": True}
