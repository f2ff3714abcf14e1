"""Functions, called through PostgREST: POST /rpc/name with named arguments."""

import json
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from tests.cloud.postgrest_cache import Function
from tests.cloud.postgrest_request import Answer, Asked, one_row, reply_of
from tests.loopback.serving import Reply


def call_function(
    db: psycopg.Connection, asked: Asked, function: Function, arguments: Mapping[str, Any]
) -> Reply:
    types = dict(zip(function.names, function.types, strict=True))
    typed = sql.SQL(", ").join(sql.Identifier(name) + sql.SQL(f" {types[name]}") for name in arguments)
    named = sql.SQL(", ").join(sql.SQL("{0} := given.{0}").format(sql.Identifier(name)) for name in arguments)
    source: sql.Composable = sql.SQL("(SELECT) AS given")
    if arguments:
        source = sql.SQL("json_to_record({}) AS given({})").format(sql.Literal(json.dumps(arguments)), typed)
    called = sql.SQL("{} CROSS JOIN LATERAL {}({}) AS result{}").format(
        source,
        sql.Identifier("public", function.name),
        named,
        sql.SQL("" if function.is_composite else "(value)"),
    )
    if function.is_void:
        db.execute(sql.Composed([sql.SQL("SELECT 1 FROM "), called]))
        return Reply(b"", 204, {})
    value = sql.SQL("result" if function.is_composite else "value")
    made = sql.SQL("coalesce(json_agg({}), '[]')" if function.is_set else "to_json({})").format(value)
    row = one_row(
        db,
        sql.SQL("SELECT ({})::text{} FROM ").format(made, sql.SQL(", count(*)" * function.is_set)) + called,
    )
    return reply_of(asked, Answer(row[0] or "null", row[1] if function.is_set else 1), 200)
