"""The front door fails as it is told, before all is done or after; the client speaks on the wire as we know it."""

import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from postgrest import APIError

from tests.cloud import gateway as faults
from tests.cloud.accounts import Account, row
from tests.loopback.serving import as_json, hang, reset, truncated

PUSH = "/rest/v1/rpc/sync_push"


def _push(project, number: int = 1):
    return project.client("alice").rpc("sync_push", {"p_rows": [row(number)]}).execute().data


def _kept(project) -> int:
    with Account(project.database) as alice:
        return len(alice.pull_all())


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.EXPIRED, "PGRST303"),
        (faults.NOT_SIGNED_IN, "42501"),
        (faults.TOO_LARGE, None),
        (faults.TOO_MANY, None),
        (faults.BAD_GATEWAY, "502"),
    ],
    ids=["expired", "no role", "too large", "too many", "bad gateway"],
)
def test_a_request_that_fails_did_nothing(project, fault, code):
    project.gateway.fail(fault, on=PUSH)

    with pytest.raises(APIError) as failed:
        _push(project)

    assert failed.value.code == code
    assert _kept(project) == 0
    assert _push(project)["rows"][0]["status"] == "applied"


@pytest.mark.parametrize("fault", [faults.broken, reset, faults.BAD_GATEWAY])
def test_an_answer_that_is_lost_was_done_and_a_repeat_is_the_same(project, fault):
    project.gateway.lose(fault, on=PUSH)

    with pytest.raises((httpx.HTTPError, APIError)):
        _push(project)

    assert _kept(project) == 1
    assert _push(project)["rows"][0]["status"] == "same"


def test_the_client_takes_an_answer_that_was_cut_short_for_text_and_raises_nothing(project):
    project.gateway.lose(truncated, on=PUSH)

    assert isinstance(_push(project), str)


@pytest.mark.parametrize(("is_done", "kept"), [(False, 0), (True, 1)])
def test_a_server_that_hangs_is_left_by_the_clients_own_clock(project, is_done, kept):
    project.gateway.keep_failing(hang, on=PUSH, is_done=is_done)
    headers = {"apikey": project.key, **project.client("alice").options.headers}

    with pytest.raises(httpx.ReadTimeout):
        project.http.post(PUSH, headers=headers, json={"p_rows": [row(1)]}, timeout=0.5)

    assert _kept(project) == kept


def test_a_failure_meets_only_the_path_it_was_meant_for(project):
    project.gateway.fail(faults.BAD_GATEWAY, on="/storage/v1")

    assert _push(project)["head"] == 1


def test_other_handlers_can_be_mounted(project):
    project.gateway.mount("/auth/v1", lambda request: as_json({"path": request.path}))

    reply = project.http.get("/auth/v1/user", headers={"apikey": project.key})

    assert reply.json() == {"path": "/auth/v1/user"}


def _sent(project, call) -> tuple[str, dict[str, list[str]], dict[str, str], object]:
    """Return what one call of the client puts on the wire: method and path, query, headers that matter, body."""
    before = len(project.gateway.requests)
    call()
    (request,) = project.gateway.requests[before:]
    address = urlsplit(request.url)
    wanted = ("accept", "prefer", "accept-profile", "content-profile", "content-type", "apikey")
    headers = {name: request.headers[name] for name in wanted if name in request.headers}
    body = json.loads(request.body) if request.body and "json" in headers.get("content-type", "") else None
    return f"{request.method} {address.path}", parse_qs(address.query, keep_blank_values=True), headers, body


def _profiles(project) -> dict[str, str]:
    return {"accept-profile": "public", "content-profile": "public", "apikey": project.key}


def test_how_the_client_calls_a_function(project):
    client = project.client("alice")

    sent = _sent(project, lambda: client.rpc("sync_pull", {"p_after": 7, "p_limit": 500}).execute())

    headers = {"accept": "*/*", "content-type": "application/json", **_profiles(project)}
    assert sent == ("POST /rest/v1/rpc/sync_pull", {}, headers, {"p_after": 7, "p_limit": 500})
    assert project.gateway.requests[-1].headers["authorization"].startswith("Bearer ey")
    assert project.gateway.requests[-1].body == b'{"p_after":7,"p_limit":500}'


def test_how_the_client_selects(project):
    table = project.client("alice").table("entry_revisions")
    query = (
        table.select("row_id,body", count="exact")
        .eq("table_name", "todos")
        .order("lost_at", desc=True)
        .range(0, 9)
    )

    sent = _sent(project, query.execute)

    asked = {
        "select": ["row_id,body"],
        "table_name": ["eq.todos"],
        "order": ["lost_at.desc"],
        "offset": ["0"],
        "limit": ["10"],
    }
    assert sent[:2] == ("GET /rest/v1/entry_revisions", asked)
    assert sent[2] == {"accept": "*/*", "prefer": "count=exact", **_profiles(project)}


def test_a_key_alone_is_the_bearer_too_and_means_anonymous(project):
    client = project.client()

    with pytest.raises(APIError) as refused:
        client.rpc("sync_pull", {}).execute()

    assert project.gateway.requests[-1].headers["authorization"] == f"Bearer {project.key}"
    assert refused.value.code == "42501"


def test_how_the_client_uploads(project):
    bucket = project.client("alice").storage.from_("recordings")

    sent = _sent(
        project, lambda: bucket.upload("alice/r/1", b"x", {"content-type": "application/octet-stream"})
    )

    request = project.gateway.requests[-1]
    assert sent[0] == "POST /storage/v1/object/recordings/alice/r/1"
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert request.headers["x-upsert"] == "false"
    assert b'name="cacheControl"\r\n\r\n3600\r\n' in request.body


@pytest.mark.parametrize(
    ("call", "sent", "body"),
    [
        (
            lambda bucket: bucket.remove(["alice/r/1"]),
            "DELETE /storage/v1/object/recordings",
            {"prefixes": ["alice/r/1"]},
        ),
        (lambda bucket: bucket.exists("alice/r/1"), "GET /storage/v1/object/info/recordings/alice/r/1", None),
        (
            lambda bucket: bucket.list("alice"),
            "POST /storage/v1/object/list/recordings",
            {"limit": 100, "offset": 0, "sortBy": {"column": "name", "order": "asc"}, "prefix": "alice"},
        ),
    ],
    ids=["remove", "exists", "list"],
)
def test_how_the_client_asks_storage(project, call, sent, body):
    bucket = project.client("alice").storage.from_("recordings")

    captured = _sent(project, lambda: call(bucket))

    assert (captured[0], captured[3]) == (sent, body)
