"""What the model behind the loopback server is asked, and what it says: honest by default."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from braindump_cli.domain.insight import Findings, Subject
from braindump_cli.insights.offline.engine import RuleAnalyst

SAID_AT = datetime(
    2026, 3, 2, 9, 14, tzinfo=UTC
)  # dates of the answer do not matter: they are resolved at home
_DATA = re.compile(r"<<<(\w+) (\w+)>>>\n(.*?)\n<<<end \2>>>", re.DOTALL)
_WORD = re.compile(r"\w{3,}")


class Question(NamedTuple):
    """A request for text, whichever API it came by."""

    model: str
    instructions: str
    user: str  # all of the user's messages
    form: str  # json_schema, json_object, text
    schema: Mapping[str, Any] | None
    body: Mapping[str, Any]  # the whole request

    @property
    def data(self) -> dict[str, Any]:
        """What travels as data, by the name on its marks: an entry's text or the quotes, and notes beside it."""
        return {name: json.loads(written) for name, _, written in _DATA.findall(self.user)}

    @property
    def marks(self) -> list[str]:
        """The marks around the data, which nobody can guess."""
        return [mark for _, mark, _ in _DATA.findall(self.user)]

    @property
    def text(self) -> str:
        """The entry; without marks all that the user's messages hold."""
        entry = self.data.get("entry", self.user)
        return entry if isinstance(entry, str) else json.dumps(entry)


class Said(NamedTuple):
    """What a model said, or would not, and how it ended: stop, length or content_filter."""

    text: str = ""
    refusal: str | None = None
    ending: str = "stop"


Speaker = Callable[[Question], Said | str]


def asked_by_chat(body: Mapping[str, Any]) -> Question:
    """Read a request for /chat/completions."""
    form = body.get("response_format") or {"type": "text"}
    return Question(
        model=body["model"],
        instructions=_of_role(body["messages"], "system", "developer"),
        user=_of_role(body["messages"], "user"),
        form=form["type"],
        schema=form.get("json_schema", {}).get("schema"),
        body=body,
    )


def asked_by_responses(body: Mapping[str, Any]) -> Question:
    """Read a request for /responses."""
    form = body.get("text", {}).get("format") or {"type": "text"}
    given = body["input"]
    messages = [{"role": "user", "content": given}] if isinstance(given, str) else given
    return Question(
        model=body["model"],
        instructions="\n".join((body.get("instructions") or "", _of_role(messages, "system", "developer"))),
        user=_of_role(messages, "user"),
        form=form["type"],
        schema=form.get("schema"),
        body=body,
    )


def _of_role(messages: Iterable[Mapping[str, Any]], *roles: str) -> str:
    return "\n".join(_plain(message["content"]) for message in messages if message["role"] in roles)


def _plain(content: str | list[Mapping[str, str]]) -> str:
    return content if isinstance(content, str) else "\n".join(part["text"] for part in content)


def honest(question: Question) -> Said:
    """Answer from the data alone, in the shape that was asked for."""
    return in_form(question, answer_to(question))


def in_form(question: Question, answer: object) -> Said:
    """Say an answer as the form wants it; without a form, with words around it."""
    if question.schema:
        answer = shaped(answer, question.schema, question.schema.get("$defs", {}))
    text = json.dumps(answer)
    return Said(f"Here it is:\n```json\n{text}\n```" if question.form == "text" else text)


def answer_to(question: Question) -> dict[str, Any]:
    """Return findings of an entry, title and summary of parts, or an answer from quotes."""
    entry = question.data.get("entry", question.user)
    notes = question.data.get("notes")
    if isinstance(entry, str):
        return findings_of(entry, notes if isinstance(notes, list) else ())
    if entry and isinstance(entry[0], str):
        return {"title": entry[0][:60], "summary": entry[0]}
    return _from_quotes(notes if isinstance(notes, str) else "", entry)


def findings_of(text: str, open_todos: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """Return what our own rules find in a text, under the names of schema v1."""
    found = RuleAnalyst().analyse(Subject(text=text, said_at=SAID_AT))
    answer = {"language": "en", **_written(found)}
    for todo in answer["todos"]:
        todo["same_as"] = _label(todo["text"], open_todos)
    for done in answer["done"]:
        done["closes"] = _label(done["quote"], open_todos)
    return answer


def _label(said: str, open_todos: Iterable[Mapping[str, str]]) -> str | None:
    """Return the label of the open to-do whose words were all said."""
    words = _words(said)
    return next((todo["label"] for todo in open_todos if _words(todo["text"]) <= words), None)


def _from_quotes(asked: str, quotes: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Repeat the first two quotes that share a word with the question; without a question the first two."""
    words = _words(asked)
    fitting = [each for each in quotes if not words or words & _words(each["quote"])][:2]
    text = " ".join(f"{each['quote'].rstrip('.!?')} [{each['number']}]." for each in fitting)
    return {"has_evidence": bool(fitting), "text": text, "cited": [each["number"] for each in fitting]}


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _written(found: Findings) -> dict[str, Any]:
    return {
        "title": found.title,
        "todos": [
            {
                "quote": todo.quote,
                "text": todo.text,
                "due_phrase": todo.due_phrase,
                "due": todo.due_on and todo.due_on.isoformat(),
                "recur": todo.recurrence,
                "priority": todo.priority,
                "owner": todo.owner,
                "confidence": todo.confidence,
            }
            for todo in found.todos
        ],
        "waiting_for": [
            {"who": one.who, "what": one.what, "quote": one.quote, "due_phrase": None, "due": None}
            for one in found.waiting_for
        ],
        "done": [{"text": one.text, "quote": one.quote} for one in found.done],
        "decisions": [{"text": one.text, "quote": one.quote} for one in found.decisions],
        "summary": found.summary,
        "moods": [
            {
                "label": one.label,
                "valence": one.valence,
                "energy": one.energy,
                "quote": one.quote,
                "about": one.about,
            }
            for one in found.moods
        ],
        "people": [{"name": one.name, "quote": one.quote} for one in found.people],
        "places": [{"name": one.name, "quote": one.quote} for one in found.places],
        "topics": [{"name": one.name, "quote": one.quote} for one in found.topics],
        "question": found.question,
    }


def shaped(value: object, schema: Mapping[str, Any], known: Mapping[str, Any]) -> object:
    """Return a value as a strict schema wants it: its fields and no others, something in each."""
    if "$ref" in schema:
        return shaped(value, known[schema["$ref"].rpartition("/")[2]], known)
    kinds = schema.get("anyOf") or [{"type": kind} for kind in _types(schema)]
    if value is None and any("null" in _types(kind) for kind in kinds):
        return None
    if "anyOf" in schema:
        return shaped(value, next(kind for kind in kinds if "null" not in _types(kind)), known)
    if "properties" in schema:
        given = value if isinstance(value, Mapping) else {}
        return {name: shaped(given.get(name), part, known) for name, part in schema["properties"].items()}
    if "items" in schema:
        return [shaped(item, schema["items"], known) for item in value] if isinstance(value, list) else []
    return _plain_value(value, schema)


def _plain_value(value: object, schema: Mapping[str, Any]) -> object:
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("text")
    if value is not None:
        return value
    empty: dict[str, object] = {"string": "", "number": 0, "integer": 0, "boolean": False}
    return schema["enum"][0] if "enum" in schema else empty[next(iter(_types(schema)))]


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    kind = schema.get("type", ())
    return (kind,) if isinstance(kind, str) else tuple(kind)
