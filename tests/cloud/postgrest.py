"""A stand-in for PostgREST: each request is one real transaction with the caller's role and claims.

Written after PostgREST's own source, statement by statement; left out are embedding, aggregates, CSV and OpenAPI.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from tests.cloud.callers import Callers
from tests.cloud.cluster import Database
from tests.cloud.postgrest_cache import Column, SchemaCache
from tests.cloud.postgrest_errors import RefusedError, database_refusal, refusal
from tests.cloud.postgrest_functions import call_function
from tests.cloud.postgrest_request import READS, Answer, Asked, one_row, reply_of, with_settings
from tests.cloud.tokens import TokenError, claims_of
from tests.loopback.serving import Received, Reply

_MOST_ROWS = 1000  # Supabase's default for one answer


class PostgREST:
    """Answers requests under /rest/v1."""

    def __init__(self, database: Database) -> None:
        self.cache = SchemaCache(database)
        self._callers = Callers(database)

    def close(self) -> None:
        """Let the connections go."""
        self._callers.close()

    def __call__(self, request: Received) -> Reply:
        """Answer one request."""
        claims: Mapping[str, Any] = {"role": "anon"}
        try:
            claims = claims_of(request.headers.get("authorization", ""))
            return self._answer(Asked(request), claims)
        except TokenError as error:
            return refusal(RefusedError(401, error.code, error.message))
        except RefusedError as error:
            return refusal(error)
        except psycopg.Error as error:
            return database_refusal(error, is_anonymous=claims["role"] == "anon")

    def _answer(self, asked: Asked, claims: Mapping[str, Any]) -> Reply:
        if asked.name.startswith("rpc/"):
            arguments = asked.arguments
            function = self.cache.function(asked.name.removeprefix("rpc/"), arguments.keys())
            is_read_only = asked.method in READS or not function.writes
            with self._callers.transaction(asked.request, claims, is_read_only=is_read_only) as db:
                return with_settings(db, call_function(db, asked, function, arguments))
        columns = self.cache.table(asked.name)
        with self._callers.transaction(asked.request, claims, is_read_only=asked.method in READS) as db:
            return with_settings(db, _STATEMENTS[asked.method](db, asked, columns))


def _read(db: psycopg.Connection, asked: Asked, columns: Mapping[str, Column]) -> Reply:
    query = asked.query
    limit = min(_MOST_ROWS if query.limit is None else query.limit, _MOST_ROWS)
    statement = sql.SQL("SELECT {} FROM {}{}{} LIMIT {} OFFSET {}").format(
        query.selected, asked.table, query.where, query.order, sql.Literal(limit), sql.Literal(query.offset)
    )
    counted = sql.SQL("SELECT count(*) FROM {}{}").format(asked.table, query.where)
    total = one_row(db, counted)[0] if asked.prefer.get("count") == "exact" else None
    if total is not None and query.offset > total:
        told = f"An offset of {query.offset} was requested, but there are only {total} rows."
        raise RefusedError(416, "PGRST103", "Requested range not satisfiable", told)
    answer = _collected(db, statement, total)
    is_part = total is not None and answer.rows < total
    return reply_of(asked, answer, 206 if is_part else 200)


def _insert(db: psycopg.Connection, asked: Asked, columns: Mapping[str, Column]) -> Reply:
    rows = asked.document if isinstance(asked.document, list) else [asked.document]
    names = _names(asked, rows, columns)
    resolution = asked.prefer.get("resolution", "")
    source: sql.Composable = sql.Literal(json.dumps(rows))
    if asked.prefer.get("missing") == "default":
        source = _with_defaults(source, [columns[name] for name in names])
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    typed = sql.SQL(", ").join(sql.Identifier(name) + sql.SQL(f" {columns[name].type}") for name in names)
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM json_to_recordset({}) AS _({})").format(
        asked.table, listed, listed, source, typed
    )
    if resolution:
        keys = [name.strip('"') for name in asked.query.get("on_conflict").split(",") if name]
        keys = keys or [column.name for column in columns.values() if column.is_key]
        statement += sql.SQL(" ON CONFLICT ({}) ").format(sql.SQL(", ").join(map(sql.Identifier, keys)))
        statement += sql.SQL("DO NOTHING") if resolution == "ignore-duplicates" else _overwriting(names)
    answer = _changed(db, asked, statement, tells_new=resolution == "merge-duplicates")
    return reply_of(asked, answer, 201 if answer.has_inserted else 200)


def _update(db: psycopg.Connection, asked: Asked, columns: Mapping[str, Column]) -> Reply:
    names = _names(asked, [asked.document], columns)
    typed = sql.SQL(", ").join(sql.Identifier(name) + sql.SQL(f" {columns[name].type}") for name in names)
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("UPDATE {} SET ({}) = (SELECT {} FROM json_to_record({}) AS _({})){}").format(
        asked.table, listed, listed, sql.Literal(json.dumps(asked.document)), typed, asked.query.where
    )
    return reply_of(asked, _changed(db, asked, statement), 200 if asked.wants_rows else 204)


def _delete(db: psycopg.Connection, asked: Asked, columns: Mapping[str, Column]) -> Reply:
    statement = sql.SQL("DELETE FROM {}{}").format(asked.table, asked.query.where)
    return reply_of(asked, _changed(db, asked, statement), 200 if asked.wants_rows else 204)


_STATEMENTS = {"GET": _read, "HEAD": _read, "POST": _insert, "PATCH": _update, "DELETE": _delete}


def _names(asked: Asked, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Column]) -> Sequence[str]:
    """Return the columns that a body fills; all rows must agree unless `columns` tells them."""
    names = asked.query.columns
    if names is None:
        names = list(rows[0]) if rows else []
        if any(set(row) != set(names) for row in rows):
            raise RefusedError(400, "PGRST102", "All object keys must match")
    for name in names:
        if name not in columns:
            told = f"Could not find the '{name}' column of '{asked.name}' in the schema cache"
            raise RefusedError(400, "PGRST204", told)
    return names


def _with_defaults(source: sql.Composable, columns: Sequence[Column]) -> sql.Composable:
    pairs = [
        sql.Literal(column.name) + sql.SQL(f", {column.default}") for column in columns if column.default
    ]
    return sql.SQL(
        "(SELECT json_agg(jsonb_build_object({}) || one) FROM jsonb_array_elements({}) AS one)"
    ).format(sql.SQL(", ").join(pairs), source)


def _overwriting(names: Sequence[str]) -> sql.Composable:
    sets = (sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names)
    return sql.SQL("DO UPDATE SET ") + sql.SQL(", ").join(sets)


def _changed(
    db: psycopg.Connection, asked: Asked, statement: sql.Composable, *, tells_new: bool = False
) -> Answer:
    """Run a statement that writes; rows are read back only where they are wanted, for that needs a right to."""
    returned = asked.query.selected if asked.wants_rows else sql.SQL("1")
    is_new = sql.SQL(", xmax = 0 AS is_new_" if tells_new else ", true AS is_new_")
    row = one_row(
        db,
        sql.SQL(
            "WITH done AS ({} RETURNING {}{}) SELECT coalesce(json_agg(to_jsonb(done) - 'is_new_'), '[]')::text,"
            " count(*), coalesce(bool_or(is_new_), true) FROM done"
        ).format(statement, returned, is_new),
    )
    is_counted = asked.prefer.get("count") == "exact"
    return Answer(row[0] if asked.wants_rows else "", row[1], row[1] if is_counted else None, row[2])


def _collected(db: psycopg.Connection, statement: sql.Composable, total: int | None) -> Answer:
    wrapped = sql.SQL("WITH found AS ({}) SELECT coalesce(json_agg(found), '[]')::text, count(*) FROM found")
    text, rows = one_row(db, wrapped.format(statement))
    return Answer(text, rows, total)
