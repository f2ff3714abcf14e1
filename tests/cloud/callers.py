"""Requests on a database: each is one transaction with the caller's role and claims, as PostgREST sets them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any

from tests.cloud.cluster import API, Database
from tests.loopback.serving import Received

if TYPE_CHECKING:
    import psycopg

_SETTINGS = """
SELECT set_config('search_path', '"public"', true), set_config('role', %(role)s, true),
  set_config('request.jwt.claims', %(claims)s, true), set_config('request.method', %(method)s, true),
  set_config('request.path', %(path)s, true), set_config('request.headers', %(headers)s, true),
  set_config('request.cookies', '{}', true)
"""


class Callers:
    """Connections as `authenticator`, lent for a request and given back; reset where a request has broken one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._idle: LifoQueue[psycopg.Connection] = LifoQueue()

    @contextmanager
    def transaction(
        self, request: Received, claims: Mapping[str, Any], *, is_read_only: bool
    ) -> "Iterator[psycopg.Connection]":
        """Run what is inside as the caller; commits at the end, rolls back on any error."""
        mode = "READ ONLY" if is_read_only else "READ WRITE"
        with self._lent() as db:
            db.execute(f"BEGIN ISOLATION LEVEL READ COMMITTED {mode}".encode())
            try:
                db.execute(
                    _SETTINGS,
                    {
                        "role": claims["role"],
                        "claims": json.dumps(claims),
                        "method": request.method,
                        "path": request.path,
                        "headers": json.dumps(dict(request.headers)),
                    },
                )
                yield db
                db.execute("COMMIT")
            except BaseException:
                if not db.closed:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _lent(self) -> "Iterator[psycopg.Connection]":
        try:
            db = self._idle.get_nowait()
        except Empty:
            db = self._database.connect(API)
        try:
            yield db
        finally:
            if not db.closed:
                self._idle.put(db)

    def close(self) -> None:
        """Let all idle connections go."""
        while not self._idle.empty():
            self._idle.get_nowait().close()
