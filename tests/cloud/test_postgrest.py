"""The stand-in for PostgREST against the table of what PostgREST answers."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cloud.answers import PAIRS, Pair
from tests.cloud.project import Project
from tests.cloud.tokens import KEY, token_of

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.xdist_group("postgrest")
THINGS = Path(__file__).with_name("things.sql")


@pytest.fixture(scope="module")
def things(cluster) -> Iterator[Project]:
    """Return a project with a table to try things on."""
    with cluster.temporary("bare") as database:
        with database.connect() as owner:
            owner.execute(THINGS.read_bytes())
        with closing(Project(database)) as project:
            with project.gateway:
                yield project
            assert not project.gateway.wrong


def _ask(project: Project, pair: Pair) -> "httpx.Response":
    method, address = pair.ask.split(" ", 1)
    token = pair.token() if pair.token else (token_of(pair.who) if pair.who else KEY)
    content = pair.body if isinstance(pair.body, bytes) else json.dumps(pair.body)
    return project.http.request(
        method,
        f"/rest/v1/{address}",
        headers={"apikey": KEY, "authorization": f"Bearer {token}", **pair.headers},
        content=None if pair.body is None else content,
    )


def _agrees(expected: object, got: object) -> bool:
    """Tell whether an answer holds what is expected; objects may hold more."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return all(name in got and _agrees(value, got[name]) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(_agrees, expected, got))
    return expected == got


def test_the_table_is_large_enough():
    assert len(PAIRS) >= 60


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.what)
def test_it_answers_as_postgrest_does(things, pair):
    reply = _ask(things, pair)

    assert reply.status_code == pair.status, reply.text
    assert {name: reply.headers.get(name) for name in pair.told} == pair.told
    if pair.answer is None:
        assert reply.content == b""
    elif pair.answer == "null":
        assert reply.content == b"null"
    else:
        assert _agrees(pair.answer, reply.json()), reply.text


def test_what_was_refused_has_left_nothing_behind(things):
    for pair in PAIRS:
        if pair.status >= 400:
            _ask(things, pair)

    with things.database.connect() as owner:
        left = owner.execute("SELECT count(*) FROM things WHERE id IN (17, 18, 19, 20, 50, 99)").fetchone()
        theirs = owner.execute("SELECT count(*) FROM things WHERE owner = 'alice'").fetchone()
    assert (left, theirs) == ((0,), (3,))


def test_at_most_a_thousand_rows_come_at_once(things):
    with things.database.connect() as owner:
        owner.execute(
            "INSERT INTO things (owner, id, name) SELECT 'carol', n, 'x' FROM generate_series(1, 1001) n"
        )

    rows = things.client("carol").table("things").select("id").execute().data

    assert len(rows) == 1000


def test_without_the_projects_key_the_gateway_refuses_with_a_message_alone(things):
    reply = things.http.get("/rest/v1/things", headers={"apikey": "another"})

    assert (reply.status_code, reply.json()) == (401, {"message": "Invalid API key"})
