"""Who may do what: own, other, anonymous, expired and wrong-role callers, on every table, function and object."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.cloud.accounts import DEVICE, TABLES, UNSYNCED, Account, clock, row, row_id
from tests.cloud.project import Project
from tests.cloud.tokens import KEY, token_of

if TYPE_CHECKING:
    import httpx

EVERY_TABLE = (*TABLES, *UNSYNCED)
CALLERS: Mapping[str, str] = {
    "own": token_of("alice"),
    "other": token_of("bob"),
    "anonymous": KEY,
    "expired": token_of("alice", expires_in_s=-3600),
    "without a role": token_of("alice", role=None),
    "a role that is not there": token_of("alice", role="ghost"),
    "a role nobody may take": token_of("alice", role="postgres"),
    "signed by somebody else": token_of("alice", secret="another secret that is long enough to sign"),
}
FUNCTIONS: Mapping[str, Mapping[str, object]] = {
    "sync_push": {"p_rows": [row(50, body_text="pushed")]},
    "sync_pull": {"p_after": 0},
    "account_open": {"p_device": DEVICE, "p_name": "intruder", "p_account_key": "B" * 43 + "="},
    "account_seal": {"p_wrapped_key": "stolen"},
    "account_delete": {},
    "account_usage": {},
    "account_objects": {},
    "schema_version": {},
}


@pytest.fixture
def filled(project):
    """Return a project in which alice has a row in every table, and an object."""
    with Account(project.database) as alice:
        alice.ask("SELECT public.account_open(%s, 'laptop', %s)", DEVICE, "A" * 43 + "=")
        alice.push(*(row(1, table) for table in TABLES))
        alice.push(row(1, hlc=clock(1_772_000_000_009), body_text="Newer."))
    with project.database.connect() as owner:
        owner.execute("INSERT INTO integrations (user_id, provider) VALUES ('alice', 'trello')")
    project.client("alice").storage.from_("recordings").upload("alice/r/1", b"sound")
    return project


def _everything(project: Project) -> list[object]:
    """Return all that alice has."""
    with project.database.connect() as owner:
        rows = [
            owner.execute(f"SELECT to_jsonb(t) FROM {table} t WHERE user_id = 'alice'".encode()).fetchall()
            for table in EVERY_TABLE
        ]
        objects = owner.execute(
            "SELECT to_jsonb(o) FROM storage.objects o WHERE name LIKE 'alice/%'"
        ).fetchall()
    return [*rows, objects, dict(project.objects.contents)]


def _ask(project: Project, method: str, path: str, token: str, body: object = None) -> "httpx.Response":
    headers = {"apikey": KEY, "authorization": f"Bearer {token}", "prefer": "return=representation"}
    content = None if body is None else json.dumps(body)
    return project.http.request(method, path, headers=headers, content=content)


@pytest.mark.parametrize("caller", CALLERS)
def test_only_its_owner_sees_a_row(filled, caller):
    for table in EVERY_TABLE:
        reply = _ask(filled, "GET", f"/rest/v1/{table}?select=*", CALLERS[caller])

        seen = reply.json() if reply.is_success else []
        assert len(seen) == (caller == "own"), table
        assert reply.status_code == (200 if caller in {"own", "other"} else reply.status_code)


@pytest.mark.parametrize("caller", CALLERS)
def test_nobody_writes_past_the_calls(filled, caller):
    before = _everything(filled)

    for table in EVERY_TABLE:
        new = {"user_id": "alice", "id": row_id(9), "hlc": clock(), "seq": 1, "body": {}}
        for method, address, body in (
            ("POST", f"/rest/v1/{table}", new),
            ("POST", f"/rest/v1/{table}?on_conflict=user_id,id", new),
            ("PATCH", f"/rest/v1/{table}?user_id=eq.alice", {"user_id": "mallory"}),
            ("DELETE", f"/rest/v1/{table}?user_id=eq.alice", None),
        ):
            reply = _ask(filled, method, address, CALLERS[caller], body)
            assert reply.status_code in {400, 401, 403}, (table, method, reply.text)

    assert _everything(filled) == before


@pytest.mark.parametrize("role", ["anon", "authenticated"])
@pytest.mark.parametrize(
    "statement", ["TRUNCATE {}", "INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "LOCK TABLE {}"]
)
def test_no_statement_but_select_is_allowed(filled, role, statement):
    with Account(filled.database, role=role) as caller:
        for table in (*EVERY_TABLE, "private.synced_row"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                caller.ask(statement.format(table))


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_serves_its_caller_and_touches_nobody_else(filled, caller, function):
    before = _everything(filled)

    reply = _ask(filled, "POST", f"/rest/v1/rpc/{function}", CALLERS[caller], FUNCTIONS[function])

    assert reply.is_success == (
        caller in {"own", "other"} and (caller, function) != ("other", "account_seal")
    ), reply.text
    if caller != "own":
        assert _everything(filled) == before
        assert "Newer." not in reply.text


def test_the_functions_above_are_all_there_are(database):
    with database.connect() as owner:
        found = owner.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        ).fetchall()

    assert {name for (name,) in found} == set(FUNCTIONS)


def test_the_tables_above_are_all_there_are_and_each_has_row_level_security(database):
    with database.connect() as owner:
        found = owner.execute(
            "SELECT relname, relrowsecurity FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'p')"
            " AND relnamespace = 'public'::regnamespace"
        ).fetchall()

    assert dict(found) == dict.fromkeys(EVERY_TABLE, True)


def test_a_signed_in_user_has_select_and_others_have_nothing(database):
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    with database.connect() as owner:
        granted = owner.execute(
            "SELECT role, right_, relname FROM pg_class, unnest(%s::text[]) right_, unnest(%s::text[]) role"
            " WHERE relnamespace IN ('public'::regnamespace, 'private'::regnamespace) AND relkind = 'r'"
            " AND has_table_privilege(role, pg_class.oid, right_)",
            (list(rights), ["anon", "authenticated"]),
        ).fetchall()

    assert set(granted) == {("authenticated", "SELECT", table) for table in EVERY_TABLE}


def test_functions_that_run_as_their_owner_are_out_of_reach_and_trust_no_search_path(database):
    with database.connect() as owner:
        definers = owner.execute(
            "SELECT pronamespace::regnamespace::text, proconfig FROM pg_proc WHERE prosecdef"
            " AND pronamespace IN ('public'::regnamespace, 'private'::regnamespace)"
        ).fetchall()
        anonymous = owner.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace IN ('public'::regnamespace, 'private'::regnamespace)"
            " AND (has_function_privilege('anon', oid, 'EXECUTE'))"
        ).fetchall()
        usable = owner.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'private'::regnamespace"
            " AND has_function_privilege('authenticated', oid, 'EXECUTE')"
        ).fetchall()

    assert definers
    assert {(schema, *config) for schema, config in definers} == {("private", 'search_path=""')}
    assert anonymous == []
    assert {name for (name,) in usable} == {
        "sync_push",
        "account_open",
        "account_seal",
        "account_delete",
        "instant",
    }


def test_what_the_project_grants_on_its_own_things_stays_as_it_was(cluster):
    told = "SELECT defaclrole, defaclnamespace, defaclobjtype, defaclacl FROM pg_default_acl ORDER BY 1, 2, 3"
    shapes = []
    for template in ("bare", "laid"):
        with cluster.temporary(template) as database, database.connect() as owner:
            shapes.append(owner.execute(told).fetchall())

    assert shapes[0] == shapes[1]
    assert shapes[0]


def test_an_object_is_seen_and_removed_by_its_owner_alone(filled):
    address = "/storage/v1/object/recordings/alice/r/1"
    for caller, token in CALLERS.items():
        before = _everything(filled)
        got = _ask(filled, "GET", address, token)
        listed = _ask(filled, "POST", "/storage/v1/object/list/recordings", token, {"prefix": "alice/r"})
        told = _ask(filled, "GET", address.replace("object/", "object/info/", 1), token)
        signed = _ask(
            filled, "POST", address.replace("object/", "object/sign/", 1), token, {"expiresIn": "60"}
        )
        if caller == "own":
            assert (got.content, len(listed.json())) == (b"sound", 1)
            assert told.is_success
            assert signed.is_success
            continue
        assert not any(reply.is_success for reply in (got, told, signed)), caller
        assert not listed.is_success or listed.json() == []
        removed = _ask(filled, "DELETE", "/storage/v1/object/recordings", token, {"prefixes": ["alice/r/1"]})
        assert not removed.is_success or removed.json() == []
        assert _everything(filled) == before


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("name", ["alice/r/1", "alice/r/2", "alice", "r/1", "alicex/r/1", "/alice/r/1"])
def test_an_object_is_added_in_its_owners_folder_alone_and_never_changed(filled, caller, name):
    before = _everything(filled)
    for headers in ({}, {"x-upsert": "true"}):
        reply = filled.http.post(
            f"/storage/v1/object/recordings/{name.replace('/', '%2F')}",
            headers={"authorization": f"Bearer {CALLERS[caller]}", **headers},
            files={"file": ("x", b"other", "application/octet-stream")},
        )
        if (caller, name, headers) == ("own", "alice/r/2", {}):
            assert reply.is_success
            return
        assert not reply.is_success, reply.text
    moved = {"bucketId": "recordings", "sourceKey": "alice/r/1", "destinationKey": "alice/r/3"}
    assert not _ask(filled, "POST", "/storage/v1/object/move", CALLERS[caller], moved).is_success
    assert _everything(filled) == before


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_the_bucket_itself_cannot_be_changed(filled, role):
    with Account(filled.database, "alice", role=role) as caller:
        assert caller.ask("UPDATE storage.buckets SET public = true RETURNING id") == []
        assert caller.ask("UPDATE storage.objects SET name = 'x' RETURNING id") == []
