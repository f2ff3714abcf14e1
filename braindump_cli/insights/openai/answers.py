"""From the SDK's answers, streamed or not, to the text a model wrote; whatever shape a server gives them."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from braindump_cli.errors import DeclinedError, ProviderError

if TYPE_CHECKING:
    from openai import APIError, OpenAI

    from braindump_cli.net.openai_failures import Asked

Heard = Callable[[str], object]

# Codes, or types where a server gives no code, and words of servers that give neither.
_TOO_LONG = frozenset(("context_length_exceeded", "exceed_context_size_error", "string_above_max_length"))
_TOO_LONG_WORDS = ("context length", "context size", "context window", "maximum context")
_FORMAT_WORDS = ("response_format", "json_schema", "json_object", "structured output", "grammar")
_LONGEST = 400_000  # characters of an answer; nobody says so much about so little
_NOTHING_YET = "{"  # stands for an answer that ended before its first word


class TooLongError(DeclinedError):
    """The question, or its answer, is longer than the model can take; a shorter one may do."""


class CutShortError(TooLongError):
    """The answer came to no end, with twice the room either."""


class FormatError(DeclinedError):
    """The server does not know the form the answer was asked in."""


def in_other_words(error: "APIError") -> DeclinedError | None:
    """Return what another question could mend; None for all other failures."""
    message = str(error.message).lower()
    status = getattr(error, "status_code", None)
    is_too_long = {error.code, error.type} & _TOO_LONG
    if is_too_long or (status in (400, 413) and any(word in message for word in _TOO_LONG_WORDS)):
        return TooLongError(
            "This is too long for the model.", hint="braindump config set insights.openai.model NAME"
        )
    said = f"{message} {error.param} {error.body}".lower()
    if status in (400, 422) and any(word in said for word in _FORMAT_WORDS):
        return FormatError("The server knows no structured answers.")
    return None


def from_responses(client: "OpenAI", body: Mapping[str, Any], *, heard: Heard, asked: "Asked") -> str:
    """Ask `/responses` once and return the answer's text."""
    answer: Any = client.responses.create(**body)
    if not body["stream"]:
        return _of_response(_as_plain(answer), asked)
    text, last = "", None
    for event in answer:
        kind = getattr(event, "type", None)
        if kind == "response.output_text.delta" and isinstance(delta := getattr(event, "delta", None), str):
            text += delta
            _grown(text, heard, asked)
        elif kind in ("response.completed", "response.incomplete", "response.failed"):
            last = event
        elif kind == "error":
            raise _failed(getattr(event, "code", None), asked)
    return _of_response(_dict(_as_plain(last)).get("response"), asked)


def from_chat(client: "OpenAI", body: Mapping[str, Any], *, heard: Heard, asked: "Asked") -> str:
    """Ask `/chat/completions` once and return the answer's text."""
    answer: Any = client.chat.completions.create(**body)
    if not body["stream"]:
        choice = _first(_dict(_as_plain(answer)).get("choices"))
        message = _dict(choice.get("message"))
        return _finished(
            choice.get("finish_reason"), message.get("content"), refusal=message.get("refusal"), asked=asked
        )
    text, refusal, reason = "", "", None
    for chunk in answer:
        choice = _first(_dict(_as_plain(chunk)).get("choices"))
        delta = _dict(choice.get("delta"))
        refusal += _text(delta.get("refusal"))
        reason = choice.get("finish_reason") or reason
        if more := _text(delta.get("content")):
            text += more
            _grown(text, heard, asked)
    return _finished(reason, text, refusal=refusal, asked=asked)


def _grown(text: str, heard: Heard, asked: "Asked") -> None:
    if len(text) > _LONGEST:
        raise asked.lost()
    heard(text)


def _finished(reason: object, text: object, *, refusal: object, asked: "Asked") -> str:
    if refusal or reason == "content_filter":
        raise asked.filtered()
    if reason == "length":
        return _text(text) or _NOTHING_YET
    if reason is None or not _text(text):
        raise asked.lost()
    return _text(text)


def _of_response(response: object, asked: "Asked") -> str:
    answer = _dict(response)
    status = answer.get("status")
    if status == "failed":
        raise _failed(_dict(answer.get("error")).get("code"), asked)
    contents = [part for item in _dicts(answer.get("output")) for part in _dicts(item.get("content"))]
    cut_by = _dict(answer.get("incomplete_details")).get("reason")
    if cut_by == "content_filter" or any(part.get("type") == "refusal" for part in contents):
        raise asked.filtered()
    text = "".join(_text(part.get("text")) for part in contents if part.get("type") == "output_text")
    if status == "incomplete":
        return text or _NOTHING_YET
    if status != "completed" or not text:
        raise asked.lost()
    return text


def _failed(code: object, asked: "Asked") -> ProviderError:
    """Return what it means that a model gave up half-way; nothing of it was an answer."""
    said = code if isinstance(code, str) else None
    if said in _TOO_LONG:
        return TooLongError(
            "This is too long for the model.", hint="braindump config set insights.openai.model NAME"
        )
    return asked.told(said) or ProviderError(f"{asked.who} could not answer.")


def _as_plain(answer: object) -> object:
    dump = getattr(answer, "model_dump", None)
    return dump(mode="json", warnings=False) if dump else answer


def _first(choices: object) -> Mapping[str, Any]:
    return next(iter(_dicts(choices)), {})


def _dicts(values: object) -> Iterable[Mapping[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
