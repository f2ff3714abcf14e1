"""What the vendors say of their own services: every exchange is held against it.

The descriptions lie in the folder $BRAINDUMP_SPECS; without it nothing is checked, and tests marked
`needs_specs` are skipped.
"""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

# The folder is looked up when the tests are collected, before they lose their surroundings.
FOLDER = os.environ.get("BRAINDUMP_SPECS")

needs_specs = pytest.mark.skipif(
    not FOLDER, reason="the vendors' descriptions are not here: set BRAINDUMP_SPECS"
)

DEEPGRAM, OPENAI, RESPONSES = "deepgram.openapi", "openai.openapi", "openai.responses.openapi"
_DEEPGRAM_LIVE = "deepgram.asyncapi"
TO_SERVICE, FROM_SERVICE = "subscribe", "publish"  # seen by the service: what it wants to hear, what it says


class Exchange(NamedTuple):
    """One request as it came, and what was answered."""

    method: str
    url: str  # address or path, with the query
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes


def check_exchange(spec: str, exchange: Exchange) -> None:
    """Hold request and answer against the vendor's description. Raises AssertionError.

    An answer with a status of its own is only checked where the description knows that status.
    """
    if not FOLDER:
        return
    from openapi_core.exceptions import OpenAPIError
    from openapi_core.templating.responses.exceptions import ResponseNotFound
    from openapi_core.testing import MockResponse

    request = _request(spec, exchange)
    described = _openapi(spec)
    try:
        if _media_type(exchange.headers) == "multipart/form-data":
            _check_form(spec, exchange)
        else:
            described.validate_request(request)
        answered = _media_type(exchange.answer_headers)
        if answered == "text/event-stream":
            return  # each event is one for check_schema
        response = MockResponse(exchange.answer, status_code=exchange.status, content_type=answered)
        described.validate_response(request, response)
    except ResponseNotFound:
        assert exchange.status >= 400, f"{spec} knows no answer {exchange.status}"
    except OpenAPIError as error:
        if exchange.status >= 400 and "MediaType" in type(error).__name__ + type(error.__cause__).__name__:
            return  # a proxy's page in place of an answer
        raise AssertionError(f"{spec}, {exchange.method} {exchange.url}: {_reasons(error)}") from error


def check_schema(spec: str, name: str, document: object) -> None:
    """Hold a JSON document against one of the description's schemas. Raises AssertionError."""
    if FOLDER:
        _hold({"$ref": f"#/components/schemas/{name}", "components": _read(spec)["components"]}, document)


def check_query(channel: str, query: str) -> None:
    """Hold the query of a websocket's address against Deepgram's description. Raises AssertionError."""
    if not FOLDER:
        return
    described = _read(_DEEPGRAM_LIVE)
    schema = described["channels"][channel]["bindings"]["ws"]["query"]
    sent: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)):
        sent[name] = (
            [*sent[name], value] if isinstance(sent.get(name), list) else _next(sent.get(name), value)
        )
    _hold({**schema, "additionalProperties": False, "components": described["components"]}, sent)


def check_message(channel: str, direction: str, message: object) -> None:
    """Hold a text message of a websocket against Deepgram's description. Raises AssertionError."""
    if not FOLDER:
        return
    described = _read(_DEEPGRAM_LIVE)
    one_of = described["channels"][channel][direction]["message"]["oneOf"]
    names = [each["$ref"].rpartition("#/components/messages/")[2] for each in one_of]
    payloads = [described["components"]["messages"][name]["payload"] for name in names]
    # Messages that differ by their type alone share one list of types: one that fits several is no fault.
    _hold({"anyOf": payloads, "components": described["components"]}, message)


def _next(before: object, value: str) -> object:
    return value if before is None else [before, value]


def _hold(schema: Mapping[str, Any], document: object) -> None:
    from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

    faults = list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(document))
    assert not faults, "; ".join(f"{fault.json_path}: {fault.message[:300]}" for fault in faults)


def _request(spec: str, exchange: Exchange) -> Any:
    """Return the request as if it had gone to the vendor's own address."""
    from openapi_core.testing import MockRequest
    from werkzeug.datastructures import MultiDict

    parts = urlsplit(exchange.url)
    query: Any = MultiDict(parse_qsl(parts.query, keep_blank_values=True))
    _check_names(spec, exchange.method, parts.path, set(query))
    home = urlsplit(_home(spec))
    return MockRequest(
        f"{home.scheme}://{home.netloc}",
        exchange.method,
        unquote(parts.path),
        args=query,
        headers=dict(exchange.headers),
        data=exchange.body,
        content_type=_header(exchange.headers, "content-type"),
    )


def _check_names(spec: str, method: str, path: str, names: set[str]) -> None:
    """Check that the vendor knows every parameter: openapi-core lets unknown ones pass."""
    operation = _read(spec)["paths"].get(path.removeprefix(urlsplit(_home(spec)).path), {})
    if operation := operation.get(method.lower()):
        known = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
        assert names <= known, f"{spec} knows no {', '.join(sorted(names - known))}"


def _check_form(spec: str, exchange: Exchange) -> None:
    """Check a form: openapi-core takes all of its fields for bytes."""
    path = urlsplit(exchange.url).path.removeprefix(urlsplit(_home(spec)).path)
    content = _read(spec)["paths"][path][exchange.method.lower()]["requestBody"]["content"]
    components = _read(spec)["components"]
    schema = content["multipart/form-data"]["schema"]
    schema = components["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    fields: dict[str, list[str]] = {}
    for name, value in form_fields(exchange):
        fields.setdefault(name.removesuffix("[]"), []).append("" if isinstance(value, bytes) else value)
    read = {name: _field(schema["properties"].get(name, {}), values) for name, values in fields.items()}
    _hold({**schema, "components": components}, read)


def form_fields(exchange: Exchange) -> Iterator[tuple[str, str | bytes]]:
    """Yield the fields of a form in their order; files as bytes."""
    from email.parser import BytesParser
    from email.policy import HTTP

    head = f"Content-Type: {_header(exchange.headers, 'content-type')}\r\n\r\n"
    for part in BytesParser(policy=HTTP).parsebytes(head.encode() + exchange.body).iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = part.get_param("name", header="content-disposition")
        yield str(name), content if part.get_filename() else content.decode()


def _field(schema: Mapping[str, Any], values: list[str]) -> object:
    """Return what the text of a field means."""
    if schema.get("type") == "array":
        return values
    is_text = schema.get("type") not in {"number", "integer", "boolean"}
    return values[0] if is_text else json.loads(values[0])


def _home(spec: str) -> str:
    servers: list[str] = [server["url"] for server in _read(spec)["servers"]]
    return next(url for url in servers if urlsplit(url).netloc.startswith("api."))


def _header(headers: Mapping[str, str], wanted: str) -> str:
    return next((value for name, value in headers.items() if name.lower() == wanted), "")


def _media_type(headers: Mapping[str, str]) -> str:
    return _header(headers, "content-type").partition(";")[0].strip()


def _reasons(error: BaseException) -> str:
    """Tell what lies behind an error of openapi-core, whose own message is general."""
    causes = [error, error.__cause__, *getattr(error.__cause__, "schema_errors", ())]
    return "; ".join(str(cause)[:400] for cause in causes if cause)


@cache
def _read(spec: str) -> dict[str, Any]:
    assert FOLDER
    described: dict[str, Any] = json.loads((Path(FOLDER) / f"{spec}.json").read_text("utf-8"))
    if spec == DEEPGRAM:
        _mend(described)
    for schema in described["components"]["schemas"].values():
        _forget_discriminators(schema)
    return described


def _mend(described: dict[str, Any]) -> None:
    """Mend what the vendor's file says otherwise than its service does.

    Sound is sent as it is, where the file knows a web address alone; an error has a shape of its own; and
    what fits both halves of "one of these names, or any text" is right.
    """
    listen = described["paths"]["/v1/listen"]["post"]
    listen["requestBody"]["content"]["application/octet-stream"] = {}
    error = listen["responses"]["400"]["content"]["application/json"]
    error["schema"] = {"$ref": "#/components/schemas/ErrorResponse"}
    for name, schema in described["components"]["schemas"].items():
        if {"type": "string"} in schema.get("oneOf", ()) or name == "ErrorResponse":
            schema["anyOf"] = schema.pop("oneOf")


def _forget_discriminators(schema: object) -> None:
    """Forget which member of a choice is meant: openapi-core looks for schemas that are named like values."""
    if isinstance(schema, dict):
        if "oneOf" in schema or "anyOf" in schema:
            schema.pop("discriminator", None)
        for value in schema.values():
            _forget_discriminators(value)
    elif isinstance(schema, list):
        for value in schema:
            _forget_discriminators(value)


@cache
def _openapi(spec: str) -> Any:
    from openapi_core import Config, OpenAPI

    return OpenAPI.from_dict(_read(spec), config=Config(spec_validator_cls=None))
