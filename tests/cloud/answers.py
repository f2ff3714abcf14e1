"""What PostgREST answers to what: the table that the stand-in has to pass.

Made from PostgREST's source and from Supabase's own answers; `alice` owns three things, `bob` writes.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from tests.cloud.tokens import SECRET, token_of

MINIMAL = {"prefer": "return=minimal"}
ROWS = {"prefer": "return=representation"}
COUNT = {"prefer": "count=exact"}
ONE = {"accept": "application/vnd.pgrst.object+json"}
MERGE = "resolution=merge-duplicates"


class Pair(NamedTuple):
    """A request and its answer; of an object in the answer only the keys named here are held against it."""

    what: str
    ask: str  # method and address below /rest/v1
    status: int
    answer: object = None  # None: an empty body, or one that is not looked at
    headers: Mapping[str, str] = {}
    body: object = None
    who: str | None = "alice"
    told: Mapping[str, str] = {}  # headers of the answer
    token: Callable[[], str] | None = None  # made when it is used, so that its age is right


def _names(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def _error(code: str | None, message: str | None = None, **more: object) -> dict[str, object]:
    return {"code": code, **({"message": message} if message else {}), **more}


APPLE, BANANA, CARROT = "Apple", "Banana, ripe", 'Carrot "raw"'
_BAD_LEAD = 'Bearer error="invalid_token", error_description='

READS = [
    Pair(
        "all of mine, none of others'", "GET things?select=name&order=id", 200, _names(APPLE, BANANA, CARROT)
    ),
    Pair("eq", "GET things?select=name&id=eq.2", 200, _names(BANANA)),
    Pair("neq", "GET things?select=name&id=neq.2&order=id", 200, _names(APPLE, CARROT)),
    Pair("gt and lt", "GET things?select=name&id=gt.1&id=lt.3", 200, _names(BANANA)),
    Pair("gte and lte", "GET things?select=name&id=gte.2&id=lte.3&order=id", 200, _names(BANANA, CARROT)),
    Pair("like with a star", "GET things?select=name&name=like.B*", 200, _names(BANANA)),
    Pair("ilike", "GET things?select=name&name=ilike.*APPLE*", 200, _names(APPLE)),
    Pair("match", "GET things?select=name&name=match.%5EA", 200, _names(APPLE)),
    Pair("is null", "GET things?select=name&size=is.null", 200, _names(CARROT)),
    Pair("is not_null", "GET things?select=name&size=is.not_null&order=id", 200, _names(APPLE, BANANA)),
    Pair("is anything else", "GET things?size=is.5", 400, _error("PGRST100")),
    Pair(
        "in, with a comma inside quotes",
        'GET things?select=name&name=in.("Banana, ripe",Apple)&order=id',
        200,
        _names(APPLE, BANANA),
    ),
    Pair("in, empty", "GET things?select=name&id=in.()", 200, []),
    Pair("contains, an array", "GET things?select=name&tags=cs.{red}", 200, _names(APPLE)),
    Pair(
        "contained in, an array", "GET things?select=name&tags=cd.{yellow,green}&id=eq.2", 200, _names(BANANA)
    ),
    Pair("overlap", "GET things?select=name&tags=ov.{round,yellow}&order=id", 200, _names(APPLE, BANANA)),
    Pair("contains, JSON", 'GET things?select=name&doc=cs.{"kind":"root"}', 200, _names(CARROT)),
    Pair("full text", "GET things?select=name&name=fts(english).apples", 200, _names(APPLE)),
    Pair("full text, plain words", "GET things?select=name&name=plfts.ripe", 200, _names(BANANA)),
    Pair("not", "GET things?select=name&id=not.eq.1&order=id", 200, _names(BANANA, CARROT)),
    Pair("or", "GET things?select=name&or=(id.eq.1,size.is.null)&order=id", 200, _names(APPLE, CARROT)),
    Pair(
        "a tree",
        "GET things?select=name&or=(id.eq.1,and(id.gt.1,not.or(id.eq.3,id.eq.9)))&order=id",
        200,
        _names(APPLE, BANANA),
    ),
    Pair("not.or", "GET things?select=name&not.or=(id.eq.1,id.eq.2)", 200, _names(CARROT)),
    Pair("an operator nobody knows", "GET things?id=near.3", 400, _error("PGRST100")),
    Pair(
        "order, nulls last",
        "GET things?select=name&order=size.desc.nullslast",
        200,
        _names(BANANA, APPLE, CARROT),
    ),
    Pair(
        "order, nulls first",
        "GET things?select=name&order=size.asc.nullsfirst",
        200,
        _names(CARROT, APPLE, BANANA),
    ),
    Pair(
        "limit and offset",
        "GET things?select=name&order=id&limit=1&offset=1",
        200,
        _names(BANANA),
        told={"Content-Range": "1-1/*"},
    ),
    Pair(
        "a counted part",
        "GET things?select=name&order=id&limit=2",
        206,
        _names(APPLE, BANANA),
        COUNT,
        told={"Content-Range": "0-1/3"},
    ),
    Pair(
        "a counted whole",
        "GET things?select=id&order=id",
        200,
        [{"id": 1}, {"id": 2}, {"id": 3}],
        COUNT,
        told={"Content-Range": "0-2/3"},
    ),
    Pair("counted, nothing found", "GET things?id=eq.77", 200, [], COUNT, told={"Content-Range": "*/0"}),
    Pair(
        "past the end",
        "GET things?offset=9",
        416,
        _error("PGRST103", details="An offset of 9 was requested, but there are only 3 rows."),
        COUNT,
    ),
    Pair("only the head", "HEAD things", 200, None, COUNT, told={"Content-Range": "0-2/3"}),
    Pair("a key of JSON", "GET things?select=doc->>kind&id=eq.3", 200, [{"kind": "root"}]),
    Pair("an alias and a cast", "GET things?select=n:id::text&id=eq.3", 200, [{"n": "3"}]),
    Pair("one as an object", "GET things?select=name&id=eq.3", 200, {"name": CARROT}, ONE),
    Pair(
        "one, and there is none",
        "GET things?id=eq.77",
        406,
        _error("PGRST116", details="The result contains 0 rows"),
        ONE,
    ),
    Pair(
        "one, and there are more",
        "GET things",
        406,
        _error("PGRST116", details="The result contains 3 rows"),
        ONE,
    ),
    Pair("a column nobody knows", "GET things?colour=eq.red", 400, _error("42703")),
    Pair("a value of the wrong type", "GET things?ref=eq.7", 400, _error("22P02")),
    Pair(
        "a table nobody knows",
        "GET nothing_here",
        404,
        _error("PGRST205", "Could not find the table 'public.nothing_here' in the schema cache"),
    ),
    Pair("a table without a grant", "GET closed", 403, _error("42501")),
]

WRITES = [
    Pair("insert", "POST things", 201, None, MINIMAL, {"id": 10, "name": "Tin"}, who="bob"),
    Pair(
        "insert, rows back",
        "POST things?select=name,size",
        201,
        [{"name": "Tub", "size": 7}],
        ROWS,
        {"id": 11, "name": "Tub"},
        who="bob",
    ),
    Pair(
        "insert, several",
        'POST things?columns="name","id"',
        201,
        None,
        COUNT,
        [{"id": 12, "name": "A"}, {"name": "B", "id": 13}],
        who="bob",
        told={"Content-Range": "*/2"},
    ),
    Pair(
        "keys that are missing are null",
        'POST things?columns="id","name","size"&select=size',
        201,
        [{"size": None}, {"size": 2}],
        ROWS,
        [{"id": 14, "name": "C"}, {"id": 15, "name": "D", "size": 2}],
        who="bob",
    ),
    Pair(
        "or their defaults",
        'POST things?columns="id","name","size"&select=size',
        201,
        [{"size": 7}],
        {"prefer": "return=representation, missing=default"},
        [{"id": 16, "name": "E"}],
        who="bob",
    ),
    Pair(
        "keys that differ",
        "POST things",
        400,
        _error("PGRST102", "All object keys must match"),
        {},
        [{"id": 17}, {"id": 18, "name": "F"}],
        who="bob",
    ),
    Pair(
        "a column nobody knows, written",
        'POST things?columns="id","colour"',
        400,
        _error("PGRST204", "Could not find the 'colour' column of 'things' in the schema cache"),
        {},
        [{"id": 19, "colour": "red"}],
        who="bob",
    ),
    Pair("no JSON", "POST things", 400, _error("PGRST102", "Empty or invalid json"), {}, b"{", who="bob"),
    Pair("there already", "POST things", 409, _error("23505"), {}, {"id": 1, "name": "Again"}, who="bob"),
    Pair(
        "null where none may be", "POST things", 400, _error("23502"), {}, {"id": 20, "name": None}, who="bob"
    ),
    Pair(
        "merged over what is there",
        "POST things?on_conflict=owner,id&select=name",
        200,
        [{"name": "Flask"}],
        {"prefer": f"return=representation,{MERGE}"},
        [{"id": 1, "name": "Flask", "owner": "bob"}],
        who="bob",
    ),
    Pair(
        "merged, and new",
        "POST things?on_conflict=owner,id",
        201,
        None,
        {"prefer": MERGE},
        [{"id": 21, "name": "Fresh", "owner": "bob"}],
        who="bob",
    ),
    Pair(
        "ignored, being there",
        "POST things?on_conflict=owner,id&select=name",
        201,
        [],
        {"prefer": "return=representation,resolution=ignore-duplicates"},
        [{"id": 1, "name": "Ignored", "owner": "bob"}],
        who="bob",
    ),
    Pair(
        "the key is meant without on_conflict",
        "POST things",
        200,
        None,
        {"prefer": MERGE},
        [{"owner": "bob", "id": 1, "name": "Jar"}],
        who="bob",
    ),
    Pair(
        "for somebody else",
        "POST things",
        403,
        _error("42501", 'new row violates row-level security policy for table "things"'),
        {},
        {"owner": "alice", "id": 50, "name": "Theirs"},
        who="bob",
    ),
    Pair("update", "PATCH things?id=eq.1", 204, None, MINIMAL, {"size": 4}, who="bob"),
    Pair(
        "update, rows back",
        "PATCH things?id=eq.1&select=size",
        200,
        [{"size": 5}],
        ROWS,
        {"size": 5},
        who="bob",
    ),
    Pair(
        "what others own is not found, and no error",
        "PATCH things?owner=eq.alice",
        200,
        [],
        ROWS,
        {"size": 9},
        who="bob",
    ),
    Pair(
        "delete, what is not there",
        "DELETE things?id=eq.77",
        204,
        None,
        COUNT,
        who="bob",
        told={"Content-Range": "*/0"},
    ),
    Pair("delete, what others own", "DELETE things?owner=eq.alice", 200, [], ROWS, who="bob"),
    Pair("write without a grant", "POST closed", 403, _error("42501"), {}, {"id": 1}, who="bob"),
]

FUNCTIONS = [
    Pair("a scalar comes bare", "POST rpc/add", 200, 5, {}, {"a": 2, "b": 3}),
    Pair("a default", "POST rpc/add", 200, 3, {}, {"a": 2}),
    Pair("by GET", "GET rpc/add?a=2&b=5", 200, 7),
    Pair("nothing", "POST rpc/nothing", 204, None, {}, {}),
    Pair("null", "POST rpc/missing", 200, "null", {}, {}),
    Pair("a set", "POST rpc/up_to", 200, [1, 2, 3], {}, {"n": 3}),
    Pair("an empty set", "POST rpc/up_to", 200, [], {}, {"n": 0}),
    Pair(
        "a set of rows, under row-level security",
        "POST rpc/all_things",
        200,
        [{"id": 1}, {"id": 2}, {"id": 3}],
        {},
        {},
    ),
    Pair("a row", "POST rpc/first_thing", 200, {"id": 1, "name": APPLE}, {}, {}),
    Pair(
        "who calls",
        "POST rpc/caller",
        200,
        {
            "role": "authenticated",
            "sub": "alice",
            "method": "POST",
            "path": "/rest/v1/rpc/caller",
            "agent": "tests",
        },
        {"user-agent": "tests"},
        {},
    ),
    Pair(
        "who calls, without a token", "POST rpc/caller", 200, {"role": "anon", "sub": None}, {}, {}, who=None
    ),
    Pair("a function nobody knows", "POST rpc/unknown", 404, _error("PGRST202"), {}, {"a": 1}),
    Pair(
        "an argument nobody knows",
        "POST rpc/add",
        404,
        _error("PGRST202", "Could not find the function public.add(a, c) in the schema cache"),
        {},
        {"a": 1, "c": 2},
    ),
    Pair("an argument that is missing", "POST rpc/add", 404, _error("PGRST202"), {}, {"b": 1}),
    Pair("two that fit", "POST rpc/twofold", 300, _error("PGRST203"), {}, {"a": 1}),
    Pair("an argument of the wrong type", "POST rpc/add", 400, _error("22P02"), {}, {"a": "two"}),
    Pair("a STABLE one cannot write", "POST rpc/stable_writer", 405, _error("25006"), {}, {}),
    Pair("one without a grant", "POST rpc/secret", 403, _error("42501"), {}, {}),
    Pair(
        "one without a grant, anonymous",
        "POST rpc/secret",
        401,
        _error("42501"),
        {},
        {},
        who=None,
        told={"WWW-Authenticate": "Bearer"},
    ),
    Pair(
        "an error with its words",
        "POST rpc/fail",
        400,
        _error("P0001", "as asked", details="a detail", hint="a hint"),
        {},
        {"code": "P0001"},
    ),
    Pair(
        "an error with its own status and headers",
        "POST rpc/slow_down",
        429,
        _error("SLOW", "not so fast"),
        {},
        {},
        told={"Retry-After": "5"},
    ),
    Pair(
        "an answer with its own status and headers",
        "POST rpc/teapot",
        418,
        1,
        {},
        {},
        told={"X-Tea": "green"},
    ),
]

TOKENS = [
    Pair("anonymous, with a grant but no policy", "GET things", 200, [], who=None),
    Pair("anonymous, without a grant", "GET closed", 401, _error("42501"), who=None),
    Pair(
        "expired",
        "GET things",
        401,
        _error("PGRST303", "JWT expired"),
        token=partial(token_of, "alice", expires_in_s=-60),
        told={"WWW-Authenticate": _BAD_LEAD + '"JWT expired"', "Proxy-Status": "PostgREST; error=PGRST303"},
    ),
    Pair(
        "expired within the leeway",
        "GET things?select=name&id=eq.1",
        200,
        _names(APPLE),
        token=partial(token_of, "alice", expires_in_s=-5),
    ),
    Pair(
        "not valid yet",
        "GET things",
        401,
        _error("PGRST303", "JWT not yet valid"),
        token=partial(token_of, "alice", nbf=4_000_000_000),
    ),
    Pair(
        "from the future",
        "GET things",
        401,
        _error("PGRST303", "JWT issued at future"),
        token=partial(token_of, "alice", iat=4_000_000_000),
    ),
    Pair(
        "signed by somebody else",
        "GET things",
        401,
        _error("PGRST301", "No suitable key or wrong key type"),
        token=partial(token_of, "alice", secret=SECRET[::-1]),
    ),
    Pair(
        "no token at all",
        "GET things",
        401,
        _error("PGRST301", "Expected 3 parts in JWT; got 1"),
        token=lambda: "nonsense",
    ),
    Pair(
        "without a role it is anonymous: nothing is found",
        "GET things",
        200,
        [],
        token=partial(token_of, "alice", role=None),
    ),
    Pair(
        "a role that is not there",
        "GET things",
        401,
        _error("22023", 'role "ghost" does not exist'),
        token=partial(token_of, "alice", role="ghost"),
    ),
    Pair(
        "a role that nobody may take",
        "GET things",
        403,
        _error("42501"),
        token=partial(token_of, "alice", role="postgres"),
    ),
]

_STATUSES = {
    "08006": 503, "09000": 500, "0L000": 403, "0P000": 403, "21000": 500, "22023": 400, "22P02": 400, "23502": 400,
    "23503": 409, "23505": 409, "23514": 400, "25006": 405, "25000": 500, "28000": 403, "2D000": 500, "38000": 500,
    "39000": 500, "3B000": 500, "40001": 500, "40P01": 500, "42501": 403, "42883": 404, "42P01": 404, "42P17": 500,
    "42703": 400, "53300": 503, "53400": 500, "54000": 500, "55P03": 500, "57014": 500, "57P01": 503, "58000": 500,
    "F0000": 500, "HV000": 500, "P0001": 400, "P0002": 500, "XX000": 500, "PT401": 401, "PT409": 409, "PT413": 413,
    "PT429": 429,
}  # fmt: skip
STATUSES = [
    Pair(f"SQLSTATE {code}", "POST rpc/fail", status, _error(code), {}, {"code": code})
    for code, status in _STATUSES.items()
]

PAIRS = [*READS, *WRITES, *FUNCTIONS, *TOKENS, *STATUSES]
