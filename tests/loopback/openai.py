"""OpenAI's API on this machine: text by both APIs, streamed and whole, speech, and models."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import unquote

from tests.loopback import specs
from tests.loopback.openai_model import Question, Said, Speaker, asked_by_chat, asked_by_responses, honest
from tests.loopback.serving import STREAM, LoopbackServer, Received, Reply, as_json, events, serving

CHAT, RESPONSES, SPEECH, MODELS = (
    "/v1/chat/completions",
    "/v1/responses",
    "/v1/audio/transcriptions",
    "/v1/models",
)
HEARD = "Call the dentist tomorrow morning. I also need to buy milk."
_MADE_AT = 1_790_000_000
_PART = 12  # characters a delta
_USAGE = {"prompt_tokens": 900, "completion_tokens": 300, "total_tokens": 1200}
_RESPONSE_USAGE = {
    "input_tokens": 900,
    "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
    "output_tokens": 300,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 1200,
}
_WHY = {"length": "max_output_tokens", "content_filter": "content_filter"}


class OpenAIServer(LoopbackServer):
    """What it says, hears and accepts may be changed while it runs."""

    def __init__(self) -> None:
        super().__init__(self._routed, check=_check)
        self.says: Speaker = honest
        self.hears = HEARD
        self.key: str | None = None  # None: any key, or none
        self.models = {"gpt-6-luna", "gpt-6-sol", "gpt-4o", "llama3.2", "gpt-transcribe", "whisper-1"}
        self.formats = {"json_schema", "json_object", "text"}
        self.questions: list[Question] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def _routed(self, request: Received) -> Reply:
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            # As OpenAI does, it repeats the key.
            wrong = f"Incorrect API key provided: {request.headers.get('authorization')}."
            return error(401, wrong, code="invalid_api_key")
        if request.path == CHAT:
            return self._written(asked_by_chat(request.document), by_chat, streamed_by_chat)
        if request.path == RESPONSES:
            return self._written(asked_by_responses(request.document), by_responses, streamed_by_responses)
        if request.path == SPEECH:
            return self._heard(request)
        return self._model(request)

    def _written(self, question: Question, whole: Any, streamed: Any) -> Reply:
        self.questions.append(question)
        if question.model not in self.models:
            return _no_model(question.model)
        if question.form not in self.formats:
            return error(400, f"Unsupported response_format {question.form}", param="response_format")
        said = self.says(question)
        said = Said(said) if isinstance(said, str) else said
        if not question.body.get("stream"):
            return as_json(whole(question, said))
        return Reply(headers={"Content-Type": f"{STREAM}; charset=utf-8"}, parts=streamed(question, said))

    def _heard(self, request: Received) -> Reply:
        exchange = specs.Exchange("POST", request.url, request.headers, request.body, 200, {}, b"")
        fields: dict[str, Any] = dict(specs.form_fields(exchange))
        if fields["model"] not in self.models:
            return _no_model(fields["model"])
        if not fields["file"].startswith(b"OggS"):
            return error(400, "Invalid file format.", param="file")
        if fields.get("response_format") == "verbose_json":
            return as_json(_verbose(self.hears, fields["language"]))
        usage = {"type": "duration", "seconds": 4}
        return as_json({"text": self.hears, "languages": [{"code": fields["language"]}], "usage": usage})

    def _model(self, request: Received) -> Reply:
        name = unquote(request.path.removeprefix(MODELS).lstrip("/"))
        if not name:
            return as_json({"object": "list", "data": [_described(model) for model in sorted(self.models)]})
        return as_json(_described(name)) if name in self.models else _no_model(name)


@contextmanager
def openai_server() -> Iterator[OpenAIServer]:
    """Run one; afterwards all it was asked and all it answered must have been as the vendor describes."""
    server = OpenAIServer()
    with serving(server):
        yield server


def error(status: int, message: str, *, code: str | None = None, param: str | None = None) -> Reply:
    """Return a failure as the vendor words it."""
    told = {"message": message, "type": "invalid_request_error", "code": code, "param": param}
    return as_json({"error": told}, status)


def _no_model(name: str) -> Reply:
    return error(
        404, f"The model `{name}` does not exist or you do not have access to it.", code="model_not_found"
    )


def _described(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": _MADE_AT, "owned_by": "system"}


def _verbose(text: str, language: str) -> dict[str, object]:
    """Return what Whisper answers; every sentence takes two seconds."""
    said = [f" {sentence.strip().rstrip('.')}." for sentence in text.split(". ") if sentence.strip()]
    numbers = {
        "seek": 0,
        "tokens": [50364],
        "temperature": 0.0,
        "compression_ratio": 1.2,
        "no_speech_prob": 0.01,
    }
    segments = [
        {"id": n, "start": 2.0 * n, "end": 2.0 * n + 1.8, "text": each, "avg_logprob": -0.25, **numbers}
        for n, each in enumerate(said)
    ]
    return {"language": language, "duration": 2.0 * len(said), "text": text, "segments": segments}


def by_chat(question: Question, said: Said) -> dict[str, object]:
    """Return a whole answer of /chat/completions."""
    message = {"role": "assistant", "content": None if said.refusal else said.text, "refusal": said.refusal}
    choice = {"index": 0, "message": message, "finish_reason": said.ending, "logprobs": None}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": _MADE_AT, "model": question.model}
    return {**head, "choices": [choice], "usage": _USAGE}


def streamed_by_chat(question: Question, said: Said) -> tuple[bytes, ...]:
    """Return the events of /chat/completions."""
    head = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": _MADE_AT,
        "model": question.model,
    }

    def chunk(delta: Mapping[str, str], ending: str | None = None) -> dict[str, object]:
        return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": ending}]}

    name = "refusal" if said.refusal else "content"
    chunks = [chunk({"role": "assistant", name: ""})]
    chunks += [chunk({name: part}) for part in _parts(said.refusal or said.text)]
    chunks.append(chunk({}, said.ending))
    if question.body.get("stream_options", {}).get("include_usage"):
        chunks.append({**head, "choices": [], "usage": _USAGE})
    return (*events(chunks, named=False), b"data: [DONE]\n\n")


def by_responses(question: Question, said: Said) -> dict[str, Any]:
    """Return a whole answer of /responses."""
    why = _WHY.get(said.ending)
    output = {**_message(said), "status": "incomplete" if why else "completed"}
    return {
        **_response(question, status="incomplete" if why else "completed", output=[output]),
        "incomplete_details": {"reason": why} if why else None,
        "usage": _RESPONSE_USAGE,
    }


def streamed_by_responses(question: Question, said: Said) -> tuple[bytes, ...]:
    """Return the events of /responses, in the vendor's order."""
    whole = by_responses(question, said)
    begun = _response(question, status="in_progress", output=[])
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    name, written = ("refusal", said.refusal) if said.refusal else ("text", said.text)
    kind = "response.refusal" if said.refusal else "response.output_text"
    more: dict[str, object] = {} if said.refusal else {"logprobs": []}
    told: list[dict[str, object]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": _message(None)},
        {"type": "response.content_part.added", **place, "part": _content(Said(refusal=said.refusal and ""))},
        *({"type": f"{kind}.delta", **place, "delta": part, **more} for part in _parts(written)),
        {"type": f"{kind}.done", **place, name: written, **more},
        {"type": "response.content_part.done", **place, "part": _content(said)},
        {"type": "response.output_item.done", "output_index": 0, "item": whole["output"][0]},
        {"type": f"response.{whole['status']}", "response": whole},
    ]
    return events(({**event, "sequence_number": number} for number, event in enumerate(told)), named=True)


def failed_by_responses(question: Question, code: str) -> tuple[bytes, ...]:
    """Return the events of a response that fails after it began."""
    begun = _response(question, status="in_progress", output=[])
    failure = {"code": code, "message": f"It failed over {question.text}"}
    ended = {**begun, "status": "failed", "error": failure}
    told = [{"type": "response.created", "response": begun}, {"type": "response.failed", "response": ended}]
    return events(({**event, "sequence_number": number} for number, event in enumerate(told)), named=True)


def _response(question: Question, *, status: str, output: list[object]) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": _MADE_AT,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": question.body.get("instructions"),
        "metadata": {},
        "model": question.model,
        "output": output,
        "parallel_tool_calls": True,
        "store": question.body.get("store", True),
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
    }


def _message(said: Said | None) -> dict[str, object]:
    content = [_content(said)] if said else []
    status = "completed" if said else "in_progress"
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": status, "content": content}


def _content(said: Said) -> dict[str, object]:
    if said.refusal is not None:
        return {"type": "refusal", "refusal": said.refusal}
    return {"type": "output_text", "text": said.text, "annotations": [], "logprobs": []}


def _parts(text: str | None) -> list[str]:
    return [(text or "")[at : at + _PART] for at in range(0, len(text or ""), _PART)]


def _check(exchange: specs.Exchange) -> None:
    """Hold an exchange, and each event of a stream, against the vendor's description."""
    path = exchange.url.partition("?")[0]
    if path.startswith(f"{MODELS}/"):
        if exchange.status == 200:
            specs.check_schema(specs.OPENAI, "Model", json.loads(exchange.answer))
        return
    spec = specs.RESPONSES if path == RESPONSES else specs.OPENAI
    answer = exchange.answer
    if path == SPEECH and b'"segments"' in answer:
        # What Whisper answers fits two of three descriptions, of which exactly one may fit.
        specs.check_schema(specs.OPENAI, "CreateTranscriptionResponseVerboseJson", json.loads(answer))
        answer = b'{"text": ""}'
    specs.check_exchange(spec, exchange._replace(answer=answer))
    if exchange.status >= 400:
        specs.check_schema(specs.OPENAI, "ErrorResponse", json.loads(exchange.answer))
    elif exchange.answer_headers["Content-Type"].startswith(STREAM):
        check = partial(specs.check_schema, spec)
        name = "ResponseStreamEvent" if path == RESPONSES else "CreateChatCompletionStreamResponse"
        for line in exchange.answer.splitlines():
            if line.startswith(b"data: {"):
                check(name, _mended(json.loads(line[6:])))


def _mended(event: Any) -> Any:
    """Return a chunk as the description takes it: "nullable" meant something in an older version of its language."""
    for choice in event.get("choices", ()):
        if choice["finish_reason"] is None:
            choice["finish_reason"] = "stop"
    return event
