"""What PostgREST answers when it cannot do as asked."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.loopback.serving import Reply, as_json

if TYPE_CHECKING:
    import psycopg

# By the longest prefix of the SQLSTATE, as in PostgREST's Error module; everything else is 400.
_STATUSES = {
    "08": 503,
    "09": 500,
    "0L": 403,
    "0P": 403,
    "21000": 500,
    "23503": 409,
    "23505": 409,
    "25": 500,
    "25006": 405,
    "28": 403,
    "2D": 500,
    "38": 500,
    "39": 500,
    "3B": 500,
    "40": 500,
    "42883": 404,
    "42P01": 404,
    "42P17": 500,
    "53": 503,
    "53400": 500,
    "54": 500,
    "55": 500,
    "57": 500,
    "57P01": 503,
    "58": 500,
    "F0": 500,
    "HV": 500,
    "P0": 500,
    "P0001": 400,
    "XX": 500,
}


class RefusedError(Exception):
    """A request that PostgREST itself refuses."""

    def __init__(self, status: int, code: str, message: str, details: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.hint: str | None = None


def refusal(error: RefusedError) -> Reply:
    """Answer a refusal of PostgREST's own; a bad token is challenged."""
    body = {"code": error.code, "details": error.details, "hint": error.hint, "message": error.message}
    challenge = f'Bearer error="invalid_token", error_description="{error.message}"'
    return _failed(body, error.status, {"WWW-Authenticate": challenge} if error.status == 401 else {})


def database_refusal(error: "psycopg.Error", *, is_anonymous: bool) -> Reply:
    """Answer what PostgreSQL has refused."""
    said = error.diag
    code = said.sqlstate or ""
    message = said.message_primary or str(error)
    if code == "PGRST":
        return _as_raised(message, said.message_detail or "{}")
    if not code:
        return _failed(
            {"code": "PGRST001", "details": message, "hint": None, "message": "No connection"}, 503, {}
        )
    body = {"code": code, "details": said.message_detail, "hint": said.message_hint, "message": message}
    status = status_of(code, message, is_anonymous=is_anonymous)
    return _failed(body, status, {"WWW-Authenticate": "Bearer"} if status == 401 else {})


def status_of(code: str, message: str = "", *, is_anonymous: bool = False) -> int:
    """Return the HTTP status of a SQLSTATE."""
    if code == "42501":
        return 401 if is_anonymous else 403
    if code == "22023" and message.startswith("role ") and message.endswith("does not exist"):
        return 401
    if code.startswith("PT") and code[2:].isdigit():
        return int(code[2:])
    return _STATUSES.get(code, _STATUSES.get(code[:2], 400))


def _as_raised(message: str, detail: str) -> Reply:
    """Answer what a function has raised as SQLSTATE PGRST: body, status and headers are its own."""
    body = {"code": None, "details": None, "hint": None, "message": None, **json.loads(message)}
    told = json.loads(detail)
    return _failed(body, int(told.get("status", 400)), told.get("headers", {}))


def _failed(body: Mapping[str, object], status: int, headers: Mapping[str, str]) -> Reply:
    told = {
        "Content-Type": "application/json; charset=utf-8",
        "Proxy-Status": f"PostgREST; error={body['code']}",
    }
    return as_json(body, status, {**told, **headers})
