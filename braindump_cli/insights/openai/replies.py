"""Raw replies: from a model's text to a plain object, whole or still growing."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from braindump_cli.insights.openai.schema import INSIGHTS, is_whole

_THOUGHT = re.compile(r"^\s*<think>.*?(?:</think>|$)", re.DOTALL)


class Reply(NamedTuple):
    """What a reply holds; `wrong` says, for its writer, why it holds nothing."""

    answer: Mapping[str, Any] = MappingProxyType({})
    wrong: str = ""
    is_cut_short: bool = False  # it ends in the middle: its writer had no more room


def read(reply: str) -> Reply:
    """Return the JSON object in a reply, with or without words around it."""
    text = _THOUGHT.sub("", reply)
    start = text.find("{")
    if start < 0:
        return Reply(wrong="it holds no JSON object")
    try:
        answer, _ = json.JSONDecoder(parse_constant=_refuse).raw_decode(text, start)
    except (ValueError, RecursionError):
        if _partial(text[start:]) is None:
            return Reply(wrong="it is not valid JSON")
        return Reply(wrong="it ends in the middle", is_cut_short=True)
    return Reply(answer)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _partial(text: str) -> dict[str, Any] | None:
    """Return what stands in the beginning of a JSON object, without strings that are not finished."""
    import jiter

    try:
        begun = jiter.from_json(text.encode("utf-8", "replace"), partial_mode=True, allow_inf_nan=False)
    except ValueError:
        return None
    return begun if isinstance(begun, dict) else None


def begun(reply: str) -> dict[str, Any]:
    """Return what is whole in a reply that is still being written; nothing before the first whole field."""
    text = _THOUGHT.sub("", reply)
    start = text.find("{")
    answer = (_partial(text[start:]) or {}) if start >= 0 else {}
    kept: dict[str, Any] = {}
    for name, shape in INSIGHTS["properties"].items():
        value = answer.get(name)
        if isinstance(value, list) and shape["type"] == "array":
            kept[name] = [item for item in value if is_whole(item, name)]
        elif isinstance(value, str) and shape["type"] != "array":
            kept[name] = value
    return kept
