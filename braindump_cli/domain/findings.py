"""Findings as plain data (the fields of schema v1), for the journal, for documents and for editing by hand."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar, get_args

from braindump_cli.domain.insight import Findings, Finished, FoundTodo, Mention, Mood, Remark, WaitingFor
from braindump_cli.domain.stamps import from_stamp, to_stamp
from braindump_cli.domain.todo import PRIORITIES

_ITEMS: Mapping[str, type] = {
    "todos": FoundTodo,
    "waiting_for": WaitingFor,
    "done": Finished,
    "decisions": Remark,
    "moods": Mood,
    "people": Mention,
    "places": Mention,
    "topics": Mention,
}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "priority": PRIORITIES,
    "recurrence": ("daily", "weekdays", "weekly", "biweekly", "monthly", "yearly"),
    "owner": ("me", "shared"),
}
_RANGES: Mapping[str, tuple[int, int]] = {"confidence": (0, 1), "valence": (-2, 2), "energy": (-2, 2)}
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # what JSON can say and the journal cannot hold
T = TypeVar("T")


def to_plain(findings: Findings) -> dict[str, Any]:
    """Return texts, numbers, lists and dicts only; dates as ISO 8601."""
    plain: dict[str, Any] = {"title": findings.title, "summary": findings.summary}
    for name in _ITEMS:
        plain[name] = [_item_to_plain(item) for item in getattr(findings, name)]
    plain["question"] = findings.question
    return plain


def from_plain(plain: Mapping[str, Any]) -> Findings:
    """Read what `to_plain` wrote, or somebody edited; unknown fields are passed over.

    Raises ValueError that names the field.
    """
    items: dict[str, Any] = {
        name: _read_items(name, kind, plain.get(name) or []) for name, kind in _ITEMS.items()
    }
    question = plain.get("question")
    return Findings(
        title=_text("title", plain.get("title") or ""),
        summary=_text("summary", plain.get("summary") or ""),
        question=None if question is None else _text("question", question),
        **items,
    )


def _item_to_plain(item: Any) -> dict[str, Any]:
    return {field.name: _value_to_plain(getattr(item, field.name)) for field in fields(item)}


def _value_to_plain(value: object) -> object:
    if isinstance(value, datetime):
        return to_stamp(value)
    return value.isoformat() if isinstance(value, date) else value


def _read_items(name: str, kind: type[T], items: object) -> tuple[T, ...]:
    if not isinstance(items, list):
        raise ValueError(f"{name} must be a list")
    return tuple(_read_item(f"{name}[{place}]", kind, item) for place, item in enumerate(items))


def _read_item(place: str, kind: type[T], item: object) -> T:
    if not isinstance(item, dict):
        raise ValueError(f"{place} must be an object")
    values = {}
    for field in fields(kind):  # type: ignore[arg-type]  # every kind of item is a dataclass
        if field.name in item:
            value = _read_value(f"{place}.{field.name}", field.type, item[field.name])
            values[field.name] = _fitting(f"{place}.{field.name}", field.name, value)
    try:
        return kind(**values)
    except TypeError:
        raise ValueError(f"{place} lacks a field: it needs {', '.join(_needed(kind))}") from None


def _fitting(place: str, name: str, value: Any) -> object:
    if value is not None and name in _CHOICES and value not in _CHOICES[name]:
        raise ValueError(f"{place} must be one of {', '.join(_CHOICES[name])}")
    if name in _RANGES:
        least, most = _RANGES[name]
        if not least <= value <= most:
            raise ValueError(f"{place} must be from {least} to {most}")
    return value


def _needed(kind: type) -> list[str]:
    from dataclasses import MISSING

    return [field.name for field in fields(kind) if field.default is MISSING]


def _read_value(place: str, declared: Any, value: object) -> object:
    kinds = get_args(declared) or (declared,)
    if value is None and type(None) in kinds:
        return None
    readers: dict[type, Callable[[str, object], object]] = {
        datetime: _instant, date: _day, str: _text, int: _whole, float: _number,
    }  # fmt: skip
    kind = next(kind for kind in kinds if kind in readers)
    return readers[kind](place, value)


def _text(place: str, value: object) -> str:
    if not isinstance(value, str) or _NO_TEXT.search(value):
        raise ValueError(f"{place} must be text")
    return value


def _whole(place: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{place} must be a whole number")
    return value


def _number(place: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(f"{place} must be a number")
    return float(value)


def _day(place: str, value: object) -> date:
    try:
        return date.fromisoformat(_text(place, value))
    except ValueError:
        raise ValueError(f"{place} must be a date such as 2026-03-04") from None


def _instant(place: str, value: object) -> datetime:
    try:
        at = from_stamp(_text(place, value))
        to_stamp(at)
    except (ValueError, OverflowError):
        raise ValueError(f"{place} must be an instant such as 2026-03-04T17:00:00.000Z") from None
    if at.utcoffset() is None:
        raise ValueError(f"{place} must name its zone, such as Z")
    return at
