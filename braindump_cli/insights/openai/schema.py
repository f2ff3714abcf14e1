"""The shapes an answer may have: schema v1 as a model is given it, and what of an answer is of that shape.

The order of the fields is the order in which a model writes them: title and to-dos first, so that they are on
the screen early; within a to-do the last field says that it is whole.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from braindump_cli.insights.openai.dating import RECURRENCES

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NOTHING: Schema = {"type": ["string", "null"]}


def _one_of(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


def _object(**fields: Schema) -> Schema:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


TODO = _object(
    quote=TEXT,
    text=TEXT,
    due_phrase=TEXT_OR_NOTHING,
    due=TEXT_OR_NOTHING,
    recur={"type": ["string", "null"], "enum": [*RECURRENCES, None]},
    owner=_one_of("me", "shared"),
    confidence={"type": "number"},
    same_as=TEXT_OR_NOTHING,
    priority=_one_of("high", "normal", "low"),
)
_LEVEL: Schema = {"type": "integer", "enum": [-2, -1, 0, 1, 2]}
GIST = _object(title=TEXT, summary=TEXT)
INSIGHTS = _object(
    title=TEXT,
    todos=_list(TODO),
    summary=TEXT,
    waiting_for=_list(_object(who=TEXT, what=TEXT, due_phrase=TEXT_OR_NOTHING, quote=TEXT)),
    done=_list(_object(text=TEXT, closes=TEXT_OR_NOTHING, quote=TEXT)),
    decisions=_list(_object(text=TEXT, quote=TEXT)),
    moods=_list(_object(label=TEXT, valence=_LEVEL, energy=_LEVEL, about=TEXT_OR_NOTHING, quote=TEXT)),
    people=_list(TEXT),
    places=_list(TEXT),
    topics=_list(TEXT),
    question=TEXT_OR_NOTHING,
)
ANSWER = _object(has_evidence={"type": "boolean"}, text=TEXT, cited=_list({"type": "integer"}))

# Without these there is no item; what else is missing or odd is passed over: the check reads each value with care.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "todos": ("quote", "text"),
    "waiting_for": ("quote", "who", "what"),
    "done": ("quote", "text"),
    "decisions": ("quote", "text"),
    "moods": ("quote", "label"),
}
_TOLD = 5  # complaints that a model is told of


def complaint(answer: Mapping[str, Any], schema: Schema) -> str:
    """Return what keeps an answer from being read, for its writer; "" if it can be."""
    return "; ".join([wrong for _, wrong in zip(range(_TOLD), _wrong(answer, schema), strict=False)])


def _wrong(answer: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    for name, shape in schema["properties"].items():
        value = answer.get(name)
        kind = shape["type"]
        if kind == "string" and not isinstance(value, str):
            yield f"{name} must be a text"
        elif kind == "boolean" and not isinstance(value, bool):
            yield f"{name} must be true or false"
        elif kind == "array":
            yield from _wrong_items(name, value)


def _wrong_items(name: str, items: object) -> Iterator[str]:
    if items is None and name != "todos":
        return  # a small model leaves out what it has nothing for
    if not isinstance(items, list):
        yield f"{name} must be a list"
        return
    needed = _NEEDED.get(name, ())
    for place, item in enumerate(items if needed else ()):
        if not isinstance(item, dict) or not all(isinstance(item.get(field), str) for field in needed):
            yield f"{name}[{place}] must be an object with the texts {', '.join(needed)}"


def is_whole(item: object, name: str) -> bool:
    """Tell whether a streamed item has all its fields."""
    shape = INSIGHTS["properties"][name]["items"]
    if isinstance(item, str):
        return shape is TEXT
    return isinstance(item, dict) and all(field in item for field in shape.get("required", ("name",)))
