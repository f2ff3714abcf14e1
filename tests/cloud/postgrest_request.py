"""A request to PostgREST, read, and an answer of it, written."""

import json
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from tests.cloud.postgrest_errors import RefusedError
from tests.cloud.postgrest_query import Query
from tests.loopback.serving import Received, Reply

READS = ("GET", "HEAD")
_SINGLE = "application/vnd.pgrst.object+json"


class Answer(NamedTuple):
    """What came of a statement: a JSON text, how many rows it holds, how many there are in all."""

    body: str
    rows: int
    total: int | None = None
    has_inserted: bool = True


class Asked:
    """A request, read."""

    def __init__(self, request: Received) -> None:
        address = urlsplit(request.url)
        self.request = request
        self.method = request.method
        self.name = unquote(address.path).removeprefix("/rest/v1/")
        self.query = Query.of(address.query)
        prefer = (one.strip().partition("=") for one in request.headers.get("prefer", "").split(","))
        self.prefer = {name: value for name, _, value in prefer}
        self.wants_one = _SINGLE in request.headers.get("accept", "")

    @property
    def table(self) -> sql.Composable:
        return sql.Identifier("public", self.name)

    @property
    def document(self) -> Any:
        try:
            return json.loads(self.request.body)
        except ValueError:
            raise RefusedError(400, "PGRST102", "Empty or invalid json") from None

    @property
    def arguments(self) -> dict[str, Any]:
        if self.method in READS:
            return dict(self.query.pairs)
        return self.document if self.request.body else {}

    @property
    def wants_rows(self) -> bool:
        return self.prefer.get("return") == "representation"


def one_row(db: psycopg.Connection, statement: sql.Composable) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = db.execute(sql.Composed([statement])).fetchone()
    assert row
    return row


def reply_of(asked: Asked, answer: Answer, status: int) -> Reply:
    """Return the answer as it goes out; one alone is bare, and anything but one is refused."""
    body = answer.body
    if asked.wants_one and body.startswith("["):
        if answer.rows != 1:
            told = f"The result contains {answer.rows} rows"
            raise RefusedError(406, "PGRST116", "Cannot coerce the result to a single JSON object", told)
        body = json.dumps(json.loads(body)[0])
    first = asked.query.offset
    is_read = asked.method in READS
    told = f"{first}-{first + answer.rows - 1}" if answer.rows and (is_read or asked.wants_rows) else "*"
    kind = _SINGLE if asked.wants_one else "application/json"
    headers = {
        "Content-Type": f"{kind}; charset=utf-8",
        "Content-Range": f"{told}/{'*' if answer.total is None else answer.total}",
    }
    return Reply(body.encode(), status, headers)


def with_settings(db: psycopg.Connection, reply: Reply) -> Reply:
    """Let a function's response.status and response.headers have their way."""
    headers, status = one_row(
        db,
        sql.SQL("SELECT current_setting('response.headers', true), current_setting('response.status', true)"),
    )
    own = {name: value for one in json.loads(headers or "[]") for name, value in one.items()}
    return reply._replace(status=int(status) if status else reply.status, headers={**reply.headers, **own})
