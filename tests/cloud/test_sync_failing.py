"""What `sync` makes of a server that fails: one clear line, the right status, and nothing lost."""

import json
import time

import pytest

from tests.cloud.gateway import BAD_GATEWAY, EXPIRED, NOT_SIGNED_IN, TOO_LARGE, TOO_MANY, broken
from tests.cloud.machines import Machine
from tests.cloud.ports import full_port, silent_port
from tests.loopback.serving import closed_port, garbled, page, status

PUSH, PULL = "/rest/v1/rpc/sync_push", "/rest/v1/rpc/sync_pull"
NOT_FOUND = status(
    404, {"code": "PGRST202", "message": "Could not find the function", "details": None, "hint": None}
)
EMPTY_PAGE = status(
    200, {"rows": [], "cursor": 0, "head": 0, "more": False, "now": "2026-11-26T12:00:00.000Z"}
)


@pytest.fixture
def laptop(tmp_path, home, project):
    one = Machine(tmp_path, project, name="laptop")
    one.be_signed_in()
    one.told("add", "A plum. I have to eat it tomorrow.")
    one.sync()
    one.told("add", "A second one.")
    return one


FAILURES = {
    "no role": (NOT_SIGNED_IN, 77, "forbidden"),
    "too many": (TOO_MANY, 75, "rate_limited"),
    "bad gateway": (BAD_GATEWAY, 69, "provider"),
    "broken off": (broken, 75, "partial"),
    "too large": (TOO_LARGE, 69, "provider"),
    "no such function": (NOT_FOUND, 69, "provider"),
    "a page": (page(200), 69, "provider"),
    "garbled": (garbled, 69, "provider"),
}


def test_a_failure_is_one_clear_line_with_its_status_and_loses_nothing(laptop, project):
    before = laptop.entries()
    for name, (fault, exit_status, code) in FAILURES.items():
        project.gateway.keep_failing(fault, on="/rest/v1")
        document = laptop.run("sync", "--json")
        assert (name, document.status) == (name, exit_status)
        assert document.json()["error"]["code"] == code
    told = laptop.run("sync")
    project.gateway.keep_failing(None)

    assert told.err.startswith("braindump: ")
    assert len(told.err.splitlines()) == 2
    assert laptop.entries() == before
    assert laptop.sync()["pushed"] > 0


def test_an_empty_or_missing_answer_deletes_nothing_here(laptop, project):
    before = laptop.entries()
    for fault in (NOT_FOUND, EMPTY_PAGE, status(200, []), page(404)):
        for where in (PULL, "/storage/v1"):
            project.gateway.keep_failing(fault, on=where)
            laptop.run("sync")
            assert laptop.entries() == before
    project.gateway.keep_failing(status(404), on="/")
    laptop.run("process")
    project.gateway.keep_failing(None)

    assert laptop.entries() == before
    assert len(laptop.told("todos", "list")) == 1
    laptop.sync()
    assert laptop.entries() == before


def test_a_project_that_lost_everything_is_given_it_again(laptop, project):
    with project.database.connect() as owner:
        for table in (
            "journal_entries",
            "todos",
            "insights",
            "profiles",
            "devices",
            "sync_heads",
            "entry_revisions",
        ):
            owner.execute(f"DELETE FROM {table}".encode())
    before = laptop.entries()

    ran = laptop.run("sync", "--json")

    assert ran.status == 0, ran
    assert laptop.entries() == before
    with project.database.connect() as owner:
        assert owner.execute("SELECT count(*) FROM journal_entries").fetchone() == (2,)


def test_answers_lost_after_the_commit_are_asked_for_again(laptop, project):
    for path in (PUSH, PULL, "/rest/v1/rpc/account_open"):
        project.gateway.lose(broken, on=path)

    assert laptop.sync()["conflicts"] == []

    with project.database.connect() as owner:
        assert owner.execute("SELECT count(*) FROM journal_entries").fetchone() == (2,)
        assert owner.execute("SELECT count(*) FROM entry_revisions").fetchone() == (0,)
    assert len(laptop.entries()) == 2


def test_answers_that_are_always_lost_lose_nothing(laptop, project):
    project.gateway.keep_failing(broken, on=PUSH, is_done=True)
    assert laptop.run("sync").status == 75
    project.gateway.keep_failing(None)

    report = laptop.sync()

    assert report["conflicts"] == []
    with project.database.connect() as owner:
        assert owner.execute("SELECT count(*) FROM journal_entries").fetchone() == (2,)


def test_an_expired_token_is_renewed_without_a_word(laptop, project):
    project.gateway.fail(EXPIRED, on="/rest/v1")

    laptop.sync()

    assert project.auth.refreshes == 1


def test_a_sign_in_that_has_ended_is_said_and_everything_stays(laptop, project):
    project.auth.families.clear()
    project.gateway.keep_failing(EXPIRED, on="/rest/v1")

    ran = laptop.run("sync", "--json")

    assert (ran.status, ran.json()["error"]["code"]) == (77, "auth_required")
    assert "login" in ran.json()["error"]["hint"]
    assert len(laptop.entries()) == 2


def test_nobody_signed_in_is_told_how_to(tmp_path, home, project):
    ran = Machine(tmp_path, project).run("sync", "--json")

    assert (ran.status, ran.json()["error"]["code"]) == (77, "auth_required")


def test_process_goes_on_without_the_server(laptop, project):
    project.gateway.keep_failing(BAD_GATEWAY)

    ran = laptop.run("process", "--json")

    assert ran.status == 0
    assert ran.json()["data"]["sync"] is None
    assert [warning["code"] for warning in ran.json()["warnings"]] == ["provider"]


@pytest.mark.slow
def test_who_gives_no_answer_is_given_up_within_a_minute(tmp_path, home, project):
    """A port that accepts and stays silent, one with a full backlog and one that refuses, all at once."""
    with silent_port() as silent, full_port() as full:
        machines = []
        for name, port in (("silent", silent), ("full", full), ("refusing", closed_port())):
            one = Machine(tmp_path, project, name=name)
            one.be_signed_in()
            one.point_at(f"http://127.0.0.1:{port}")
            machines.append(one)
        begun_s = time.monotonic()
        running = [one.cli.start("sync", "--json") for one in machines]
        answers = [process.communicate(timeout=90)[0] for process in running]
        took_s = time.monotonic() - begun_s

    assert [process.returncode for process in running] == [75, 75, 75]
    assert {json.loads(answer)["error"]["code"] for answer in answers} == {"partial"}
    assert took_s < 60
